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

import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import org.springframework.security.authentication.AnonymousAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;

/**
 * Who started something, for what belongs to it and runs on other threads. Taken along by
 * hand, in what lives no longer than the request: it is registered with no context
 * propagation, which would hand it on to whatever that thread, or a stream shared by
 * several users, does next.
 * <p>
 * It is the {@code Authentication} that is taken along, not the token: that is looked for
 * when it is needed, since by then it may have been renewed.
 *
 * @since 0.1.0
 */
public final class Caller {

	/**
	 * Nobody.
	 */
	public static final Caller NOBODY = new Caller(null, null);

	private static final ThreadLocal<@Nullable Caller> IN_FORCE = new ThreadLocal<>();

	private final @Nullable UserToken token;

	private final @Nullable Authentication authentication;

	private Caller(@Nullable UserToken token, @Nullable Authentication authentication) {
		this.token = token;
		this.authentication = authentication;
	}

	/**
	 * Return for whom this thread works: for the user of the {@link UserScope}, for who
	 * was named or is signed in, or, inside of {@link #call}, for that caller.
	 * @return the caller, possibly {@link #NOBODY}
	 */
	public static Caller current() {
		Caller thread = of(UserScope.current(), user(SecurityContextHolder.getContext().getAuthentication()));
		Caller inForce = IN_FORCE.get();
		return (inForce != null) ? thread.or(inForce) : thread;
	}

	/**
	 * Return a caller who was named.
	 * @param token the user's token
	 * @return the caller
	 */
	public static Caller of(UserToken token) {
		return of(token, null);
	}

	/**
	 * Return a caller who is signed in.
	 * @param authentication who it is; one that is anonymous or not authenticated is
	 * nobody
	 * @return the caller
	 */
	public static Caller of(@Nullable Authentication authentication) {
		return of(null, user(authentication));
	}

	private static Caller of(@Nullable UserToken token, @Nullable Authentication authentication) {
		return (token == null && authentication == null) ? NOBODY : new Caller(token, authentication);
	}

	private static @Nullable Authentication user(@Nullable Authentication authentication) {
		boolean user = authentication != null && authentication.isAuthenticated()
				&& !(authentication instanceof AnonymousAuthenticationToken);
		return user ? authentication : null;
	}

	/**
	 * Add what another one knows. A user who was named comes before one who is signed in,
	 * whichever of the two knows it.
	 * @param other who comes after this one
	 * @return the two together
	 */
	public Caller or(Caller other) {
		if (this == NOBODY || other == NOBODY) {
			return (this == NOBODY) ? other : this;
		}
		return new Caller((this.token != null) ? this.token : other.token,
				(this.authentication != null) ? this.authentication : other.authentication);
	}

	/**
	 * Run an action as this caller started it. A user who was named comes before everyone
	 * else; who is signed in on the thread by then comes before who was signed in when
	 * this caller was taken along.
	 * @param action what to run, on this thread
	 * @param <T> what the action gives
	 * @return what the action gave
	 */
	public <T extends @Nullable Object> T call(Supplier<T> action) {
		Caller before = IN_FORCE.get();
		IN_FORCE.set(this);
		try {
			return (this.token != null) ? UserScope.callOutside(action) : action.get();
		}
		finally {
			if (before != null) {
				IN_FORCE.set(before);
			}
			else {
				IN_FORCE.remove();
			}
		}
	}

	@Nullable UserToken token() {
		return this.token;
	}

	@Nullable Authentication authentication() {
		return this.authentication;
	}

	/**
	 * Without the user.
	 */
	@Override
	public String toString() {
		if (this.token != null) {
			return "Caller[named]";
		}
		return (this.authentication != null) ? "Caller[signed in]" : "Caller[nobody]";
	}

}
