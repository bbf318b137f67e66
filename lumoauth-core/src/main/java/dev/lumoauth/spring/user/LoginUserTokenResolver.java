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
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;

import dev.lumoauth.spring.LumoAuthUnavailableException;
import org.jspecify.annotations.Nullable;

import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.client.OAuth2AuthorizationContext;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClient;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClientProvider;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClientService;
import org.springframework.security.oauth2.client.authentication.OAuth2AuthenticationToken;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.core.OAuth2AuthorizationException;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.core.OAuth2Token;

/**
 * Knows the access token from a user's OAuth 2.0 login, as Spring Security keeps it in
 * the application's {@code OAuth2AuthorizedClientService}, and renews it with its refresh
 * token (RFC 6749 section 6) when it expires in less than a minute. The ID token of the
 * same login is never used.
 * <p>
 * That service keeps one token for each registration and name of a user. The name has to
 * be unique, as {@code sub} is, which Spring Security takes by default.
 */
final class LoginUserTokenResolver implements UserTokenResolver {

	private static final Duration ENOUGH = Duration.ofSeconds(60);

	/**
	 * A refresh token that is replaced with each use works once, so two threads must not
	 * use the same one.
	 */
	private final ReentrantLock[] locks = Stream.generate(ReentrantLock::new).limit(64).toArray(ReentrantLock[]::new);

	private final Supplier<@Nullable OAuth2AuthorizedClientService> logins;

	private final Predicate<ClientRegistration> known;

	private final OAuth2AuthorizedClientProvider renewal;

	private final Clock clock;

	LoginUserTokenResolver(Supplier<@Nullable OAuth2AuthorizedClientService> logins,
			Predicate<ClientRegistration> known, OAuth2AuthorizedClientProvider renewal, Clock clock) {
		this.logins = logins;
		this.known = known;
		this.renewal = renewal;
		this.clock = clock;
	}

	@Override
	public @Nullable UserToken resolve(Authentication authentication) {
		OAuth2AuthorizedClientService service = this.logins.get();
		if (service == null || !(authentication instanceof OAuth2AuthenticationToken login)) {
			return null;
		}
		OAuth2AuthorizedClient client = load(service, login);
		if (!this.known.test(client.getClientRegistration())) {
			return null;
		}
		return UserToken.of((hasMore(client, ENOUGH) ? client : renewed(service, login)).getAccessToken());
	}

	private OAuth2AuthorizedClient renewed(OAuth2AuthorizedClientService service, OAuth2AuthenticationToken login) {
		ReentrantLock lock = this.locks[Math.floorMod(login.getName().hashCode(), this.locks.length)];
		lock.lock();
		try {
			OAuth2AuthorizedClient client = load(service, login);
			return hasMore(client, ENOUGH) ? client : renew(service, login, client);
		}
		finally {
			lock.unlock();
		}
	}

	/**
	 * Renew a login, and save it unless the user has signed out or in again in the
	 * meantime: the old login must not come back. The service can't compare and set, so
	 * this check is made as late as possible.
	 */
	private OAuth2AuthorizedClient renew(OAuth2AuthorizedClientService service, OAuth2AuthenticationToken login,
			OAuth2AuthorizedClient client) {
		OAuth2AuthorizedClient renewed = null;
		OAuth2AuthorizationException failure = null;
		try {
			renewed = this.renewal
				.authorize(OAuth2AuthorizationContext.withAuthorizedClient(client).principal(login).build());
		}
		catch (OAuth2AuthorizationException ex) {
			failure = ex;
		}
		OAuth2AuthorizedClient latest = load(service, login);
		if (renewed != null && isSame(latest, client)) {
			service.saveAuthorizedClient(renewed, login);
			return renewed;
		}
		if (hasMore(latest, Duration.ZERO)) {
			return latest;
		}
		if (failure != null && !OAuth2ErrorCodes.INVALID_GRANT.equals(failure.getError().getErrorCode())) {
			throw new LumoAuthUnavailableException(
					"The access token of a login at registration '" + login.getAuthorizedClientRegistrationId()
							+ "' has expired, and could not be renewed at the moment",
					failure);
		}
		throw ended(login, failure);
	}

	private static boolean isSame(OAuth2AuthorizedClient one, OAuth2AuthorizedClient other) {
		return value(one.getAccessToken()).equals(value(other.getAccessToken()))
				&& value(one.getRefreshToken()).equals(value(other.getRefreshToken()));
	}

	private static String value(@Nullable OAuth2Token token) {
		return (token != null) ? token.getTokenValue() : "";
	}

	private static UserRequiredException ended(OAuth2AuthenticationToken login, @Nullable Throwable cause) {
		return new UserRequiredException("The access token of a login at registration '"
				+ login.getAuthorizedClientRegistrationId() + "' has expired, and "
				+ ((cause != null) ? "its refresh token is no longer accepted" : "there is no refresh token")
				+ ": the user has to sign in again", cause);
	}

	private static OAuth2AuthorizedClient load(OAuth2AuthorizedClientService service, OAuth2AuthenticationToken login) {
		String registrationId = login.getAuthorizedClientRegistrationId();
		OAuth2AuthorizedClient client = service.loadAuthorizedClient(registrationId, login.getName());
		if (client == null) {
			throw new UserRequiredException("The application's OAuth2AuthorizedClientService has no access token of "
					+ "a login at registration '" + registrationId + "': the user has to sign in again. If tokens "
					+ "are kept elsewhere, such as in the session, define a bean of type "
					+ UserTokenResolver.class.getName() + " that finds them", null);
		}
		return client;
	}

	private boolean hasMore(OAuth2AuthorizedClient client, Duration enough) {
		Instant end = client.getAccessToken().getExpiresAt();
		return end == null || end.minus(enough).isAfter(this.clock.instant());
	}

}
