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

package dev.lumoauth.spring.autoconfigure.diagnostics;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.lumoauth.spring.autoconfigure.config.InvalidLumoAuthConfigurationException;
import dev.lumoauth.spring.autoconfigure.config.InvalidLumoAuthConfigurationException.Problem;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.core.io.DefaultResourceLoader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * Tests for {@link PropertiesWithoutEffect}. No feature is on the class path of this
 * module.
 */
@ExtendWith(OutputCaptureExtension.class)
class MissingFeaturesTests {

	private static final String AAUTH = "Add the dependency dev.lumoauth:lumoauth-aauth to the build, or remove ";

	@ParameterizedTest
	@CsvSource({ "lumoauth.aauth.agent, https://a.example.com",
			"lumoauth.aauth.targets.desk.url, https://a.example.com", "lumoauth.aauth.resource.scopes[0], read",
			"lumoauth.AAUTH.Agent, a", "lumoauth.aauth, ''" })
	void namesTheDependencyOfAProperty(String property, String value) {
		assertThat(problemsOf(environment(property, value))).singleElement()
			.satisfies((problem) -> assertThat(problem.description())
				.isEqualToIgnoringCase(property + " needs the module lumoauth-aauth, which is not there."))
			.satisfies((problem) -> assertThat(problem.action()).isEqualTo(AAUTH + "this property."));
	}

