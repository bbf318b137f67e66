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

package dev.lumoauth.devserver.oauth;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

import org.springframework.security.oauth2.core.oidc.OidcScopes;

import dev.lumoauth.devserver.state.User;

/**
 * The claims about a user besides the id, by the granted scopes (OpenID Connect Core 1.0,
 * section 5.4).
 *
 * @since 0.1.0
 */
public final class UserClaims {

	private UserClaims() {
	}

	/**
	 * Returns the claims that some scopes request.
	 * @param user the user
	 * @param scopes the scopes of the access token
	 * @return the claims, by their names
	 */
	public static Map<String, Object> of(User user, Collection<String> scopes) {
		Map<String, Object> claims = new LinkedHashMap<>();
		if (scopes.contains(OidcScopes.PROFILE)) {
			claims.put("name", user.name());
			claims.put("preferred_username", user.username());
		}
		if (scopes.contains(OidcScopes.EMAIL) && user.email() != null) {
			claims.put("email", user.email());
		}
		return claims;
	}

}
