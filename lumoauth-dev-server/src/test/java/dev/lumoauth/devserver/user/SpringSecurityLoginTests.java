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

import java.net.CookieManager;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import dev.lumoauth.devserver.ServerTests;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClient;
import org.springframework.security.oauth2.client.annotation.RegisteredOAuth2AuthorizedClient;
import org.springframework.security.oauth2.client.registration.ClientRegistrationRepository;
import org.springframework.security.oauth2.client.registration.ClientRegistrations;
import org.springframework.security.oauth2.client.registration.InMemoryClientRegistrationRepository;
import org.springframework.security.oauth2.client.web.HttpSessionOAuth2AuthorizedClientRepository;
import org.springframework.security.oauth2.client.web.OAuth2AuthorizedClientRepository;
import org.springframework.security.oauth2.core.oidc.user.OidcUser;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.util.HtmlUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that an application with Spring Security's login can let its users log in here,
 * knowing nothing but the issuer.
 */
class SpringSecurityLoginTests extends ServerTests {

	private static final Pattern HIDDEN = Pattern
		.compile("<input type=\"hidden\" name=\"([^\"]*)\" value=\"([^\"]*)\">");

	private final CookieManager cookies = new CookieManager();

	private final HttpClient browser = HttpClient.newBuilder()
		.cookieHandler(this.cookies)
		.followRedirects(HttpClient.Redirect.NORMAL)
		.connectTimeout(Duration.ofSeconds(20))
		.build();

	@Test
	void logsInRenewsAndLetsAnAgentAct() throws Exception {
		try (var application = start(this.client.url() + ACME)) {
			String home = "http://127.0.0.1:" + application.getWebServer().getPort() + "/me";
			HttpResponse<String> page = send(HttpRequest.newBuilder(URI.create(home)));
			assertThat(page.uri().getPath()).isEqualTo(ACME + "/oauth/authorize");
			HttpResponse<String> me = send(HttpRequest.newBuilder(page.uri().resolve(ACME + "/oauth/authorize"))
				.header("Content-Type", "application/x-www-form-urlencoded")
				.POST(BodyPublishers.ofString(form(page.body()) + "&user=alice")));
			assertThat(me.uri()).asString().startsWith(home);
			Map<?, ?> first = JsonMapper.shared().readValue(me.body(), Map.class);
			assertThat(first.get("sub")).isEqualTo("6f0d2f1e-alice");
			assertThat(first.get("name")).isEqualTo("Alice");
			assertThat(first.get("email")).isEqualTo("alice@example.com");
			// It ends within a minute: Spring Security renews it with each request.
			Map<?, ?> second = JsonMapper.shared()
				.readValue(send(HttpRequest.newBuilder(URI.create(home))).body(), Map.class);
			assertThat(second.get("sub")).isEqualTo("6f0d2f1e-alice");
			assertThat(second.get("token")).isNotEqualTo(first.get("token"));
			assertThat(delegate(second.get("token").toString(), specialist()).claims())
				.containsEntry("sub", "6f0d2f1e-alice")
				.containsEntry("scope", "read:documents")
				.containsEntry("act", Map.of("sub", "agt_specialist"));
			// One of the application's; the servers share a host and so a cookie jar.
			assertThat(this.cookies.getCookieStore().getCookies()).hasSize(1);
		}
	}

	private static ServletWebServerApplicationContext start(String issuer) {
		return (ServletWebServerApplicationContext) new SpringApplicationBuilder(Application.class)
			.web(WebApplicationType.SERVLET)
			.properties("spring.config.location=optional:classpath:/none/", "server.port=0", "server.address=127.0.0.1",
					"issuer=" + issuer, "spring.main.banner-mode=off")
			.run();
	}

	private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
		HttpResponse<String> answer = this.browser.send(request.timeout(Duration.ofSeconds(20)).build(),
				BodyHandlers.ofString());
		assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
		return answer;
	}

	private static String form(String page) {
		return HIDDEN.matcher(page)
			.results()
			.map((field) -> encode(field.group(1)) + "=" + encode(field.group(2)))
			.collect(Collectors.joining("&"));
	}

	private static String encode(String html) {
		return URLEncoder.encode(HtmlUtils.htmlUnescape(html), StandardCharsets.UTF_8);
	}

	@EnableAutoConfiguration(excludeName = {
			"org.springframework.boot.security.oauth2.server.authorization.autoconfigure.servlet.OAuth2AuthorizationServerAutoConfiguration",
			"org.springframework.boot.security.oauth2.server.authorization.autoconfigure.servlet.OAuth2AuthorizationServerJwtAutoConfiguration" })
	@EnableWebSecurity
	@Import(Me.class)
	static class Application {

		@Bean
		ClientRegistrationRepository registrations(Environment environment) {
			return new InMemoryClientRegistrationRepository(
					ClientRegistrations.fromIssuerLocation(Objects.requireNonNull(environment.getProperty("issuer")))
						.registrationId("lumoauth")
						.clientId("app_other")
						.clientSecret("other-secret")
						.scope("openid", "profile", "email", "read:documents")
						.build());
		}

		@Bean
		OAuth2AuthorizedClientRepository logins() {
			return new HttpSessionOAuth2AuthorizedClientRepository();
		}

		@Bean
		SecurityFilterChain security(HttpSecurity http) {
			return http.authorizeHttpRequests((requests) -> requests.anyRequest().authenticated())
				.oauth2Login(Customizer.withDefaults())
				.oauth2Client(Customizer.withDefaults())
				.build();
		}

	}

	@RestController
	static class Me {

		@GetMapping("/me")
		Map<String, String> me(@AuthenticationPrincipal OidcUser user,
				@RegisteredOAuth2AuthorizedClient("lumoauth") OAuth2AuthorizedClient login) {
			return Map.of("sub", user.getSubject(), "name", user.getFullName(), "email", user.getEmail(), "token",
					login.getAccessToken().getTokenValue());
		}

	}

}
