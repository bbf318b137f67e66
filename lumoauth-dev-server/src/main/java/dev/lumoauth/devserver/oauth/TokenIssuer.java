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

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import dev.lumoauth.devserver.dpop.DpopProofs;
import dev.lumoauth.devserver.state.Tenant;
import dev.lumoauth.devserver.tls.ClientCertificate;
import dev.lumoauth.devserver.web.ApiPaths;
import dev.lumoauth.devserver.web.CurrentTenant;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.jwt.JwsHeader;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtClaimsSet;
import org.springframework.security.oauth2.jwt.JwtEncoder;
import org.springframework.security.oauth2.jwt.JwtEncoderParameters;
import org.springframework.security.oauth2.jwt.NimbusJwtEncoder;
import org.springframework.security.oauth2.server.authorization.OAuth2Authorization;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationService;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.settings.OAuth2TokenFormat;
import org.springframework.stereotype.Component;

/**
 * Signs and stores access tokens: JWTs with LumoAuth's claims.
 */
@Component
class TokenIssuer {

	/** RFC 7800, section 3.1. */
	private static final String CONFIRMATION = "cnf";

	private static final String KEY = "jkt";

	private final JwtEncoder encoder;

	private final OAuth2AuthorizationService store;

	private final Clock clock;

	TokenIssuer(JWKSource<SecurityContext> keys, OAuth2AuthorizationService store, Clock clock) {
		this.encoder = new NimbusJwtEncoder(keys);
		this.store = store;
		this.clock = clock;
	}

	OAuth2AccessToken issue(RegisteredClient client, Grant grant) {
		return issue(ApiPaths.issuerOf(CurrentTenant.request()), client, grant);
	}

	OAuth2AccessToken issue(String issuer, RegisteredClient client, Grant grant) {
		return save(client, grant, sign(issuer, client, grant));
	}

	Jwt sign(RegisteredClient client, Grant grant) {
		return sign(ApiPaths.issuerOf(CurrentTenant.request()), client, grant);
	}

	Jwt sign(JwtClaimsSet claims) {
		return this.encoder.encode(JwtEncoderParameters.from(JwsHeader.with(SignatureAlgorithm.RS256).build(), claims));
	}

	private Jwt sign(String issuer, RegisteredClient client, Grant grant) {
		Tenant tenant = CurrentTenant.get();
		Instant now = this.clock.instant().truncatedTo(ChronoUnit.SECONDS);
		JwtClaimsSet.Builder claims = JwtClaimsSet.builder()
			.issuer(issuer)
			.subject(grant.subject())
			.audience(grant.audience())
			.issuedAt(now)
			.notBefore(now)
			.expiresAt(grant.expiresAt())
			.id(UUID.randomUUID().toString())
			.claim("client_id", client.getClientId())
			.claim("tenant", tenant.slug())
			.claim("scope", String.join(" ", grant.scopes()));
		tenant.agent(client.getClientId()).ifPresent((agent) -> claims.claim("agent_name", agent.name()));
		tenant.userById(grant.subject()).ifPresent((user) -> claims.claim("username", user.username()));
		if (grant.actor() != null) {
			claims.claim("act", grant.actor());
		}
		Map<String, Object> confirmation = new LinkedHashMap<>();
		String thumbprint = thumbprint(tenant, client, grant);
		if (thumbprint != null) {
			confirmation.put(KEY, thumbprint);
		}
		String certificate = certificate(tenant, client);
		if (certificate != null) {
			confirmation.put("x5t#S256", certificate);
		}
		if (!confirmation.isEmpty()) {
			claims.claim(CONFIRMATION, confirmation);
		}
		grant.claims().forEach(claims::claim);
		return sign(claims.build());
	}

