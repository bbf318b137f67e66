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

package dev.lumoauth.devserver.aauth;

import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import dev.lumoauth.devserver.state.Tenant;
import dev.lumoauth.devserver.web.ApiPaths;

/**
 * An AAuth token that was read and is not verified yet.
 *
 * @param jwt the token
 * @param claims its claims
 */
record TokenClaims(SignedJWT jwt, JWTClaimsSet claims) {

	private static final int MAX_LENGTH = 16_384;

	private static final Duration SKEW = Duration.ofMinutes(1);

	static TokenClaims parse(String type, String token) throws InvalidTokenException {
		try {
			SignedJWT jwt = (token.length() <= MAX_LENGTH) ? SignedJWT.parse(token) : null;
			JWTClaimsSet claims = (jwt != null) ? jwt.getJWTClaimsSet() : null;
			if (jwt != null && claims != null) {
				if (jwt.getHeader().getType() == null || !type.equalsIgnoreCase(jwt.getHeader().getType().getType())) {
					throw new InvalidTokenException("Its typ is not " + type);
				}
				return new TokenClaims(jwt, claims);
			}
		}
		catch (ParseException ex) {
			// Its message may repeat the token.
		}
		throw new InvalidTokenException("It is not a signed JWT");
	}

	/** The expiry is exact: there is no tolerance. */
	void checkTimes(Instant now) throws InvalidTokenException {
		Date expiry = this.claims.getExpirationTime();
		if (expiry == null || !expiry.toInstant().isAfter(now)) {
			throw new InvalidTokenException("It has expired, or has no expiry");
		}
		for (Date date : new @Nullable Date[] { this.claims.getIssueTime(), this.claims.getNotBeforeTime() }) {
			if (date != null && date.toInstant().isAfter(now.plus(SKEW))) {
				throw new InvalidTokenException("Its iat or nbf is in the future");
			}
		}
	}

	/**
	 * Returns whether the token is for this server: for the tenant's issuer in one of the
	 * two layouts.
	 */
	boolean isForUs(HttpServletRequest request, Tenant tenant) {
		return this.claims.getAudience().contains(ApiPaths.issuerOf(request, "t", tenant.slug()))
				|| this.claims.getAudience().contains(ApiPaths.issuerOf(request, "orgs", tenant.slug()));
	}

	@Nullable String text(String name) {
		return (this.claims.getClaim(name) instanceof String text && !text.isBlank()) ? text : null;
	}

}
