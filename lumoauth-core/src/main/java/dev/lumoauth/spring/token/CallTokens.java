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

package dev.lumoauth.spring.token;

import java.util.Set;

import dev.lumoauth.spring.user.UserScope;
import org.jspecify.annotations.Nullable;

import org.springframework.security.oauth2.core.OAuth2AccessToken;

/**
 * The token that is for one call only, since a person has approved that call: while the
 * call runs, what it sends to these servers carries this token in place of an exchanged
 * one. On the thread of the call; nothing hands it on to another call.
 *
 * @since 0.1.0
 */
public final class CallTokens {

	/**
	 * No token: everything carries the ordinary ones.
	 */
	public static final CallTokens NONE = new CallTokens(Set.of(), null);

	private static final ThreadLocal<@Nullable CallTokens> HERE = new ThreadLocal<>();

	private final Set<String> audiences;

	private final @Nullable OAuth2AccessToken token;

	private CallTokens(Set<String> audiences, @Nullable OAuth2AccessToken token) {
		this.audiences = audiences;
		this.token = token;
	}

	/**
	 * Return the token of a call.
	 * @param audiences the servers that it is for
	 * @param token the token
	 * @return the token with its servers
	 */
	public static CallTokens of(Set<String> audiences, OAuth2AccessToken token) {
		return new CallTokens(Set.copyOf(audiences), token);
	}

	/**
	 * Run a part of the call on this thread.
	 * @param tokens the tokens of the call
	 * @param action what to run
	 * @param <T> what the action gives
	 * @param <E> what the action throws
	 * @return what the action gave
	 * @throws E what the action threw
	 */
	public static <T extends @Nullable Object, E extends Throwable> T call(CallTokens tokens,
			UserScope.Action<T, E> action) throws E {
		CallTokens before = HERE.get();
		HERE.set(tokens);
		try {
			return action.run();
		}
		finally {
			if (before != null) {
				HERE.set(before);
			}
			else {
				HERE.remove();
			}
		}
	}

	/**
	 * Return the tokens of the call that runs on this thread.
	 */
	static CallTokens current() {
		CallTokens here = HERE.get();
		return (here != null) ? here : NONE;
	}

	/**
	 * Return the token for a server.
	 * @return the token, or {@code null} if this call has none for it
	 */
	@Nullable OAuth2AccessToken tokenFor(@Nullable String audience) {
		return (audience != null && this.audiences.contains(audience)) ? this.token : null;
	}

	/**
	 * Without the token.
	 */
	@Override
	public String toString() {
		return "CallTokens" + this.audiences;
	}

}
