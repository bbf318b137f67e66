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

package dev.lumoauth.spring.workload;

import dev.lumoauth.spring.token.credentials.AgentCredentials;
import org.springframework.http.HttpHeaders;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.util.Assert;
import org.springframework.util.MultiValueMap;

/**
 * An assertion that the platform has signed (RFC 7523 section 2.2). The client id is sent
 * as well, because the assertion's subject is the workload's name at the platform.
 */
record PlatformAssertion(String clientId, String token) implements AgentCredentials {

	/** For LumoAuth, the method is the same as for an assertion that the agent signs. */
	static final ClientAuthenticationMethod METHOD = ClientAuthenticationMethod.PRIVATE_KEY_JWT;

	PlatformAssertion {
		Assert.hasText(token, "The platform's token must not be blank");
	}

	@Override
	public ClientAuthenticationMethod method() {
		return METHOD;
	}

	@Override
	public void addTo(HttpHeaders headers, MultiValueMap<String, String> form) {
		form.set("client_id", this.clientId);
		form.set("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
		form.set("client_assertion", this.token);
	}

	@Override
	public boolean isAnotherEachTime() {
		return true;
	}

	@Override
	public String shown() {
		return CompactJwt.claims(this.token);
	}

	/**
	 * Without the token.
	 */
	@Override
	public String toString() {
		return "PlatformAssertion[clientId=" + this.clientId + "]";
	}

}
