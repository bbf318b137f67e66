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

package dev.lumoauth.spring.caller;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import dev.lumoauth.spring.ActorOrder;
import dev.lumoauth.spring.user.Caller;
import org.jspecify.annotations.Nullable;

import org.springframework.security.authentication.AbstractAuthenticationToken;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.oauth2.jwt.Jwt;

/**
 * A caller of this application as a server, after its token was verified. Made by the
 * security of such a server and nowhere else: code that runs under it is decided for the
 * caller, and not for the agent that the application is.
 *
 * @since 0.1.0
 */
public final class CallerAuthenticationToken extends AbstractAuthenticationToken {

	private static final long serialVersionUID = 1L;

	/** By which some of LumoAuth's documents begin the {@code sub} of an agent. */
	private static final String AGENT_SUBJECT = "agent_";

	private final Jwt token;

	private final transient LumoAuthCaller caller;

	/**
	 * Create the authentication of a caller.
	 * @param token the token, verified: it has an issuer and a subject
	 * @param order in which order it names several actors
	 * @param authorities what the token grants
	 */
	public CallerAuthenticationToken(Jwt token, ActorOrder order, Collection<? extends GrantedAuthority> authorities) {
		super(authorities);
		this.token = token;
		this.caller = LumoAuthCaller.of(token, order);
		setAuthenticated(true);
	}

	/**
	 * Return who calls.
	 * @return the caller
	 */
	public LumoAuthCaller getCaller() {
		return this.caller;
	}

	/**
	 * Return the token, for the request that asks LumoAuth about it.
	 * @return the token
	 */
	public Jwt getToken() {
		return this.token;
	}

	@Override
	public @Nullable Object getCredentials() {
		return this.token;
	}

	@Override
	public Object getPrincipal() {
		return this.token;
	}

	@Override
	public String getName() {
		return this.caller.subject();
	}

	/**
	 * Return by which names an event may call this caller: every text in the token's
	 * claims, at whatever depth. More of them make an event take away more.
	 * @return the names, as many as there are
	 */
	public Set<String> names() {
		Set<String> names = new HashSet<>();
		Deque<Object> open = new ArrayDeque<>(List.of(this.token.getClaims()));
		for (Object next = open.poll(); next != null; next = open.poll()) {
			if (next instanceof Map<?, ?> map) {
				map.values().stream().filter(Objects::nonNull).forEach(open::add);
			}
			else if (next instanceof Collection<?> elements) {
				elements.stream().filter(Objects::nonNull).forEach(open::add);
			}
			else if (next instanceof String text) {
				names.add(text);
				if (text.startsWith(AGENT_SUBJECT)) {
					names.add(text.substring(AGENT_SUBJECT.length()));
				}
			}
		}
		return names;
	}

	/**
	 * Return the caller of what runs on this thread.
	 * @return the caller, or {@code null} if the thread runs no call of a server
	 */
	public static @Nullable CallerAuthenticationToken current() {
		return (Caller.current().authentication() instanceof CallerAuthenticationToken caller) ? caller : null;
	}

	/**
	 * Without the token.
	 */
	@Override
	public String toString() {
		return "CallerAuthenticationToken[" + this.caller.actors() + "]";
	}

}
