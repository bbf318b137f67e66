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

import java.util.List;
import java.util.function.Supplier;

import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.web.authentication.preauth.PreAuthenticatedAuthenticationToken;

/**
 * Users who are signed in as Spring Security's resource server signs them in: with the
 * token as the credentials.
 */
public final class TestUsers {

	/**
	 * Who issues their tokens: to be listed in {@code lumoauth.user.issuers}.
	 */
	public static final String ISSUER = "https://users.example.com";

	private TestUsers() {
	}

	public static String token(String name) {
		return "token-of-" + name;
	}

	public static Authentication authentication(String name) {
		Jwt jwt = Jwt.withTokenValue(token(name))
			.header("alg", "RS256")
			.issuer(ISSUER)
			.subject(name)
			.claim("client_id", "app")
			.build();
		return new PreAuthenticatedAuthenticationToken(name, jwt, List.of());
	}

	/**
	 * Return someone who is signed in by something else.
	 */
	public static Authentication of(Object credentials, Object principal) {
		return new PreAuthenticatedAuthenticationToken(principal, credentials, List.of());
	}

	public static void signIn(String name) {
		SecurityContext context = SecurityContextHolder.createEmptyContext();
		context.setAuthentication(authentication(name));
		SecurityContextHolder.setContext(context);
	}

	public static void signOut() {
		SecurityContextHolder.clearContext();
	}

	/**
	 * Run something as a user, on this thread.
	 */
	public static <T> T as(String name, Supplier<T> action) {
		SecurityContext before = SecurityContextHolder.getContext();
		signIn(name);
		try {
			return action.get();
		}
		finally {
			SecurityContextHolder.setContext(before);
		}
	}

}
