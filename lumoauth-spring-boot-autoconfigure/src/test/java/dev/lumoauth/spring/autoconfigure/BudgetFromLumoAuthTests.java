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

import java.util.Map;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import dev.lumoauth.spring.BudgetStatus;
import dev.lumoauth.spring.BudgetStatus.State;
import dev.lumoauth.spring.LumoAuthAgent;
import dev.lumoauth.spring.LumoAuthBudgetExceededException;
import dev.lumoauth.spring.autoconfigure.tool.LumoAuthBudgetAutoConfiguration;
import dev.lumoauth.spring.budget.BudgetExhaustedException;
import dev.lumoauth.spring.budget.BudgetMonitor;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.jsonResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The budget as LumoAuth gives it, over HTTP.
 */
class BudgetFromLumoAuthTests {

	private static final String API = "/t/acme-corp/api/v1/";

	private static final String USERINFO = API + "oauth/userinfo";

	@RegisterExtension
	static final WireMockExtension lumoAuth = WireMockExtension.newInstance().build();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(LumoAuthAutoConfiguration.class, LumoAuthBudgetAutoConfiguration.class,
				ObservationAutoConfiguration.class))
		.withPropertyValues("lumoauth.url=" + lumoAuth.baseUrl(), "lumoauth.tenant=acme-corp",
				"lumoauth.client-id=agt_1", "lumoauth.client-secret=secret");

	@BeforeEach
	void token() {
		lumoAuth.stubFor(post(API + "oauth/token")
			.willReturn(okJson("{\"access_token\":\"token\",\"token_type\":\"Bearer\",\"expires_in\":3600}")));
	}

	@Test
	void readsThePolicyOnce() {
		userinfo(
				okJson("""
						{"sub":"agent_1","budget_policy":{"max_tokens_per_day":1000,"tokens_used_today":100,"x":{"y":[1]}}}"""));
		this.runner.run((context) -> {
			LumoAuthAgent agent = agent(context);
			BudgetStatus budget = agent.budget();
			assertThat(budget.state()).isEqualTo(State.AVAILABLE);
			assertThat(budget.limit("max_tokens_per_day"))
				.isEqualTo(new BudgetStatus.Limit("max_tokens_per_day", 100L, 1000L));
			assertThat(budget.policy()).containsKey("x");
			assertThat(agent.isBudgetExhausted()).isFalse();
			lumoAuth.verify(1, getRequestedFor(urlEqualTo(USERINFO)));
			lumoAuth.verify(1, postRequestedFor(urlEqualTo(API + "oauth/token")));
		});
	}

	@Test
	void startsWithoutAskingAnything() {
		this.runner.run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(lumoAuth.getServeEvents().getRequests()).isEmpty();
		});
	}

	@Test
	void saysThatTheScopeIsMissing() {
		userinfo(jsonResponse("{\"error\":\"insufficient_scope\",\"error_description\":\"openid required\"}", 403));
		this.runner.run((context) -> {
			BudgetStatus budget = agent(context).budget();
			assertThat(budget.state()).isEqualTo(State.UNKNOWN);
			assertThat(budget.reason()).isEqualTo("openid_scope_missing");
			context.getBean(BudgetMonitor.class).start("gpt-5");
		});
	}

	@Test
	void isUnknownWhileLumoAuthIsDown() {
		lumoAuth.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(503)));
		this.runner.run((context) -> {
			BudgetStatus budget = agent(context).budget();
			assertThat(budget.state()).isEqualTo(State.UNKNOWN);
			assertThat(budget.reason()).isEqualTo("unavailable");
			int asked = lumoAuth.getServeEvents().getRequests().size();
			for (int i = 0; i < 50; i++) {
				context.getBean(BudgetMonitor.class).start("gpt-5");
			}
			assertThat(lumoAuth.getServeEvents().getRequests().size() - asked).isLessThanOrEqualTo(2);
		});
	}

	@Test
	void everyReasonComesFromWhatLumoAuthAnswers() {
		assertReason(aResponse().withStatus(429).withHeader("Retry-After", "60"), "rate_limited");
		assertReason(okJson("{\"sub\":"), "protocol_error");
		assertReason(jsonResponse("{\"error\":\"invalid_token\"}", 401), "unauthenticated");
		assertReason(jsonResponse("{\"error\":\"forbidden\"}", 403), "denied");
	}

	@Test
	void anAnswerBudgetExceededExhaustsTheBudgetAndCapabilitiesAreStillDecided() {
		userinfo(okJson("{\"sub\":\"agent_1\",\"budget_policy\":{\"max_tokens_per_day\":1000}}"));
		lumoAuth.stubFor(post(API + "agents/ask").willReturn(jsonResponse("{\"error\":\"budget_exceeded\"}", 429)));
		lumoAuth.stubFor(
				post(API + "authz/check").willReturn(okJson("{\"allowed\":true,\"permission\":\"read:documents\"}")));
		this.runner.run((context) -> {
			LumoAuthAgent agent = agent(context);
			assertThat(agent.isBudgetExhausted()).isFalse();
			assertThatExceptionOfType(LumoAuthBudgetExceededException.class)
				.isThrownBy(() -> agent.ask("document.read", Map.of()));
			assertThat(agent.isBudgetExhausted()).isTrue();
			assertThatExceptionOfType(BudgetExhaustedException.class)
				.isThrownBy(() -> context.getBean(BudgetMonitor.class).start("gpt-5"));
			assertThat(agent.hasCapability("read:documents")).isTrue();
		});
	}

	private void assertReason(ResponseDefinitionBuilder answer, String reason) {
		userinfo(answer);
		this.runner.run((context) -> assertThat(agent(context).budget().reason()).isEqualTo(reason));
	}

	private static void userinfo(ResponseDefinitionBuilder answer) {
		lumoAuth.stubFor(get(USERINFO).willReturn(answer));
	}

	private static LumoAuthAgent agent(ApplicationContext context) {
		return context.getBean(LumoAuthAgent.class);
	}

}
