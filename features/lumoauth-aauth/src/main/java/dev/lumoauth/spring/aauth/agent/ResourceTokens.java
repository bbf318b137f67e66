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

package dev.lumoauth.spring.aauth.agent;

import java.io.IOException;
import java.text.ParseException;
import java.time.Duration;
import java.util.Date;
import java.util.List;
import java.util.Objects;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.web.client.ResourceAccessException;
import org.springframework.web.client.RestClient;

import dev.lumoauth.spring.LumoAuthDeniedException;
import dev.lumoauth.spring.LumoAuthProtocolException;
import dev.lumoauth.spring.LumoAuthRateLimitedException;
import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.token.SigningInterceptor;

/**
 * The resource tokens of configured resources. Each is fetched for one request to
 * LumoAuth and is examined first. LumoAuth checks the resource's signature, since it
 * knows the resource's keys.
 */
final class ResourceTokens {

	static final String INVALID = "invalid_resource_token";

	/** The longest wait that is reported. */
	private static final long MAX_WAIT = Duration.ofDays(1).toSeconds();

	private static final JOSEObjectType TYPE = new JOSEObjectType("resource+jwt");

	private final AAuthAgent agent;

	private final String issuer;

	private final RestClient client;

	/**
	 * Create the tokens.
	 * @param agent the agent that the tokens are for, which signs the requests
	 * @param issuer the only issuer of auth tokens: LumoAuth
	 * @param requestFactory creates the requests to resources; it must have timeouts and
	 * must not follow redirects
	 */
	ResourceTokens(AAuthAgent agent, String issuer, ClientHttpRequestFactory requestFactory) {
		this.agent = agent;
		this.issuer = issuer;
		// A separate client: an application's interceptors might add credentials.
		this.client = RestClient.builder()
			.requestFactory(requestFactory)
			.requestInterceptor(new SigningInterceptor(agent.signer()))
			.build();
	}

	/**
	 * Get a resource token.
	 * @param target the resource
	 * @return the token
	 * @throws LumoAuthDeniedException if the resource gives no usable token
	 * @throws LumoAuthUnavailableException if the resource gave no answer
	 */
	String get(AAuthTarget target) {
		ResourceChallenge given = challenge(target);
		require(given.authServer() == null || given.authServer().equals(this.issuer), target,
				"names an authorization server other than LumoAuth, and only LumoAuth is asked", "auth_server");
		try {
			SignedJWT jwt = SignedJWT.parse(given.resourceToken());
			require(TYPE.equals(jwt.getHeader().getType()), target, "does not have the type resource+jwt", "typ");
			check(target, jwt.getJWTClaimsSet());
		}
		catch (ParseException ex) { // whose message may quote the token
			require(false, target, "can't be read", "JWT");
		}
		return given.resourceToken();
	}

	private ResourceChallenge challenge(AAuthTarget target) {
		try {
			return Objects.requireNonNull(this.client.get()
				.uri(target.url())
				.accept(MediaType.ALL)
				.header("Agent-Auth", "agent_token=" + this.agent.agentToken(target.resource()))
				.exchange((sent, response) -> challenge(target, response)));
		}
		catch (ResourceAccessException ex) {
			throw new LumoAuthUnavailableException(name(target)
					+ " could not be reached, or did not answer in time: check " + target.property() + ".url", ex);
		}
	}

	private static ResourceChallenge challenge(AAuthTarget target, ClientHttpResponse response) throws IOException {
		HttpStatusCode status = response.getStatusCode();
		if (status.is3xxRedirection()) {
			throw new LumoAuthProtocolException(name(target) + " answered with a redirect (HTTP " + status.value()
					+ "), which is not followed: set " + target.property()
					+ ".url to the address that answers without a redirect", null);
		}
		if (status.isSameCodeAs(HttpStatus.TOO_MANY_REQUESTS)) {
			throw new LumoAuthRateLimitedException(name(target) + " accepts no requests for a while (HTTP 429)",
					wait(response.getHeaders()), null);
		}
		if (status.is5xxServerError()) {
			throw new LumoAuthUnavailableException(name(target) + " failed (HTTP " + status.value() + ")", null);
		}
		ResourceChallenge challenge = status.isSameCodeAs(HttpStatus.UNAUTHORIZED)
				? ResourceChallenge.of(response.getHeaders().getOrEmpty("Agent-Auth")) : null;
		if (challenge == null) {
			throw new LumoAuthDeniedException(name(target) + " answered a request without a token (HTTP "
					+ status.value() + ") and did not ask for an auth token with an Agent-Auth header: set "
					+ target.property() + ".url to an address that asks for one", INVALID, null);
		}
		return challenge;
	}

	private static @Nullable Duration wait(HttpHeaders headers) {
		try {
			String seconds = headers.getFirst(HttpHeaders.RETRY_AFTER);
			return (seconds != null)
					? Duration.ofSeconds(Math.max(0, Math.min(Long.parseLong(seconds.trim()), MAX_WAIT))) : null;
		}
		catch (NumberFormatException ex) {
			return null;
		}
	}

	private void check(AAuthTarget target, JWTClaimsSet claims) throws ParseException {
		require(target.resource().equals(claims.getIssuer()), target,
				"is from a resource other than " + target.property() + ".resource", "iss");
		require(List.of(this.issuer).equals(claims.getAudience()), target,
				"is not for LumoAuth: the resource trusts another issuer than " + this.issuer, "aud");
		require(this.agent.identifier().equals(claims.getStringClaim("agent")), target,
				"is for another agent than lumoauth.aauth.agent", "agent");
		require(this.agent.key().thumbprint().equals(claims.getStringClaim("agent_jkt")), target,
				"is for another key than the agent's", "agent_jkt");
		Date end = claims.getExpirationTime();
		require(end != null && end.toInstant().isAfter(this.agent.clock().instant()), target,
				"has no expiry or has expired: compare the clocks of the resource and of this machine", "exp");
	}

	private static void require(boolean fits, AAuthTarget target, String otherwise, String claim) {
		if (!fits) {
			throw new LumoAuthDeniedException(
					name(target) + " gave a resource token that " + otherwise + " (" + claim + ")", INVALID, null);
		}
	}

	/**
	 * Return the name of a resource in a message.
	 */
	private static String name(AAuthTarget target) {
		return "The resource of " + target.property();
	}

}
