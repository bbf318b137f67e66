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

package dev.lumoauth.spring.aauth.api;

import java.net.URI;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

import dev.lumoauth.spring.aauth.signature.MessageSigner;
import dev.lumoauth.spring.http.LumoAuthHttp;
import dev.lumoauth.spring.token.key.SigningKey;

/**
 * LumoAuth's AAuth, used as one resource. The requests are signed by the resource, and
 * their {@code Signature-Key} header names the key. Each method throws the same
 * exceptions as those of {@link AAuthApi}.
 *
 * @since 0.1.0
 */
public final class ResourceApi {

	private static final String ISSUE = "resource/token";

	private static final String VERIFY = "resource/token/verify";

	private static final String VERIFY_AUTH = "auth/token/verify";

	private final SignedCalls calls;

	private final Clock clock;

	ResourceApi(LumoAuthHttp http, String resource, Supplier<SigningKey> key) {
		this(http, resource, key, Clock.systemUTC());
	}

	ResourceApi(LumoAuthHttp http, String resource, Supplier<SigningKey> key, Clock clock) {
		String id = quoted(resource);
		this.clock = clock;
		this.calls = new SignedCalls(http, MessageSigner.forLumoAuth(key, clock),
				(headers) -> headers.set("Signature-Key", "sig1=(scheme=jwks id=" + id + " kid="
						+ quoted(MessageSigner.signing(key.get()).keyId()) + " well-known=\"aauth-resource\")"));
	}

	private static String quoted(@Nullable String value) {
		Assert.isTrue(value != null && value.chars().allMatch((c) -> c > ' ' && c < 0x7F && c != '"' && c != '\\'),
				"The resource's identifier and its key's id must have no blank, quotation mark or backslash");
		return '"' + value + '"';
	}

	/**
	 * Let LumoAuth issue a resource token, with which an agent requests a token for this
	 * resource.
	 * @param agent the agent's identifier
	 * @param agentJkt the thumbprint of the agent's key (RFC 7638)
	 * @param scopes the scopes that the agent should request; possibly none
	 * @param authRequestUrl the request that the token is for, or {@code null} for none
	 * @return the token
	 */
	public ResourceToken resourceToken(String agent, String agentJkt, Set<String> scopes,
			@Nullable URI authRequestUrl) {
		Map<String, String> body = new LinkedHashMap<>();
		body.put("agent", agent);
		body.put("agent_jkt", agentJkt);
		if (!scopes.isEmpty()) {
			body.put("scope", String.join(" ", scopes));
		}
		if (authRequestUrl != null) {
			body.put("auth_request_url", authRequestUrl.toString());
		}
		body.put("auth_server", this.calls.http().endpoints().issuer());
		Answer answer = this.calls.ask(ISSUE, body, 200);
		String value = answer.requireToken("resource_token");
		answer.requireType("resource+jwt");
		ResourceToken token = new ResourceToken(value, answer.requireEnd(this.clock));
		wellFormed(ISSUE);
		return token;
	}

	/**
	 * Let LumoAuth check a resource token.
	 * @param resourceToken the token
	 * @param agent the agent that the token has to be for
	 * @param agentJkt the thumbprint of that agent's key (RFC 7638)
	 * @return the result of the check
	 */
	public ResourceTokenCheck verifyResourceToken(String resourceToken, String agent, String agentJkt) {
		Answer answer = this.calls.ask(VERIFY,
				Map.of("resource_token", resourceToken, "agent", agent, "agent_jkt", agentJkt), 200);
		ResourceTokenCheck check = new ResourceTokenCheck(answer.requireBoolean("active"), answer.text("resource"),
				answer.scopes(), answer.text("auth_request_url"), answer.error());
		wellFormed(VERIFY);
		return check;
	}

	/**
	 * Let LumoAuth check an auth token. The check alone is not enough: the request that
	 * came with the token has to be signed with the token's key.
	 * @param authToken the token
	 * @param resource the resource that the token has to be for
	 * @return the result of the check; a token for another resource is not active
	 */
	public AuthTokenCheck verifyAuthToken(String authToken, String resource) {
		Answer answer = this.calls.ask(VERIFY_AUTH, Map.of("auth_token", authToken, "resource", resource), 200);
		boolean active = answer.requireBoolean("active");
		String named = answer.text("resource");
		boolean another = active && named != null && !named.equals(resource);
		AuthTokenCheck check = new AuthTokenCheck(active && !another, answer.text("agent"),
				answer.text("agent_delegate"), named, answer.text("sub"), answer.scopes(), answer.text("cnf_jkt"),
				answer.object("act"), another ? "invalid_target" : answer.error());
		wellFormed(VERIFY_AUTH);
		return check;
	}

	private void wellFormed(String path) {
		this.calls.http().wellFormed(this.calls.endpoint(path));
	}

}
