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

package dev.lumoauth.spring.autoconfigure.user;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.autoconfigure.LumoAuthAutoConfiguration;
import dev.lumoauth.spring.user.CurrentUser;
import dev.lumoauth.spring.user.TestUsers;
import dev.lumoauth.spring.user.UserRequiredException;
import dev.lumoauth.spring.user.UserToken;
import dev.lumoauth.spring.user.UserTokenResolver;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.oauth2.client.InMemoryOAuth2AuthorizedClientService;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClient;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClientManager;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClientService;
import org.springframework.security.oauth2.client.authentication.OAuth2AuthenticationToken;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.client.registration.ClientRegistrationRepository;
import org.springframework.security.oauth2.client.registration.InMemoryClientRegistrationRepository;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.security.oauth2.core.OAuth2RefreshToken;
import org.springframework.security.oauth2.core.user.DefaultOAuth2User;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationToken;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A login's token, with the beans that an application has for its logins.
 */
class UserLoginsTests {

	private static final String TOKEN = "/t/acme/api/v1/oauth/token";

	private final List<String> requests = new CopyOnWriteArrayList<>();

	private volatile int status = 200;

	private HttpServer server;

	private ApplicationContextRunner runner;

	@BeforeEach
	void start() throws Exception {
		this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		HttpHandler token = (exchange) -> {
			this.requests.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
			byte[] body = "{\"access_token\":\"renewed\",\"token_type\":\"Bearer\",\"expires_in\":3600}"
				.getBytes(StandardCharsets.UTF_8);
			exchange.getResponseHeaders().set("Content-Type", "application/json");
			exchange.sendResponseHeaders(this.status, body.length);
			exchange.getResponseBody().write(body);
			exchange.close();
		};
		this.server.createContext(TOKEN, token);
		this.server.createContext("/elsewhere", token);
		this.server.createContext("/moved", (exchange) -> {
			exchange.getResponseHeaders().set("Location", url() + TOKEN);
			exchange.sendResponseHeaders(307, -1);
			exchange.close();
		});
		this.server.start();
		this.runner = new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(LumoAuthAutoConfiguration.class, LumoAuthUserAutoConfiguration.class))
			.withPropertyValues("lumoauth.url=" + url(), "lumoauth.tenant=acme", "lumoauth.client-id=agt_1",
					"lumoauth.client-secret=unused");
	}

	@AfterEach
	void stop() {
		this.server.stop(0);
		TestUsers.signOut();
	}

	private String url() {
		return "http://127.0.0.1:" + this.server.getAddress().getPort();
	}

	private ApplicationContextRunner withLogin(String tokenUri) {
		return withLogin(tokenUri, null);
	}

	private ApplicationContextRunner withLogin(String tokenUri, @Nullable String issuerUri) {
		ClientRegistration registration = ClientRegistration.withRegistrationId("web")
			.clientId("app")
			.clientSecret("unused")
			.authorizationGrantType(AuthorizationGrantType.AUTHORIZATION_CODE)
			.redirectUri("https://app.example.com/login/oauth2/code/web")
			.authorizationUri("https://lumo.example.com/authorize")
			.tokenUri(tokenUri)
			.issuerUri(issuerUri)
			.build();
		OAuth2AuthorizedClientService logins = new InMemoryOAuth2AuthorizedClientService(
				new InMemoryClientRegistrationRepository(registration));
		OAuth2AuthenticationToken login = new OAuth2AuthenticationToken(
				new DefaultOAuth2User(AuthorityUtils.NO_AUTHORITIES, Map.of("sub", "alice"), "sub"),
				AuthorityUtils.NO_AUTHORITIES, "web");
		Instant end = Instant.now().minusSeconds(1);
		logins.saveAuthorizedClient(
				new OAuth2AuthorizedClient(registration, "alice",
						new OAuth2AccessToken(OAuth2AccessToken.TokenType.BEARER, "ended",
								end.minus(Duration.ofHours(1)), end),
						new OAuth2RefreshToken("the-refresh-token", end)),
				login);
		SecurityContextHolder.getContext().setAuthentication(login);
		return this.runner.withBean(OAuth2AuthorizedClientService.class, () -> logins);
	}

	@Test
	void renewsTheTokenOfALoginAtLumoAuth() {
		withLogin(url() + TOKEN).run((context) -> {
			assertThat(context.getBean(CurrentUser.class).require().value()).isEqualTo("renewed");
			assertThat(this.requests).singleElement()
				.asString()
				.contains("grant_type=refresh_token", "refresh_token=the-refresh-token");
		});
	}

	@Test
	void followsNoRedirectWithTheRefreshToken() {
		withLogin(url() + "/moved").run((context) -> {
			assertThatExceptionOfType(RuntimeException.class)
				.isThrownBy(() -> context.getBean(CurrentUser.class).require());
			assertThat(this.requests).isEmpty();
		});
	}

	@ParameterizedTest
	@ValueSource(ints = { 201, 202, 203, 206, 226, 666 })
	void takesNoTokenWithAnotherStatusThan200(int other) {
		this.status = other;
		withLogin(url() + TOKEN).run((context) -> {
			assertThatExceptionOfType(LumoAuthUnavailableException.class)
				.isThrownBy(() -> context.getBean(CurrentUser.class).require())
				.withStackTraceContaining("HTTP " + other);
			this.status = 200;
			assertThat(context.getBean(CurrentUser.class).require().value()).isEqualTo("renewed");
		});
	}

	@Test
	void takesNoTokenOfAnotherProviderUnasked() {
		withLogin("https://github.example.com/token").run((context) -> {
			assertThatExceptionOfType(UserRequiredException.class)
				.isThrownBy(() -> context.getBean(CurrentUser.class).require())
				.withMessageContaining("lumoauth.user.issuers");
			assertThat(this.requests).isEmpty();
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "/t/evil-tenant/api/v1/oauth/token", "/gateway/oauth/token", "/token",
			"/t/acme-evil/api/v1/oauth/token", "/t/acme/../evil/api/v1/oauth/token",
			"/t/evil/../acme/api/v1/oauth/token", "/t/acme%2F..%2Fevil/api/v1/oauth/token",
			"/t/acme/api/v1/oauth/token/../../../../../evil", "/t/acme%2Fapi/v1/oauth/token",
			"/t/ACME/api/v1/oauth/token", "//t/acme/api/v1/oauth/token", "/t/acme/api/v1/oauth/token?tenant=evil" })
	void takesNoTokenOfAnotherTenantOrProviderBehindLumoAuthsHost(String path) {
		withLogin(url() + path).run((context) -> refused(context.getBean(CurrentUser.class)));
		withLogin(url() + path, url() + "/t/evil-tenant/api/v1")
			.run((context) -> refused(context.getBean(CurrentUser.class)));
	}

	@Test
	void takesTheTokenOfALoginAtTheTenantByItsOtherAddresses() {
		String url = url().replace("127.0.0.1", "LOCALHOST");
		ApplicationContextRunner before = this.runner;
		this.runner = before.withPropertyValues("lumoauth.url=" + url.toLowerCase(Locale.ROOT) + "/");
		for (String issuer : List.of("/t/acme/api/v1", "/t/acme", "/t/acme/", "/orgs/acme/api/v1", "/orgs/acme")) {
			withLogin(url() + "/elsewhere", url + issuer)
				.run((context) -> assertThat(context.getBean(CurrentUser.class).require().value()).as(issuer)
					.isEqualTo("renewed"));
		}
		this.requests.clear();
		withLogin(url() + "/elsewhere", url).run((context) -> refused(context.getBean(CurrentUser.class)));
	}

	@Test
	void sendsABearerTokenOfTheTenantsIssuerOnly() {
		this.runner.run((context) -> {
			CurrentUser users = context.getBean(CurrentUser.class);
			for (String issuer : List.of("/t/acme/api/v1", "/t/acme", "/t/acme/", "/orgs/acme/api/v1")) {
				bearer(url() + issuer, Map.of("scope", "mcp:read"));
				assertThat(users.require().value()).isEqualTo("of " + url() + issuer);
			}
			bearer(url(), Map.of("scope", "mcp:read", "tenant", "acme"));
			assertThat(users.require().value()).isEqualTo("of " + url());
			for (String issuer : List.of("/t/evil-tenant/api/v1", "/t/acme-evil", "/t/acme/../evil",
					"/t/evil/../acme/api/v1", "/t/acme%2F..%2Fevil", "/t/acme/api/v1/x", "/t/ACME", "//t/acme",
					"/t/acme?x", "/t/acme#x", "/gateway", "", "/t")) {
				bearer(url() + issuer, Map.of("scope", "mcp:read"));
				refused(users);
			}
			bearer(url(), Map.of("scope", "mcp:read", "tenant", "evil"));
			refused(users);
			bearer("https://accounts.example.com", Map.of("scope", "mcp:read", "tenant", "acme"));
			refused(users);
			bearer(null, Map.of("scope", "mcp:read", "tenant", "acme"));
			refused(users);
		});
	}

	@Test
	void takesABearerTokenOfAnIssuerThatIsListed() {
		this.runner.withPropertyValues("lumoauth.user.issuers=https://one.example.com,https://two.example.com/realm/")
			.run((context) -> {
				CurrentUser users = context.getBean(CurrentUser.class);
				for (String issuer : List.of("https://one.example.com", "https://ONE.example.com:443/",
						"https://two.example.com/realm", url() + "/t/acme")) {
					bearer(issuer, Map.of("scp", List.of("read")));
					assertThat(users.require().value()).isEqualTo("of " + issuer);
				}
				for (String issuer : List.of("https://two.example.com", "http://one.example.com",
						"https://one.example.com:444", "https://one.example.com.evil.example")) {
					bearer(issuer, Map.of("scp", List.of("read")));
					refused(users);
				}
			});
	}

	@Test
	void sendsNoIdToken() {
		this.runner.run((context) -> {
			CurrentUser users = context.getBean(CurrentUser.class);
			bearer(url() + "/t/acme/api/v1", Map.of("azp", "app", "auth_time", 1, "name", "Alice"));
			refused(users);
			bearer(url() + "/t/acme/api/v1", Map.of("scope", "openid", "nonce", "n"));
			refused(users);
		});
	}

	/**
	 * As Spring Security's resource server signs in who comes with a JWT.
	 */
	private static void bearer(@Nullable String issuer, Map<String, Object> more) {
		Jwt.Builder jwt = Jwt.withTokenValue("of " + issuer).header("alg", "RS256").subject("alice");
		if (issuer != null) {
			jwt.claim("iss", issuer);
		}
		Jwt token = jwt.claims((claims) -> claims.putAll(more)).build();
		SecurityContextHolder.getContext().setAuthentication(new JwtAuthenticationToken(token, List.of()));
	}

	private void refused(CurrentUser users) {
		assertThatExceptionOfType(UserRequiredException.class).isThrownBy(users::require)
			.withMessageContaining("lumoauth.user.issuers");
		assertThat(this.requests).isEmpty();
	}

	@Test
	void takesTheTokenOfALoginWhoseIssuerIsListed() {
		String other = url().replace("127.0.0.1", "localhost");
		withLogin(other + TOKEN, other + "/t/acme").withPropertyValues("lumoauth.user.issuers=" + other + "/t/acme")
			.run((context) -> assertThat(context.getBean(CurrentUser.class).require().value()).isEqualTo("renewed"));
		withLogin(other + TOKEN, other + "/t/acme").withPropertyValues("lumoauth.user.issuers=" + other + "/t/other")
			.run((context) -> assertThatExceptionOfType(UserRequiredException.class)
				.isThrownBy(() -> context.getBean(CurrentUser.class).require()));
	}

	@Test
	void asksTheApplicationsOwnResolverFirst() {
		withLogin(url() + TOKEN).withBean("own", UserTokenResolver.class, () -> (authentication) -> UserToken.of("own"))
			.run((context) -> {
				assertThat(context.getBean(CurrentUser.class).require().value()).isEqualTo("own");
				assertThat(this.requests).isEmpty();
			});
	}

	@Test
	void publishesNoBeanOfSpringSecuritysTypes() {
		this.runner.run((context) -> {
			assertThat(context).doesNotHaveBean(ClientRegistrationRepository.class);
			assertThat(context).doesNotHaveBean(OAuth2AuthorizedClientService.class);
			assertThat(context).doesNotHaveBean(OAuth2AuthorizedClientManager.class);
			bearer(url() + "/t/acme", Map.of("client_id", "app"));
			assertThat(context.getBean(CurrentUser.class).require().value()).isEqualTo("of " + url() + "/t/acme");
			TestUsers.signOut();
			assertThat(context.getBean(CurrentUser.class).find()).isNull();
		});
	}

}
