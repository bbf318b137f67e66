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

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.security.oauth2.core.OAuth2AccessToken;

import dev.lumoauth.spring.LumoAuthAuthenticationException;
import dev.lumoauth.spring.aauth.agent.AAuthAgent.AgentToken;
import dev.lumoauth.spring.http.LumoAuthHttp;

/**
 * LumoAuth's AAuth, used as one agent. Nothing is remembered here.
 * <p>
 * Each method throws {@link LumoAuthAuthenticationException} if LumoAuth does not accept
 * the agent's proof of identity, {@link dev.lumoauth.spring.LumoAuthDeniedException} if
 * LumoAuth refuses the request, {@link dev.lumoauth.spring.LumoAuthRateLimitedException}
 * if there were too many requests, and another
 * {@link dev.lumoauth.spring.LumoAuthUnavailableException} if there was no usable answer.
 *
 * @since 0.1.0
 */
public final class AAuthApi {

	private static final String PLATFORM_TOKEN = "agent/platform-token";

	private static final String TOKEN_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";

	private static final String AAUTH_TOKEN = "urn:lumoauth:params:oauth:token-type:aauth-token";

	private final SignedCalls calls;

	private final AAuthAgent agent;

	private final AuthAnswers answers;

	private AAuthApi(LumoAuthHttp http, AAuthAgent agent) {
		this.agent = agent;
		this.answers = new AuthAnswers(http, agent.identifier(), agent.clock());
		this.calls = new SignedCalls(http, agent);
	}

	/**
	 * Return the operations of LumoAuth's AAuth for an agent.
	 * @param http the connection to LumoAuth
	 * @param agent the agent
	 * @return the operations
	 */
	public static AAuthApi forAgent(LumoAuthHttp http, AAuthAgent agent) {
		return new AAuthApi(http, agent);
	}

	/**
	 * Return how long a chat, or a request to the application, may wait for LumoAuth in
	 * all.
	 * @return how long
	 */
	public Duration maxWait() {
		return this.calls.http().maxWait();
	}

	/**
	 * Ask for a token for a resource ({@code request_type=auth}).
	 * @param resourceToken the resource token for this request
	 * @param scopes the scopes to request; empty = those of the resource token
	 * @param redirectUri the address to which a user who has to consent is sent back;
	 * {@code null} = nobody is sent back
	 * @return the token, or the consent that a user has to give
	 */
	public AuthAnswer auth(String resourceToken, Set<String> scopes, @Nullable String redirectUri) {
		Map<String, String> body = request("auth");
		body.put("resource_token", resourceToken);
		scope(body, scopes);
		if (redirectUri != null) {
			body.put("redirect_uri", redirectUri);
		}
		return this.answers.read(send(body, true), body);
	}

	/**
	 * Get the token to which a user has consented ({@code request_type=code}).
	 * @param code the code with which the user was sent back, valid once
	 * @param redirectUri the exact address to which the user was sent back
	 * @return the token
	 */
	public AuthAnswer code(String code, String redirectUri) {
		Map<String, String> body = request("code");
		body.put("code", code);
		body.put("redirect_uri", redirectUri);
		Answer answer = send(body, false);
		AuthAnswer read = this.answers.read(answer, body);
		if (read.token() == null) {
			throw answer.malformed("it asks for consent that was already given");
		}
		return read;
	}

	/**
	 * Exchange the token that the agent was called with for a token to call another
	 * resource ({@code request_type=exchange}). The new token says who acts for whom.
	 * @param authToken the token that the agent was called with
	 * @param resourceToken the other resource's resource token
	 * @return the token, or the consent that a user has to give
	 */
	public AuthAnswer exchange(String authToken, String resourceToken) {
		Map<String, String> body = request("exchange");
		body.put("auth_token", authToken);
		body.put("resource_token", resourceToken);
		return this.answers.read(send(body, true), body);
	}

	/**
	 * Renew a token ({@code request_type=refresh}). The refresh token stays the same if
	 * the answer has none.
	 * @param refreshToken the refresh token
	 * @param resourceToken a new resource token of the same resource
	 * @param scopes the scopes to request; empty = the same
	 * @return the token, or the consent that a user has to give again
	 */
	public AuthAnswer refresh(String refreshToken, String resourceToken, Set<String> scopes) {
		Map<String, String> body = request("refresh");
		body.put("refresh_token", refreshToken);
		body.put("resource_token", resourceToken);
		scope(body, scopes);
		return this.answers.read(send(body, true), body);
	}

	/**
	 * Get the agent's own token for all of LumoAuth's other interfaces. It is bound to
	 * the agent's key (RFC 9449).
	 * @param scopes the scopes to request; empty = all scopes of the agent
	 * @return the token, of the type {@code DPoP}, with an expiry
	 */
	public OAuth2AccessToken platformToken(Set<String> scopes) {
		AgentToken by = this.calls.identity();
		Map<String, String> body = new LinkedHashMap<>();
		body.put("grant_type", TOKEN_EXCHANGE);
		body.put("subject_token", by.value());
		body.put("subject_token_type", AAUTH_TOKEN);
		scope(body, scopes);
		Answer answer = this.calls.send(by, PLATFORM_TOKEN, body, true, 200);
		String value = answer.requireToken("access_token");
		answer.requireType("DPoP");
		String boundTo = answer.text("cnf_jkt");
		if (boundTo != null && !boundTo.equals(by.key().thumbprint())) {
			throw answer.malformed("its token is bound to another key than the agent's");
		}
		OAuth2AccessToken token = new OAuth2AccessToken(OAuth2AccessToken.TokenType.DPOP, value,
				this.agent.clock().instant(), answer.requireEnd(this.agent.clock()), answer.scopes());
		// A token that is bound to a key that the agent no longer uses is useless.
		return this.agent.key().equals(by.key()) ? token : platformToken(scopes);
	}

	private Answer send(Map<String, String> body, boolean repeatable) {
		return this.calls.send(this.calls.identity(), AuthAnswers.ENDPOINT, body, repeatable, 200, 401);
	}

	private static Map<String, String> request(String type) {
		Map<String, String> body = new LinkedHashMap<>();
		body.put("request_type", type);
		return body;
	}

	private static void scope(Map<String, String> body, Set<String> scopes) {
		if (!scopes.isEmpty()) {
			body.put("scope", String.join(" ", scopes));
		}
	}

}
