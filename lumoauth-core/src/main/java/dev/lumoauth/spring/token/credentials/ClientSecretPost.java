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

import org.springframework.http.HttpHeaders;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.util.Assert;
import org.springframework.util.MultiValueMap;

/**
 * The secret in the form (RFC 6749 section 2.3.1).
 */
record ClientSecretPost(String clientId, String clientSecret) implements AgentCredentials {

	ClientSecretPost {
		Assert.hasText(clientId, "The client id must not be blank");
		Assert.hasText(clientSecret, "The client authentication method 'client_secret_post' needs a client secret");
	}

	@Override
	public ClientAuthenticationMethod method() {
		return ClientAuthenticationMethod.CLIENT_SECRET_POST;
	}

	@Override
	public void addTo(HttpHeaders headers, MultiValueMap<String, String> form) {
		form.set("client_id", this.clientId);
		form.set("client_secret", this.clientSecret);
	}

	/**
	 * Without the secret.
	 */
	@Override
	public String toString() {
		return "ClientSecretPost[clientId=" + this.clientId + "]";
	}

}
