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

package dev.lumoauth.spring.token;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.util.Assert;
import org.springframework.util.MultiValueMap;

/**
 * What the agent shows to LumoAuth's token endpoint (RFC 6749 section 2.3.1).
 *
 * @param clientId the agent's client id
 * @param clientSecret its secret; {@code null} only with the method {@code none}
 * @param method {@code client_secret_post}, {@code client_secret_basic} or {@code none}
 * @since 0.1.0
 */
public record AgentCredentials(String clientId, @Nullable String clientSecret, ClientAuthenticationMethod method) {

	public AgentCredentials {
		Assert.hasText(clientId, "The client id must not be blank");
		boolean none = method.equals(ClientAuthenticationMethod.NONE);
		Assert.isTrue(
				none || method.equals(ClientAuthenticationMethod.CLIENT_SECRET_POST)
						|| method.equals(ClientAuthenticationMethod.CLIENT_SECRET_BASIC),
				() -> "The client authentication method '" + method.getValue() + "' is not supported");
		Assert.isTrue(none || (clientSecret != null && !clientSecret.isBlank()),
				() -> "The client authentication method '" + method.getValue() + "' needs a client secret");
	}

	/**
	 * Return these credentials without the secret, for requests that carry only the
	 * client id.
	 */
	AgentCredentials withoutSecret() {
		return new AgentCredentials(this.clientId, null, ClientAuthenticationMethod.NONE);
	}

	/**
	 * Both halves are form-encoded first, as RFC 6749 section 2.3.1 has it.
	 */
	void addTo(HttpHeaders headers) {
		if (this.method.equals(ClientAuthenticationMethod.CLIENT_SECRET_BASIC) && this.clientSecret != null) {
			headers.setBasicAuth(encode(this.clientId), encode(this.clientSecret));
		}
	}

	/**
	 * The client id always: LumoAuth's MCP exchange refuses a request without it.
	 */
	void addTo(MultiValueMap<String, String> form) {
		form.set("client_id", this.clientId);
		form.remove("client_secret");
		if (this.method.equals(ClientAuthenticationMethod.CLIENT_SECRET_POST) && this.clientSecret != null) {
			form.set("client_secret", this.clientSecret);
		}
	}

	private static String encode(String value) {
		return URLEncoder.encode(value, StandardCharsets.UTF_8);
	}

	/**
	 * Without the secret.
	 */
	@Override
	public String toString() {
		return "AgentCredentials[clientId=" + this.clientId + ", method=" + this.method.getValue() + "]";
	}

}
