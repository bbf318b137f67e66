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

import java.time.Duration;
import java.util.Map;

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
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

import dev.lumoauth.spring.autoconfigure.diagnostics.UnknownProperties.Names;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link UnknownProperties}.
 */
@ExtendWith(OutputCaptureExtension.class)
class UnknownPropertiesTests {

	private static final String VALUE = "s3cret-MARKER";

	@ParameterizedTest
	@CsvSource({ "lumoauth.budget.enforced, lumoauth.budget.enforce", "lumoauth.client-idd, lumoauth.client-id",
			"lumoauth.clientsecrett, lumoauth.client-secret", "lumoauth.tennant, lumoauth.tenant",
			"lumoauth.scope, lumoauth.scopes", "lumoauth.budget.onUnavailabel, lumoauth.budget.on-unavailable",
			"lumoauth.capabilities.cache.allow-tll, lumoauth.capabilities.cache.allow-ttl",
			"lumoauth.mcp.connection.financial.audience,", "lumoauth.something.else," })
	void namesWhatWasMeant(String name, String meant) {
		String warning = UnknownProperties.warning(properties(name), getClass().getClassLoader());
		assertThat(warning).containsIgnoringCase("no property " + name + ",").doesNotContain(VALUE);
		if (meant != null) {
			assertThat(warning).contains("Did you mean " + meant);
		}
	}

	@ParameterizedTest
	@CsvSource({ "LUMOAUTH_BUDGET_ENFORCES, lumoauth.budget.enforce", "LUMOAUTH_CLIENTIDDD, lumoauth.client-id",
			"LUMOAUTH_CLIENT_IDX, lumoauth.client-id", "LUMOAUTH_TENENT, lumoauth.tenant" })
	void namesWhatWasMeantByAVariable(String name, String meant) {
		assertThat(UnknownProperties.warning(variables(name), getClass().getClassLoader()))
			.contains("no property " + name + ",", "Did you mean " + meant)
			.doesNotContain(VALUE);
	}

	@ParameterizedTest
	@ValueSource(strings = { "lumoauth.url", "lumoauth.clientId", "lumoauth.client_id", "lumoauth.CLIENT-ID",
			"lumoauth.scopes[0]", "lumoauth.agents.trade.client-id", "lumoauth.agents.trade.anything",
			"lumoauth.agents[My.Agent].client-id", "lumoauth.mcp.connections.financial.approval.tools.pay.when",
			"lumoauth.audiences.x.y", "management.lumoauth.x", "lumoauthx.y", "spring.lumoauth.x" })
	void knowsAllSpellingsAndWhatIsBelowAMap(String name) {
		assertThat(UnknownProperties.warning(properties(name), getClass().getClassLoader())).isNull();
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
	void saysNothingOfOtherVariables(String name) {
		assertThat(UnknownProperties.warning(variables(name), getClass().getClassLoader())).isNull();
	}

	@Test
	void readsTheMetadataOfEachProperty() {
		KnownProperties known = KnownProperties.read(getClass().getClassLoader(),
				(location) -> location.contains("lumoauth"));
		assertThat(known.has(ConfigurationPropertyName.of("lumoauth.capabilities.cache.allow-ttl"))).isTrue();
		assertThat(known.has(ConfigurationPropertyName.of("lumoauth.capabilities.cache"))).isFalse();
		assertThat(known.hasVariable("LUMOAUTH_TOKENSTORE_ENCRYPTIONKEY")).isTrue();
	}

	@Test
	void warnsOnceWhereAnApplicationStarts(CapturedOutput output) {
		SpringApplication application = new SpringApplication(Object.class);
		application.setWebApplicationType(WebApplicationType.NONE);
		try (ConfigurableApplicationContext context = application.run("--lumoauth.budget.enforcing=" + VALUE,
				"--lumoauth.budget.enforse=" + VALUE)) {
			await().atMost(Duration.ofMinutes(1))
				.untilAsserted(() -> assertThat(output).contains("Did you mean lumoauth.budget.enforce?",
						"lumoauth.budget.enforse"));
			assertThat(UnknownProperties.warning(Names.in(context.getEnvironment()), context.getClassLoader()))
				.isNull();
		}
		assertThat(output.getAll().split("no property lumoauth.budget.enforcing", -1)).hasSize(2);
		assertThat(output).doesNotContain(VALUE);
	}

	@Test
	void warnsWhereAnApplicationFailsToStart(CapturedOutput output) {
		SpringApplication application = new SpringApplication(Failing.class);
		application.setWebApplicationType(WebApplicationType.NONE);
		assertThatException().isThrownBy(() -> application.run("--lumoauth.client-identity=" + VALUE));
		assertThat(output).contains("no property lumoauth.client-identity,").doesNotContain(VALUE);
	}

	private static Names properties(String name) {
		StandardEnvironment environment = new StandardEnvironment();
		environment.getPropertySources().addFirst(new MapPropertySource("test", Map.of(name, VALUE)));
		return Names.in(environment);
	}

	private static Names variables(String name) {
		StandardEnvironment environment = new StandardEnvironment();
		environment.getPropertySources()
			.replace(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, new SystemEnvironmentPropertySource(
					StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, Map.of(name, VALUE)));
		return Names.in(environment);
	}

	static final class Failing {

		Failing() {
			throw new IllegalStateException("can't start");
		}

	}

}
