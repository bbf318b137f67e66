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

import java.text.ParseException;
import java.time.Instant;
import java.util.Date;
import java.util.List;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;

import dev.lumoauth.spring.LumoAuthDeniedException;

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
	 * @return the token
	 * @throws LumoAuthDeniedException if the resource gives no usable token
	 * @throws dev.lumoauth.spring.LumoAuthUnavailableException if the resource gave no
	 * answer
	 */
	String get(AAuthTarget target) {
		ResourceChallenge given = challenge(target);
		if (given.authServer() != null && !given.authServer().equals(this.issuer)) {
			throw refused(target, "names an authorization server other than LumoAuth, and only LumoAuth is asked",
					"auth_server");
		}
		check(target, given.resourceToken());
		return given.resourceToken();
	}

	private ResourceChallenge challenge(AAuthTarget target) {
		ResourceRequests.Answer answer = this.requests.get(target);
		ResourceChallenge challenge = (answer.status() == 401) ? ResourceChallenge.of(answer.header("Agent-Auth"))
				: null;
		if (challenge == null) {
			throw new LumoAuthDeniedException(ResourceRequests.of(target) + " answered a request without a token (HTTP "
					+ answer.status() + ") and did not ask for an auth token with an Agent-Auth header: set "
					+ target.property() + ".url to an address that asks for one", INVALID, null);
		}
		return challenge;
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
