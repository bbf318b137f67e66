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

import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import dev.lumoauth.spring.token.credentials.AgentCredentials;

import org.springframework.http.HttpHeaders;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.util.Assert;
import org.springframework.util.MultiValueMap;

/**
 * A platform's token, as the subject of an exchange for the agent's own (LumoAuth's
 * workload federation, RFC 8693 section 2.1).
 *
 * @param clientId by which id the agent is known here
 * @param tokens supplies the platform's token
 * @param subjectIssuer the {@code subject_issuer}, or {@code null}
 * @param token the platform's token, for one request; {@code null} = not fetched yet
 */
record WorkloadToken(String clientId, Supplier<String> tokens, @Nullable String subjectIssuer,
		@Nullable String token) implements AgentCredentials {

	private static final String NAME = "workload_identity";

	/** This method is not one of RFC 7591: no client is authenticated. */
	static final ClientAuthenticationMethod METHOD = new ClientAuthenticationMethod(NAME);

	private static final AuthorizationGrantType GRANT = new AuthorizationGrantType(NAME);

	WorkloadToken {
		Assert.hasText(clientId, "The client id must not be blank");
	}

	@Override
	public ClientAuthenticationMethod method() {
		return METHOD;
	}

	@Override
	public AuthorizationGrantType grant() {
		return GRANT;
	}

	@Override
	public AgentCredentials current() {
		return new WorkloadToken(this.clientId, this.tokens, this.subjectIssuer, value());
	}

	private String value() {
		return PlatformTokens.notBlank((this.token != null) ? this.token : this.tokens.get());
	}

	@Override
	public void addTo(HttpHeaders headers, MultiValueMap<String, String> form) {
		form.set("subject_token", value());
		form.set("subject_token_type", "urn:ietf:params:oauth:token-type:jwt");
		if (this.subjectIssuer != null) {
			form.set("subject_issuer", this.subjectIssuer);
		}
	}

	@Override
	public boolean isAnotherEachTime() {
		return this.token != null;
	}

	@Override
	public @Nullable String shown() {
		return (this.token != null) ? CompactJwt.claims(this.token) : AgentCredentials.super.shown();
	}

	/**
	 * Without the token.
	 */
	@Override
	public String toString() {
		return "WorkloadToken[clientId=" + this.clientId + ", subjectIssuer=" + this.subjectIssuer + "]";
	}

}
