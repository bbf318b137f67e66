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

package dev.lumoauth.spring.token.credentials;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

import org.springframework.http.HttpHeaders;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.util.Assert;
import org.springframework.util.MultiValueMap;

/**
 * The secret, in the {@code Authorization} header or in the form (RFC 6749 section
 * 2.3.1).
 *
 * @param clientId the client id
 * @param clientSecret the secret
 * @param method {@code client_secret_basic} or {@code client_secret_post}
 */
record ClientSecret(String clientId, String clientSecret,
		ClientAuthenticationMethod method) implements AgentCredentials {

	ClientSecret {
		Assert.hasText(clientId, "The client id must not be blank");
		Assert.hasText(clientSecret,
				() -> "The client authentication method '" + method.getValue() + "' needs a client secret");
	}

	/**
	 * In the header both halves are form-encoded first. The client id is in the form too:
	 * LumoAuth's MCP exchange refuses a request without it.
	 */
	@Override
	public void addTo(HttpHeaders headers, MultiValueMap<String, String> form) {
		form.set("client_id", this.clientId);
		if (this.method.equals(ClientAuthenticationMethod.CLIENT_SECRET_BASIC)) {
			headers.setBasicAuth(encode(this.clientId), encode(this.clientSecret));
		}
		else {
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
		return "ClientSecret[clientId=" + this.clientId + ", method=" + this.method.getValue() + "]";
	}

}
