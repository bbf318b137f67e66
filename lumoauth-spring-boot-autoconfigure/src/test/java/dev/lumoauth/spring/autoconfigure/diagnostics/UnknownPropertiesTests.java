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

import java.util.List;
import java.util.Map;

import dev.lumoauth.spring.autoconfigure.config.InvalidLumoAuthConfigurationException;
import dev.lumoauth.spring.autoconfigure.config.InvalidLumoAuthConfigurationException.Problem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Tests for {@link PropertiesWithoutEffect}: properties that nobody has.
 */
@ExtendWith(OutputCaptureExtension.class)
class UnknownPropertiesTests {

	private static final String VALUE = "s3cret-MARKER";

	@ParameterizedTest
	@CsvSource({ "lumoauth.budget.enforced, lumoauth.budget.enforce", "lumoauth.client-idd, lumoauth.client-id",
			"lumoauth.clientsecrett, lumoauth.client-secret", "lumoauth.tennant, lumoauth.tenant",
			"lumoauth.scope, lumoauth.scopes", "lumoauth.budget.onUnavailabel, lumoauth.budget.on-unavailable",
			"lumoauth.capabilities.cache.allow-tll, lumoauth.capabilities.cache.allow-ttl",
			"lumoauth.agents.trade.client-idd, lumoauth.agents.trade.client-id",
			"lumoauth.agents.trade.private-key-jwt.key-fil, lumoauth.agents.trade.private-key-jwt.key-file",
			"lumoauth.mcp.connections.financial.audienc, lumoauth.mcp.connections.financial.audience",
			"lumoauth.mcp.connections.financial.capabilty, lumoauth.mcp.connections.financial.capability",
			"lumoauth.mcp.connections.financial.approval.tols.x.reason, lumoauth.mcp.connections.financial.approval.tools",
			"lumoauth.mcp.conections.financial.audience, lumoauth.mcp.connections.financial.audience",
			"lumoauth.something.else,", "lumoauth.aauths.agent,",
			"lumoauth.client-secret.value, lumoauth.client-secret-file", "lumoauth.agents.trade.client-id.x,",
			"lumoauth.agents.trade.url,", "lumoauth.mcp.connections.financial.zzz,",
			"lumoauth.agents.trade.approvals.timeout,", "lumoauth.agents.trade.capabilities.cache.allow-ttl,",
			"lumoauth.agents[my.agent].budget.enforce,", "lumoauth.agents.trade.dpop.on," })
	void namesWhatWasMeant(String name, String meant) {
		assertThat(problems(properties(name))).singleElement().satisfies((problem) -> {
			assertThat(problem.description()).isEqualToIgnoringCase("There is no property " + name + ".");
			assertThat(problem.action()).startsWithIgnoringCase(
					(meant != null) ? "Write " + meant : "Correct the name " + name + ", or remove it.");
		});
	}

	@ParameterizedTest
	@CsvSource({ "LUMOAUTH_BUDGET_ENFORCES, lumoauth.budget.enforce", "LUMOAUTH_CLIENTIDDD, lumoauth.client-id",
			"LUMOAUTH_CLIENT_IDX, lumoauth.client-id", "LUMOAUTH_TENENT, lumoauth.tenant",
			"LUMOAUTH_CAPABILITIES_CACHE_TTL, lumoauth.capabilities.cache.allow-ttl", "LUMO_AUTH_URL, lumoauth.url" })
	void warnsOfAVariable(String name, String meant, CapturedOutput output) {
		assertThat(problems(variables(name))).isEmpty();
		assertThat(output).contains("no property " + name + ",", "Did you mean " + meant).doesNotContain(VALUE);
	}

	@ParameterizedTest
	@ValueSource(strings = { "lumoauth.url", "lumoauth.clientId", "lumoauth.client_id", "lumoauth.CLIENT-ID",
			"lumoauth.scopes[0]", "lumoauth.agents.trade.client-id", "lumoauth.agents.trade.scopes[1]",
			"lumoauth.agents.trade.clientSecret", "lumoauth.agents[My.Agent].client-id",
			"lumoauth.agents.trade.dpop.enabled", "lumoauth.mcp.connections.financial.approval.tools.pay.when",
			"lumoauth.mcp.connections.financial.tools.pay[0]", "management.lumoauth.x", "lumoauthx.y",
			"spring.lumoauth.x" })
	void knowsAllSpellingsAndWhatIsBelowAMap(String name) {
		assertThat(problems(properties(name))).isEmpty();
	}

