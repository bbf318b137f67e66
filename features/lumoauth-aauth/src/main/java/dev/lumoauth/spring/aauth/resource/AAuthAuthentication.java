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

import org.springframework.security.authentication.AbstractAuthenticationToken;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.authority.SimpleGrantedAuthority;

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
public final class AAuthAuthentication extends AbstractAuthenticationToken {

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
	 * Without the token.
	 */
	@Override
	public String toString() {
		return "AAuthAuthentication[" + this.principal + "]";
	}

}
