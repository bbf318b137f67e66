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

package dev.lumoauth.spring.autoconfigure;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import dev.lumoauth.spring.LumoAuthAgent;
import dev.lumoauth.spring.LumoAuthAuthenticationException;
import dev.lumoauth.spring.LumoAuthBudgetExceededException;
import dev.lumoauth.spring.LumoAuthProtocolException;
import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.autoconfigure.config.LumoAuthConnection;
import dev.lumoauth.spring.autoconfigure.config.LumoAuthConnectionDetails;
import dev.lumoauth.spring.autoconfigure.config.LumoAuthProperties;
import dev.lumoauth.spring.budget.BudgetMonitor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.http.client.autoconfigure.HttpClientAutoConfiguration;
import org.springframework.boot.http.client.autoconfigure.imperative.ImperativeHttpClientAutoConfiguration;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.absent;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.matching;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.willAnswer;
import static org.mockito.Mockito.mock;

/**
 * What the properties do to the requests that reach LumoAuth.
 */
@ExtendWith(OutputCaptureExtension.class)
class IdentityOnTheWireTests {

	private static final String SECRET = "pa55word-of-the-agent";

	private static final String READ = "read:documents";

	private static final String TOKEN = "/t/acme/api/v1/oauth/token";

	private static final String CHECK = "/t/acme/api/v1/authz/check";

