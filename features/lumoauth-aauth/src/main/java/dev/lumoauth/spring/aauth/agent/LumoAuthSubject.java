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

package dev.lumoauth.spring.aauth.agent;

import java.text.ParseException;

import com.nimbusds.jwt.SignedJWT;
import org.jspecify.annotations.Nullable;

import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.security.oauth2.core.OAuth2AuthenticatedPrincipal;

/**
 * The subject of a user at LumoAuth. LumoAuth sends a user back from a consent with only
 * a code, so a link with somebody else's code could do the same. For a user who has
 * signed in with LumoAuth, the subject can be compared.
 */
final class LumoAuthSubject {

	private LumoAuthSubject() {
	}

	/**
	 * Return the {@code sub} of a user who has signed in with LumoAuth.
	 * @param user the signed-in user; {@code null} = none
	 * @param issuer LumoAuth's issuer
	 * @return the subject; {@code null} if the user signed in elsewhere
	 */
	static @Nullable String of(@Nullable Authentication user, String issuer) {
		if (user == null || !(user.getPrincipal() instanceof OAuth2AuthenticatedPrincipal login)) {
			return null;
		}
		Object by = login.getAttribute("iss");
		Object subject = login.getAttribute("sub");
		return (by != null && issuer.equals(by.toString()) && subject instanceof String text) ? text : null;
	}

	/**
	 * Return whether a token belongs to a user.
	 * @param subject the user's {@code sub}
	 */
	static boolean isOf(String subject, @Nullable OAuth2AccessToken token) {
		try {
			return token != null
					&& subject.equals(SignedJWT.parse(token.getTokenValue()).getJWTClaimsSet().getSubject());
		}
		catch (ParseException ex) {
			return false;
		}
	}

}
