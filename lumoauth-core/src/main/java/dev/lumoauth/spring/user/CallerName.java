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

import java.lang.reflect.Method;

import com.nimbusds.jwt.JWTClaimsSet;
import org.jspecify.annotations.Nullable;

import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.client.authentication.OAuth2AuthenticationToken;
import org.springframework.security.oauth2.core.OAuth2AuthenticatedPrincipal;
import org.springframework.security.oauth2.jwt.JwtClaimNames;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.util.ReflectionUtils;

/**
 * The name of a caller. Two callers with the same name are the same caller: if the issuer
 * is known, it is a part of the name.
 */
final class CallerName {

	private CallerName() {
	}

	static String of(UserToken token) {
		JWTClaimsSet claims = TokenNames.claims(token.value());
		return (claims.getSubject() != null) ? name(claims.getSubject(), claims.getIssuer()) : "token " + token.key();
	}

	static String of(Authentication authentication) {
		if (authentication instanceof IdentifiedCaller caller) {
			return caller.identity();
		}
		// An application may put a principal of its own beside the token.
		for (Object token : new Object[] { authentication.getPrincipal(), authentication.getCredentials() }) {
			if (token instanceof Jwt jwt && jwt.getSubject() != null) {
				return name(jwt.getSubject(), jwt.getClaimAsString(JwtClaimNames.ISS));
			}
		}
		Object issuer = (authentication.getPrincipal() instanceof OAuth2AuthenticatedPrincipal user)
				? user.getAttribute(JwtClaimNames.ISS) : null;
		if (authentication instanceof OAuth2AuthenticationToken login) {
			return by(subject(authentication), "login " + login.getAuthorizedClientRegistrationId(), issuer);
		}
		return (issuer != null) ? name(subject(authentication), issuer.toString())
				: by(subject(authentication), authentication.getClass().getSimpleName(), party(authentication));
	}

	/**
	 * The name of a login may be any claim, such as one that several users share.
	 */
	private static String subject(Authentication authentication) {
		return (authentication.getPrincipal() instanceof OAuth2AuthenticatedPrincipal user
				&& user.getAttribute(JwtClaimNames.SUB) instanceof String subject) ? subject : authentication.getName();
	}

	private static @Nullable String party(Authentication authentication) {
		String party = relyingParty(authentication);
		return (party == null && authentication.getPrincipal() != null) ? relyingParty(authentication.getPrincipal())
				: party;
	}

	/**
	 * Return the registration of a SAML 2.0 login: the authentication, and before Spring
	 * Security 7 its principal, has this method. Spring Security's module for SAML is not
	 * a dependency, since what it needs is not in the central repository.
	 */
	private static @Nullable String relyingParty(Object login) {
		Method method = ReflectionUtils.findMethod(login.getClass(), "getRelyingPartyRegistrationId");
		if (method == null) {
			return null;
		}
		ReflectionUtils.makeAccessible(method);
		Object party = ReflectionUtils.invokeMethod(method, login);
		return (party != null) ? party.toString() : null;
	}

	/**
	 * Two logins, or two ways of signing in, may each have a user with the same name.
	 */
	private static String by(String subject, String way, @Nullable Object more) {
		return subject + " (" + ((more != null) ? way + " " + more : way) + ")";
	}

	/**
	 * Nobody's subject or issuer looks like the way in which somebody else has signed in:
	 * such a way has a space, or has no colon.
	 */
	private static String name(String subject, @Nullable String issuer) {
		boolean address = issuer != null && issuer.indexOf(':') > 0
				&& issuer.chars().noneMatch(Character::isWhitespace);
		return subject + " (" + (address ? issuer : "issuer " + ((issuer != null) ? issuer : "?")) + ")";
	}

}
