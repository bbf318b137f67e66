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

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.BeanCreationException;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is said of a start that fails because of an MCP connection.
 */
class McpStartFailuresTests {

	private final MockEnvironment environment = new MockEnvironment()
		.withProperty("spring.ai.mcp.client.streamable-http.connections.financial.url", "http://user:pw@127.0.0.1:1")
		.withProperty("spring.ai.mcp.client.streamable-http.connections.weather.url", "http://127.0.0.1:2")
		.withProperty("lumoauth.mcp.connections.financial.audience", "urn:mcp:financial");

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

}