	@ParameterizedTest
	@ValueSource(strings = { "LUMOAUTH_AAUTH_AGENT", "LUMOAUTH_TOKEN_STORE_TYPE", "LUMOAUTH_TOKENSTORE_TYPE",
			"LUMOAUTH_EVENTS_RELAY", "LUMOAUTH_CAPABILITIES_STORE", "LUMOAUTH_BUDGET_STORE",
			"LUMOAUTH_AGENTS_WRITER_WORKLOADIDENTITY_PROVIDER", "LUMOAUTH_MCP_SERVER_AUDIENCE",
			"LUMOAUTH_MCP_CONNECTIONS_A_B_APPROVAL_TOOLS_PAY_REASON" })
	void namesTheDependencyOfAVariable(String variable) {
		assertThat(problemsOf(variables(variable, "a"))).first()
			.satisfies((problem) -> assertThat(problem.description()).startsWith(variable + " needs the module"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "lumoauth.mcp.connections.financial.audience",
			"lumoauth.mcp.connections.financial.tools.pay[0]" })
	void aListedMcpConnectionNeedsAClient(String property) {
		ConfigurableEnvironment environment = environment(property, "a");
		assertThatNoException().isThrownBy(() -> check(environment));
		assertThat(problemsOf(() -> PropertiesWithoutEffect.check(SetProperties.in(environment), environment,
				new FilteredClassLoader("org.springframework.ai.mcp.client", "dev.lumoauth.spring.approval"))))
			.singleElement()
			.satisfies((problem) -> assertThat(problem.description())
				.isEqualTo(property + " needs the module spring-ai-starter-mcp-client, which is not there."))
			.satisfies((problem) -> assertThat(problem.action()).isEqualTo("Add the dependency "
					+ "org.springframework.ai:spring-ai-starter-mcp-client to the build, or remove this property."));
	}

	@ParameterizedTest
	@CsvSource({ "lumoauth.mcp.connections.aauth.audience, a", "lumoauth.client-authentication-method, ${missing}",
			"lumoauth.agents.aauth.client-id, a", "spring.lumoauth.aauth.agent, a", "lumoauth.budget.store, memory",
			"lumoauth.capabilities.store, memory" })
	void leavesOtherPropertiesAlone(String property, String value) {
		assertThatNoException().isThrownBy(() -> check(environment(property, value)));
	}

	@ParameterizedTest
	@ValueSource(strings = { "LUMOAUTH_AAUTH_PORT", "LUMOAUTH_AAUTH_SERVICE_HOST", "LUMOAUTH_AAUTH_SERVICE_PORT_HTTP",
			"LUMOAUTH_AAUTH_PORT_8080_TCP_ADDR", "LUMOAUTH_AAUTHS_AGENT" })
	void leavesVariablesOfAServiceOfKubernetesAlone(String variable) {
		assertThatNoException().isThrownBy(() -> check(variables(variable, "tcp://10.0.0.1:80")));
	}

	@ParameterizedTest
	@ValueSource(strings = { "lumoauth.mcp.server.audience", "lumoauth.mcp.server.scopes[0]",
			"lumoauth.mcp.server.decide-for" })
	void anMcpServerThatSeemsToBeProtectedIsNotOpen(String property) {
		assertThat(problemsOf(environment(property, "urn:mcp:reports"))).singleElement()
			.satisfies((problem) -> assertThat(problem.description())
				.isEqualTo(property + " needs the module lumoauth-mcp-server, which is not there."))
			.satisfies((problem) -> assertThat(problem.action()).isEqualTo(
					"Add the dependency dev.lumoauth:lumoauth-mcp-server to the build, or remove this property."));
	}

	@Test
	void anMcpServerIsNotOpenIfItsAudienceIsInASourceThatCannotListItsContent() {
		ConfigurableEnvironment environment = new StandardEnvironment();
		environment.getPropertySources().addFirst(new PropertySource<>("jndi", new Object()) {

			@Override
			public @Nullable Object getProperty(String name) {
				return name.equals("lumoauth.mcp.server.audience") ? "urn:mcp:reports" : null;
			}

		});
		assertThat(problemsOf(environment)).singleElement()
			.satisfies((problem) -> assertThat(problem.description())
				.startsWith("lumoauth.mcp.server.audience needs the module lumoauth-mcp-server"));
	}

	/** Without the module, the MCP server would be open. */
	@Test
	void refusesAnUnprotectedMcpServerWhereLumoAuthIsTurnedOff() {
		assertThat(problemsOf(environment("lumoauth.mcp.server.audience", "urn:mcp:x", "lumoauth.enabled", "false")))
			.singleElement()
			.satisfies((problem) -> assertThat(problem.description()).contains("lumoauth-mcp-server"));
	}

	@Test
	void seesThePropertiesOfAPropertySource() {
		new ApplicationContextRunner().withInitializer(new PropertiesWithoutEffect())
			.withUserConfiguration(WithPropertySource.class)
			.run((context) -> assertThat(context).getFailure()
				.hasMessageContaining("lumoauth.mcp.server.audience")
				.hasMessageContaining("lumoauth-mcp-server"));
	}

	@Configuration(proxyBeanMethods = false)
	@org.springframework.context.annotation.PropertySource("classpath:missing-feature.properties")
	static class WithPropertySource {

	}

	@Test
	void namesEachFeature() {
		assertThat(problemsOf(environment("lumoauth.capabilities.store", "redis", "lumoauth.token-store.type", "redis",
				"lumoauth.events.ssf.enabled", "true", "lumoauth.aauth.agent", "a")))
			.extracting(Problem::action)
			.containsExactly(AAUTH + "this property.",
					"Add the dependency dev.lumoauth:lumoauth-events to the build, or remove this property.",
					"Add the dependency dev.lumoauth:lumoauth-redis to the build, or remove these properties.");
	}

	@Test
	void namesAllPropertiesOfAFeature() {
		assertThat(problemsOf(environment("lumoauth.aauth.agent", "a", "lumoauth.aauth.key-file", "b"))).singleElement()
			.satisfies((problem) -> assertThat(problem.description())
				.startsWith("lumoauth.aauth.agent, lumoauth.aauth.key-file need the module lumoauth-aauth, which is"))
			.satisfies((problem) -> assertThat(problem.action()).isEqualTo(AAUTH + "these properties."));
	}

	@Test
	void saysNothingWhereLumoAuthIsTurnedOff() {
		assertThatNoException()
			.isThrownBy(() -> check(environment("lumoauth.aauth.agent", "a", "lumoauth.enabled", "false")));
	}

	@Test
	void saysNothingOfWhatTheTestKitSets() {
		ConfigurableEnvironment environment = new StandardEnvironment();
		environment.getPropertySources()
			.addFirst(new MapPropertySource("lumoauth-test-defaults", Map.of("lumoauth.aauth.agent", "a")));
		assertThatNoException().isThrownBy(() -> check(environment));
	}

	@Test
	void isThereForEachApplication(CapturedOutput output) {
		SpringApplication application = new SpringApplication(
				new DefaultResourceLoader(new FilteredClassLoader("dev.lumoauth.spring.aauth")), Application.class);
		application.setWebApplicationType(WebApplicationType.NONE);
		assertThatException()
			.isThrownBy(() -> application.run("--lumoauth.aauth.agent=a", "--spring.main.banner-mode=off"));
		assertThat(output).contains("APPLICATION FAILED TO START", AAUTH + "this property.")
			.contains("lumoauth.aauth.agent is set in: \"lumoauth.aauth.agent\" from property source")
			.doesNotContain("no property lumoauth.aauth.agent");
	}

	private static List<Problem> problemsOf(ConfigurableEnvironment environment) {
		return problemsOf(() -> check(environment));
	}

	private static List<Problem> problemsOf(ThrowingCallable check) {
		InvalidLumoAuthConfigurationException[] failure = new InvalidLumoAuthConfigurationException[1];
		assertThatExceptionOfType(InvalidLumoAuthConfigurationException.class).isThrownBy(check)
			.satisfies((ex) -> failure[0] = ex);
		return failure[0].problems();
	}

	private static void check(ConfigurableEnvironment environment) {
		PropertiesWithoutEffect.check(SetProperties.in(environment), environment,
				new FilteredClassLoader("dev.lumoauth.spring.aauth", "dev.lumoauth.spring.approval",
						"dev.lumoauth.spring.mcp.server", "dev.lumoauth.spring.redis", "dev.lumoauth.spring.workload"));
	}

	private static ConfigurableEnvironment environment(String... namesAndValues) {
		Map<String, Object> values = new LinkedHashMap<>();
		for (int i = 0; i < namesAndValues.length; i += 2) {
			values.put(namesAndValues[i], namesAndValues[i + 1]);
		}
		ConfigurableEnvironment environment = new StandardEnvironment();
		environment.getPropertySources().addFirst(new MapPropertySource("test", values));
		return environment;
	}

	private static ConfigurableEnvironment variables(String name, String value) {
		ConfigurableEnvironment environment = new StandardEnvironment();
		environment.getPropertySources()
			.addFirst(new SystemEnvironmentPropertySource(
					StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME + "-test", Map.of(name, value)));
		return environment;
	}

	static class Application {

	}

}
