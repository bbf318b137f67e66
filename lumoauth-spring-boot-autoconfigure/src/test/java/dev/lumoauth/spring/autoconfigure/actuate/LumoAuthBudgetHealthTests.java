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

package dev.lumoauth.spring.autoconfigure.actuate;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

import dev.lumoauth.spring.BudgetStatus;
import dev.lumoauth.spring.BudgetStatus.Limit;
import dev.lumoauth.spring.BudgetStatus.State;
import dev.lumoauth.spring.budget.BudgetMonitor;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.actuate.endpoint.SanitizingFunction;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.webmvc.test.autoconfigure.AutoConfigureMockMvc;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.support.PropertiesLoaderUtils;
import org.springframework.test.web.servlet.assertj.MockMvcTester;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.then;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.reset;

/**
 * Tests for the health component {@code lumoAuthBudget}, through the endpoint.
 */
@SpringBootTest(properties = { "management.endpoint.health.show-details=always",
		"management.endpoint.health.probes.enabled=true", "spring.ai.mcp.server.enabled=false",
		"spring.ai.model.chat=none", "spring.ai.model.embedding=none", "spring.ai.model.image=none",
		"spring.ai.model.audio.speech=none", "spring.ai.model.audio.transcription=none",
		"spring.ai.model.moderation=none" })
@AutoConfigureMockMvc
class LumoAuthBudgetHealthTests {

	private static final String COMPONENT = "/actuator/health/lumoAuthBudget";

	@Autowired
	private MockMvcTester mvc;

	@Autowired
	private BudgetMonitor monitor;

	@BeforeEach
	void forget() {
		reset(this.monitor);
	}

	@Test
	void upWithTheFiguresOfEachLimit() {
		known(State.AVAILABLE, null, Set.of("gpt-5", "gpt-4"),
				Map.of("require_approval_above_usd", 25, "x_secret", "hidden"),
				new Limit("max_tokens_per_day", 333L, 1000L), new Limit("max_api_calls_per_hour", 5L, 50L),
				new Limit("max_cost_per_month_usd", null, 49.5));
		assertThat(this.mvc.get().uri(COMPONENT)).hasStatusOk().bodyJson().isStrictlyEqualTo("""
				{"status":"UP","details":{
				"limits":{
				"max_tokens_per_day":{"used":333,"limit":1000,"remaining":667,"percentage":33.3},
				"max_api_calls_per_hour":{"used":5,"limit":50,"remaining":45,"percentage":10.0},
				"max_cost_per_month_usd":{"limit":49.5}},
				"allowedModels":["gpt-4","gpt-5"],
				"requireApprovalAboveUsd":25,
				"asOf":"2026-03-01T10:15:00Z"}}""");
		then(this.monitor).should(never()).status();
	}

	@Test
	void upWithoutLimits() {
		known(State.UNLIMITED, null, Set.of(), Map.of());
		assertThat(this.mvc.get().uri(COMPONENT)).hasStatusOk()
			.bodyJson()
			.isStrictlyEqualTo(
					"{\"status\":\"UP\",\"details\":{\"unlimited\":true,\"asOf\":\"2026-03-01T10:15:00Z\"}}");
	}

	@Test
	void outOfServiceWithTheLimitThatIsReached() {
		known(State.EXHAUSTED, "max_tokens_per_day", Set.of(), Map.of(), new Limit("max_tokens_per_day", 1200L, 1000L));
		assertThat(this.mvc.get().uri(COMPONENT)).hasStatus(503).bodyJson().isStrictlyEqualTo("""
				{"status":"OUT_OF_SERVICE","details":{"exhausted":"max_tokens_per_day",
				"limits":{"max_tokens_per_day":{"used":1200,"limit":1000,"remaining":0,"percentage":120.0}},
				"asOf":"2026-03-01T10:15:00Z"}}""");
	}