	/**
	 * Builds call the version of this library so, and Maven hands on what is set on its
	 * command line.
	 */
	@Test
	void saysNothingOfTheVersionInABuild() {
		assertThat(problems(properties("lumoauth.version"))).isEmpty();
		assertThat(problems(properties("lumoauth.versions"))).isNotEmpty();
	}

	/**
	 * That a module is missing says somebody else, and nothing is known of a lost one.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "lumoauth.approvals.x", "lumoauth.audiences.x.y", "lumoauth.mcp.server.x",
			"lumoauth.token-store.x", "lumoauth.agents.trade.workload-identity.x" })
	void saysNothingOfAModuleWithoutMetadata(String name) {
		assertThat(problems(properties(name))).isEmpty();
	}

	/**
	 * Among them those that the documents use in placeholders, and those of Kubernetes.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "LUMOAUTH_URL", "LUMOAUTH_ORG_ID", "LUMOAUTH_ORGID", "LUMOAUTH_CLIENT_SECRET",
			"LUMOAUTH_SCOPES_0_", "LUMOAUTH_AGENTS_TRADE_CLIENTSECRET", "LUMOAUTH_APPROVALS_POLL_INTERVAL",
			"LUMOAUTH_TOKEN_STORE_KEY", "LUMOAUTH_WEBHOOK_SECRET", "LUMOAUTH_EVENTS_TOKEN",
			"LUMOAUTH_DEV_CLIENT_SECRET", "LUMOAUTH_DEV_API_KEY", "LUMOAUTH_SERVICE_HOST", "LUMOAUTH_SERVICE_PORT",
			"LUMOAUTH_PORT", "LUMOAUTH_PORT_9000_TCP_ADDR", "LUMOAUTHX_URL" })
	void saysNothingOfOtherVariables(String name, CapturedOutput output) {
		assertThat(problems(variables(name))).isEmpty();
		assertThat(output).doesNotContain("LUMOAUTH");
	}

	@Test
	void readsTheMetadataOfEachProperty() {
		KnownProperties known = KnownProperties.read(getClass().getClassLoader(),
				(location) -> location.contains("lumoauth"));
		assertThat(known.has(ConfigurationPropertyName.of("lumoauth.capabilities.cache.allow-ttl"))).isTrue();
		assertThat(known.has(ConfigurationPropertyName.of("lumoauth.capabilities.cache"))).isFalse();
		assertThat(known.hasVariable("LUMOAUTH_CAPABILITIES_CACHE_ALLOWTTL")).isTrue();
	}

	@Test
	void anApplicationDoesNotStart(CapturedOutput output) {
		assertThatException()
			.isThrownBy(() -> start("--lumoauth.budget.enforcing=" + VALUE, "--lumoauth.tennant=" + VALUE));
		assertThat(output)
			.contains("APPLICATION FAILED TO START", "There is no property lumoauth.budget.enforcing.",
					"lumoauth.budget.enforcing is set in: \"lumoauth.budget.enforcing\" from property source",
					"- Write lumoauth.budget.enforce.", "There is no property lumoauth.tennant.",
					"- Write lumoauth.tenant.")
			.doesNotContain(VALUE);
	}

	@Test
	void anApplicationWithoutLumoAuthStarts(CapturedOutput output) {
		start("--lumoauth.enabled=false", "--lumoauth.tennant=" + VALUE).close();
		assertThat(output).doesNotContain(VALUE);
	}

	private static ConfigurableApplicationContext start(String... arguments) {
		SpringApplication application = new SpringApplication(Application.class);
		application.setWebApplicationType(WebApplicationType.NONE);
		return application.run(arguments);
	}

	private static List<Problem> problems(ConfigurableEnvironment environment) {
		try {
			PropertiesWithoutEffect.check(SetProperties.in(environment), environment,
					UnknownPropertiesTests.class.getClassLoader());
			return List.of();
		}
		catch (InvalidLumoAuthConfigurationException ex) {
			assertThat(ex).hasMessageNotContaining(VALUE);
			return ex.problems().stream().filter((each) -> !each.description().contains("the module")).toList();
		}
	}

	private static ConfigurableEnvironment properties(String name) {
		StandardEnvironment environment = new StandardEnvironment();
		environment.getPropertySources().addFirst(new MapPropertySource("test", Map.of(name, VALUE)));
		return environment;
	}

	private static ConfigurableEnvironment variables(String name) {
		StandardEnvironment environment = new StandardEnvironment();
		environment.getPropertySources()
			.replace(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, new SystemEnvironmentPropertySource(
					StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, Map.of(name, VALUE)));
		return environment;
	}

	static final class Application {

	}

}
