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
import org.springframework.security.oauth2.client.endpoint.AbstractOAuth2AuthorizationGrantRequest;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.util.MultiValueMap;

/**
 * A way to prove to LumoAuth's token endpoint who the agent is (RFC 6749 section 2.3).
 * Asked by several threads at a time. Its {@code toString} must not show a secret.
 *
 * @since 0.1.0
 */
public interface AgentCredentials {

	/**
	 * Return by which id the agent is known: to logs, metrics and the tokens that
	 * replicas share. LumoAuth gets it only if {@link #addTo} adds it.
	 * @return the id; not blank
	 */
	String clientId();

	/**
	 * Return the way's name (RFC 7591 section 2). The requests' client registration has
	 * it, by which Spring Security's parameters converters know whether to do their part.
	 * @return the method; {@code none} for what proves nothing
	 */
	ClientAuthenticationMethod method();

	/**
	 * Add the proof to a request. Asked for each request, so that a key or a file may
	 * change in between.
	 * @param request the request, with a registration that holds the {@link #clientId()},
	 * the {@link #method()} and the token endpoint's address, and no secret
	 * @param headers the headers to add to
	 * @param form the form to add to; it holds the grant's parameters, and no
	 * {@code client_id}
	 */
	void addTo(AbstractOAuth2AuthorizationGrantRequest request, HttpHeaders headers,
			MultiValueMap<String, String> form);

	/**
	 * Return the way to send id and secret in the form ({@code client_secret_post}).
	 * @param clientId the agent's client id
	 * @param clientSecret its secret
	 * @return the credentials
	 */
	static AgentCredentials clientSecretPost(String clientId, String clientSecret) {
		return new ClientSecretPost(clientId, clientSecret);
	}

	/**
	 * Return the way to send id and secret in the {@code Authorization} header
	 * ({@code client_secret_basic}).
	 * @param clientId the agent's client id
	 * @param clientSecret its secret
	 * @return the credentials
	 */
	static AgentCredentials clientSecretBasic(String clientId, String clientSecret) {
		return new ClientSecretBasic(clientId, clientSecret);
	}

	/**
	 * Return the way to send the client id and no proof ({@code none}).
	 * @param clientId the agent's client id
	 * @return the credentials
	 */
	static AgentCredentials none(String clientId) {
		return new ClientIdOnly(clientId);
	}

}
