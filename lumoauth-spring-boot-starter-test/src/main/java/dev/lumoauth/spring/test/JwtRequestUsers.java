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

package dev.lumoauth.spring.test;

import dev.lumoauth.spring.user.UserToken;
import dev.lumoauth.spring.user.UserTokenResolver;
import org.jspecify.annotations.Nullable;

import org.springframework.core.Ordered;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.jwt.Jwt;

/**
 * Knows the token of a user whom Spring Security's {@code jwt()} has signed in during a
 * test with {@link WithUser}. Such a user has a token without an issuer, which would not
 * be accepted.
 */
final class JwtRequestUsers implements UserTokenResolver, Ordered {

	/** What {@code jwt()} calls a user whose name the test does not say. */
	private static final String UNNAMED = "user";

	private final TestAgent agent;

	JwtRequestUsers(TestAgent agent) {
		this.agent = agent;
	}

	@Override
	public @Nullable UserToken resolve(Authentication authentication) {
		TestUser user = this.agent.user();
		if (user == null || !(authentication.getPrincipal() instanceof Jwt jwt) || jwt.hasClaim("iss")) {
			return null;
		}
		String subject = jwt.getSubject();
		return UserToken.of((subject == null || subject.equals(UNNAMED)) ? user.token() : user.tokenOf(subject));
	}

	/** After the resolvers of the application. */
	@Override
	public int getOrder() {
		return LOWEST_PRECEDENCE;
	}

}
