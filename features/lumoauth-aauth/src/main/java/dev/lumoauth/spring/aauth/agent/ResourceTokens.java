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

import java.net.URI;
import java.text.ParseException;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import org.jspecify.annotations.Nullable;

import dev.lumoauth.spring.LumoAuthDeniedException;
import dev.lumoauth.spring.http.LumoAuthJson;

/**
 * The resource tokens of configured resources. Each is fetched for one request to
 * LumoAuth and is examined first. LumoAuth checks the resource's signature, since it
 * knows the resource's keys.
 */
final class ResourceTokens {

	static final String INVALID = "invalid_resource_token";

	private static final JOSEObjectType TYPE = new JOSEObjectType("resource+jwt");

	private final AAuthAgent agent;

	private final String issuer;

	private final ResourceRequests requests;

	/**
	 * Create the tokens.
	 * @param agent the agent that the tokens are for
	 * @param issuer the only issuer of auth tokens: LumoAuth
	 * @param requests sends the requests to resources
	 */
	ResourceTokens(AAuthAgent agent, String issuer, ResourceRequests requests) {
		this.agent = agent;
		this.issuer = issuer;
		this.requests = requests;
	}

	/**
	 * Get a resource token.
	 * @param target the resource
	 * @param scopes the scopes to request; empty = those that the resource chooses
	 * @return the token
	 * @throws LumoAuthDeniedException if the resource gives no usable token
	 * @throws dev.lumoauth.spring.LumoAuthUnavailableException if the resource gave no
	 * answer
	 */
	String get(AAuthTarget target, Set<String> scopes) {
		URI endpoint = target.resourceTokenEndpoint();
		ResourceChallenge given = (endpoint != null) ? fromEndpoint(target, endpoint, scopes) : fromChallenge(target);
		if (given.authServer() != null && !given.authServer().equals(this.issuer)) {
			throw refused(target, "names an authorization server other than LumoAuth, and only LumoAuth is asked",
					"auth_server");
		}
		check(target, given.resourceToken());
		return given.resourceToken();
	}

	private ResourceChallenge fromChallenge(AAuthTarget target) {
		ResourceRequests.Answer answer = this.requests.get(target, target.challengeUrl());
		ResourceChallenge challenge = (answer.status() == 401) ? ResourceChallenge.of(answer.header("Agent-Auth"))
				: null;
		if (challenge == null) {
			throw new LumoAuthDeniedException(ResourceRequests.of(target) + " answered a request without a token (HTTP "
					+ answer.status() + ") and did not ask for an auth token with an Agent-Auth header: set "
					+ target.property() + ".challenge-url to an address that asks for one, or " + target.property()
					+ ".resource-token-endpoint", INVALID, null);
		}
		return challenge;
	}

	private ResourceChallenge fromEndpoint(AAuthTarget target, URI endpoint, Set<String> scopes) {
		Map<String, String> wanted = scopes.isEmpty() ? Map.of() : Map.of("scope", String.join(" ", scopes));
		ResourceRequests.Answer answer = this.requests.post(target, endpoint, LumoAuthJson.write(wanted));
		if (answer.status() != 200) {
			throw new LumoAuthDeniedException(ResourceRequests.of(target) + " refused a resource token (HTTP "
					+ answer.status() + "): check " + target.property()
					+ ".resource-token-endpoint and .scopes, and that the resource knows the agent "
					+ this.agent.identifier(), INVALID, null);
		}
		Map<String, Object> fields = fields(answer.body());
		String token = text(fields.get("resource_token"));
		if (token == null || (fields.get("auth_server") != null && text(fields.get("auth_server")) == null)) {
			throw new LumoAuthDeniedException(ResourceRequests.of(target) + " gave an answer without a resource token: "
					+ "check " + target.property() + ".resource-token-endpoint", INVALID, null);
		}
		return new ResourceChallenge(token, text(fields.get("auth_server")));
	}

	private static Map<String, Object> fields(byte[] body) {
		try {
			return LumoAuthJson.read(body);
		}
		catch (IllegalArgumentException ex) {
			return Map.of();
		}
	}

	private static @Nullable String text(@Nullable Object value) {
		return (value instanceof String text && !text.isBlank()) ? text : null;
	}

	private void check(AAuthTarget target, String token) {
		try {
			SignedJWT jwt = SignedJWT.parse(token);
			if (!TYPE.equals(jwt.getHeader().getType())) {
				throw refused(target, "does not have the type resource+jwt", "typ");
			}
			check(target, jwt.getJWTClaimsSet());
		}
		catch (ParseException ex) { // whose message may quote the token
			throw refused(target, "can't be read", "");
		}
	}

	private void check(AAuthTarget target, JWTClaimsSet claims) throws ParseException {
		if (!target.resource().equals(claims.getIssuer())) {
			throw refused(target, "is from a resource other than " + target.property() + ".resource", "iss");
		}
		if (!List.of(this.issuer).equals(claims.getAudience())) {
			throw refused(target, "is not for LumoAuth: the resource trusts another issuer than " + this.issuer, "aud");
		}
		if (!this.agent.identifier().equals(claims.getStringClaim("agent"))) {
			throw refused(target, "is for another agent than lumoauth.aauth.agent", "agent");
		}
		if (!this.agent.key().thumbprint().equals(claims.getStringClaim("agent_jkt"))) {
			throw refused(target, "is for another key than the agent's", "agent_jkt");
		}
		Date end = claims.getExpirationTime();
		if (end == null || !end.toInstant().isAfter(now())) {
			throw refused(target,
					"has no expiry or has expired: compare the clocks of the resource and of this machine", "exp");
		}
	}

	private Instant now() {
		return this.agent.clock().instant();
	}

	private static LumoAuthDeniedException refused(AAuthTarget target, String what, String claim) {
		return new LumoAuthDeniedException(ResourceRequests.of(target) + " gave a resource token that " + what
				+ (claim.isEmpty() ? "" : " (" + claim + ")"), INVALID, null);
	}

}