	@RegisterExtension
	static final WireMockExtension lumoAuth = WireMockExtension.newInstance().build();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(LumoAuthAutoConfiguration.class))
		.withPropertyValues("lumoauth.client-id=agt_1", "lumoauth.client-secret=" + SECRET);

	private ApplicationContextRunner tenant() {
		return this.runner.withPropertyValues("lumoauth.url=" + lumoAuth.baseUrl() + "/", "lumoauth.tenant=acme");
	}

	@Test
	void asksNobodyAtStart() {
		lumoAuth.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(500)));
		tenant().run((context) -> {
			assertThat(context).hasNotFailed();
			lumoAuth.verify(0, anyRequestedFor(anyUrl()));
		});
	}

	@Test
	void asksInTheLayoutOfTheTenant() {
		stubToken(TOKEN, token());
		stubCheck(CHECK, true);
		tenant().run((context) -> assertThat(mayRead(context)).isTrue());
		lumoAuth.verify(1,
				postRequestedFor(urlPathEqualTo(TOKEN)).withFormParam("client_id", equalTo("agt_1"))
					.withFormParam("client_secret", equalTo(SECRET))
					.withFormParam("scope", absent()));
		lumoAuth.verify(1,
				postRequestedFor(urlPathEqualTo(CHECK)).withHeader("Authorization", equalTo("Bearer token-1")));
	}

	@Test
	void asksInTheLayoutOfTheOrganization() {
		stubToken("/orgs/acme/api/v1/oauth/token", token());
		stubCheck("/api/v1/authz/check", false);
		this.runner.withPropertyValues("lumoauth.url=" + lumoAuth.baseUrl(), "lumoauth.org-id=acme")
			.run((context) -> assertThat(mayRead(context)).isFalse());
		lumoAuth.verify(1, postRequestedFor(urlPathEqualTo("/api/v1/authz/check")));
	}

	@Test
	void authenticatesByHeader() {
		lumoAuth.stubFor(post(urlPathEqualTo(TOKEN)).withBasicAuth("agt_1", SECRET).willReturn(token()));
		tenant().withPropertyValues("lumoauth.client-authentication-method=client_secret_basic")
			.run((context) -> assertThat(context.getBean(LumoAuthAgent.class).accessToken().getTokenValue())
				.isEqualTo("token-1"));
		lumoAuth.verify(1, postRequestedFor(urlPathEqualTo(TOKEN)).withFormParam("client_secret", absent()));
	}

	@Test
	void authenticatesByNothingButItsId() {
		stubToken(TOKEN, token());
		tenant().withPropertyValues("lumoauth.client-authentication-method=none")
			.run((context) -> context.getBean(LumoAuthAgent.class).accessToken());
		lumoAuth.verify(1,
				postRequestedFor(urlPathEqualTo(TOKEN)).withFormParam("client_id", equalTo("agt_1"))
					.withFormParam("client_secret", absent())
					.withHeader("Authorization", absent()));
	}

	@Test
	void asksForTheConfiguredScopes() {
		stubToken(TOKEN, token());
		tenant().withPropertyValues("lumoauth.scopes=read:documents,openid")
			.run((context) -> context.getBean(LumoAuthAgent.class).accessToken());
		lumoAuth.verify(1,
				postRequestedFor(urlPathEqualTo(TOKEN)).withFormParam("scope", equalTo("read:documents openid")));
	}

	@Test
	void exchangesAsConfigured() {
		stubToken(TOKEN, okJson("{\"access_token\":\"token-1\",\"token_type\":\"Bearer\",\"expires_in\":3600,"
				+ "\"issued_token_type\":\"urn:ietf:params:oauth:token-type:access_token\"}"));
		tenant().withPropertyValues("lumoauth.exchange.target-parameter=resource")
			.run((context) -> context.getBean(LumoAuthAgent.class).mcpToken("https://mcp.example.com"));
		lumoAuth.verify(1,
				postRequestedFor(urlPathEqualTo(TOKEN)).withFormParam("resource", equalTo("https://mcp.example.com"))
					.withFormParam("audience", absent())
					.withFormParam("client_secret", matching(".+")));
	}

	@ParameterizedTest
	@ValueSource(ints = { 30, 0 })
	void remembersAnAllowForTheConfiguredTime(int seconds) {
		stubToken(TOKEN, token());
		stubCheck(CHECK, true);
		tenant().withPropertyValues("lumoauth.capabilities.cache.allow-ttl=" + seconds + "s").run((context) -> {
			assertThat(mayRead(context)).isTrue();
			assertThat(mayRead(context)).isTrue();
		});
		lumoAuth.verify((seconds > 0) ? 1 : 2, postRequestedFor(urlPathEqualTo(CHECK)));
	}

	@Test
	void remembersADenialForTheConfiguredTime() {
		stubToken(TOKEN, token());
		stubCheck(CHECK, false);
		tenant().withPropertyValues("lumoauth.capabilities.cache.deny-ttl=0s").run((context) -> {
			assertThat(mayRead(context)).isFalse();
			assertThat(mayRead(context)).isFalse();
		});
		lumoAuth.verify(2, postRequestedFor(urlPathEqualTo(CHECK)));
	}

	@ParameterizedTest
	@ValueSource(ints = { 301, 302, 307, 308 })
	void neverFollowsARedirectEvenIfTheApplicationsClientsDo(int status) {
		stubToken(TOKEN, aResponse().withStatus(status).withHeader("Location", lumoAuth.baseUrl() + "/elsewhere"));
		lumoAuth.stubFor(any(urlPathEqualTo("/elsewhere")).willReturn(token()));
		tenant()
			.withConfiguration(AutoConfigurations.of(HttpClientAutoConfiguration.class,
					ImperativeHttpClientAutoConfiguration.class))
			.withPropertyValues("spring.http.clients.redirects=follow")
			.run((context) -> assertThatExceptionOfType(LumoAuthProtocolException.class)
				.isThrownBy(() -> context.getBean(LumoAuthAgent.class).accessToken())
				.withMessageContaining("lumoauth.url"));
		lumoAuth.verify(0, anyRequestedFor(urlPathEqualTo("/elsewhere")));
	}

	@Test
	void givesUpAfterTheReadTimeout() {
		stubToken(TOKEN, token().withFixedDelay(30_000));
		tenant().withPropertyValues("lumoauth.read-timeout=200ms")
			.run((context) -> assertThatExceptionOfType(LumoAuthUnavailableException.class)
				.isThrownBy(() -> context.getBean(LumoAuthAgent.class).accessToken()));
	}

	@Test
	void namesIdAndAddressButNeverTheSecretWhenItIsWrong() {
		stubToken(TOKEN,
				aResponse().withStatus(401)
					.withHeader("Content-Type", "application/json")
					.withBody("{\"error\":\"invalid_client\"}"));
		tenant().run((context) -> assertThatExceptionOfType(LumoAuthAuthenticationException.class)
			.isThrownBy(() -> context.getBean(LumoAuthAgent.class).accessToken())
			.withMessageContainingAll("agt_1", lumoAuth.baseUrl())
			.satisfies((ex) -> assertThat(stackTrace(ex)).doesNotContain(SECRET)));
	}

	@Test
	void namesTheTenantsPropertyWhenItIsUnknown() {
		stubToken(TOKEN, aResponse().withStatus(404));
		tenant().run((context) -> assertThatExceptionOfType(LumoAuthUnavailableException.class)
			.isThrownBy(() -> context.getBean(LumoAuthAgent.class).accessToken())
			.withMessageContaining("lumoauth.tenant"));
	}

	@Test
	void tellsTheBudgetWhenLumoAuthSaysItIsExceeded() {
		stubToken(TOKEN, token());
		lumoAuth.stubFor(post(urlPathEqualTo("/t/acme/api/v1/agents/ask")).willReturn(aResponse().withStatus(429)
			.withHeader("Content-Type", "application/json")
			.withBody("{\"error\":\"budget_exceeded\"}")));
		AtomicReference<LumoAuthBudgetExceededException> told = new AtomicReference<>();
		BudgetMonitor monitor = mock(BudgetMonitor.class);
		willAnswer((invocation) -> {
			told.set(invocation.getArgument(0));
			return null;
		}).given(monitor).exceeded(any());
		tenant().withBean(BudgetMonitor.class, () -> monitor)
			.run((context) -> assertThatExceptionOfType(LumoAuthBudgetExceededException.class)
				.isThrownBy(() -> context.getBean(LumoAuthAgent.class).ask("document.read", Map.of()))
				.satisfies((ex) -> assertThat(told).hasValue(ex)));
	}

	@Test
	void writesNoSecretAndNoTokenToALogAtAnyLevel(CapturedOutput output) {
		stubToken(TOKEN, token());
		stubCheck(CHECK, true);
		LoggingSystem logging = LoggingSystem.get(getClass().getClassLoader());
		List<String> loggers = List.of("org.springframework", "dev.lumoauth", "jdk.httpclient", "java.net.http");
		loggers.forEach((name) -> logging.setLogLevel(name, LogLevel.TRACE));
		try {
			tenant().run((context) -> {
				assertThat(mayRead(context)).isTrue();
				assertThat(context.getBean(LumoAuthConnection.class).toString()
						+ context.getBean(LumoAuthProperties.class) + context.getBean(LumoAuthConnectionDetails.class))
					.doesNotContain(SECRET);
			});
		}
		finally {
			loggers.forEach((name) -> logging.setLogLevel(name, null));
		}
		assertThat(output).contains("TRACE").doesNotContain(SECRET).doesNotContain("token-1");
	}

	private static boolean mayRead(ApplicationContext context) {
		return context.getBean(LumoAuthAgent.class).hasCapability(READ);
	}

	private static void stubToken(String path, ResponseDefinitionBuilder response) {
		lumoAuth.stubFor(post(urlPathEqualTo(path)).willReturn(response));
	}

	private static void stubCheck(String path, boolean allowed) {
		lumoAuth.stubFor(post(urlPathEqualTo(path))
			.willReturn(okJson("{\"allowed\":" + allowed + ",\"permission\":\"" + READ + "\"}")));
	}

	private static ResponseDefinitionBuilder token() {
		return okJson("{\"access_token\":\"token-1\",\"token_type\":\"Bearer\",\"expires_in\":3600}");
	}

	private static String stackTrace(Throwable ex) {
		StringWriter text = new StringWriter();
		ex.printStackTrace(new PrintWriter(text));
		return text.toString();
	}

}
