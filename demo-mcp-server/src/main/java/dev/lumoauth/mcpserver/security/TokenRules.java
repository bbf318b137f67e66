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

package dev.lumoauth.mcpserver.security;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;

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

/**
 * What a token whose signature is right has to say: that it is from the issuer, for this
 * server, not expired, and whose it is. A token for anybody else is refused, the agent's
 * own one included, for its audience is the agent.
 */
class TokenRules {

	/** Two machines' clocks may differ by that much. */
	static final Duration CLOCK_SKEW = Duration.ofSeconds(30);

	private final String audience;

	private final boolean dpopRequired;

	private final Clock clock;

	TokenRules(String audience, boolean dpopRequired, Clock clock) {
		this.audience = audience;
		this.dpopRequired = dpopRequired;
		this.clock = clock;
	}

	OAuth2TokenValidator<Jwt> of(String issuer) {
		JwtTypeValidator type = new JwtTypeValidator(List.of("JWT", "at+jwt", "application/at+jwt"));
		type.setAllowEmpty(true);
		JwtTimestampValidator time = new JwtTimestampValidator(CLOCK_SKEW);
		time.setAllowEmptyExpiryClaim(false);
		time.setClock(this.clock);
		// Adds the one for tokens that are bound to a certificate.
		return JwtValidators.createDefaultWithValidators(List.of(type, time, new JwtIssuerValidator(issuer),
				new JwtAudienceValidator(this.audience), this::isBoundIfRequired, TokenRules::namesItsCaller));
	}

	/**
	 * That the proof is by the key which the token is bound to, and that such a token is
	 * not sent without a proof, is what Spring Security sees to.
	 */
	private OAuth2TokenValidatorResult isBoundIfRequired(Jwt token) {
		if (!this.dpopRequired || (token.getClaims().get("cnf") instanceof Map<?, ?> key && key.containsKey("jkt"))) {
			return OAuth2TokenValidatorResult.success();
		}
		return OAuth2TokenValidatorResult.failure(
				new OAuth2Error(OAuth2ErrorCodes.INVALID_TOKEN, "The token is not bound to a key (RFC 9449)", null));
	}

	private static OAuth2TokenValidatorResult namesItsCaller(Jwt token) {
		try {
			Caller.of(token);
			return OAuth2TokenValidatorResult.success();
		}
		catch (IllegalArgumentException ex) {
			return OAuth2TokenValidatorResult
				.failure(new OAuth2Error(OAuth2ErrorCodes.INVALID_TOKEN, ex.getMessage(), null));
		}
	}

}
