/*
 * Copyright 2026-present the original author or authors.
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *      https://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

package dev.lumoauth.devserver.aauth;

import java.time.Clock;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.stereotype.Component;

import dev.lumoauth.devserver.config.DevProperties;
import dev.lumoauth.devserver.jose.SingleUse;
import dev.lumoauth.devserver.state.AAuthIdentity;
import dev.lumoauth.devserver.state.AAuthResource;
import dev.lumoauth.devserver.state.Agent;
import dev.lumoauth.devserver.web.ApiException;
import dev.lumoauth.devserver.web.CurrentTenant;
import dev.lumoauth.devserver.web.ErrorAnswer;
import dev.lumoauth.devserver.web.RateLimiter;
import dev.lumoauth.devserver.web.RequestLog;
import dev.lumoauth.devserver.web.SignedBy;

/**
 * Finds the signer of a request, and checks that the request is sent for the first time.
 */
@Component
class Signers {

	private static final Logger logger = LoggerFactory.getLogger(Signers.class);

	private static final Pattern AGENT_TOKEN = Pattern
		.compile("agent_token=(\"?)([A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]*)\\1");

	/**
	 * The form in the draft that AAuth is based on: {@code sig=(scheme=jwks id="…" …)}.
	 */
	private static final Pattern NAME = Pattern.compile("[ ;(]id=\"([^\"]*)\"");

	private final AgentTokens tokens;

	private final SingleUse nonces;

	private final RateLimiter limiter;

	private final Clock clock;

	Signers(AgentTokens tokens, DevProperties properties, Clock clock) {
		this.tokens = tokens;
		this.nonces = new SingleUse(clock);
		this.limiter = new RateLimiter(properties.limits().tokenRequestsPerMinute(), clock);
		this.clock = clock;
	}

	/**
	 * Returns the agent that signed a request, by its token in the header.
	 */
	Signer agent(HttpServletRequest request, HttpServletResponse response, byte[] body) {
		if (tokenOf(request) == null) {
			throw AAuthErrors.unauthorized("invalid_agent_token",
					"The header Agent-Auth with an agent_token is missing");
		}
		return agent(request, response, body, null);
	}

	/**
	 * Returns the agent that signed a request, even if only its key identifies it.
	 * @param token the agent's token, {@code null} if the token can only be in the header
	 */
	Signer agent(HttpServletRequest request, HttpServletResponse response, byte[] body, @Nullable String token) {
		List<AAuthIdentity> identities = CurrentTenant.get()
			.agents()
			.stream()
			.map(Agent::aauth)
			.filter(Objects::nonNull)
			.toList();
		String inHeader = tokenOf(request);
		String sent = (inHeader != null) ? inHeader : token;
		limit(sent, identities, response);
		return verify(request, body, sent, identities);
	}

	/**
	 * Returns the resource that signed a request.
	 */
	AAuthResource resource(HttpServletRequest request, byte[] body) {
		Signer signer = verify(request, body, tokenOf(request),
				CurrentTenant.get().aauthResources().stream().map(AAuthResource::identity).toList());
		if (signer.otherDelegate() != null) {
			throw AAuthErrors.unauthorized("invalid_agent_token", "A resource has no delegates");
		}
		return CurrentTenant.get().aauthResource(signer.identity().identifier()).orElseThrow();
	}

	private Signer verify(HttpServletRequest request, byte[] body, @Nullable String token,
			Collection<AAuthIdentity> identities) {
		SignedRequest signed = SignedRequest.of(request, body, this.clock.instant());
		AgentToken found = (token != null) ? verify(token, identities, request)
				: this.tokens.find(signed, named(request, identities));
		if (found == null) {
			throw AAuthErrors.invalidSignature(
					"There is no Agent-Auth header with an agent_token, and no known key signed the request");
		}
		if (!signed.isBy(found.key())) {
			throw AAuthErrors.invalidSignature("The key of the agent_token did not sign the request in this form");
		}
		Signer signer = Signer.of(found);
		if (!this.nonces.use(CurrentTenant.get().slug() + "/" + signer.thumbprint(), signed.nonce(), signed.until())) {
			throw AAuthErrors.invalidSignature("The signature was already used");
		}
		if (found.isFirst()) {
			trust(signer);
		}
		signer.identity().saw(signer.thumbprint());
		RequestLog.signedBy(request, new SignedBy(signer.identity().identifier(), signer.thumbprint()));
		return signer;
	}

	/**
	 * Returns the candidates that the header Signature-Key names, or all if it names
	 * none. Two candidates may have the same key.
	 */
	private static List<AAuthIdentity> named(HttpServletRequest request, Collection<AAuthIdentity> identities) {
		String header = request.getHeader("Signature-Key");
		Matcher name = NAME.matcher((header != null) ? header : "");
		String id = name.find() ? name.group(1) : null;
		return identities.stream().filter((identity) -> id == null || id.equals(identity.identifier())).toList();
	}

	private AgentToken verify(String token, Collection<AAuthIdentity> identities, HttpServletRequest request) {
		try {
			return this.tokens.verify(token, identities, request);
		}
		catch (InvalidTokenException ex) {
			throw AAuthErrors.unauthorized("invalid_agent_token", "The agent_token: " + ex.description());
		}
	}

	private static void trust(Signer signer) {
		if (!signer.identity().trustFirst(signer.key())) {
			throw AAuthErrors.unauthorized("invalid_agent_token", "Another key was the first to sign");
		}
		logger.warn("{} has signed first in the name of {}: trusted from now on (trust-first-key)", signer.thumbprint(),
				signer.identity());
	}

	private static @Nullable String tokenOf(HttpServletRequest request) {
		List<String> values = Collections.list(request.getHeaders(AAuthErrors.CHALLENGE_HEADER));
		if (values.isEmpty()) {
			return null;
		}
		Matcher matcher = AGENT_TOKEN.matcher(values.get(0).strip());
		if (values.size() != 1 || !matcher.matches()) {
			throw AAuthErrors.unauthorized("invalid_agent_token",
					"The header Agent-Auth is not 'agent_token=' and a token");
		}
		return matcher.group(2);
	}

	/**
	 * Names that don't belong to an agent share one count, so that they can't fill the
	 * memory.
	 */
	private void limit(@Nullable String token, Collection<AAuthIdentity> identities, HttpServletResponse response) {
		String claimed = "";
		try {
			String issuer = (token != null) ? TokenClaims.parse(AgentTokens.TYPE, token).claims().getIssuer() : null;
			claimed = identities.stream()
				.map(AAuthIdentity::identifier)
				.filter((identifier) -> identifier.equals(issuer))
				.findFirst()
				.orElse("");
		}
		catch (InvalidTokenException ex) {
			// This is refused below.
		}
		ErrorAnswer refusal = this.limiter.refuse(CurrentTenant.get().slug() + "/" + claimed, response);
		if (refusal != null) {
			throw ApiException.of(refusal);
		}
	}

}
