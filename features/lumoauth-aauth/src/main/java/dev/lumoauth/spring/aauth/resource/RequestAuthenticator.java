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

package dev.lumoauth.spring.aauth.resource;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.aauth.resource.AuthTokenVerifier.AuthToken;
import dev.lumoauth.spring.aauth.signature.InvalidSignatureException;
import dev.lumoauth.spring.aauth.signature.MessageVerifier;
import dev.lumoauth.spring.aauth.signature.NonceStore;
import dev.lumoauth.spring.aauth.signature.ReceivedRequest;
import dev.lumoauth.spring.aauth.signature.VerificationKey;
import dev.lumoauth.spring.http.Origin;

/**
 * Finds out who has signed a request: first by the request's token, for which the body is
 * not needed, then by the signature.
 */
final class RequestAuthenticator {

	private static final Log logger = LogFactory.getLog(RequestAuthenticator.class);

	private static final Pattern BEARER = Pattern.compile("(?i)bearer +([A-Za-z0-9._~+/=-]+)");

	private static final Pattern FORM = Pattern.compile("(?i)\\s*(application/x-www-form-urlencoded|multipart/)");

	private static final Pattern AGENT_TOKEN = Pattern.compile("agent_token=(\"?)([A-Za-z0-9._-]+)\\1");

	private final AuthTokenVerifier authTokens;

	private final String resource;

	private final String scheme;

	/** The names by which the service may be called (RFC 9421 section 7.5.2). */
	private final Set<String> authorities;

	private final Clock clock;

	private final MessageVerifier signatures;

	/**
	 * Of callers without an auth token, which are not remembered: anybody can create a
	 * key and sign, and a request that is sent again gets the same answer as any other,
	 * which is useless without the key.
	 */
	private final MessageVerifier signaturesOfUnknown;

	/** Whether the failure was logged, which happens once, not for each request. */
	private final AtomicBoolean unavailable = new AtomicBoolean();

	/**
	 * Create the authenticator.
	 * @param resource the identifier of the service
	 * @param authorities the names by which it may be called; empty = the name in the
	 * identifier
	 */
	RequestAuthenticator(String resource, Collection<String> authorities, AuthTokenVerifier authTokens,
			NonceStore nonces, Clock clock) {
		URI address = URI.create(resource);
		this.resource = resource;
		this.scheme = address.getScheme().toLowerCase(Locale.ROOT);
		this.authorities = (authorities.isEmpty() ? Set.of(address.getRawAuthority()) : authorities).stream()
			.map((name) -> ReceivedRequest.authority(this.scheme, name))
			.collect(Collectors.toUnmodifiableSet());
		this.authTokens = authTokens;
		this.clock = clock;
		this.signatures = new MessageVerifier(nonces, clock);
		this.signaturesOfUnknown = new MessageVerifier((id, until) -> true, clock);
	}

	/**
	 * Read and check the token of a request.
	 * @param headers returns the values of a header
	 * @return the sender according to the request; {@code null} if the request says
	 * nothing
	 * @throws RefusedRequestException if the token is not accepted, or if nothing is
	 * signed
	 * @throws dev.lumoauth.spring.LumoAuthUnavailableException if that can't be checked
	 */
	@Nullable PresentedCaller presented(Function<String, List<String>> headers) {
		String authorization = single(headers, "Authorization", Refusal.AUTH_TOKEN);
		String agentAuth = single(headers, "Agent-Auth", Refusal.AGENT_TOKEN);
		if (authorization == null && agentAuth == null) {
			return null;
		}
		AgentToken agent = (agentAuth != null) ? agent(agentAuth) : null;
		AuthToken token = (authorization != null) ? token(authorization) : null;
		if (Stream.of("Signature-Input", "Signature").anyMatch((name) -> headers.apply(name).isEmpty())) {
			throw new RefusedRequestException(Refusal.SIGNATURE, "The request has no Signature-Input or no Signature");
		}
		if (token != null && agent != null && !isOne(token, agent)) {
			throw new RefusedRequestException(Refusal.KEY_BINDING,
					"The agent token is of another key or another agent than the auth token");
		}
		return new PresentedCaller(token, agent);
	}

	private static boolean isOne(AuthToken token, AgentToken agent) {
		String named = token.principal().agent();
		return token.key().thumbprint().equals(agent.key().thumbprint())
				&& (named == null || named.equals(agent.agent()));
	}

	/**
	 * An empty header counts as none: signers send empty headers for covered components.
	 */
	private static @Nullable String single(Function<String, List<String>> headers, String name, Refusal refusal) {
		List<String> values = headers.apply(name);
		if (values.size() > 1) {
			throw new RefusedRequestException(refusal, "The request has several " + name + " headers");
		}
		return (values.isEmpty() || values.get(0).isBlank()) ? null : values.get(0).strip();
	}

