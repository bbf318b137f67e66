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

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.ManualClock;
import org.junit.jupiter.api.Test;

import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.oauth2.client.ClientAuthorizationException;
import org.springframework.security.oauth2.client.InMemoryOAuth2AuthorizedClientService;
import org.springframework.security.oauth2.client.OAuth2AuthorizationContext;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClient;
import org.springframework.security.oauth2.client.authentication.OAuth2AuthenticationToken;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.client.registration.InMemoryClientRegistrationRepository;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.OAuth2RefreshToken;
import org.springframework.security.oauth2.core.oidc.OidcIdToken;
import org.springframework.security.oauth2.core.oidc.user.DefaultOidcUser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class LoginUserTokenResolverTests {

	private final ManualClock clock = new ManualClock();

	private final ClientRegistration registration = ClientRegistration.withRegistrationId("lumoauth")
		.clientId("app")
		.authorizationGrantType(AuthorizationGrantType.AUTHORIZATION_CODE)
		.redirectUri("https://app.example.com/login/oauth2/code/lumoauth")
		.authorizationUri("https://lumo.example.com/authorize")
		.tokenUri("https://lumo.example.com/token")
		.build();

	private final InMemoryOAuth2AuthorizedClientService logins = new InMemoryOAuth2AuthorizedClientService(
			new InMemoryClientRegistrationRepository(this.registration));

	private final AtomicInteger renewals = new AtomicInteger();

	private Function<OAuth2AuthorizedClient, OAuth2AuthorizedClient> renewal = (client) -> client("renewed",
			Duration.ofHours(1));

	private final LoginUserTokenResolver resolver = new LoginUserTokenResolver(() -> this.logins,
			(registration) -> registration.getRegistrationId().equals("lumoauth"), this::renew, this.clock);

	private OAuth2AuthorizedClient renew(OAuth2AuthorizationContext context) {
		this.renewals.incrementAndGet();
		return this.renewal.apply(context.getAuthorizedClient());
	}

	private OAuth2AuthorizedClient client(String token, Duration life) {
		Instant now = this.clock.instant();
		return new OAuth2AuthorizedClient(this.registration, "alice",
				new OAuth2AccessToken(OAuth2AccessToken.TokenType.BEARER, token, now.minus(Duration.ofHours(1)),
						now.plus(life)),
				new OAuth2RefreshToken("refresh", now));
	}

	private OAuth2AuthenticationToken login(String registrationId) {
		OidcIdToken idToken = OidcIdToken.withTokenValue("id-token").subject("alice").build();
		return new OAuth2AuthenticationToken(new DefaultOidcUser(AuthorityUtils.NO_AUTHORITIES, idToken),
				AuthorityUtils.NO_AUTHORITIES, registrationId);
	}

	private void loggedIn(String token, Duration life) {
		this.logins.saveAuthorizedClient(client(token, life), login("lumoauth"));
	}

	private String resolved() {
		UserToken token = this.resolver.resolve(login("lumoauth"));
		return (token != null) ? token.value() : null;
	}

	@Test
	void givesTheAccessTokenAndNotTheIdToken() {
		loggedIn("access", Duration.ofMinutes(5));
		assertThat(resolved()).isEqualTo("access");
		assertThat(this.renewals).hasValue(0);
		assertThat(new BearerUserTokenResolver((claims) -> true).resolve(login("lumoauth"))).isNull();
	}

	@Test
	void renewsATokenThatIsAboutToEndAndKeepsTheNewOne() {
		loggedIn("access", Duration.ofSeconds(61));
		assertThat(resolved()).isEqualTo("access");
		this.clock.advance(Duration.ofSeconds(1));
		assertThat(resolved()).isEqualTo("renewed");
		assertThat(resolved()).isEqualTo("renewed");
		assertThat(this.renewals).hasValue(1);
	}

	@Test
	void renewsOnceForManyThreads() throws Exception {
		loggedIn("access", Duration.ZERO);
		ExecutorService threads = Executors.newFixedThreadPool(16);
		try {
			List<Future<String>> tokens = new ArrayList<>();
			for (int i = 0; i < 64; i++) {
				tokens.add(threads.submit(this::resolved));
			}
			for (Future<String> token : tokens) {
				assertThat(token.get(60, TimeUnit.SECONDS)).isEqualTo("renewed");
			}
		}
		finally {
			threads.shutdownNow();
		}
		assertThat(this.renewals).hasValue(1);
	}

	@Test
	void goesOnWithWhatIsLeftOfATokenThatCannotBeRenewed() {
		loggedIn("access", Duration.ofSeconds(30));
		this.renewal = (client) -> null;
		assertThat(resolved()).isEqualTo("access");
		this.renewal = (client) -> {
			throw failure("server_error");
		};
		assertThat(resolved()).isEqualTo("access");
	}

	@Test
	void refusesATokenThatHasEnded() {
		loggedIn("access", Duration.ZERO);
		this.renewal = (client) -> null;
		assertThatExceptionOfType(UserRequiredException.class).isThrownBy(this::resolved)
			.withMessageContaining("registration 'lumoauth' has expired, and there is no refresh token");
		this.renewal = (client) -> {
			throw failure("invalid_grant");
		};
		assertThatExceptionOfType(UserRequiredException.class).isThrownBy(this::resolved)
			.withMessageContaining("its refresh token is no longer accepted")
			.withMessageContaining("sign in again");
	}

	@Test
	void tellsAnOutageFromAnEndedLogin() {
		loggedIn("access", Duration.ZERO);
		this.renewal = (client) -> {
			throw failure("server_error");
		};
		assertThatExceptionOfType(LumoAuthUnavailableException.class).isThrownBy(this::resolved)
			.withMessageContaining("could not be renewed at the moment");
	}

	@Test
	void takesTheTokenThatAnotherRenewedInTheMeantime() {
		loggedIn("access", Duration.ZERO);
		this.renewal = (client) -> {
			loggedIn("of the application", Duration.ofHours(1));
			throw failure("invalid_grant");
		};
		assertThat(resolved()).isEqualTo("of the application");
	}

	@Test
	void doesNotBringBackALoginThatEndedDuringTheRenewal() {
		loggedIn("access", Duration.ZERO);
		this.renewal = (client) -> {
			this.logins.removeAuthorizedClient("lumoauth", "alice");
			return client("renewed", Duration.ofHours(1));
		};
		assertThatExceptionOfType(UserRequiredException.class).isThrownBy(this::resolved)
			.withMessageContaining("sign in again");
		assertThat((Object) this.logins.loadAuthorizedClient("lumoauth", "alice")).isNull();
	}

	@Test
	void doesNotWriteTheOldLoginOverANewOne() {
		loggedIn("access", Duration.ZERO);
		this.renewal = (client) -> {
			this.logins.removeAuthorizedClient("lumoauth", "alice");
			loggedIn("of the new login", Duration.ofHours(1));
			return client("renewed", Duration.ofHours(1));
		};
		assertThat(resolved()).isEqualTo("of the new login");
		assertThat(resolved()).isEqualTo("of the new login");
	}

	@Test
	void refusesIfTheNewLoginHasEndedToo() {
		loggedIn("access", Duration.ZERO);
		this.renewal = (client) -> {
			loggedIn("of the new login", Duration.ZERO);
			return client("renewed", Duration.ofHours(1));
		};
		assertThatExceptionOfType(UserRequiredException.class).isThrownBy(this::resolved)
			.withMessageContaining("sign in again");
		assertThat(this.logins.loadAuthorizedClient("lumoauth", "alice").getAccessToken().getTokenValue())
			.isEqualTo("of the new login");
	}

	@Test
	void knowsANewLoginByItsRefreshTokenToo() {
		loggedIn("access", Duration.ZERO);
		this.renewal = (client) -> {
			this.logins.saveAuthorizedClient(
					new OAuth2AuthorizedClient(this.registration, "alice", client.getAccessToken(),
							new OAuth2RefreshToken("refresh of the new login", this.clock.instant())),
					login("lumoauth"));
			return client("renewed", Duration.ofHours(1));
		};
		assertThatExceptionOfType(UserRequiredException.class).isThrownBy(this::resolved);
		assertThat(this.logins.loadAuthorizedClient("lumoauth", "alice").getRefreshToken().getTokenValue())
			.isEqualTo("refresh of the new login");
	}

	@Test
	void sendsNoOtherProvidersTokenToLumoAuth() {
		ClientRegistration other = ClientRegistration.withClientRegistration(this.registration)
			.registrationId("github")
			.build();
		InMemoryOAuth2AuthorizedClientService both = new InMemoryOAuth2AuthorizedClientService(
				new InMemoryClientRegistrationRepository(this.registration, other));
		both.saveAuthorizedClient(
				new OAuth2AuthorizedClient(other, "alice",
						new OAuth2AccessToken(OAuth2AccessToken.TokenType.BEARER, "github-token", null, null)),
				login("github"));
		LoginUserTokenResolver resolver = new LoginUserTokenResolver(() -> both,
				(registration) -> registration.getRegistrationId().equals("lumoauth"), this::renew, this.clock);
		assertThat(resolver.resolve(login("github"))).isNull();
		assertThat(new LoginUserTokenResolver(() -> both, (registration) -> true, this::renew, this.clock)
			.resolve(login("github"))).isEqualTo(UserToken.of("github-token"));
	}

	@Test
	void saysWhereALoginsTokenIsMissing() {
		assertThatExceptionOfType(UserRequiredException.class).isThrownBy(this::resolved)
			.withMessageContaining("OAuth2AuthorizedClientService has no access token")
			.withMessageContaining("'lumoauth'")
			.withMessageContaining("UserTokenResolver");
	}

	@Test
	void knowsNothingOfOtherSignInsOrWithoutLogins() {
		assertThat(this.resolver.resolve(TestUsers.authentication("alice"))).isNull();
		loggedIn("access", Duration.ofMinutes(5));
		assertThat(new LoginUserTokenResolver(() -> null, (registration) -> true, this::renew, this.clock)
			.resolve(login("lumoauth"))).isNull();
	}

	private static ClientAuthorizationException failure(String code) {
		return new ClientAuthorizationException(new OAuth2Error(code), "lumoauth");
	}

}
