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

import org.jspecify.annotations.Nullable;

import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.security.oauth2.jwt.Jwt;

/**
 * Knows the token that a request to this application, as a resource server, carried (RFC
 * 6750): a JWT, or an opaque one. By its type, and of these two only: an ID token says
 * who signed in, and gives no access (OpenID Connect Core 1.0 section 2).
 *
 * @since 0.1.0
 */
public final class BearerUserTokenResolver implements UserTokenResolver {

	@Override
	public @Nullable UserToken resolve(Authentication authentication) {
		UserToken token = token(authentication.getCredentials());
		return (token != null) ? token : token(authentication.getPrincipal());
	}

	private static @Nullable UserToken token(@Nullable Object candidate) {
		if (candidate instanceof Jwt jwt) {
			return UserToken.of(jwt);
		}
		return (candidate instanceof OAuth2AccessToken opaque) ? UserToken.of(opaque) : null;
	}

}
