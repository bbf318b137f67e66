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

import java.net.ConnectException;
import java.util.Map;

import dev.lumoauth.spring.autoconfigure.mcp.LumoAuthMcpProperties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.BeanCreationException;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.env.MapPropertySource;
import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * What is said of a start that fails because of an MCP connection.
 */
class McpStartFailuresTests {

	private final MockEnvironment environment = new MockEnvironment()
		.withProperty("spring.ai.mcp.client.streamable-http.connections.financial.url", "http://user:pw@127.0.0.1:1")
		.withProperty("spring.ai.mcp.client.streamable-http.connections.weather.url", "http://127.0.0.1:2")
		.withProperty("lumoauth.mcp.connections.financial.audience", "urn:mcp:financial");

	@ParameterizedTest
	@CsvSource({ "connections.financial.audienc, connections.financial.audience",
			"connections.financial.capabilty, connections.financial.capability",
			"connections.financial.onbehalfof.x, ''",
			"connections.financial.approval.tols.x.reason, " + "connections.financial.approval.tools",
			"conections.financial.audience, connections" })
	void nameThePropertyThatWasMeant(String written, String meant) {
		FailureAnalysis analysis = new UnknownMcpPropertyFailureAnalyzer().analyze(bindFailure(written));
		assertThat(analysis).isNotNull();
		assertThat(analysis.getDescription()).startsWith("There is no property lumoauth.mcp.").contains("\"test\"");
		assertThat(analysis.getAction())
			.isEqualTo(meant.isEmpty() ? analysis.getAction() : "Write lumoauth.mcp." + meant + ".");
	}

	@Test
	void listAllNamesIfNoneIsClose() {
		assertThat(
				new UnknownMcpPropertyFailureAnalyzer().analyze(bindFailure("connections.financial.zzz")).getAction())
			.startsWith("Write lumoauth.mcp.connections.financial.<name>, with one of these names: ")
			.contains("audience", "on-behalf-of", "unlisted-tools");
	}

	@ParameterizedTest
	@ValueSource(strings = { "mcpSyncClients", "mcpAsyncClients" })
	void nameTheConnectionsWhoseServerMayBeDown(String bean) {
		FailureAnalysis analysis = new McpServerDownFailureAnalyzer(this.environment)
			.analyze(new IllegalStateException(new BeanCreationException(bean, "failed",
					new IllegalStateException("Client failed to initialize", new ConnectException()))));
		assertThat(analysis.getDescription())
			.contains("does not answer (ConnectException)",
					"- spring.ai.mcp.client.streamable-http.connections.weather")
			.doesNotContain("financial", "pw");
		assertThat(analysis.getAction()).contains("lumoauth.mcp.connections", "spring.ai.mcp.client.initialized=false");
	}

	@Test
	void leaveOtherFailuresToOthers() {
		McpServerDownFailureAnalyzer analyzer = new McpServerDownFailureAnalyzer(this.environment);
		assertThat(analyzer.analyze(new BeanCreationException("orders", "failed", new ConnectException()))).isNull();
		assertThat(analyzer.analyze(new BeanCreationException("mcpSyncClients", "failed"))).isNull();
		assertThat(analyzer.analyze(new IllegalStateException(new ConnectException()))).isNull();
	}

	private static Throwable bindFailure(String property) {
		MockEnvironment environment = new MockEnvironment();
		environment.getPropertySources()
			.addFirst(new MapPropertySource("test", Map.of("lumoauth.mcp." + property, "x")));
		return catchThrowableOfType(BindException.class,
				() -> new Binder(ConfigurationPropertySources.get(environment)).bind("lumoauth.mcp",
						Bindable.of(LumoAuthMcpProperties.class),
						new NoUnboundElementsBindHandler(BindHandler.DEFAULT)));
	}

}
