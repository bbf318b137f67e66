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

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Stream;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import dev.lumoauth.spring.LumoAuthAgent;
import dev.lumoauth.spring.autoconfigure.tool.LumoAuthBudgetAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.tool.LumoAuthMethodSecurityAutoConfiguration;
import dev.lumoauth.spring.capability.RequiresCapability;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.containing;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.jsonResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Tests for {@link AgentLifecycle}, through a real application.
 */
@ExtendWith(OutputCaptureExtension.class)
class AgentLifecycleTests {

	private static final String API = "/t/acme-corp/api/v1/";

	private static final String USERINFO = API + "oauth/userinfo";

	@RegisterExtension
	static final WireMockExtension lumoAuth = WireMockExtension.newInstance().build();

	@BeforeEach
	void lumoAuthKnowsTheAgent() {
		token(okJson("{\"access_token\":\"token\",\"token_type\":\"Bearer\",\"expires_in\":3600}"));
		lumoAuth.stubFor(get(USERINFO).willReturn(okJson("{\"sub\":\"agent_1\"}")));
	}

	@Test
	void saysInOneLineWhoTheAgentsAreAndWhatIsGuarded(CapturedOutput output) {
		try (var context = start("off", "--lumoauth.agents.trade.client-id=agt_t",
				"--lumoauth.agents.trade.client-secret=s")) {
			assertThat(output).containsOnlyOnce("LumoAuth: agents agt_1, agt_t (trade) of tenant acme-corp at "
					+ lumoAuth.baseUrl() + "; guarded: 1 bean_method.");
		}
		assertThat(lumoAuth.getServeEvents().getRequests()).isEmpty();
	}

	@Test
	void asksOnceInTheBackgroundAndTheFirstCallDoesNotAskAgain(CapturedOutput output) {
		try (var context = start("warn")) {
			await(() -> lumoAuth.verify(1, getRequestedFor(urlEqualTo(USERINFO))));
			context.getBean(LumoAuthAgent.class).budget();
		}
		assertThat(lumoAuth.getServeEvents().getRequests()).hasSize(2);
		assertThat(output).doesNotContain("does not confirm");
	}

	@Test
	void aWrongTenantIsAWarningThatNamesTheProperty(CapturedOutput output) {
		lumoAuth.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(404).withBody("<html>")));
		try (var context = start("warn")) {
			await(() -> assertThat(output)
				.contains("LumoAuth does not confirm agent agt_1 (lumoauth.client-id): ", "lumoauth.tenant")
				.contains(". The application goes on", "(lumoauth.verify-at-start=warn)"));
		}
		assertThat(output).doesNotContain("pa55word");
	}

	@Test
	void aWrongTenantStopsTheStartIfThatIsWanted(CapturedOutput output) {
		lumoAuth.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(404).withBody("<html>")));
		assertThatException().isThrownBy(() -> start("fail"));
		assertThat(output).contains("APPLICATION FAILED TO START", "LumoAuth does not confirm agent agt_1",
				"lumoauth.tenant", "Or set lumoauth.verify-at-start=warn");
	}

	@Test
	void aNamedAgentsWrongSecretStopsTheStartAndNamesItsProperty(CapturedOutput output) {
		lumoAuth.stubFor(post(API + "oauth/token").withRequestBody(containing("agt_t"))
			.willReturn(jsonResponse("{\"error\":\"invalid_client\"}", 401)));
		assertThatException().isThrownBy(() -> start("fail", "--lumoauth.agents.trade.client-id=agt_t",
				"--lumoauth.agents.trade.client-secret=s"));
		assertThat(output)
			.contains("LumoAuth does not confirm agent agt_t (lumoauth.agents.trade.client-id)",
					"lumoauth.agents.trade.client-secret")
			.doesNotContain("confirm agent agt_1");
	}

	@Test
	void aTokenThatTheTenantDoesNotAcceptStopsTheStart(CapturedOutput output) {
		lumoAuth.stubFor(get(USERINFO).willReturn(jsonResponse("{\"error\":\"invalid_token\"}", 401)));
		assertThatException().isThrownBy(() -> start("fail"));
		assertThat(output).contains("LumoAuth does not confirm agent agt_1");
	}

	@Test
	void aLumoAuthThatIsDownStopsTheStartOnlyIfThatIsWanted(CapturedOutput output) {
		lumoAuth.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(503)));
		assertThatException().isThrownBy(() -> start("fail"));
		try (var context = start("warn")) {
			await(() -> assertThat(output).contains("(lumoauth.verify-at-start=warn)"));
		}
	}

	@Test
	void anAgentWithoutTheScopeOfTheBudgetIsConfirmed() {
		lumoAuth.stubFor(get(USERINFO).willReturn(jsonResponse("{\"error\":\"insufficient_scope\"}", 403)));
		start("fail").close();
	}

	@Test
	void aRateLimitStopsNoStart(CapturedOutput output) {
		token(aResponse().withStatus(429).withHeader("Retry-After", "60"));
		start("fail").close();
		assertThat(output).contains("Agent agt_1 could not be verified at the start");
	}

	@Test
	void anApplicationThatEndsMeanwhileSaysNothing(CapturedOutput output) throws IOException {
		try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
				var context = startAt("http://127.0.0.1:" + silent.getLocalPort(), "warn")) {
			silent.accept();
			context.close();
			await(() -> assertThat(Thread.getAllStackTraces().keySet()).extracting(Thread::getName)
				.noneMatch((name) -> name.startsWith("lumoauth-background")));
		}
		assertThat(output).contains("LumoAuth: agent agt_1").doesNotContain("does not confirm", "is unknown");
	}

	private static void token(ResponseDefinitionBuilder answer) {
		lumoAuth.stubFor(post(API + "oauth/token").willReturn(answer));
	}

	private static void await(Runnable assertion) {
		Awaitility.await().atMost(Duration.ofSeconds(60)).untilAsserted(assertion::run);
	}

	private static ConfigurableApplicationContext start(String verify, String... arguments) {
		return startAt(lumoAuth.baseUrl(), verify, arguments);
	}

	private static ConfigurableApplicationContext startAt(String url, String verify, String... arguments) {
		String[] all = Stream
			.concat(Stream.of("--lumoauth.verify-at-start=" + verify, "--lumoauth.url=" + url,
					"--lumoauth.tenant=acme-corp", "--lumoauth.client-id=agt_1", "--lumoauth.client-secret=pa55word",
					"--spring.main.banner-mode=off"), Arrays.stream(arguments))
			.toArray(String[]::new);
		return new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE).run(all);
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ LumoAuthAutoConfiguration.class, LumoAuthBudgetAutoConfiguration.class,
			LumoAuthMethodSecurityAutoConfiguration.class })
	static class Application {

		@Bean
		Documents documents() {
			return new Documents();
		}

	}

	static class Documents {

		@RequiresCapability("read:documents")
		void read() {
		}

	}

}
