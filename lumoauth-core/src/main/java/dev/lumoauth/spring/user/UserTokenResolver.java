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

import java.time.Clock;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClientProvider;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClientService;
import org.springframework.security.oauth2.client.registration.ClientRegistration;

/**
 * Finds the access token of a signed-in user. A bean of the application is asked before
 * the resolvers of this library, which know bearer tokens and OAuth 2.0 logins. Several
 * beans are asked in their order, and the first answer counts.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface UserTokenResolver {

	/**
	 * Find the user's access token. Called when a tool that acts for the user runs, on
	 * the tool's thread, where there may be neither a request nor a session. May block.
	 * @param authentication the user: authenticated and not anonymous
	 * @return a token that LumoAuth accepts as the subject of an exchange (RFC 8693
	 * section 2.1), never an ID token; {@code null} if this resolver knows none
	 * @throws UserRequiredException if the user has to do something first, such as sign
	 * in again
	 */
	@Nullable UserToken resolve(Authentication authentication);

	/**
	 * Return the resolver for the bearer tokens of requests to this application.
	 * @param known says by the claims of a token, including {@code iss}, whether LumoAuth
	 * accepts tokens of its issuer
	 * @return the resolver
	 */
	static UserTokenResolver ofBearerTokens(Predicate<Map<String, Object>> known) {
		return new BearerUserTokenResolver(known);
	}

	/**
	 * Return the resolver for the tokens from the application's own logins.
	 * @param logins supplies the service that keeps the logins; returns {@code null} if
	 * there is none
	 * @param known says for a registration whether LumoAuth accepts its tokens
	 * @param renewal renews a token by its refresh token
	 * @param clock the clock for the expiry of tokens
	 * @return the resolver
	 */
	static UserTokenResolver ofLogins(Supplier<@Nullable OAuth2AuthorizedClientService> logins,
			Predicate<ClientRegistration> known, OAuth2AuthorizedClientProvider renewal, Clock clock) {
		return new LoginUserTokenResolver(logins, known, renewal, clock);
	}

}