	/**
	 * The key to which a token of the token endpoint is bound. Tokens of other resources
	 * are bearer tokens, as in LumoAuth's documents.
	 */
	private static @Nullable String thumbprint(Tenant tenant, RegisteredClient client, Grant grant) {
		HttpServletRequest request = CurrentTenant.request();
		String thumbprint = DpopProofs.thumbprintOf(request);
		if (thumbprint != null || !ApiPaths.isAt(request, OAuthSecurity.TOKEN)) {
			return thumbprint;
		}
		boolean isAgents = tenant.agent(client.getClientId())
			.filter((agent) -> agent.settings().dpopBoundAccessTokens())
			.isPresent();
		boolean isAudiences = tenant.audiences()
			.stream()
			.anyMatch((audience) -> audience.dpopRequired() && grant.audience().contains(audience.id()));
		if (isAgents || isAudiences) {
			throw OAuthErrors.error(DpopProofs.INVALID,
					"The %s accepts only tokens that are bound to a key: the header DPoP is missing"
						.formatted(isAgents ? "agent" : "audience"));
		}
		return null;
	}

	/** The certificate to which a token of the token endpoint is bound. */
	private static @Nullable String certificate(Tenant tenant, RegisteredClient client) {
		HttpServletRequest request = CurrentTenant.request();
		boolean isBound = ApiPaths.isAt(request, OAuthSecurity.TOKEN) && tenant.agent(client.getClientId())
			.filter((agent) -> agent.settings().tlsClientCertificateBoundAccessTokens())
			.isPresent();
		if (!isBound) {
			return null;
		}
		ClientCertificate certificate = ClientCertificate.of(request);
		if (certificate == null) {
			throw OAuthErrors.error(OAuth2ErrorCodes.INVALID_REQUEST,
					"The agent gets only tokens that are bound to its certificate, and the request came without it");
		}
		return certificate.thumbprint();
	}

	private OAuth2AccessToken save(RegisteredClient client, Grant grant, Jwt jwt) {
		OAuth2AccessToken token = new OAuth2AccessToken(
				isForKey(jwt) ? OAuth2AccessToken.TokenType.DPOP : OAuth2AccessToken.TokenType.BEARER,
				jwt.getTokenValue(), jwt.getIssuedAt(), jwt.getExpiresAt(), grant.scopes());
		OAuth2Authorization.Builder authorization = OAuth2Authorization.withRegisteredClient(client)
			.principalName(grant.subject())
			.authorizationGrantType(grant.type())
			.authorizedScopes(grant.scopes())
			.token(token, (metadata) -> {
				metadata.put(OAuth2Authorization.Token.CLAIMS_METADATA_NAME, jwt.getClaims());
				metadata.put(OAuth2Authorization.Token.INVALIDATED_METADATA_NAME, false);
				metadata.put(OAuth2TokenFormat.class.getName(), OAuth2TokenFormat.SELF_CONTAINED.getValue());
			});
		Obtained.save(Obtained.current(grant.claims().isEmpty() ? "admin" : "jit"), authorization);
		this.store.save(authorization.build());
		return token;
	}

	private static boolean isForKey(Jwt jwt) {
		Map<String, Object> confirmation = jwt.getClaimAsMap(CONFIRMATION);
		return confirmation != null && confirmation.containsKey(KEY);
	}

	/**
	 * The content of a token.
	 *
	 * @param type the grant by which it was issued
	 * @param subject {@code sub}
	 * @param scopes its scopes
	 * @param audience {@code aud}
	 * @param actor {@code act}, or {@code null}
	 * @param expiresAt {@code exp}
	 * @param claims further claims
	 */
	record Grant(AuthorizationGrantType type, String subject, Set<String> scopes, List<String> audience,
			@Nullable Map<String, Object> actor, Instant expiresAt, Map<String, Object> claims) {

		Grant(AuthorizationGrantType type, String subject, Set<String> scopes, List<String> audience,
				@Nullable Map<String, Object> actor, Instant expiresAt) {
			this(type, subject, scopes, audience, actor, expiresAt, Map.of());
		}

	}

}
