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
 * No proof: only the agent's id is sent.
 */
record ClientIdOnly(String clientId) implements AgentCredentials {

	ClientIdOnly {
		Assert.hasText(clientId, "The client id must not be blank");
	}

	@Override
	public ClientAuthenticationMethod method() {
		return ClientAuthenticationMethod.NONE;
	}

	@Override
	public void addTo(HttpHeaders headers, MultiValueMap<String, String> form) {
		form.set("client_id", this.clientId);
	}

}
