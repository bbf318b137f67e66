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

import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

import javax.security.auth.x500.X500Principal;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2ClientAuthenticationContext;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2ClientAuthenticationToken;
import org.springframework.security.web.authentication.AuthenticationConverter;
import org.springframework.stereotype.Component;

import dev.lumoauth.devserver.config.AgentProperties;
import dev.lumoauth.devserver.config.AgentProperties.AuthenticationMethod;
import dev.lumoauth.devserver.tls.ClientCertificate;
import dev.lumoauth.devserver.tls.TlsPort;
import dev.lumoauth.devserver.web.CurrentTenant;

/**
 * Reads and verifies clients' certificates (RFC 8705, section 2). If a certificate comes
 * without its issuer's certificate, Spring Authorization Server's converter treats it as
 * one without an issuer.
 */
@Component
class TlsClients implements AuthenticationConverter {

	private final TlsPort port;

	private final Clock clock;

	TlsClients(TlsPort port, Clock clock) {
		this.port = port;
		this.clock = clock;
	}

	@Override
	public @Nullable Authentication convert(HttpServletRequest request) {
		ClientCertificate certificate = ClientCertificate.of(request);
		String clientId = request.getParameter("client_id");
		if (certificate == null || clientId == null || request.getHeader(HttpHeaders.AUTHORIZATION) != null
				|| request.getParameter("client_secret") != null) {
			return null;
		}
		boolean isByCertificate = CurrentTenant.get()
			.agent(clientId)
			.filter((agent) -> agent.credentials().permit(AuthenticationMethod.TLS_CLIENT_AUTH))
			.isPresent();
		return isByCertificate
				? new OAuth2ClientAuthenticationToken(clientId, ClientAuthenticationMethod.TLS_CLIENT_AUTH,
						certificate.chain().toArray(X509Certificate[]::new), LoginParameters.of(request))
				: null;
	}

	/**
	 * Verifies the certificate of a client.
	 */
	void verify(OAuth2ClientAuthenticationContext context) {
		OAuth2ClientAuthenticationToken client = context.getAuthentication();
		ClientCertificate certificate = new ClientCertificate(
				List.of((X509Certificate[]) Objects.requireNonNull(client.getCredentials())));
		AgentProperties settings = CurrentTenant.get()
			.agent(context.getRegisteredClient().getClientId())
			.orElseThrow()
			.settings();
		if (!isOf(settings, certificate)) {
			throw OAuthErrors.error(OAuth2ErrorCodes.INVALID_CLIENT,
					"The certificate is not the agent's, is not valid now, or has no trusted issuer");
		}
		Obtained.byCertificate(certificate.subject().getName()).keepFor(CurrentTenant.request());
	}

	private boolean isOf(AgentProperties settings, ClientCertificate certificate) {
		Instant now = this.clock.instant();
		if (!certificate.isCurrent(now)) {
			return false;
		}
		String subject = settings.tlsClientAuthSubjectDn();
		return certificate.thumbprint().equals(settings.tlsClientCertificateThumbprint())
				|| (subject != null && new X500Principal(subject).equals(certificate.subject())
						&& certificate.isIssuedBy(this.port.trusted(), now));
	}

}
