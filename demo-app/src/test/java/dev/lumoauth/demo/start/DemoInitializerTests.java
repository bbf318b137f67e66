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

package dev.lumoauth.demo.start;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.env.Environment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link DemoInitializer}, where LumoAuth is named, and for what it reads.
 */
class DemoInitializerTests {

	private static final String MCP_URL = "http://127.0.0.1:9100";

	@Test
	void leavesWhatIsNamedAsItIs() {
		Environment environment = initialize(Map.of("LUMOAUTH_URL", "https://app.lumoauth.dev", "OPENAI_API_KEY", "k"));
		assertThat(environment.getProperty("FINANCIAL_MCP_URL")).isEqualTo(MCP_URL);
		assertThat(environment.getProperty("lumoauth.url")).isNull();
		assertThat(environment.getProperty("spring.ai.openai.base-url")).isNull();
		assertThat(environment.getProperty("spring.ai.openai.api-key")).isNull();
	}

	@Test
	void startsAScriptedModelWhenNoneIsNamed() {
		Environment environment = initialize(Map.of("AGENT_CLIENT_ID", "agt_1"));
		assertThat(environment.getProperty("spring.ai.openai.base-url")).matches("http://127\\.0\\.0\\.1:\\d+/v1");
		assertThat(environment.getProperty("spring.ai.openai.api-key")).isEmpty();
		assertThat(environment.getProperty("spring.ai.openai.chat.model")).isEqualTo("scripted");
	}

	@Test
	void takesAnEndpointWithoutAKey() {
		Environment environment = initialize(
				Map.of("LUMOAUTH_TENANT", "acme-corp", "OPENAI_BASE_URL", "http://localhost:11434"));
		assertThat(environment.getProperty("spring.ai.openai.base-url")).isEqualTo("http://localhost:11434/v1");
		assertThat(environment.getProperty("spring.ai.openai.api-key")).isEmpty();
		assertThat(environment.getProperty("spring.ai.openai.chat.model")).isNull();
	}

	@ParameterizedTest
	@CsvSource({ "https://api.openai.com/v1,https://api.openai.com/v1",
			"https://api.openai.com,https://api.openai.com/v1", "http://localhost:1234/v1/,http://localhost:1234/v1",
			"https://a.example/openai/,https://a.example/openai/v1",
			"https://a.example/v1beta/openai/,https://a.example/v1beta/openai",
			"https://a.example/vendor,https://a.example/vendor/v1" })
	void addsTheVersionOfTheApiWhereItIsMissing(String given, String expected) {
		assertThat(OpenAiBaseUrl.withVersion(given)).isEqualTo(expected);
	}

	@ParameterizedTest
	@ValueSource(strings = { "api.openai.com", "ftp://api.openai.com", "http://", "https://a b", "localhost:11434" })
	void refusesAnAddressThatIsNone(String url) {
		assertThatExceptionOfType(DemoStartException.class).isThrownBy(() -> OpenAiBaseUrl.withVersion(url))
			.withMessageContaining("OPENAI_BASE_URL");
	}

	@ParameterizedTest
	@ValueSource(strings = { "demo.deny=read:documents", "demo.budget=exhausted", "demo.user=alice",
			"demo.identity=workload", "demo.identity=aauth", "demo.approval-time=20s" })
	void doesNotTryToChangeALumoAuthThatItDidNotStart(String option) {
		int equals = option.indexOf('=');
		assertThatExceptionOfType(DemoStartException.class)
			.isThrownBy(() -> initialize(Map.of("LUMOAUTH_URL", "http://localhost:9000", option.substring(0, equals),
					option.substring(equals + 1))))
			.withMessageContaining("only work with the dev server")
			.withMessageContaining("LUMOAUTH_URL");
	}

	@Test
	void refusesAPortThatDoesNotExist() {
		assertThatExceptionOfType(DemoStartException.class).isThrownBy(() -> initialize(Map.of("server.port", 99999)))
			.withMessageStartingWith("There is no port 99999.")
			.withMessageContaining("--server.port=");
	}

	@Test
	void refusesAnOutboxThatIsAFile(@TempDir Path directory) throws IOException {
		Path file = Files.createFile(directory.resolve("file"));
		assertThatExceptionOfType(DemoStartException.class)
			.isThrownBy(() -> initialize(Map.of("demo.outbox", file.toString())))
			.withMessageStartingWith("No report can be written to --demo.outbox=" + file);
	}

