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

package dev.lumoauth.devserver.oauth;

import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.lumoauth.devserver.config.AgentProperties.AuthenticationMethod;
import dev.lumoauth.devserver.jose.KeyFinder;
import dev.lumoauth.devserver.jose.SingleUse;
import dev.lumoauth.devserver.jose.TrustedKeys;
import dev.lumoauth.devserver.state.Agent;
import dev.lumoauth.devserver.web.ApiPaths;
import dev.lumoauth.devserver.web.CurrentTenant;
import dev.lumoauth.devserver.workload.Workload;
import dev.lumoauth.devserver.workload.WorkloadRefusedException;
import dev.lumoauth.devserver.workload.Workloads;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtDecoderFactory;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2ClientAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.web.authentication.AuthenticationConverter;
import org.springframework.stereotype.Component;
import org.springframework.util.StringUtils;

/**
 * Reads and verifies client assertions (RFC 7523, section 3): those that an agent has
 * signed with its own key, and platform tokens. Spring Authorization Server's converter
 * needs a {@code client_id}, which LumoAuth's samples leave out. Its decoder accepts an
 * assertion twice.
 */
@Component
class ClientAssertions implements AuthenticationConverter, JwtDecoderFactory<RegisteredClient> {

	private static final ClientAuthenticationMethod METHOD = ClientAuthenticationMethod
		.valueOf("urn:ietf:params:oauth:client-assertion-type:jwt-bearer");

	private static final Duration MAX_LIFETIME = Duration.ofMinutes(5);

	private static final Duration SKEW = Duration.ofMinutes(1);

	private static final int MAX_LENGTH = 16_384;

	private final KeyFinder keys;

	private final Workloads workloads;

	private final SingleUse used;

	private final Clock clock;

	ClientAssertions(KeyFinder keys, Workloads workloads, Clock clock) {
		this.keys = keys;
		this.workloads = workloads;
		this.used = new SingleUse(clock);
		this.clock = clock;
	}

	@Override
	public @Nullable Authentication convert(HttpServletRequest request) {
		String type = request.getParameter("client_assertion_type");
		String assertion = request.getParameter("client_assertion");
		if (type == null && assertion == null) {
			return null;
		}
		if (request.getHeader(HttpHeaders.AUTHORIZATION) != null || request.getParameter("client_secret") != null) {
			throw OAuthErrors.error(OAuth2ErrorCodes.INVALID_REQUEST, "The client authenticates in more than one way");
		}
		if (!METHOD.getValue().equals(type) || !StringUtils.hasText(assertion)) {
			throw refused("client_assertion is missing, or client_assertion_type is not " + METHOD.getValue());
		}
		String clientId = request.getParameter("client_id");
		if (clientId == null) {
			clientId = parse(assertion).getSubject();
		}
		if (!StringUtils.hasText(clientId) || CurrentTenant.get().agent(clientId).isEmpty()) {
			throw refused("There is no agent with the client_id, or with the assertion's sub if there is no client_id");
		}
		return new OAuth2ClientAuthenticationToken(clientId, METHOD, assertion, LoginParameters.of(request));
	}

	/**
	 * Returns the client that an assertion names. Nothing is verified.
	 */
	static @Nullable String subjectOf(String assertion) {
		try {
			return parse(assertion).getSubject();
		}
		catch (OAuth2AuthenticationException ex) {
			return null;
		}
	}

	@Override
	public JwtDecoder createDecoder(RegisteredClient client) {
		return (assertion) -> {
			Agent agent = CurrentTenant.get()
				.agent(client.getClientId())
				.orElseThrow(() -> refused("Only an agent can authenticate with an assertion"));
			JWTClaimsSet claims = parse(assertion);
			if (agent.id().equals(claims.getIssuer())) {
				verifyOwn(assertion, claims, agent);
			}
			else {
				verifyPlatforms(assertion, agent);
			}
			return Jwt.withTokenValue(assertion).header("alg", "verified").subject(agent.id()).build();
		};
	}

	private void verifyOwn(String assertion, JWTClaimsSet claims, Agent agent) {
		TrustedKeys trusted = agent.credentials().keys();
		if (trusted == null || !agent.credentials().permit(AuthenticationMethod.PRIVATE_KEY_JWT)) {
			throw refused("The agent has no public keys, or may not authenticate with private_key_jwt");
		}
		if (!agent.id().equals(claims.getSubject())) {
			throw refused("iss and sub of the assertion differ");
		}
		String issuer = ApiPaths.issuerOf(CurrentTenant.request());
		if (!claims.getAudience().equals(List.of(issuer))) {
			throw refused("aud of the assertion is not the issuer, " + issuer);
		}
		Instant expiry = checkTimes(claims);
		JWK key = this.keys.find(parseSigned(assertion), trusted);
		if (key == null) {
			throw refused("The assertion's signature is not valid with any of the agent's keys");
		}
		String id = claims.getJWTID();
		if (id == null || !this.used.use(CurrentTenant.get().slug() + "/" + agent.id(), id, expiry)) {
			throw refused("jti of the assertion is missing, or was already used");
		}
		Obtained.byKey(key.getKeyID()).keepFor(CurrentTenant.request());
	}

	private Instant checkTimes(JWTClaimsSet claims) {
		Instant now = this.clock.instant();
		Date expiry = claims.getExpirationTime();
		if (expiry == null || !expiry.toInstant().isAfter(now) || expiry.toInstant().isAfter(now.plus(MAX_LIFETIME))) {
			throw refused("exp of the assertion is missing, in the past, or more than 5 minutes ahead");
		}
		for (Date date : new @Nullable Date[] { claims.getNotBeforeTime(), claims.getIssueTime() }) {
			if (date != null && date.toInstant().isAfter(now.plus(SKEW))) {
				throw refused("nbf or iat of the assertion is in the future");
			}
		}
		return expiry.toInstant();
	}

	private void verifyPlatforms(String assertion, Agent agent) {
		try {
			Workload workload = this.workloads.find(assertion, List.of(agent));
			Obtained.byPlatform("client_assertion", workload).keepFor(CurrentTenant.request());
		}
		catch (WorkloadRefusedException ex) {
			throw refused(String.valueOf(ex.getMessage()));
		}
	}

	private static JWTClaimsSet parse(String assertion) {
		try {
			return parseSigned(assertion).getJWTClaimsSet();
		}
		catch (ParseException ex) {
			throw refused("The assertion is not a signed JWT");
		}
	}

	private static SignedJWT parseSigned(String assertion) {
		try {
			if (assertion.length() <= MAX_LENGTH) {
				return SignedJWT.parse(assertion);
			}
		}
		catch (ParseException ex) {
			// Its message may repeat the assertion.
		}
		throw refused("The assertion is not a signed JWT");
	}

	private static OAuth2AuthenticationException refused(String description) {
		return OAuthErrors.error(OAuth2ErrorCodes.INVALID_CLIENT, description);
	}

}
