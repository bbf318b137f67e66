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

package dev.lumoauth.spring.aauth.resource;

import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.security.authentication.AbstractAuthenticationToken;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.authority.SimpleGrantedAuthority;

import dev.lumoauth.spring.user.IdentifiedCaller;
import dev.lumoauth.spring.user.UserToken;

/**
 * An agent that has signed a request and has the permissions of its auth token. Each
 * scope is an authority with the prefix {@code SCOPE_}.
 * <p>
 * {@link #getName()} is the user for whom the agent acts, or else the agent. The token is
 * for this service only and bound to the agent's key. It is not a user token that could
 * be sent elsewhere, so {@code @OnBehalfOfUser} code finds no user in it. To continue in
 * the user's name, use AAuth's {@code exchange} with {@link #getCredentials() the token}.
 *
 * @since 0.1.0
 */
public final class AAuthAuthentication extends AbstractAuthenticationToken implements IdentifiedCaller {

	/** The rest of a longer chain is not known. */
	private static final int MAX_ACTORS = 16;

	private static final String UNNAMED = "?";

	private final transient AAuthPrincipal principal;

	private final transient String token;

	AAuthAuthentication(AAuthPrincipal principal, String token) {
		super(authorities(principal));
		this.principal = principal;
		this.token = token;
		super.setAuthenticated(true);
	}

	private static List<GrantedAuthority> authorities(AAuthPrincipal principal) {
		return principal.scopes()
			.stream()
			.sorted()
			.<GrantedAuthority>map((scope) -> new SimpleGrantedAuthority("SCOPE_" + scope))
			.toList();
	}

	/**
	 * Return the auth token, for AAuth's {@code exchange} only.
	 */
	@Override
	public String getCredentials() {
		return this.token;
	}

	@Override
	public AAuthPrincipal getPrincipal() {
		return this.principal;
	}

	/**
	 * {@inheritDoc}
	 * <p>
	 * The user alone does not identify a caller: another agent, another delegate or
	 * another actor for the same user is another caller. An agent that the token does not
	 * name is identified by its key.
	 */
	@Override
	public String identity() {
		AAuthPrincipal who = this.principal;
		List<String> actors = who.actors().actors();
		boolean known = Objects.equals(who.subject(), who.actors().subject()) && actors.size() < MAX_ACTORS
				&& !actors.contains(UNNAMED);
		String agent = (who.agent() != null) ? "agent " + who.agent() : "key " + who.keyThumbprint();
		Stream<String> parts = Stream.concat(Stream.of(agent, Objects.requireNonNullElse(who.delegate(), ""),
				Objects.requireNonNullElse(who.subject(), "")), actors.stream());
		String all = known ? parts.map((part) -> part.length() + ":" + part).collect(Collectors.joining(" "))
				: this.token;
		return getName() + " (" + who.issuer() + ") by " + UserToken.of(all).key().substring(0, 32);
	}

	/**
	 * Return the user for whom the agent acts, by a name that LumoAuth knows.
	 * @return the subject of the token; {@code null} if the agent acts for itself
	 */
	@Override
	public @Nullable String user() {
		return this.principal.subject();
	}

	/**
	 * Without the token.
	 */
	@Override
	public String toString() {
		return "AAuthAuthentication[" + this.principal + "]";
	}

}