	@ParameterizedTest
	@ValueSource(strings = { "0.0.0.0", "::", "", "192.0.2.1" })
	void listensOnThisMachineOnly(String address) {
		assertThatExceptionOfType(DemoStartException.class)
			.isThrownBy(() -> initialize(Map.of("server.address", address)))
			.withMessageContaining("server.address is '" + address + "'")
			.withMessageContaining("set it to 127.0.0.1");
	}

	@Test
	void needsTheTenantWhoseTokensItsMcpServerTakes() {
		assertThatExceptionOfType(DemoStartException.class)
			.isThrownBy(() -> initialize(Map.of("AGENT_CLIENT_ID", "agt_1", FinancialMcpServer.VARIABLE, "")))
			.withMessageContaining("Set LUMOAUTH_TENANT or LUMOAUTH_ORG_ID");
	}

	@Test
	void refusesABudgetThatItDoesNotKnow() {
		assertThatExceptionOfType(DemoStartException.class)
			.isThrownBy(() -> initialize(Map.of("demo.budget", "halved")))
			.withMessageContaining("--demo.budget=exhausted");
	}

	@Test
	void namesItsOptionsIfAskedForHelp() {
		assertThatExceptionOfType(DemoStartException.class).isThrownBy(() -> initialize(Map.of("help", "")))
			.withMessageStartingWith("There are --demo.approval-time, --demo.budget,")
			.withMessageEndingWith("docs/demo.md describes them");
	}

	@ParameterizedTest
	@CsvSource({ "demo.usr,Did you mean --demo.user?", "demo.approvaltime,Did you mean --demo.approval-time?",
			"demo.users,Did you mean --demo.user?", "demo.colour,There are --demo.approval-time" })
	void refusesAnOptionThatItDoesNotKnow(String option, String message) {
		assertThatExceptionOfType(DemoStartException.class).isThrownBy(() -> initialize(Map.of(option, "alice")))
			.withMessageStartingWith("--" + option + " is unknown. " + message);
	}

	@Test
	void refusesAnIdentityThatItDoesNotKnow() {
		assertThatExceptionOfType(DemoStartException.class)
			.isThrownBy(() -> initialize(Map.of("demo.identity", "password")))
			.withMessageContaining("--demo.identity=workload or --demo.identity=aauth");
	}

	@Test
	void refusesAUserWhereNobodyHasASecret() {
		assertThatExceptionOfType(DemoStartException.class)
			.isThrownBy(() -> initialize(Map.of("demo.identity", "workload", "demo.user", "alice")))
			.withMessageContaining("Leave out --demo.user");
	}

	@Test
	void readsSeveralCapabilities() {
		StandardEnvironment environment = environment(Map.of("demo.deny", "read:documents,mcp:financial"));
		assertThat(DemoOptions.of(environment).deny()).containsExactly("read:documents", "mcp:financial");
	}

	@Test
	void saysWhichPortIsBusyBeforeItStartsAnything() throws IOException {
		try (ServerSocket busy = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			int port = busy.getLocalPort();
			assertThatExceptionOfType(DemoStartException.class)
				.isThrownBy(() -> initialize(Map.of("server.address", "127.0.0.1", "server.port", port)))
				.withMessageContaining("port " + port)
				.withMessageContaining("--server.port=");
		}
	}

	private static Environment initialize(Map<String, Object> properties) {
		try (GenericApplicationContext context = new GenericApplicationContext()) {
			context.setEnvironment(environment(properties));
			new DemoInitializer().initialize(context);
			assertThat(context.getBeanFactory().getBean(Surroundings.class).model()).isNotBlank();
			return context.getEnvironment();
		}
	}

	private static StandardEnvironment environment(Map<String, Object> properties) {
		StandardEnvironment environment = new StandardEnvironment();
		environment.getPropertySources()
			.addLast(new MapPropertySource("mcp", Map.of(FinancialMcpServer.VARIABLE, MCP_URL)));
		environment.getPropertySources().remove(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME);
		environment.getPropertySources().addFirst(new MapPropertySource("test", properties));
		if (!properties.containsKey("server.port")) {
			environment.getSystemProperties().remove("server.port");
			environment.getPropertySources().addLast(new MapPropertySource("port", Map.of("server.port", 0)));
		}
		return environment;
	}

}
