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

package dev.lumoauth.devserver.user;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import dev.lumoauth.devserver.state.Tenant;
import dev.lumoauth.devserver.state.User;

import org.springframework.security.oauth2.core.oidc.OidcScopes;

/**
 * The scopes of users' tokens: those that the user may delegate and those of OpenID
 * Connect, which are about the login and are never delegated.
 */
public final class UserScopes {

	static final List<String> LOGIN = List.of(OidcScopes.OPENID, OidcScopes.PROFILE, OidcScopes.EMAIL);

	private UserScopes() {
	}

	public static Set<String> of(User user) {
		Set<String> scopes = new LinkedHashSet<>(LOGIN);
		scopes.addAll(user.scopes());
		return scopes;
	}

	/**
	 * Returns what an application may request before the user is known.
	 */
	public static Set<String> ofAny(Tenant tenant) {
		Set<String> scopes = new LinkedHashSet<>(LOGIN);
		tenant.users().forEach((user) -> scopes.addAll(user.scopes()));
		return scopes;
	}

}
