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

import java.util.Objects;
import java.util.Set;

import dev.lumoauth.spring.call.Action;
import dev.lumoauth.spring.call.CallContext;
import org.jspecify.annotations.Nullable;

import org.springframework.security.oauth2.core.OAuth2AccessToken;

import dev.lumoauth.spring.user.Caller;
import dev.lumoauth.spring.user.UserScope;
import dev.lumoauth.spring.user.UserToken;

/**
 * A token that belongs to one call, from whoever let the call run. While the call runs,
 * its requests to these servers carry this token instead of an exchanged one. The token
 * is only used for the agent and the user of the call. Once the call has ended, the token
 * is no longer used, even by code that still holds this object. If a server does not
 * accept the token, no exchanged token is sent instead.
 * <p>
 * The token is available on the thread of the call and in a stream of the call, by the
 * context of the call ({@link CallContext}). It is passed on with this call alone, to its
 * requests to an MCP server.
 *
 * @since 0.1.0
 */
public final class CallTokens {

	/**
	 * No token: all requests carry the ordinary tokens.
	 */
	public static final CallTokens NONE = new CallTokens("", Set.of(), null, null);

	private static final CallContext.Key<CallTokens> KEY = CallContext.Key.passedOn("tokens of the call");

	private final String agent;

	private final Set<String> audiences;

	private final @Nullable UserToken user;

	private volatile @Nullable OAuth2AccessToken token;

	private CallTokens(String agent, Set<String> audiences, @Nullable UserToken user,
			@Nullable OAuth2AccessToken token) {
		this.agent = agent;
		this.audiences = audiences;
		this.user = user;
		this.token = token;
	}

	/**
	 * Return the token of a call for the user for whom the agent acts on this thread
	 * ({@link UserScope#current()}). The caller of this method has to say when the call
	 * is over.
	 * @param agent the client id of the agent that makes the call
	 * @param audiences the servers that the token is for
	 * @param token the token
	 * @return the token with its servers
	 */
	public static CallTokens of(String agent, Set<String> audiences, OAuth2AccessToken token) {
		UserScope.watchStreams();
		return new CallTokens(agent, Set.copyOf(audiences), UserScope.current(), token);
	}

	/**
	 * Run a part of the call on this thread.
	 * @param tokens the tokens of the call
	 * @param action the action to run
	 * @param <T> the type of the result
	 * @param <E> the type of the exception
	 * @return the result of the action
	 * @throws E what the action threw
	 */
	public static <T extends @Nullable Object, E extends Throwable> T call(CallTokens tokens, Action<T, E> action)
			throws E {
		return tokens.in(CallContext.current()).run(action);
	}

	/**
	 * Return the context of code that belongs to the call.
	 * @param context the context without the tokens
	 * @return the context with the tokens
	 */
	public CallContext in(CallContext context) {
		return context.with(KEY, this);
	}

	/**
	 * Return the tokens of the call that runs here.
	 * @return the tokens, possibly {@link #NONE}
	 */
	public static CallTokens current() {
		CallTokens here = known(CallContext.current());
		return (here != null) ? here : NONE;
	}

	/**
	 * Return the tokens that a context has.
	 * @param context the context of a call
	 * @return the tokens, or {@code null} if the context says nothing of tokens
	 */
	public static @Nullable CallTokens known(CallContext context) {
		return context.get(KEY);
	}

	/**
	 * Return the token for a server.
	 * @param agent the tokens of the agent that asks
	 * @param target the server; only its audience or resource is used
	 * @param user the user on whose behalf the agent acts; {@code null} = it acts for
	 * itself
	 * @return the token, which must not be kept; {@code null} if this call has no token
	 * for the server, or has ended
	 */
	public @Nullable OAuth2AccessToken tokenFor(LumoAuthTokens agent, TokenTarget target, @Nullable UserToken user) {
		OAuth2AccessToken current = this.token;
		return (current != null && this.agent.equals(agent.clientId()) && isNamed(target) && isForUser(user)) ? current
				: null;
	}

	private boolean isNamed(TokenTarget target) {
		return (target.audience() != null && this.audiences.contains(target.audience()))
				|| (target.resource() != null && this.audiences.contains(target.resource()));
	}

	/**
	 * A login's token may be renewed while the call runs: the user is still the same.
	 */
	private boolean isForUser(@Nullable UserToken other) {
		UserToken own = this.user;
		if (own == null || other == null) {
			return own == null && other == null;
		}
		return own.equals(other) || Objects.equals(Caller.of(own).name(), Caller.of(other).name());
	}

	/**
	 * Say that the call is over: its token is not given out from now on.
	 */
	public void end() {
		this.token = null;
	}

	/**
	 * Without the token.
	 */
	@Override
	public String toString() {
		return "CallTokens" + this.audiences;
	}

}
