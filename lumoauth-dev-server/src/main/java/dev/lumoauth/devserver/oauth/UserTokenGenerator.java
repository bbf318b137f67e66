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
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.Objects;

import dev.lumoauth.devserver.dpop.DpopProofs;
import dev.lumoauth.devserver.web.ApiPaths;
import dev.lumoauth.devserver.web.CurrentTenant;
import org.jspecify.annotations.Nullable;

import org.springframework.security.core.Authentication;
import org.springframework.security.crypto.keygen.Base64StringKeyGenerator;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.core.OAuth2RefreshToken;
import org.springframework.security.oauth2.core.OAuth2Token;
import org.springframework.security.oauth2.core.endpoint.OAuth2AuthorizationRequest;
import org.springframework.security.oauth2.core.oidc.endpoint.OidcParameterNames;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtClaimsSet;
import org.springframework.security.oauth2.server.authorization.OAuth2Authorization;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationCode;
import org.springframework.security.oauth2.server.authorization.OAuth2TokenType;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.token.OAuth2TokenContext;
import org.springframework.security.oauth2.server.authorization.token.OAuth2TokenGenerator;
import org.springframework.stereotype.Component;

/**
 * Creates the tokens of a user's login: the access token with the claims of all access
 * tokens, the refresh token, and the ID token (OpenID Connect Core 1.0, section 2).
 */
@Component
class UserTokenGenerator implements OAuth2TokenGenerator<OAuth2Token> {

	private static final Duration ID_TOKEN_LIFETIME = Duration.ofMinutes(10);

	private final Base64StringKeyGenerator refreshTokens = new Base64StringKeyGenerator(
			Base64.getUrlEncoder().withoutPadding(), 64);

	private final TokenIssuer issuer;

	private final Clock clock;

	UserTokenGenerator(TokenIssuer issuer, Clock clock) {
		this.issuer = issuer;
		this.clock = clock;
	}

	@Override
	public @Nullable OAuth2Token generate(OAuth2TokenContext context) {
		Instant now = this.clock.instant().truncatedTo(ChronoUnit.SECONDS);
		RegisteredClient client = context.getRegisteredClient();
		if (OAuth2TokenType.ACCESS_TOKEN.equals(context.getTokenType())) {
			checkKey(context, client);
			return this.issuer.sign(client,
					new TokenIssuer.Grant(AuthorizationGrantType.AUTHORIZATION_CODE, subject(context),
							context.getAuthorizedScopes(), List.of(client.getClientId()), null,
							now.plus(client.getTokenSettings().getAccessTokenTimeToLive())));
		}
		if (OAuth2TokenType.REFRESH_TOKEN.equals(context.getTokenType())) {
			return new OAuth2RefreshToken(this.refreshTokens.generateKey(), now,
					now.plus(client.getTokenSettings().getRefreshTokenTimeToLive()));
		}
		return OidcParameterNames.ID_TOKEN.equals(context.getTokenType().getValue()) ? idToken(context, now) : null;
	}

	/**
	 * A login can be bound to a key from its start (RFC 9449, section 10). A refresh
	 * token of a client without a secret is bound to the key of its first access token
	 * (section 5).
	 */
	private static void checkKey(OAuth2TokenContext context, RegisteredClient client) {
		OAuth2Authorization login = context.getAuthorization();
		if (login == null) {
			return;
		}
		Object bound = null;
		if (AuthorizationGrantType.AUTHORIZATION_CODE.equals(context.getAuthorizationGrantType())) {
			OAuth2AuthorizationRequest request = login.getAttribute(OAuth2AuthorizationRequest.class.getName());
			bound = (request != null) ? request.getAdditionalParameters().get("dpop_jkt") : null;
		}
		else if (client.getClientAuthenticationMethods().contains(ClientAuthenticationMethod.NONE)) {
			bound = TokenStore.thumbprintOf(login);
		}
		if (bound != null && !bound.equals(DpopProofs.thumbprintOf(CurrentTenant.request()))) {
			throw OAuthErrors.error(DpopProofs.INVALID, "The login is bound to a key, and the request has no proof");
		}
	}

	private Jwt idToken(OAuth2TokenContext context, Instant now) {
		OAuth2Authorization login = Objects.requireNonNull(context.getAuthorization());
		String clientId = context.getRegisteredClient().getClientId();
		JwtClaimsSet.Builder claims = JwtClaimsSet.builder()
			.issuer(ApiPaths.issuerOf(CurrentTenant.request()))
			.subject(subject(context))
			.audience(List.of(clientId))
			.claim("azp", clientId)
			.issuedAt(now)
			.expiresAt(now.plus(ID_TOKEN_LIFETIME));
		OAuth2Authorization.Token<OAuth2AuthorizationCode> code = login.getToken(OAuth2AuthorizationCode.class);
		if (code != null && code.getToken().getIssuedAt() != null) {
			claims.claim("auth_time", code.getToken().getIssuedAt().getEpochSecond());
		}
		OAuth2AuthorizationRequest request = login.getAttribute(OAuth2AuthorizationRequest.class.getName());
		Object nonce = (request != null) ? request.getAdditionalParameters().get("nonce") : null;
		// Not when refreshed (OpenID Connect Core 1.0, section 12.2).
		if (nonce != null && AuthorizationGrantType.AUTHORIZATION_CODE.equals(context.getAuthorizationGrantType())) {
			claims.claim("nonce", nonce);
		}
		CurrentTenant.get()
			.userById(subject(context))
			.ifPresent((user) -> UserClaims.of(user, context.getAuthorizedScopes()).forEach(claims::claim));
		return this.issuer.sign(claims.build());
	}

	private static String subject(OAuth2TokenContext context) {
		Authentication user = context.getPrincipal();
		return Objects.requireNonNull(user).getName();
	}

}
