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

import org.springframework.security.oauth2.core.ClientAuthenticationMethod;

/**
 * Credentials of an agent whose platform says who the agent is. The platform's token is
 * supplied for each request that needs it, such as by {@link PlatformTokens}.
 *
 * @since 0.1.0
 */
public final class WorkloadCredentials {

	private WorkloadCredentials() {
	}

	/**
	 * Return credentials that exchange a platform's token for the agent's own (RFC 8693).
	 * Neither client id nor secret is sent.
	 * @param clientId the id of the agent in this application
	 * @param token supplies the platform's token, a JWT
	 * @param subjectIssuer the value of {@code subject_issuer}, such as
	 * {@code kubernetes}; {@code null} = not sent
	 * @return the credentials
	 */
	public static AgentCredentials exchange(String clientId, Supplier<String> token, @Nullable String subjectIssuer) {
		return new WorkloadToken(clientId, token, subjectIssuer, null);
	}

	/**
	 * Return credentials that get the agent's own token by an attestation ({@code POST
	 * agents/{agentId}/attest}). The token has all capabilities of the agent, whatever
	 * scopes are set, and is a bearer token.
	 * @param clientId the id of the agent in this application
	 * @param token supplies the platform's token, a JWT
	 * @param agentId the agent's id at LumoAuth
	 * @return the credentials
	 */
	public static AgentCredentials attestation(String clientId, Supplier<String> token, String agentId) {
		return new AttestedWorkload(clientId, token, agentId, null);
	}

	/**
	 * Return credentials that send a platform's token as an assertion (RFC 7523 section
	 * 2.2), with the client id.
	 * @param clientId the agent's client id
	 * @param token supplies the platform's token, a JWT
	 * @return the credentials
	 */
	public static AgentCredentials assertion(String clientId, Supplier<String> token) {
		return AgentCredentials.changing(clientId, ClientAuthenticationMethod.PRIVATE_KEY_JWT,
				() -> new PlatformAssertion(clientId, token.get()));
	}

}
