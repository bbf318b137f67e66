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

package dev.lumoauth.spring.tool;

import java.time.Duration;
import java.util.List;

import dev.lumoauth.spring.LumoAuthUnavailableException;
import io.modelcontextprotocol.client.McpSyncClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.ai.mcp.AsyncMcpToolCallbackProvider;
import org.springframework.ai.mcp.SyncMcpToolCallbackProvider;
import org.springframework.ai.tool.ToolCallbackProvider;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.ResolvableType;

import static dev.lumoauth.spring.tool.McpClientApplications.connection;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

@ExtendWith(OutputCaptureExtension.class)
class McpClientStartTests {

	private static final String LIST_ALPHA = "lumoauth.mcp.connections.alpha.audience=urn:mcp:alpha";

	private static RecordingMcpServer alpha;

	private static RecordingMcpServer beta;

	private static RecordingMcpServer down;

	private static McpClientApplications applications;

	private ConfigurableApplicationContext context;

	@BeforeAll
	static void startServers() {
		alpha = new RecordingMcpServer("alpha");
		beta = new RecordingMcpServer("beta");
		down = new RecordingMcpServer("down");
		down.close();
		applications = new McpClientApplications();
	}

	@AfterAll
	static void stopServers() {
		applications.close();
		alpha.close();
		beta.close();
	}

	@BeforeEach
	void reset() {
		alpha.requests().clear();
		beta.requests().clear();
	}

	@AfterEach
	void stop() {
		if (this.context != null) {
			this.context.close();
		}
	}

	private ApplicationContext start(String... properties) {
		this.context = applications.start(properties);
		return this.context;
	}

	@ParameterizedTest
	@ValueSource(strings = { "SYNC", "ASYNC" })
	void connectsWhatIsListedByItselfOnceTheApplicationIsThere(String type) {
		start(connection("alpha", alpha), LIST_ALPHA, "spring.ai.mcp.client.type=" + type);
		alpha.await("notifications/initialized");
	}

	@ParameterizedTest
	@ValueSource(strings = { "SYNC", "ASYNC" })
	void connectsWhatIsNotListedBeforeTheApplicationIsThere(String type) {
		start(connection("alpha", alpha), connection("beta", beta), LIST_ALPHA, "spring.ai.mcp.client.type=" + type);
		assertThat(beta.methods()).contains("initialize");
	}

	@ParameterizedTest
	@ValueSource(strings = { "SYNC", "ASYNC" })
	void startsWithoutAListedServerAndSaysSoOnce(String type, CapturedOutput output) throws InterruptedException {
		ApplicationContext context = start(connection("down", down), connection("alpha", alpha), LIST_ALPHA,
				"lumoauth.mcp.connections.down.audience=urn:mcp:down", "spring.ai.mcp.client.type=" + type);
		alpha.await("notifications/initialized");
		assertThat(provider(context, type).getToolCallbacks()).hasSize(3);
		String warning = "MCP connection 'down' to " + down.url() + " could not be connected: ";
		String end = "It is connected when it is first used.";
		awaitBackground();
		assertThat(output.getOut().lines().filter((line) -> line.contains(warning))).singleElement()
			.asString()
			.contains("WARN", "ConnectException", end);
	}

	/**
	 * What is connected in the background is connected, or has failed.
	 */
	private static void awaitBackground() throws InterruptedException {
		for (Thread thread : Thread.getAllStackTraces().keySet()) {
			if (thread.getName().equals("lumoauth-mcp-start")) {
				thread.join(Duration.ofSeconds(30).toMillis());
				assertThat(thread.isAlive()).isFalse();
			}
		}
	}

	private static ToolCallbackProvider provider(ApplicationContext context, String type) {
		return type.equals("SYNC") ? context.getBean(SyncMcpToolCallbackProvider.class)
				: context.getBean(AsyncMcpToolCallbackProvider.class);
	}

	@Test
	void doesNotStartWithoutAServerThatIsNotListed() {
		assertThatThrownBy(() -> start(connection("down", down), connection("alpha", alpha), LIST_ALPHA))
			.hasStackTraceContaining("Client failed to initialize");
	}

	@Test
	void startsWithoutLumoAuth() {
		start(connection("alpha", alpha), LIST_ALPHA, "lumoauth.url=" + down.url());
	}

	@Test
	void connectsNothingWhereSpringAiIsNotTo() throws InterruptedException {
		start(connection("alpha", alpha), connection("beta", beta), LIST_ALPHA,
				"spring.ai.mcp.client.initialized=false");
		awaitBackground();
		assertThat(alpha.methods()).isEmpty();
		assertThat(beta.methods()).isEmpty();
	}

	@Test
	void connectsNothingForAUserWhoIsNotThere() throws InterruptedException {
		start(connection("alpha", alpha), connection("beta", beta), LIST_ALPHA,
				"lumoauth.mcp.connections.beta.audience=urn:mcp:beta",
				"lumoauth.mcp.connections.beta.on-behalf-of=user");
		awaitBackground();
		assertThat(alpha.methods()).contains("initialize");
		assertThat(beta.methods()).isEmpty();
	}

	@Test
	void sendsNothingWhereLumoAuthIsTurnedOff() {
		ApplicationContext context = start(connection("alpha", alpha), connection("beta", beta),
				"lumoauth.mcp.connections.alpha.capability=not looked at", "lumoauth.enabled=false");
		assertThat(context.getBean(SyncMcpToolCallbackProvider.class).getToolCallbacks()).hasSize(3);
		assertThat(beta.methods()).contains("initialize", "tools/list");
		List<McpSyncClient> clients = context
			.<List<McpSyncClient>>getBeanProvider(ResolvableType.forClassWithGenerics(List.class, McpSyncClient.class))
			.getObject();
		McpSyncClient closed = clients.stream()
			.filter((client) -> "alpha".equals(client.getClientInfo().title()))
			.findFirst()
			.orElseThrow();
		assertThatThrownBy(closed::listTools).hasRootCauseInstanceOf(LumoAuthUnavailableException.class)
			.hasStackTraceContaining("LumoAuth is turned off by lumoauth.enabled=false");
		this.context.close();
		assertThat(alpha.methods()).isEmpty();
	}

	@Test
	void aListedConnectionMayBeMissingWhereLumoAuthIsTurnedOff() {
		start(connection("beta", beta), "lumoauth.mcp.connections.gamma.audience=urn:mcp:gamma",
				"lumoauth.enabled=false");
		assertThat(beta.methods()).contains("initialize");
	}

}
