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
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.web.util.UriComponentsBuilder;

import dev.lumoauth.spring.LumoAuthAuthenticationException;
import dev.lumoauth.spring.http.Excerpt;
import dev.lumoauth.spring.http.LumoAuthHttp;
import dev.lumoauth.spring.http.Origin;

/**
 * Reads the answers to requests for auth tokens. LumoAuth's documents have two forms of
 * both the token and the consent; all of them are accepted.
 */
record AuthAnswers(LumoAuthHttp http, String agent, Clock clock) {

	static final String ENDPOINT = "agent/token";

	private static final String AUTH_JWT = "auth+jwt";

	/** How long LumoAuth waits for a user's consent. */
	private static final Duration CONSENT_LIFE = Duration.ofMinutes(10);

	/** The draft's codes, and those of RFC 6749 and RFC 6750. */
	private static final Set<String> CODES = Set.of("invalid_signature", "invalid_agent_token", "key_binding_failed",
			"invalid_resource_token", "invalid_auth_token", "invalid_client", "unauthorized_client", "invalid_token",
			"invalid_grant", "invalid_request");

	/**
	 * Read an answer.
	 * @param answer the answer, of status 200 or 401
	 * @param request what was sent
	 * @throws LumoAuthAuthenticationException if the answer is a refusal
	 */
	AuthAnswer read(Answer answer, Map<String, String> request) {
		if (answer.status() != 200 && !isConsent(answer)) {
			throw refusal(answer, request);
		}
		return isConsent(answer) ? new AuthAnswer(null, null, consent(answer)) : token(answer, request);
	}

	/**
	 * An answer with a token is not a consent, whatever else it contains.
	 */
	private static boolean isConsent(Answer answer) {
		Map<String, Object> fields = answer.fields();
		boolean token = answer.status() == 200
				&& (fields.get("auth_token") != null || fields.get("access_token") != null);
		return !token && (fields.get("request_token") != null || fields.get("authorization_uri") != null
				|| fields.get("auth_url") != null);
	}

	private AuthAnswer token(Answer answer, Map<String, String> request) {
		answer.requireEcho("request_type", String.valueOf(request.get("request_type")));
		String value = answer.requireToken("auth_token", "access_token");
		answer.requireType(AUTH_JWT, "Bearer");
		OAuth2AccessToken token = new OAuth2AccessToken(OAuth2AccessToken.TokenType.BEARER, value, this.clock.instant(),
				answer.requireEnd(this.clock), answer.scopes());
		return new AuthAnswer(token, answer.token("refresh_token"), null);
	}

	private Consent consent(Answer answer) {
		String requestToken = answer.token("request_token");
		String address = answer.text("authorization_uri", "auth_url");
		Instant end = answer.end(this.clock);
		return new Consent(address(answer, address, requestToken), requestToken,
				(end != null) ? end : this.clock.instant().plus(CONSENT_LIFE));
	}

	/**
	 * Return the address at which a user consents. A relative address is resolved against
	 * LumoAuth's; without an address, the documented one is used.
	 */
	private URI address(Answer answer, @Nullable String address, @Nullable String requestToken) {
		if (address == null) {
			return UriComponentsBuilder.fromUri(SignedCalls.endpoint(this.http, "agent/auth"))
				.queryParam("request_token", "{token}")
				.encode()
				.buildAndExpand(requestToken)
				.toUri();
		}
		try {
			URI uri = URI.create(this.http.endpoints().issuer() + "/").resolve(address);
			Origin.of(uri); // https, or this machine
			if (uri.getRawUserInfo() == null) {
				return uri;
			}
		}
		catch (IllegalArgumentException ex) {
			// The message quotes the address.
		}
		throw answer.malformed("the address where the user has to consent is not an https address");
	}

	private LumoAuthAuthenticationException refusal(Answer answer, Map<String, String> request) {
		String error = (answer.fields().get("error") instanceof String text) ? text : null;
		StringBuilder what = new StringBuilder("HTTP ").append(answer.status());
		if (error != null) {
			what.append(", ").append(excerpt(error, request));
		}
		if (answer.fields().get("error_description") instanceof String description) {
			what.append(": ").append(excerpt(description, request));
		}
		URI endpoint = SignedCalls.endpoint(this.http, ENDPOINT);
		LumoAuthAuthenticationException refusal = new LumoAuthAuthenticationException(
				"LumoAuth at " + endpoint + " does not accept the agent '" + this.agent + "' (" + what
						+ "): check that its key is registered there, that lumoauth.aauth.agent is its registered "
						+ "identifier, and that this machine's clock is right",
				(error != null && CODES.contains(error)) ? error : null, null);
		this.http.refused(endpoint, answer.status(), refusal);
		return refusal;
	}

	private static String excerpt(String text, Map<String, String> request) {
		String masked = text;
		for (Map.Entry<String, String> field : request.entrySet()) {
			if (!field.getKey().equals("request_type") && !field.getKey().equals("scope")) {
				masked = masked.replace(field.getValue(), "***");
			}
		}
		return Excerpt.of(masked);
	}

}
