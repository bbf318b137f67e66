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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import dev.lumoauth.spring.LumoAuthAgent;
import dev.lumoauth.spring.autoconfigure.LumoAuthAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.tool.LumoAuthBudgetAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.tool.LumoAuthMethodSecurityAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.tool.LumoAuthToolAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.user.LumoAuthUserAutoConfiguration;
import dev.lumoauth.spring.capability.RequiresCapability;
import dev.lumoauth.spring.tool.ToolGuard;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.ai.support.ToolCallbacks;
import org.springframework.ai.tool.annotation.Tool;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;

import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * That {@code docs/grafana/lumoauth.json} asks for nothing but what an application
 * publishes to Prometheus.
 */
class DashboardTests {

	private static final Pattern METRIC = Pattern.compile("\\b(lumoauth_\\w+)(?:\\{([^}]*)})?");

	private static final Pattern MATCHER = Pattern.compile("(\\w+)\\s*(=~|!=|!~|=)\\s*\"([^\"]*)\"");

	private static final Pattern GROUPING = Pattern.compile("\\bby \\(([^)]*)\\)");

	private static final Pattern SAMPLE = Pattern.compile("(?m)^(lumoauth_\\w+)\\{([^}]*)} ");

	private static final String API = "/t/acme/api/v1";

	@RegisterExtension
	static final WireMockExtension lumoAuth = WireMockExtension.newInstance().build();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(LumoAuthAutoConfiguration.class, LumoAuthBudgetAutoConfiguration.class,
				LumoAuthMethodSecurityAutoConfiguration.class, LumoAuthUserAutoConfiguration.class,
				LumoAuthToolAutoConfiguration.class, LumoAuthMetricsAutoConfiguration.class,
				MetricsAutoConfiguration.class, CompositeMeterRegistryAutoConfiguration.class,
				ObservationAutoConfiguration.class))
		.withBean(PrometheusMeterRegistry.class, () -> new PrometheusMeterRegistry(PrometheusConfig.DEFAULT))
		.withPropertyValues("lumoauth.tenant=acme", "lumoauth.client-id=agt_1", "lumoauth.client-secret=secret-1");

	@BeforeEach
	void answerAsLumoAuth() {
		lumoAuth.stubFor(post(API + "/oauth/token")
			.willReturn(okJson("{\"access_token\":\"t\",\"token_type\":\"Bearer\",\"expires_in\":600,"
					+ "\"issued_token_type\":\"urn:ietf:params:oauth:token-type:access_token\"}")));
		lumoAuth.stubFor(post(API + "/authz/check").willReturn(okJson("{\"allowed\":false}")));
		lumoAuth.stubFor(get(API + "/oauth/userinfo").willReturn(
				okJson("{\"sub\":\"agt_1\",\"budget_policy\":{\"max_tokens_per_day\":1000,\"tokens_used_today\":1}}")));
	}

	@Test
	void everyMetricAndLabelOfTheDashboardIsPublished() throws IOException {
		JsonNode dashboard = JsonMapper.shared().readTree(Files.readAllBytes(Path.of("../docs/grafana/lumoauth.json")));
		List<String> expressions = expressions(dashboard);
		this.runner.withPropertyValues("lumoauth.url=" + lumoAuth.baseUrl()).run((context) -> {
			Map<String, Set<String>> published = published(use(context));
			assertThat(expressions).hasSizeGreaterThan(12)
				.allSatisfy((expression) -> assertThat(published).containsKeys(metrics(expression)))
				.allSatisfy((expression) -> assertThat(labels(expression, published)).as(expression).isEmpty());
			Set<String> codes = codes();
			assertThat(expressions.stream().flatMap(DashboardTests::values)).isNotEmpty().isSubsetOf(codes);
		});
	}

	@Test
	void everyPanelReadsTheChosenDataSource() throws IOException {
		JsonNode dashboard = JsonMapper.shared().readTree(Files.readAllBytes(Path.of("../docs/grafana/lumoauth.json")));
		assertThat(dashboard.at("/templating/list/0/type").asString()).isEqualTo("datasource");
		assertThat(dashboard.findValues("datasource")).hasSizeGreaterThan(12)
			.allSatisfy((source) -> assertThat(source.path("uid").asString()).isEqualTo("${datasource}"));
		assertThat(dashboard.path("panels")).extracting((panel) -> panel.path("id").asInt()).doesNotHaveDuplicates();
	}

	@Test
	void observationsAreSwitchedOffByBootsProperty() {
		this.runner
			.withPropertyValues("lumoauth.url=" + lumoAuth.baseUrl(), "management.observations.enable.lumoauth=false")
			.run((context) -> assertThat(published(use(context))).isNotEmpty()
				.allSatisfy((name, labels) -> assertThat(name)
					.matches("lumoauth_(approvals|budget|token)_[a-z]+(_seconds|_tokens)?"))
				.doesNotContainKeys("lumoauth_token_seconds"));
	}

	/**
	 * Decide, fetch tokens, call a tool, read the budget.
	 */
	private static String use(ApplicationContext context) {
		LumoAuthAgent agent = context.getBean(LumoAuthAgent.class);
		agent.hasCapability("read:documents");
		agent.mcpToken("urn:mcp:financial-data");
		agent.budget();
		assertThat(context.getBean(ToolGuard.class).guard(ToolCallbacks.from(new Tools())[0]).call("{}"))
			.startsWith("Error: agent lacks");
		return context.getBean(PrometheusMeterRegistry.class).scrape();
	}

	private static Map<String, Set<String>> published(String scrape) {
		Map<String, Set<String>> published = new HashMap<>();
		SAMPLE.matcher(scrape)
			.results()
			.forEach((sample) -> published.computeIfAbsent(sample.group(1), (name) -> new HashSet<>())
				.addAll(MATCHER.matcher(sample.group(2)).results().map((label) -> label.group(1)).toList()));
		return published;
	}

	/**
	 * Everything that Grafana asks Prometheus for.
	 */
	private static List<String> expressions(JsonNode dashboard) {
		List<String> expressions = new ArrayList<>();
		dashboard.findValues("expr").forEach((expression) -> expressions.add(expression.asString()));
		for (JsonNode variable : dashboard.at("/templating/list")) {
			if (variable.path("type").asString().equals("query")) {
				// label_values(metric, label): as if it were grouped by that label.
				expressions.add(variable.at("/query/query")
					.asString()
					.replaceFirst("label_values\\((\\w+), (\\w+)\\)", "sum by ($2) ($1)"));
			}
		}
		return expressions;
	}

	private static String[] metrics(String expression) {
		assertThat(METRIC.matcher(expression).results()).as(expression).isNotEmpty();
		return METRIC.matcher(expression).results().map((metric) -> metric.group(1)).toArray(String[]::new);
	}

	/**
	 * The labels of an expression that its metrics don't have.
	 */
	private static List<String> labels(String expression, Map<String, Set<String>> published) {
		List<String> unknown = new ArrayList<>();
		List<String> grouping = GROUPING.matcher(expression)
			.results()
			.flatMap((by) -> Arrays.stream(by.group(1).split(",\\s*")))
			.toList();
		METRIC.matcher(expression).results().forEach((metric) -> {
			Set<String> labels = published.getOrDefault(metric.group(1), Set.of());
			Stream<String> matched = matchers(metric).map((matcher) -> matcher.group(1));
			Stream.concat(matched, grouping.stream()).filter((label) -> !labels.contains(label)).forEach(unknown::add);
		});
		return unknown;
	}

	private static Stream<MatchResult> matchers(MatchResult metric) {
		return (metric.group(2) != null) ? MATCHER.matcher(metric.group(2)).results() : Stream.empty();
	}

	private static Stream<String> values(String expression) {
		return METRIC.matcher(expression)
			.results()
			.flatMap(DashboardTests::matchers)
			.flatMap((matcher) -> Arrays.stream(matcher.group(3).split("\\|")))
			.filter((value) -> !value.startsWith("$"));
	}

	/**
	 * What the labels can be.
	 */
	private static Set<String> codes() {
		Set<String> codes = new HashSet<>(Set.of("true", "false", "stale"));
		codes.addAll(List.of("allow", "deny", "unavailable", "no_user", "not_permitted", "unknown_tool",
				"approval_pending", "not_approved"));
		return codes;
	}

	static class Tools {

		@Tool(description = "Reads documents")
		@RequiresCapability("read:documents")
		public String read() {
			return "documents";
		}

	}

}
