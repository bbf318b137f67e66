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

package dev.lumoauth.demo.start;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.oauth2.core.OAuth2AccessToken;

/**
 * The user who asks the agent: the user named by {@code --demo.user}, or nobody. It
 * replaces the login of a real application.
 */
public final class DemoUser {

	static final DemoUser NOBODY = new DemoUser(null, (name) -> {
		throw new IllegalStateException("Nobody signs in");
	});

	private static final Duration ENOUGH = Duration.ofMinutes(1);

	private final @Nullable String name;

	private final Function<String, OAuth2AccessToken> login;

	private @Nullable OAuth2AccessToken token;

	private DemoUser(@Nullable String name, Function<String, OAuth2AccessToken> login) {
		this.name = name;
		this.login = login;
	}

	/**
	 * Return a user, signed in.
	 * @param name the user's name
	 * @param login gives a user's access token; asked again when the token is about to
	 * expire
	 * @return the user
	 */
	static DemoUser signIn(String name, Function<String, OAuth2AccessToken> login) {
		DemoUser user = new DemoUser(name, login);
		user.token(name);
		return user;
	}

	/**
	 * Return who asks.
	 * @return the name, or {@code null} if nobody signs in
	 */
	public @Nullable String name() {
		return this.name;
	}

	/**
	 * Run an action as Spring Security runs the requests of this user: signed in, with an
	 * access token.
	 * @param action what to run
	 * @param <T> the type of the result
	 * @return the result
	 */
	public <T> T call(Supplier<T> action) {
		if (this.name == null) {
			return action.get();
		}
		SecurityContext before = SecurityContextHolder.getContext();
		SecurityContext context = SecurityContextHolder.createEmptyContext();
		context.setAuthentication(
				UsernamePasswordAuthenticationToken.authenticated(this.name, token(this.name), List.of()));
		SecurityContextHolder.setContext(context);
		try {
			return action.get();
		}
		finally {
			SecurityContextHolder.setContext(before);
		}
	}

	private synchronized OAuth2AccessToken token(String name) {
		OAuth2AccessToken current = this.token;
		if (current == null || current.getExpiresAt() == null
				|| current.getExpiresAt().minus(ENOUGH).isBefore(Instant.now())) {
			current = this.login.apply(name);
			this.token = current;
		}
		return current;
	}

}
