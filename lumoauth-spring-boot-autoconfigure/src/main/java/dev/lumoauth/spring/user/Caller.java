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

	private static final ThreadLocal<@Nullable Authentication> CAPTURED = new ThreadLocal<>();

	private final @Nullable UserToken token;

	private final @Nullable Authentication authentication;

	private Caller(@Nullable UserToken token, @Nullable Authentication authentication) {
		this.token = token;
		this.authentication = authentication;
	}

	/**
	 * Return who is in force on this thread.
	 * @return the user of the {@link UserScope}, the one who is signed in, or nobody
	 */
	public static Caller current() {
		return of(UserScope.current(), signedIn());
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
	 * @param authentication who it is; one that is not authenticated is nobody
	 * @return the caller
	 */
	public static Caller of(@Nullable Authentication authentication) {
		return of(null, isUser(authentication) ? authentication : null);
	}

	private static Caller of(@Nullable UserToken token, @Nullable Authentication authentication) {
		return (token == null && authentication == null) ? NOBODY : new Caller(token, authentication);
	}

	/**
	 * Add what another one knows. A named user comes before one who is signed in,
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
	 * Run an action as this caller started it. Who is signed in on the thread by then
	 * comes before who was signed in when this caller was taken along.
	 * @param action what to run, on this thread
	 * @param <T> what the action gives
	 * @return what the action gave
	 */
	public <T extends @Nullable Object> T call(Supplier<T> action) {
		if (this.token != null) {
			return UserScope.call(this.token, action);
		}
		Authentication before = CAPTURED.get();
		set(this.authentication);
		try {
			return action.get();
		}
		finally {
			set(before);
		}
	}

	private static void set(@Nullable Authentication authentication) {
		if (authentication != null) {
			CAPTURED.set(authentication);
		}
		else {
			CAPTURED.remove();
		}
	}

	/**
	 * Return who is signed in on this thread, or was where that which runs here began.
	 */
	static @Nullable Authentication signedIn() {
		Authentication authentication = SecurityContextHolder.getContext().getAuthentication();
		return isUser(authentication) ? authentication : CAPTURED.get();
	}

	private static boolean isUser(@Nullable Authentication authentication) {
		return authentication != null && authentication.isAuthenticated()
				&& !(authentication instanceof AnonymousAuthenticationToken);
	}

	/**
	 * Without the user.
	 */
	@Override
	public String toString() {
		return "Caller[" + ((this.token != null) ? "named" : (this.authentication != null) ? "signed in" : "nobody")
				+ "]";
	}

}
