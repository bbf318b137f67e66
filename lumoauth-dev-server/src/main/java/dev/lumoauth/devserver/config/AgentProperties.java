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

package dev.lumoauth.devserver.config;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.StringUtils;

import dev.lumoauth.devserver.jose.TrustedKeys;

/**
 * An agent of the configuration file.
 *
 * @param clientId Client id, which is also the agent's id.
 * @param clientSecret Client secret. An agent without one, and without another way to
 * authenticate, is a public client.
 * @param name Display name, by default the client id.
 * @param capabilities Capabilities granted at start. They are the scopes of the agent's
 * tokens.
 * @param scopes Scopes that the agent gets only when it asks for them.
 * @param defaultScopes Scopes that the agent gets with its capabilities when it asks for
 * none, such as openid.
 * @param redirectUris Addresses to which users return after they have let the agent act
 * for them. By default there are none, and users are not asked. The port of a loopback IP
 * address does not matter (RFC 8252, section 7.3).
 * @param authenticationMethods Ways in which the agent may authenticate, by default those
 * for which something is set.
 * @param tokenLifetime Lifetime of the agent's tokens.
 * @param budgetPolicy Budget, by default none.
 * @param previousClientSecret Secret that is valid in addition to the client secret, for
 * the time in which an agent changes from one to the other.
 * @param jwks Public keys for the agent's signed assertions, as the JSON of a JWK set.
 * @param jwksUri URI of these keys, on the loopback interface.
 * @param tlsClientAuthSubjectDn Subject of the agent's certificate, which must be issued
 * by a trusted issuer (RFC 8705, section 2.1.2).
 * @param tlsClientCertificateThumbprint SHA-256 of the agent's certificate, whoever
 * issued it, in base64url or in hexadecimal digits.
 * @param tlsClientCertificateBoundAccessTokens Whether the agent gets only tokens that
 * are bound to its certificate (RFC 8705, section 3).
 * @param workloadIdentities Platform tokens that identify the agent.
 * @param dpopBoundAccessTokens Whether the agent gets only tokens that are bound to the
 * key of a DPoP proof (RFC 9449, section 5.2).
 * @param accessPolicyDenial Reason code with which attestations are denied. By default
 * there is none, and they are not denied.
 * @param aauth Identity in AAuth, by default none.
 * @param mcpTools Tools of MCP servers that the agent may call. For a server that is not
 * listed, the agent may call all tools.
 * @since 0.1.0
 */
