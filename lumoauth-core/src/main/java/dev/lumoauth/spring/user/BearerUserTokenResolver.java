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

package dev.lumoauth.spring.user;

import java.text.ParseException;
import java.util.Map;
import java.util.function.Predicate;

import com.nimbusds.jwt.JWT;
import com.nimbusds.jwt.JWTParser;
import org.jspecify.annotations.Nullable;

import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.security.oauth2.core.OAuth2AuthenticatedPrincipal;
import org.springframework.security.oauth2.jwt.Jwt;

/**
 * Knows the token of a request to this application as a resource server (RFC 6750): a
 * JWT, or an opaque token. Only a token of an issuer whose tokens LumoAuth accepts is
 * returned, and never an ID token, because the returned token is sent to LumoAuth.
 * <p>
 * An opaque token may not name its issuer. If neither its introspection (RFC 7662) nor
 * the token names the issuer, the token is accepted because the application accepted it.
 */
record BearerUserTokenResolver(Predicate<Map<String, Object>> known) implements UserTokenResolver {

	private static final String ISSUER = "iss";

	@Override
	public @Nullable UserToken resolve(Authentication authentication) {
		UserToken token = token(authentication.getCredentials(), authentication);
		return (token != null) ? token : token(authentication.getPrincipal(), authentication);
	}

	private @Nullable UserToken token(@Nullable Object candidate, Authentication authentication) {
		if (candidate instanceof Jwt jwt) {
			return isTaken(jwt.getHeaders().get("typ"), jwt.getClaims()) ? UserToken.of(jwt) : null;
		}
		if (candidate instanceof OAuth2AccessToken opaque) {
			return isTaken(opaque, authentication) ? UserToken.of(opaque) : null;
		}
		return null;
	}

	private boolean isTaken(@Nullable Object type, Map<String, Object> claims) {
		return this.known.test(claims) && AccessTokenClaims.areThoseOfAnAccessToken(type, claims);
	}

	private boolean isTaken(OAuth2AccessToken opaque, Authentication authentication) {
		return isTaken(opaque.getTokenValue())
				&& (!(authentication.getPrincipal() instanceof OAuth2AuthenticatedPrincipal introspected)
						|| introspected.getAttribute(ISSUER) == null || this.known.test(introspected.getAttributes()));
	}

	/**
	 * Return whether a token is accepted. A token that is opaque to the application may
	 * still be a JWT. Its claims are not verified, so they can only be a reason to refuse
	 * the token.
	 */
	private boolean isTaken(String value) {
		JWT jwt;
		@Nullable Map<String, Object> claims;
		try {
			jwt = JWTParser.parse(value);
			claims = (jwt.getJWTClaimsSet() != null) ? jwt.getJWTClaimsSet().getClaims() : null;
		}
		catch (ParseException | RuntimeException ex) {
			return true; // opaque
		}
		return claims == null // encrypted
				|| ((claims.get(ISSUER) == null || this.known.test(claims))
						&& AccessTokenClaims.areThoseOfAnAccessToken(jwt.getHeader().getType(), claims));
	}

}
