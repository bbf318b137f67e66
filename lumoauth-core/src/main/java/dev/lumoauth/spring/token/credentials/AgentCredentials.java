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
import org.springframework.security.oauth2.client.endpoint.AbstractOAuth2AuthorizationGrantRequest;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.util.MultiValueMap;

import dev.lumoauth.spring.token.key.SigningKey;

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
	 * Return the credentials of this moment. Asked before each request, and once more if
	 * LumoAuth did not accept them: the request is sent a second time if others are
	 * current then. Those that were not accepted are not sent again for 10 seconds.
	 * @return credentials that equal earlier ones as long as they show the same secret,
	 * key or token; by default these
	 * @throws dev.lumoauth.spring.LumoAuthUnavailableException if there are none now
	 */
	default AgentCredentials current() {
		return this;
	}

	/**
	 * Return whether these credentials are others each time, though they say the same:
	 * such as the token that a platform issues anew for each request. What LumoAuth does
	 * not accept of them is then not asked for again for 10 seconds.
	 * @return {@code false} by default
	 */
	default boolean isAnotherEachTime() {
		return false;
	}

	/**
	 * Return what the proof says about the agent, if anyone may read that: such as the
	 * issuer and the subject of a platform's token. It is shown if LumoAuth does not
	 * accept the proof.
	 * @return the words, such as {@code iss=https://issuer.example.com}, or {@code null}
	 */
	default @Nullable String shown() {
		return null;
	}

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

	/**
	 * Return the way to send an assertion that the agent signs ({@code private_key_jwt},
	 * RFC 7523 section 2.2). It is good for 60 seconds and for one use.
	 * @param clientId the agent's client id, which is the assertion's issuer and subject
	 * @param key signs it
	 * @param audience for whom it is: LumoAuth's issuer
	 * @param clock the clock
	 * @return the credentials
	 */
	static AgentCredentials privateKeyJwt(String clientId, SigningKey key, String audience, Clock clock) {
		return new PrivateKeyJwt(clientId, key, audience, clock);
	}

	/**
	 * Return the way to send an assertion that a platform has signed (RFC 7523 section
	 * 2.2), with the client id.
	 * @param clientId the agent's client id
	 * @param token gives the platform's token, a JWT; asked for each request
	 * @return the credentials
	 */
	static AgentCredentials clientAssertion(String clientId, Supplier<String> token) {
		return changing(clientId, PlatformAssertion.METHOD, () -> new PlatformAssertion(clientId, token.get()));
	}

	/**
	 * Return the way to send the client id alone, over a connection with a client
	 * certificate ({@code tls_client_auth}, RFC 8705 section 2.1).
	 * @param clientId the agent's client id
	 * @param certificate tells the present certificate from earlier ones
	 * @return the credentials
	 */
	static AgentCredentials tlsClientAuth(String clientId, Supplier<? extends Object> certificate) {
		return changing(clientId, ClientAuthenticationMethod.TLS_CLIENT_AUTH,
				() -> new TlsClientAuth(clientId, certificate.get()));
	}

	/**
	 * Return the way to exchange a platform's token for the agent's own (RFC 8693). No
	 * client id and no secret is sent.
	 * @param clientId by which id the agent is known here
	 * @param token gives the platform's token, a JWT; asked for each request
	 * @param subjectIssuer what {@code subject_issuer} says, such as {@code kubernetes};
	 * {@code null} = it isn't sent
	 * @return the credentials
	 */
	static AgentCredentials workloadIdentity(String clientId, Supplier<String> token, @Nullable String subjectIssuer) {
		return changing(clientId, WorkloadToken.METHOD, () -> new WorkloadToken(clientId, token.get(), subjectIssuer));
	}

	/**
	 * Return credentials that may change while the application runs, such as those in a
	 * file.
	 * @param clientId the agent's client id
	 * @param method the way in which they are sent
	 * @param current gives those of the moment; it throws
	 * {@link dev.lumoauth.spring.LumoAuthUnavailableException} if there are none
	 * @return the credentials
	 */
	static AgentCredentials changing(String clientId, ClientAuthenticationMethod method,
			Supplier<AgentCredentials> current) {
		return new ChangingCredentials(clientId, method, current);
	}

}
