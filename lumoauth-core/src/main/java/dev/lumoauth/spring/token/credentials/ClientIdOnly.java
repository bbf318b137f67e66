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

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.util.Assert;
import org.springframework.util.MultiValueMap;

/**
 * The client id alone: without a proof, or with the certificate of the connection as the
 * proof (RFC 8705 section 2.1).
 *
 * @param clientId the client id
 * @param method the method
 * @param certificate distinguishes the current certificate from earlier ones, if there is
 * one
 */
record ClientIdOnly(String clientId, ClientAuthenticationMethod method,
		@Nullable Object certificate) implements AgentCredentials {

	ClientIdOnly {
		Assert.hasText(clientId, "The client id must not be blank");
	}

	@Override
	public void addTo(HttpHeaders headers, MultiValueMap<String, String> form) {
		form.set("client_id", this.clientId);
	}

}
