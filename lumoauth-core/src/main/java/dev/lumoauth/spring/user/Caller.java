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

import dev.lumoauth.spring.call.CallContext;
import org.jspecify.annotations.Nullable;

import org.springframework.security.authentication.AnonymousAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;

/**
 * The caller who started something, for code that belongs to it and runs on other
 * threads. It is passed on explicitly, in objects that live no longer than the request.
 * It is not registered with context propagation, which would pass it on to whatever that
 * thread, or a stream shared by several users, does next.
 * <p>
 * The {@code Authentication} is passed on, not the token: the token is looked up when it
 * is needed, since it may have been renewed by then.
 *
 * @since 0.1.0
 */
public final class Caller {

	/**
	 * Nobody.
	 */
	public static final Caller NOBODY = new Caller(null, null);

	private final @Nullable UserToken token;

	private final @Nullable Authentication authentication;

	private Caller(@Nullable UserToken token, @Nullable Authentication authentication) {
		this.token = token;
		this.authentication = authentication;
	}

	/**
	 * Return the caller for whom this thread works: the user of the {@link UserScope},
	 * the user who was named or is signed in, the caller of the enclosing {@link #call},
	 * or, in a step of a stream, the user of the stream.
	 * @return the caller, possibly {@link #NOBODY}
	 */
	public static Caller current() {
		Acting here = Acting.here();
		return (here != null) ? here.caller() : of(SecurityContextHolder.getContext().getAuthentication());
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
	 * @param authentication the authentication; an anonymous or unauthenticated one
	 * counts as no caller
	 * @return the caller
	 */
	public static Caller of(@Nullable Authentication authentication) {
		return of(null, authentication);
	}

	static Caller of(@Nullable UserToken token, @Nullable Authentication authentication) {
		Authentication user = user(authentication);
		return (token == null && user == null) ? NOBODY : new Caller(token, user);
	}

	private static @Nullable Authentication user(@Nullable Authentication authentication) {
		boolean user = authentication != null && authentication.isAuthenticated()
				&& !(authentication instanceof AnonymousAuthenticationToken);
		return user ? authentication : null;
	}

	/**
	 * Complete this caller with what another one knows. A user who was named takes
	 * precedence over one who is signed in, whichever of the two callers knows it.
	 * @param other the caller with the lower precedence
	 * @return the combined caller
	 */
	public Caller or(Caller other) {
		if (this == NOBODY || other == NOBODY) {
			return (this == NOBODY) ? other : this;
		}
		return new Caller((this.token != null) ? this.token : other.token,
				(this.authentication != null) ? this.authentication : other.authentication);
	}

	/**
	 * Run an action as if this caller had started it on this thread. A user who was named
	 * takes precedence. A user who is signed in on the thread counts only if the action
	 * signed that user in: the thread may have been used for somebody else before.
	 * @param action the action to run on this thread
	 * @param <T> the type of the result
	 * @return the result of the action
	 */
	public <T extends @Nullable Object> T call(Supplier<T> action) {
		return in(CallContext.current()).run(action::get);
	}

	/**
	 * Return the context in which {@link #call} runs an action on this thread.
	 * @param context the context of the call
	 * @return the context
	 */
	public CallContext in(CallContext context) {
		return context.with(Acting.KEY, Acting.startedBy(this));
	}

	/**
	 * Continue what this caller started, in the user scope of this thread.
	 * @param action the action to run on this thread
	 * @param <T> the type of the result
	 * @return the result of the action
	 */
	public <T extends @Nullable Object> T goOn(Supplier<T> action) {
		return Acting.goingOnFor(this).run(action::get);
	}

	/**
	 * Run an action as {@link #call} does, with this caller signed in on the thread
	 * meanwhile, in the place of somebody else who may be signed in there. For
	 * {@link #NOBODY}, nobody is signed in.
	 * @param action the action to run on this thread
	 * @param <T> the type of the result
	 * @return the result of the action
	 */
	public <T extends @Nullable Object> T signedIn(Supplier<T> action) {
		return ThreadSignIn.with(this.authentication, () -> call(action));
	}

	/**
	 * Return the name of the caller, which stays the same when the user's token is
	 * renewed: the subject and issuer of a token (RFC 7519 sections 4.1.1 and 4.1.2), or
	 * the name by which the user is signed in.
	 * @return the name; {@code null} for no caller. For an opaque token the name is its
	 * hash
	 */
	public @Nullable String name() {
		if (this.token != null) {
			return CallerName.of(this.token);
		}
		return (this.authentication != null) ? CallerName.of(this.authentication) : null;
	}

	@Nullable UserToken token() {
		return this.token;
	}

	/**
	 * Return the authentication of the caller.
	 * @return the authentication; {@code null} for no caller, and for a user who was only
	 * named
	 */
	public @Nullable Authentication authentication() {
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