	private AuthToken token(String authorization) {
		Matcher bearer = BEARER.matcher(authorization);
		if (!bearer.matches()) {
			throw new RefusedRequestException(Refusal.AUTH_TOKEN, "The Authorization header has no bearer token");
		}
		try {
			return this.authTokens.verify(bearer.group(1));
		}
		catch (InvalidTokenException ex) {
			throw new RefusedRequestException(Refusal.AUTH_TOKEN, "The auth token is not accepted: " + ex.getMessage(),
					ex);
		}
	}

	private AgentToken agent(String agentAuth) {
		Matcher token = AGENT_TOKEN.matcher(agentAuth);
		if (!token.matches()) {
			throw new RefusedRequestException(Refusal.AGENT_TOKEN, "The Agent-Auth header has no agent_token");
		}
		try {
			return readAgent(CompactToken.read(token.group(2), "agent+jwt"));
		}
		catch (InvalidTokenException ex) {
			throw new RefusedRequestException(Refusal.AGENT_TOKEN,
					"The agent token is not accepted: " + ex.getMessage(), ex);
		}
	}

	/**
	 * Read an agent token as far as possible without asking the agent for its keys.
	 * LumoAuth checks the issuer before it issues an auth token; an agent token alone
	 * gives no access here.
	 */
	private AgentToken readAgent(CompactToken token) {
		token.checkTimes(Math.floorDiv(this.clock.millis(), 1000L), MessageVerifier.TOLERANCE.toSeconds());
		Object audience = token.claim("aud");
		if (audience != null && !this.resource.equals(audience)
				&& !(audience instanceof Collection<?> several && several.contains(this.resource))) {
			throw new InvalidTokenException("its aud is not " + this.resource);
		}
		String agent = token.text("iss");
		try {
			Origin.of(new URI(agent));
		}
		catch (URISyntaxException | IllegalArgumentException ex) {
			throw new InvalidTokenException("its iss is not an https address");
		}
		return new AgentToken(agent, ConfirmationKey.of(token.claim("cnf")));
	}

	/**
	 * Check that a request is signed by the sender that it names.
	 * @return the authentication; {@code null} if the sender has no auth token
	 * @throws RefusedRequestException if it is not
	 * @throws LumoAuthUnavailableException if that can't be checked
	 */
	@Nullable AAuthAuthentication check(PresentedCaller caller, SentRequest sent, byte[] body) {
		if (sent.headers().apply("Content-Type").stream().anyMatch((type) -> FORM.matcher(type).lookingAt())) {
			throw new RefusedRequestException(Refusal.FORM,
					"The body is a form, which may have been read before its signature was checked");
		}
		ReceivedRequest request = sent.received(this.scheme, body);
		if (!this.authorities.contains(ReceivedRequest.authority(this.scheme, request.host()))) {
			throw new RefusedRequestException(Refusal.SIGNATURE, "The request is for another host than "
					+ this.authorities + " (lumoauth.aauth.resource.authorities)");
		}
		AuthToken token = caller.token();
		try {
			((token != null) ? this.signatures : this.signaturesOfUnknown).verify(request, caller.key());
		}
		catch (InvalidSignatureException ex) {
			throw new RefusedRequestException(Refusal.signature(ex.getRequiredComponents()),
					String.valueOf(ex.getMessage()), ex);
		}
		this.unavailable.set(false);
		return (token != null) ? new AAuthAuthentication(token.principal(), token.value()) : null;
	}

	/**
	 * Return the answer to a request that is not accepted.
	 * @param failure what {@link #presented} or {@link #check} has thrown
	 */
	Refusal refusal(RuntimeException failure) {
		if (failure instanceof RefusedRequestException refused) {
			logger.debug("A request is refused: " + refused.getMessage());
			return refused.refusal();
		}
		if (!(failure instanceof LumoAuthUnavailableException)) {
			throw failure;
		}
		if (this.unavailable.compareAndSet(false, true)) {
			logger.warn("Requests are refused, because they can't be checked: " + failure.getMessage());
		}
		logger.debug("A request can't be checked", failure);
		return Refusal.UNAVAILABLE;
	}

	/**
	 * What an agent token says about the agent.
	 *
	 * @param agent the agent's identifier
	 * @param key the key that has to sign the request
	 */
	record AgentToken(String agent, VerificationKey key) {
	}

	/**
	 * The sender according to a request.
	 *
	 * @param token the checked auth token; {@code null} = none
	 * @param agent the agent token; {@code null} = none. One of the two is present
	 */
	record PresentedCaller(@Nullable AuthToken token, @Nullable AgentToken agent) {

		VerificationKey key() {
			if (this.token != null) {
				return this.token.key();
			}
			if (this.agent != null) {
				return this.agent.key();
			}
			throw new IllegalStateException("The request has no token that names an agent");
		}

	}

}
