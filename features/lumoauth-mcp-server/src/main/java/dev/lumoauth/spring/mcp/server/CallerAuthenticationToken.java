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

package dev.lumoauth.spring.mcp.server;

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

import dev.lumoauth.spring.user.Caller;
import dev.lumoauth.spring.user.IdentifiedCaller;
import dev.lumoauth.spring.user.TokenNames;
import dev.lumoauth.spring.user.UserToken;
import org.jspecify.annotations.Nullable;

import org.springframework.security.authentication.AbstractAuthenticationToken;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.oauth2.jwt.Jwt;

/**
 * The authentication of a caller of this application as a server, after the caller's
 * token was verified. Only the security of such a server creates it. Code that runs with
 * this authentication is checked for the caller, not for the application's own agent.
 *
 * @since 0.1.0
 */
public final class CallerAuthenticationToken extends AbstractAuthenticationToken implements IdentifiedCaller {

	private static final long serialVersionUID = 1L;

	/** The rest of a longer chain is not known. */
	private static final int MAX_ACTORS = 16;

	private static final String UNNAMED = "?";

	/** The claims that name a user, and no one else. */
	private static final List<String> OF_USERS = List.of("user_id", "email", "preferred_username");

	/** The claims that name an agent that calls for itself. */
	private static final List<String> OF_AGENTS = List.of("client_id", "agent_id");

	private final Jwt token;

	private final transient LumoAuthCaller caller;

	/**
	 * Create the authentication of a caller.
	 * @param token the verified token, with an issuer and a subject
	 * @param authorities the authorities that the token grants
	 */
	public CallerAuthenticationToken(Jwt token, Collection<? extends GrantedAuthority> authorities) {
		super(authorities);
		this.token = token;
		this.caller = LumoAuthCaller.of(token);
		setAuthenticated(true);
	}

	/**
	 * Return the caller.
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
	 * The subject alone does not identify a caller: another actor or another client for
	 * the same subject is another caller.
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
	 * Return the user on whose behalf this caller calls, by a name that LumoAuth knows.
	 * @return an e-mail address or a subject; {@code null} if an agent calls for itself
	 * and there is no user
	 */
	@Override
	public @Nullable String user() {
		String subject = this.caller.subject();
		boolean agent = "agent".equals(this.token.getClaims().get("identity_type"))
				|| Stream.of("client_id", "agent_id").anyMatch(this::isSubjectOf) || TokenNames.isNoUser(subject)
				|| subject.startsWith("agt_");
		if (agent) {
			return null;
		}
		return (this.token.getClaims().get("email") instanceof String email && !email.isBlank()) ? email : subject;
	}

	/**
	 * Return whether an id is that of this caller's subject: the user, or the agent that
	 * calls for itself. An actor is not the subject.
	 * @param id the id, in any of LumoAuth's spellings
	 * @return whether it is
	 */
	public boolean isSubject(String id) {
		Set<String> names = new HashSet<>(Set.of(this.caller.subject()));
		for (String claim : (user() != null) ? OF_USERS : OF_AGENTS) {
			Object value = this.token.getClaims().get(claim);
			if (value instanceof String || value instanceof Number) {
				names.add(value.toString());
			}
		}
		return TokenNames.isAmong(names, id);
	}

	private boolean isSubjectOf(String claim) {
		return this.caller.subject().equals(this.token.getClaims().get(claim));
	}

	/**
	 * Return the names by which an event may refer to this caller: every text in the
	 * token's claims, at any depth. With more names, an event revokes more.
	 * @return all names
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
			}
		}
		return TokenNames.withAddress(TokenNames.withIds(names), this.token.getClaims());
	}

	/**
	 * Return the caller of the code that runs on this thread.
	 * @return the caller, or {@code null} if the thread does not handle a call to a
	 * server
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
