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

package dev.lumoauth.spring.mcp.server;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

import dev.lumoauth.spring.user.AccessTokenClaims;
import org.jspecify.annotations.Nullable;

import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.core.OAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2TokenValidatorResult;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtAudienceValidator;
import org.springframework.security.oauth2.jwt.JwtIssuerValidator;
import org.springframework.security.oauth2.jwt.JwtTimestampValidator;
import org.springframework.security.oauth2.jwt.JwtTypeValidator;
import org.springframework.security.oauth2.jwt.JwtValidators;
import org.springframework.util.StringUtils;

/**
 * Rules for a token with a valid signature: it has to be an access token of the issuer,
 * for this server, valid now, and with a subject. A token for another audience is
 * refused, including the agent's own token, whose audience is the agent.
 */
record TokenRules(String audience, Clock clock) {

	/** How far clocks may differ. */
	static final Duration CLOCK_SKEW = RevokedCallers.CLOCK_SKEW;

	private static final int MAX_ACTORS = 10;

	OAuth2TokenValidator<Jwt> of(String issuer) {
		JwtTimestampValidator time = new JwtTimestampValidator(CLOCK_SKEW);
		time.setAllowEmptyExpiryClaim(false);
		time.setClock(this.clock);
		// Without one of these, tokens of the type at+jwt would be refused.
		JwtTypeValidator type = new JwtTypeValidator(List.of("JWT", "at+jwt", "application/at+jwt"));
		type.setAllowEmpty(true);
		// Adds the one for tokens that are bound to a certificate.
		return JwtValidators.createDefaultWithValidators(List.of(type, time, new JwtIssuerValidator(issuer),
				new JwtAudienceValidator(this.audience),
				rule("The token is not an access token",
						(token) -> AccessTokenClaims.areThoseOfAnAccessToken(token.getHeaders().get("typ"),
								token.getClaims())),
				rule("The token has no iat, or one in the future", this::isIssued),
				rule("The token has no subject (sub)", (token) -> StringUtils.hasText(token.getSubject())),
				rule("The act of the token is not a chain of actors",
						(token) -> isChain(token.getClaims().get("act")))));
	}

	/**
	 * If a token has no {@code iat}, Spring Security derives one from {@code exp}, which
	 * is in the future.
	 */
	private boolean isIssued(Jwt token) {
		Instant issued = token.getIssuedAt();
		return issued != null && !issued.isAfter(this.clock.instant().plus(CLOCK_SKEW));
	}

	private static boolean isChain(@Nullable Object act) {
		Object actor = act;
		for (int actors = 0; actor != null; actors++) {
			if (!(actor instanceof Map<?, ?> claims) || actors == MAX_ACTORS
					|| !(claims.get("sub") instanceof String name) || !StringUtils.hasText(name)) {
				return false;
			}
			actor = claims.get("act");
		}
		return true;
	}

	private static OAuth2TokenValidator<Jwt> rule(String broken, Predicate<Jwt> rule) {
		OAuth2Error error = new OAuth2Error(OAuth2ErrorCodes.INVALID_TOKEN, broken, null);
		return (token) -> rule.test(token) ? OAuth2TokenValidatorResult.success()
				: OAuth2TokenValidatorResult.failure(error);
	}

}
