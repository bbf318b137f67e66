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
import java.text.ParseException;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.JWTParser;
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
		try {
			JWTClaimsSet claims = JWTParser.parse(token.value()).getJWTClaimsSet();
			if (claims.getSubject() != null) {
				return name(claims.getSubject(), claims.getIssuer());
			}
		}
		catch (ParseException | RuntimeException ex) {
			// Opaque.
		}
		return "token " + token.key();
	}

	static String of(Authentication authentication) {
		if (authentication instanceof IdentifiedCaller caller) {
			return caller.identity();
		}
		if (authentication.getPrincipal() instanceof Jwt jwt && jwt.getSubject() != null) {
			return name(jwt.getSubject(), jwt.getClaimAsString(JwtClaimNames.ISS));
		}
		// Two logins, or two ways of signing in, may each have a user with the same name.
		return name(subject(authentication), (authentication instanceof OAuth2AuthenticationToken login)
				? "login " + login.getAuthorizedClientRegistrationId() : way(authentication));
	}

	/**
	 * The name of a login may be any claim, such as one that several users share.
	 */
	private static String subject(Authentication authentication) {
		return (authentication.getPrincipal() instanceof OAuth2AuthenticatedPrincipal user
				&& user.getAttribute(JwtClaimNames.SUB) instanceof String subject) ? subject : authentication.getName();
	}

	private static String way(Authentication authentication) {
		Object issuer = (authentication.getPrincipal() instanceof OAuth2AuthenticatedPrincipal user)
				? user.getAttribute(JwtClaimNames.ISS) : null;
		if (issuer != null) {
			return issuer.toString();
		}
		String way = authentication.getClass().getSimpleName();
		String party = relyingParty(authentication);
		party = (party == null && authentication.getPrincipal() != null) ? relyingParty(authentication.getPrincipal())
				: party;
		return (party != null) ? way + " " + party : way;
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

	private static String name(String subject, @Nullable String issuer) {
		return (issuer != null) ? subject + " (" + issuer + ")" : subject;
	}

}