public record AgentProperties(String clientId, @Nullable String clientSecret, @Nullable String name,
		@DefaultValue Set<String> capabilities, @DefaultValue Set<String> scopes,
		@DefaultValue Set<String> defaultScopes, @DefaultValue Set<URI> redirectUris,
		@DefaultValue List<AuthenticationMethod> authenticationMethods, @DefaultValue("1h") Duration tokenLifetime,
		@Nullable BudgetPolicy budgetPolicy, @Nullable String previousClientSecret, @Nullable String jwks,
		@Nullable URI jwksUri, @Nullable String tlsClientAuthSubjectDn, @Nullable String tlsClientCertificateThumbprint,
		@DefaultValue("false") boolean tlsClientCertificateBoundAccessTokens,
		@DefaultValue List<WorkloadIdentityProperties> workloadIdentities,
		@DefaultValue("false") boolean dpopBoundAccessTokens, @Nullable String accessPolicyDenial,
		@Nullable AAuthAgentProperties aauth, @DefaultValue List<ToolsProperties> mcpTools) {

	public AgentProperties {
		if (!StringUtils.hasText(clientId) || !clientId.chars().allMatch((c) -> c > ' ' && c < 127)) {
			throw new IllegalArgumentException(
					"'client-id' of an agent is missing or has blanks or control characters");
		}
		capabilities = Set.copyOf(capabilities);
		scopes = Set.copyOf(scopes);
		defaultScopes = Set.copyOf(defaultScopes);
		redirectUris = Set.copyOf(redirectUris);
		if (!redirectUris.stream().allMatch((uri) -> uri.isAbsolute() && uri.getFragment() == null)) {
			throw new IllegalArgumentException(
					"'redirect-uris' of agent '%s' has one that is not an absolute URI without a fragment"
						.formatted(clientId));
		}
		workloadIdentities = List.copyOf(workloadIdentities);
		mcpTools = List.copyOf(mcpTools);
		boolean hasKeys = TrustedKeys.of("agent '%s'".formatted(clientId), jwks, jwksUri) != null;
		boolean hasCertificate = tlsClientAuthSubjectDn != null || tlsClientCertificateThumbprint != null;
		if (tlsClientAuthSubjectDn != null) {
			CertificateNames.check(clientId, tlsClientAuthSubjectDn);
		}
		if (tlsClientCertificateThumbprint != null) {
			tlsClientCertificateThumbprint = CertificateNames.thumbprint(clientId, tlsClientCertificateThumbprint);
		}
		if (authenticationMethods.isEmpty()) {
			authenticationMethods = methods(StringUtils.hasText(clientSecret), hasKeys, hasCertificate,
					workloadIdentities.isEmpty() && aauth == null);
		}
		boolean usesSecret = authenticationMethods.contains(AuthenticationMethod.CLIENT_SECRET_BASIC)
				|| authenticationMethods.contains(AuthenticationMethod.CLIENT_SECRET_POST);
		if (usesSecret && !StringUtils.hasText(clientSecret)) {
			throw new IllegalArgumentException(
					"agent '%s' has no 'client-secret', which its authentication method needs".formatted(clientId));
		}
		if (previousClientSecret != null && !StringUtils.hasText(clientSecret)) {
			throw new IllegalArgumentException(
					"agent '%s' has a 'previous-client-secret' and no 'client-secret'".formatted(clientId));
		}
		if (authenticationMethods.contains(AuthenticationMethod.PRIVATE_KEY_JWT) && !hasKeys) {
			throw new IllegalArgumentException(
					"agent '%s' has neither 'jwks' nor 'jwks-uri', which its authentication method needs"
						.formatted(clientId));
		}
		if (authenticationMethods.contains(AuthenticationMethod.TLS_CLIENT_AUTH) && !hasCertificate) {
			throw new IllegalArgumentException(
					"agent '%s' has neither 'tls-client-auth-subject-dn' nor 'tls-client-certificate-thumbprint',"
						.formatted(clientId) + " which its authentication method needs");
		}
		if (tokenLifetime.toSeconds() < 1) {
			throw new IllegalArgumentException(
					"'token-lifetime' of agent '%s' is shorter than a second".formatted(clientId));
		}
	}

	private static List<AuthenticationMethod> methods(boolean hasSecret, boolean hasKeys, boolean hasCertificate,
			boolean hasNothingElse) {
		List<AuthenticationMethod> methods = new ArrayList<>();
		if (hasSecret) {
			methods.add(AuthenticationMethod.CLIENT_SECRET_POST);
			methods.add(AuthenticationMethod.CLIENT_SECRET_BASIC);
		}
		if (hasKeys) {
			methods.add(AuthenticationMethod.PRIVATE_KEY_JWT);
		}
		if (hasCertificate) {
			methods.add(AuthenticationMethod.TLS_CLIENT_AUTH);
		}
		if (methods.isEmpty() && hasNothingElse) {
			methods.add(AuthenticationMethod.NONE);
		}
		return List.copyOf(methods);
	}

	@Override
	public String toString() {
		return "AgentProperties[clientId=%s]".formatted(this.clientId);
	}

	/**
	 * How a client authenticates at the OAuth endpoints (RFC 7591, section 2).
	 */
	public enum AuthenticationMethod {

		/** HTTP Basic. */
		CLIENT_SECRET_BASIC,

		/** {@code client_id} and {@code client_secret} in the form. */
		CLIENT_SECRET_POST,

		/** An assertion signed by the agent (RFC 7523). */
		PRIVATE_KEY_JWT,

		/** A certificate (RFC 8705). */
		TLS_CLIENT_AUTH,

		/** Only {@code client_id} in the form. */
		NONE

	}

}
