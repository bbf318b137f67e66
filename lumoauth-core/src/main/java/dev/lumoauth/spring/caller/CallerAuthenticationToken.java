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
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.lumoauth.spring.ActorOrder;
import dev.lumoauth.spring.user.Caller;
import dev.lumoauth.spring.user.IdentifiedCaller;
import dev.lumoauth.spring.user.TokenNames;
import dev.lumoauth.spring.user.UserToken;
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
public final class CallerAuthenticationToken extends AbstractAuthenticationToken implements IdentifiedCaller {

	private static final long serialVersionUID = 1L;

	/** Of a longer chain the rest is not known. */
	private static final int MAX_ACTORS = 16;

	private static final String UNNAMED = "?";

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
	 * {@inheritDoc}
	 * <p>
	 * A subject is not one caller: whoever acts for it, or by another client, is another.
	 */
	@Override
	public String identity() {
		LumoAuthCaller who = this.caller;
		List<String> actors = who.actors().actors();
		boolean known = who.subject().equals(who.actors().subject()) && actors.size() < MAX_ACTORS
				&& !actors.contains(UNNAMED);
		Stream<String> parts = Stream.concat(Stream.of((who.clientId() != null) ? "by " + who.clientId() : ""),
				actors.stream());
		String all = known ? parts.map((part) -> part.length() + ":" + part).collect(Collectors.joining(" "))
				: this.token.getTokenValue();
		return who.subject() + " (" + who.issuer() + ") by " + UserToken.of(all).key().substring(0, 32);
	}

	/**
	 * Return the user for whom this caller calls, by a name that LumoAuth knows.
	 * @return an e-mail address or a subject; {@code null} if it is no user for whom, but
	 * an agent by itself
	 */
	public @Nullable String user() {
		String subject = this.caller.subject();
		boolean agent = "agent".equals(this.token.getClaims().get("identity_type"))
				|| Stream.of("client_id", "agent_id").anyMatch((claim) -> isSubject(this.token.getClaims().get(claim)))
				|| subject.startsWith("agent:") || subject.startsWith("agt_");
		if (agent || subject.startsWith(AGENT_SUBJECT)) {
			return null;
		}
		return (this.token.getClaims().get("email") instanceof String email && !email.isBlank()) ? email : subject;
	}

	private boolean isSubject(@Nullable Object id) {
		return this.caller.subject().equals(id);
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
		return TokenNames.withAddress(names, this.token.getClaims());
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
