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

package dev.lumoauth.spring.token.workload;

import java.text.ParseException;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.JWTParser;

/**
 * Tokens of platforms.
 *
 * @since 0.1.0
 */
public final class PlatformTokens {

	private PlatformTokens() {
	}

	/**
	 * Return what of a token may be shown.
	 * @param token a JWT
	 * @return its issuer, subject and audience, without control characters
	 */
	public static String claims(String token) {
		try {
			JWTClaimsSet claims = JWTParser.parse(token).getJWTClaimsSet();
			return ("iss=" + claims.getIssuer() + ", sub=" + claims.getSubject() + ", aud=" + claims.getAudience())
				.replaceAll("\\p{Cntrl}", "?");
		}
		catch (ParseException ex) {
			return "no JWT";
		}
	}

}
