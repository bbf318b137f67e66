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

import java.util.function.Supplier;

import org.springframework.http.HttpHeaders;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.util.Assert;
import org.springframework.util.MultiValueMap;

/**
 * Credentials that may change before the next request.
 */
record ChangingCredentials(String clientId, ClientAuthenticationMethod method,
		Supplier<AgentCredentials> source) implements AgentCredentials {

	ChangingCredentials {
		Assert.hasText(clientId, "The client id must not be blank");
	}

	@Override
	public AgentCredentials current() {
		return this.source.get();
	}

	@Override
	public void addTo(HttpHeaders headers, MultiValueMap<String, String> form) {
		current().addTo(headers, form);
	}

	/**
	 * Without the current credentials.
	 */
	@Override
	public String toString() {
		return "ChangingCredentials[clientId=" + this.clientId + ", method=" + this.method.getValue() + "]";
	}

}
