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

package dev.lumoauth.devserver.oauth;

import java.util.List;

import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.security.oauth2.server.authorization.authentication.ClientSecretAuthenticationProvider;
import org.springframework.security.oauth2.server.authorization.authentication.JwtClientAssertionAuthenticationProvider;
import org.springframework.security.oauth2.server.authorization.authentication.X509ClientCertificateAuthenticationProvider;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.web.authentication.ClientSecretBasicAuthenticationConverter;
import org.springframework.security.oauth2.server.authorization.web.authentication.ClientSecretPostAuthenticationConverter;
import org.springframework.security.web.authentication.AuthenticationConverter;
import org.springframework.stereotype.Component;

/**
 * The ways in which a client authenticates at the OAuth endpoints. Each provider answers
 * for its own methods only, so no other provider can overrule a refusal.
 */
@Component
class ClientAuthentication {

	private final List<AuthenticationConverter> converters;

	private final List<AuthenticationProvider> providers;

	ClientAuthentication(ClientAssertions assertions, PlatformClients platformClients, TlsClients tlsClients,
			BearerClients bearerClients, SecretlessClients secretlessClients, RegisteredClientRepository clients,
			TokenStore store, PasswordEncoder passwordEncoder) {
		ClientSecretAuthenticationProvider withSecret = new ClientSecretAuthenticationProvider(clients, store);
		withSecret.setPasswordEncoder(passwordEncoder);
		JwtClientAssertionAuthenticationProvider withAssertion = new JwtClientAssertionAuthenticationProvider(clients,
				store);
		withAssertion.setJwtDecoderFactory(assertions);
		X509ClientCertificateAuthenticationProvider withCertificate = new X509ClientCertificateAuthenticationProvider(
				clients, store);
		withCertificate.setCertificateVerifier(tlsClients::verify);
		this.converters = List.of(assertions, platformClients, tlsClients,
				new ClientSecretBasicAuthenticationConverter(), new ClientSecretPostAuthenticationConverter(),
				bearerClients, secretlessClients);
		this.providers = List.of(withSecret, withAssertion, withCertificate, platformClients, bearerClients,
				secretlessClients);
	}

	List<AuthenticationConverter> converters() {
		return this.converters;
	}

	List<AuthenticationProvider> providers() {
		return this.providers;
	}

}
