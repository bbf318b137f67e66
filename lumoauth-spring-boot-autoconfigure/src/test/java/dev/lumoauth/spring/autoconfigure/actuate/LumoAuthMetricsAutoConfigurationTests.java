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

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import dev.lumoauth.spring.LumoAuthAgent;
import dev.lumoauth.spring.autoconfigure.LumoAuthAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.tool.LumoAuthBudgetAutoConfiguration;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link LumoAuthMetricsAutoConfiguration}.
 */
class LumoAuthMetricsAutoConfigurationTests {

	@RegisterExtension
	static final WireMockExtension lumoAuth = WireMockExtension.newInstance().build();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(LumoAuthAutoConfiguration.class, LumoAuthBudgetAutoConfiguration.class,
				LumoAuthMetricsAutoConfiguration.class, MetricsAutoConfiguration.class,
				CompositeMeterRegistryAutoConfiguration.class))
		.withBean(SimpleMeterRegistry.class)
		.withPropertyValues("lumoauth.url=" + lumoAuth.baseUrl(), "lumoauth.tenant=acme");

	private final ApplicationContextRunner configured = this.runner.withPropertyValues("lumoauth.client-id=agt_1",
			"lumoauth.client-secret=secret-1");

	@Test
	void measuresTheBudgetAndTheTokensWithoutAsking() {
		lumoAuth.stubFor(post(anyUrl())
			.willReturn(okJson("{\"access_token\":\"t\",\"token_type\":\"Bearer\",\"expires_in\":600}")));
		lumoAuth.stubFor(get("/t/acme/api/v1/oauth/userinfo").willReturn(okJson(
				"{\"sub\":\"agt_1\",\"budget_policy\":{\"max_tokens_per_day\":1000,\"tokens_used_today\":250,\"max_cost_per_month_usd\":12.5}}")));
		this.configured.run((context) -> {
			MeterRegistry meters = context.getBean(MeterRegistry.class);
			assertThat(budget(meters, "used", "max_tokens_per_day")).isNaN();
			lumoAuth.verify(0, anyRequestedFor(anyUrl()));
			context.getBean(LumoAuthAgent.class).budget();
			assertThat(budget(meters, "used", "max_tokens_per_day")).isEqualTo(250);
			assertThat(budget(meters, "limit", "max_tokens_per_day")).isEqualTo(1000);
			assertThat(budget(meters, "used", "max_cost_per_month_usd")).isNaN();
			assertThat(budget(meters, "limit", "max_cost_per_month_usd")).isEqualTo(12.5);
			assertThat(budget(meters, "limit", "max_api_calls_per_hour")).isNaN();
			assertThat(meters.get("lumoauth.token.expiry").tag("grant", "client_credentials").gauge().value())
				.isPositive();
		});
	}

	@Test
	void measuresEachAgent() {
		lumoAuth.stubFor(any(anyUrl())
			.willReturn(okJson("{\"access_token\":\"t\",\"token_type\":\"Bearer\",\"expires_in\":600}")));
		this.configured
			.withPropertyValues("lumoauth.agents.trade.client-id=agt_t", "lumoauth.agents.trade.client-secret=secret-t")
			.run((context) -> {
				MeterRegistry meters = context.getBean(MeterRegistry.class);
				context.getBean("lumoAuthAgent.trade", LumoAuthAgent.class).accessToken();
				assertThat(held(meters, "agt_t")).isOne();
				assertThat(held(meters, "agt_1")).isZero();
				assertThat(meters.get("lumoauth.budget.used").tag("agent", "agt_t").gauges()).hasSize(3);
			});
	}

	@Test
	void isNotThereWithoutMicrometersMetrics() {
		new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(LumoAuthAutoConfiguration.class, LumoAuthMetricsAutoConfiguration.class))
			.withPropertyValues("lumoauth.tenant=acme", "lumoauth.client-id=agt_1", "lumoauth.client-secret=secret-1")
			.withClassLoader(new FilteredClassLoader("io.micrometer.core"))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(LumoAuthAgent.class)
				.doesNotHaveBean("lumoAuthMeters"));
	}

	@Test
	void isNotThereWithoutAnAgent() {
		new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(LumoAuthAutoConfiguration.class, LumoAuthMetricsAutoConfiguration.class))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(MeterBinder.class));
	}

	private static double budget(MeterRegistry meters, String figure, String limit) {
		return meters.get("lumoauth.budget." + figure).tags("agent", "agt_1", "limit", limit).gauge().value();
	}

	private static double held(MeterRegistry meters, String agent) {
		return meters.get("lumoauth.token.held").tags("agent", agent, "grant", "client_credentials").gauge().value();
	}

}