	@Test
	void unknownWithTheReasonAndTheFix() {
		given(this.monitor.lastKnown())
			.willReturn(new BudgetStatus(State.UNKNOWN, "openid_scope_missing", List.of(), Set.of(), Map.of(), null));
		assertThat(this.mvc.get().uri(COMPONENT)).hasStatusOk()
			.bodyJson()
			.hasPathSatisfying("$.status", (status) -> status.assertThat().isEqualTo("UNKNOWN"))
			.hasPathSatisfying("$.details.reason", (reason) -> reason.assertThat().isEqualTo("openid_scope_missing"))
			.hasPathSatisfying("$.details.description",
					(text) -> text.assertThat().asString().contains("add openid to lumoauth.scopes"));
	}

	@Test
	void isPartOfTheWholeAndOfNeitherProbe() {
		known(State.EXHAUSTED, "max_tokens_per_day", Set.of(), Map.of());
		assertThat(this.mvc.get().uri("/actuator/health")).hasStatus(503)
			.bodyJson()
			.hasPath("$.components.lumoAuthBudget");
		for (String probe : new String[] { "liveness", "readiness" }) {
			assertThat(this.mvc.get().uri("/actuator/health/" + probe)).hasStatusOk()
				.bodyJson()
				.doesNotHavePath("$.components.lumoAuthBudget");
		}
	}

	@Test
	void neverReadsOnTheThreadOfTheProbe() {
		AtomicInteger reads = new AtomicInteger();
		List<Runnable> background = new ArrayList<>();
		BudgetMonitor monitor = BudgetMonitor.builder(() -> {
			reads.incrementAndGet();
			return Map.of("max_tokens_per_day", 1000);
		}, background::add).build();
		LumoAuthBudgetHealthIndicator indicator = new LumoAuthBudgetHealthIndicator(monitor);
		Health health = indicator.health();
		assertThat(health.getStatus()).isEqualTo(Status.UNKNOWN);
		assertThat(health.getDetails()).containsEntry("reason", "not_read");
		assertThat(reads).hasValue(0);
		assertThat(background).hasSize(1);
		background.get(0).run();
		assertThat(indicator.health().getStatus()).isEqualTo(Status.UP);
	}

	@Test
	void canBeSwitchedOffAndReplaced() {
		ApplicationContextRunner runner = new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(LumoAuthActuatorAutoConfiguration.class))
			.withBean(BudgetMonitor.class, () -> mock(BudgetMonitor.class));
		runner.run((context) -> assertThat(context).hasBean("lumoAuthBudgetHealthIndicator"));
		runner.withPropertyValues("management.health.lumoauth.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(LumoAuthBudgetHealthIndicator.class));
		runner.withPropertyValues("management.health.defaults.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(LumoAuthBudgetHealthIndicator.class));
		runner.withBean("lumoAuthBudgetHealthIndicator", String.class, () -> "mine")
			.run((context) -> assertThat(context).doesNotHaveBean(LumoAuthBudgetHealthIndicator.class));
	}

	@Test
	void isLeftOutBeforeItIsLoadedWhereThereIsNoActuator() throws IOException {
		Properties metadata = PropertiesLoaderUtils
			.loadProperties(new ClassPathResource("META-INF/spring-autoconfigure-metadata.properties"));
		assertThat(metadata).containsEntry(LumoAuthActuatorAutoConfiguration.class.getName() + ".ConditionalOnClass",
				SanitizingFunction.class.getName());
	}

	@Test
	void isNotThereWithoutABudget() {
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(LumoAuthActuatorAutoConfiguration.class))
			.run((context) -> assertThat(context).doesNotHaveBean(LumoAuthBudgetHealthIndicator.class));
	}

	private void known(State state, @Nullable String reason, Set<String> models, Map<String, Object> policy,
			Limit... limits) {
		given(this.monitor.lastKnown()).willReturn(new BudgetStatus(state, reason, List.of(limits), models, policy,
				Instant.parse("2026-03-01T10:15:00Z")));
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@Bean
		BudgetMonitor monitor() {
			return mock(BudgetMonitor.class);
		}

	}

}
