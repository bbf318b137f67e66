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

import java.time.Clock;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.util.MultiValueMap;

import dev.lumoauth.spring.token.key.SigningKey;

/**
 * The agent's credentials at LumoAuth's token endpoint (RFC 6749 section 2.3). Called by
 * several threads at a time. Its {@code toString} must not show a secret.
 *
 * @since 0.1.0
 */
public interface AgentCredentials {

	/**
	 * Return the id of the agent in logs, metrics and the replicas' shared tokens. The id
	 * is sent to LumoAuth only if {@link #addTo} adds it.
	 * @return the id; not blank
	 */
	String clientId();

	/**
	 * Return the name of the authentication method (RFC 7591 section 2). The client
	 * registration of the requests has this method, by which Spring Security's parameters
	 * converters know what to do.
	 * @return the method; {@code none} for credentials without a proof
	 */
	ClientAuthenticationMethod method();

	/**
	 * Add the proof to a request. Called for each request, so a key or a file may change
	 * in between.
	 * @param headers the headers to add to
	 * @param form the form to add to; it holds the grant's parameters, and no
	 * {@code client_id}
	 */
	void addTo(HttpHeaders headers, MultiValueMap<String, String> form);

	/**
	 * Return the grant that these credentials are for. Those of
	 * {@code client_credentials}, as by default, prove who the agent is in all its
	 * requests for tokens. Others are the grant themselves: they are the subject of the
	 * exchange (RFC 8693) for the agent's own token, and no other request carries them.
	 * @return the grant, by its name in metrics
	 */
	default AuthorizationGrantType grant() {
		return AuthorizationGrantType.CLIENT_CREDENTIALS;
	}

	/**
	 * Return the id of the agent at LumoAuth, if these credentials name it.
	 * @return the id; {@code null}, as by default = they name the {@link #clientId()}
	 */
	default @Nullable String agentId() {
		return null;
	}

	/**
	 * Return the current credentials. Called before each request, and again if LumoAuth
	 * did not accept the credentials: if the current ones have changed, the request is
	 * sent a second time. Credentials that were not accepted are not sent again for 10
	 * seconds.
	 * @return credentials that equal earlier ones as long as they use the same secret,
	 * key or token; by default this object
	 * @throws dev.lumoauth.spring.LumoAuthUnavailableException if there are no
	 * credentials now
	 */
	default AgentCredentials current() {
		return this;
	}

	/**
	 * Return whether these credentials differ each time although they say the same, such
	 * as a token that a platform issues for each request. If LumoAuth does not accept
	 * such credentials, none are requested again for 10 seconds.
	 * @return {@code false} by default
	 */
	default boolean isAnotherEachTime() {
		return false;
	}

	/**
	 * Return the public part of what the proof says about the agent, such as the issuer
	 * and the subject of a platform's token. It is shown if LumoAuth does not accept the
	 * proof.
	 * @return the text, such as {@code iss=https://issuer.example.com}, or {@code null}
	 */
	default @Nullable String shown() {
		return null;
	}

	/**
	 * Return credentials that send id and secret in the form
	 * ({@code client_secret_post}).
	 * @param clientId the agent's client id
	 * @param clientSecret its secret
	 * @return the credentials
	 */
	static AgentCredentials clientSecretPost(String clientId, String clientSecret) {
		return new ClientSecret(clientId, clientSecret, ClientAuthenticationMethod.CLIENT_SECRET_POST);
	}

	/**
	 * Return credentials that send id and secret in the {@code Authorization} header
	 * ({@code client_secret_basic}).
	 * @param clientId the agent's client id
	 * @param clientSecret its secret
	 * @return the credentials
	 */
	static AgentCredentials clientSecretBasic(String clientId, String clientSecret) {
		return new ClientSecret(clientId, clientSecret, ClientAuthenticationMethod.CLIENT_SECRET_BASIC);
	}

	/**
	 * Return credentials that send the client id and no proof ({@code none}).
	 * @param clientId the agent's client id
	 * @return the credentials
	 */
	static AgentCredentials none(String clientId) {
		return new ClientIdOnly(clientId, ClientAuthenticationMethod.NONE, null);
	}

	/**
	 * Return credentials that send an assertion signed by the agent
	 * ({@code private_key_jwt}, RFC 7523 section 2.2). The assertion is valid for 60
	 * seconds and for one use.
	 * @param clientId the agent's client id, which is the assertion's issuer and subject
	 * @param key the key that signs the assertion
	 * @param audience the audience of the assertion: LumoAuth's issuer
	 * @param clock the clock
	 * @return the credentials
	 */
	static AgentCredentials privateKeyJwt(String clientId, SigningKey key, String audience, Clock clock) {
		return new PrivateKeyJwt(clientId, key, audience, clock);
	}

	/**
	 * Return credentials that send the client id alone, over a connection with a client
	 * certificate ({@code tls_client_auth}, RFC 8705 section 2.1).
	 * @param clientId the agent's client id
	 * @param certificate returns an object that distinguishes the current certificate
	 * from earlier ones
	 * @return the credentials
	 */
	static AgentCredentials tlsClientAuth(String clientId, Supplier<? extends Object> certificate) {
		return changing(clientId, ClientAuthenticationMethod.TLS_CLIENT_AUTH,
				() -> new ClientIdOnly(clientId, ClientAuthenticationMethod.TLS_CLIENT_AUTH, certificate.get()));
	}

	/**
	 * Return credentials that may change while the application runs, such as those in a
	 * file.
	 * @param clientId the agent's client id
	 * @param method the method by which they are sent
	 * @param current supplies the current credentials; it throws
	 * {@link dev.lumoauth.spring.LumoAuthUnavailableException} if there are none
	 * @return the credentials
	 */
	static AgentCredentials changing(String clientId, ClientAuthenticationMethod method,
			Supplier<AgentCredentials> current) {
		return new ChangingCredentials(clientId, method, current);
	}

}
