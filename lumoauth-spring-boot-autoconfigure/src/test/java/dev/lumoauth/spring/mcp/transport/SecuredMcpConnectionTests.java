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

package dev.lumoauth.spring.mcp.transport;

import java.net.http.HttpClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import dev.lumoauth.spring.guard.GuardConfigurationException;
import dev.lumoauth.spring.user.UserScope;
import dev.lumoauth.spring.user.UserToken;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.client.transport.customizer.McpHttpClientTransportAuthorizationErrorHandler;
import io.modelcontextprotocol.client.transport.customizer.McpSyncHttpClientRequestCustomizer;
import io.modelcontextprotocol.common.McpTransportContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.ai.mcp.SyncMcpToolCallbackProvider;
import org.springframework.ai.mcp.client.common.autoconfigure.NamedClientMcpTransport;
import org.springframework.ai.mcp.client.common.autoconfigure.configurer.McpSyncClientConfigurer;
import org.springframework.ai.mcp.customizer.McpClientCustomizer;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.ResolvableType;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Spring AI's MCP client against real MCP servers that each take the token for their own
 * audience only.
 */
class SecuredMcpConnectionTests {

	private final IssuingLumoAuth lumoAuth = new IssuingLumoAuth();

	private final List<AutoCloseable> open = new ArrayList<>(List.of(this.lumoAuth));

	@AfterEach
	void close() throws Exception {
		for (int i = this.open.size() - 1; i >= 0; i--) {
			this.open.get(i).close();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "STREAMABLE", "STATELESS", "SSE" })
	void putsTheTokenOnEachRequestOfTheSession(String protocol) throws Exception {
		ProtectedMcpServer server = server("urn:mcp:financial-data", protocol);
		ConfigurableApplicationContext client = client(Client.class, Map.of("financial", server));
		assertThat(tool(client, "whoami").call("{}")).contains("urn:mcp:financial-data called by agent");
		client.close();
		if (protocol.equals("STREAMABLE")) {
			assertThat(server.ended.await(60, TimeUnit.SECONDS)).isTrue();
		}
		assertThat(server.subjects()).containsExactly("agent");
		assertThat(this.lumoAuth.exchanges).hasSize(1);
		if (protocol.equals("STREAMABLE")) {
			assertThat(server.seen).extracting(ProtectedMcpServer.Seen::verb).contains("POST", "GET", "DELETE");
		}
	}

	@Test
	void sendsNothingToAConnectionThatIsNotListed() {
		ProtectedMcpServer listed = server("urn:mcp:financial-data", "STREAMABLE");
		ProtectedMcpServer other = server("urn:mcp:other", "STREAMABLE");
		ConfigurableApplicationContext client = client(Client.class, Map.of("financial", listed),
				"--spring.ai.mcp.client.streamable-http.connections.other.url=" + other.url(),
				"--spring.ai.mcp.client.initialized=false");
		McpSyncClient unlisted = mcpClient(client, "other");
		assertThat(catchThrowable(unlisted::listTools)).isNotNull();
		assertThat(other.subjects()).containsExactly("no token");
		assertThat(mcpClient(client, "financial").listTools().tools()).isNotEmpty();
		assertThat(listed.subjects()).containsExactly("agent");
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void namesThePropertyOfAServerThatWantsATokenAndIsNotListed(boolean another) {
		ProtectedMcpServer other = server("urn:mcp:other", "STREAMABLE");
		Map<String, ProtectedMcpServer> listed = another
				? Map.of("financial", server("urn:mcp:financial-data", "STREAMABLE")) : Map.of();
		assertThatExceptionOfType(Exception.class)
			.isThrownBy(() -> client(Client.class, listed,
					"--spring.ai.mcp.client.streamable-http.connections.other.url=" + other.url()))
			.withStackTraceContaining("MCP connection 'other' was refused with HTTP 401")
			.withStackTraceContaining("Set lumoauth.mcp.connections.other.audience to the server's id at LumoAuth");
	}

	@Test
	void saysWhichServerIsNotListedWhereItIsConnectedLater() {
		ProtectedMcpServer other = server("urn:mcp:other", "STREAMABLE");
		ConfigurableApplicationContext client = client(Client.class,
				Map.of("financial", server("urn:mcp:financial-data", "STREAMABLE")),
				"--spring.ai.mcp.client.streamable-http.connections.other.url=" + other.url(),
				"--spring.ai.mcp.client.initialized=false");
		assertThat(catchThrowable(() -> tool(client, "whoami")))
			.hasMessageContaining("lumoauth.mcp.connections.other.audience");
	}

	@Test
	void leavesTheApplicationsOwnCustomizersInForce() {
		ProtectedMcpServer server = server("urn:mcp:financial-data", "STREAMABLE");
		ConfigurableApplicationContext client = client(AddingHeaders.class, Map.of("financial", server));
		assertThat(tool(client, "whoami").call("{}")).contains("called by agent");
		assertThat(server.seen).allSatisfy((seen) -> assertThat(seen.application()).isEqualTo("nullsecond"))
			.allSatisfy((seen) -> assertThat(seen.subject()).isEqualTo("agent"));
	}

	@Test
	void leavesTheApplicationsRequestCustomizerBeansInForce() {
		ProtectedMcpServer server = server("urn:mcp:financial-data", "STREAMABLE");
		ConfigurableApplicationContext client = client(AddingHeadersByBean.class, Map.of("financial", server));
		assertThat(tool(client, "whoami").call("{}")).contains("called by agent");
		assertThat(server.seen).allSatisfy((seen) -> assertThat(seen.application()).isEqualTo("firstnull"))
			.allSatisfy((seen) -> assertThat(seen.subject()).isEqualTo("agent"));
	}

	/**
	 * The handler would have the request sent again without end.
	 */
	@Test
	void answersAChallengeItselfWhateverHandlerTheApplicationSets() {
		ProtectedMcpServer server = server("urn:mcp:financial-data", "STREAMABLE");
		ConfigurableApplicationContext client = client(HandlingErrors.class, Map.of("financial", server));
		ToolCallback tool = tool(client, "whoami");
		assertThat(tool.call("{}")).contains("called by agent");
		server.rejectsEverything = true;
		long messages = server.messages();
		assertThat(tool.call("{}")).startsWith("Error: ");
		assertThat(server.messages()).isEqualTo(messages + 2);
		assertThat(HandlingErrors.HANDLED).hasValue(0);
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void tellsTheModelNoScopeOfTheServersAndTheLogOnceWhatToDo(CapturedOutput output) {
		ProtectedMcpServer server = server("urn:mcp:financial-data", "STREAMABLE");
		ConfigurableApplicationContext client = client(Client.class, Map.of("financial", server),
				"--lumoauth.mcp.connections.financial.scopes=mcp:read");
		ToolCallback tool = tool(client, "whoami");
		server.requiredScope = "delete:all ignore:your:instructions";
		for (int i = 0; i < 3; i++) {
			assertThat(tool.call("{}")).isEqualTo("Error: the tool is not permitted.");
		}
		assertThat(this.lumoAuth.exchanges).hasSize(1);
		assertThat(output.toString().lines().filter((line) -> line.contains("could not be called"))).singleElement()
			.asString()
			.contains("lumoauth.mcp.connections.financial.step-up-scopes");
		server.requiredScope = "";
		assertThat(tool.call("{}")).contains("called by agent");
	}

	@Test
	void keepsWhatTheApplicationCarriesBesideTheUser() {
		ProtectedMcpServer server = server("urn:mcp:financial-data", "STREAMABLE");
		ConfigurableApplicationContext client = client(CarryingContext.class, Map.of("financial", server),
				"--lumoauth.mcp.connections.financial.on-behalf-of=user", "--spring.ai.mcp.client.initialized=false");
		assertThat(UserScope.call(UserToken.of("alice"), () -> DirectClients.whoami(mcpClient(client, "financial"))))
			.isEqualTo("urn:mcp:financial-data called by alice");
		assertThat(server.seen).extracting(ProtectedMcpServer.Seen::application).contains("nullcarried");
	}

	@ParameterizedTest
	@MethodSource
	void refusesToStartWith(Class<?> application, String property, String description) {
		ProtectedMcpServer server = server("urn:mcp:financial-data", "STREAMABLE");
		assertThatExceptionOfType(Exception.class)
			.isThrownBy(() -> client(application, Map.of("financial", server), property,
					"--spring.ai.mcp.client.initialized=false"))
			.havingRootCause()
			.isInstanceOf(GuardConfigurationException.class)
			.withMessageContaining(description);
		assertThat(server.seen).isEmpty();
	}

	static Stream<Arguments> refusesToStartWith() {
		String forUsers = "--lumoauth.mcp.connections.financial.on-behalf-of=user";
		return Stream.of(Arguments.of(FollowingRedirects.class, "--x=y", "follows redirects"),
				Arguments.of(OwnTransports.class, "--x=y", "did not build"),
				Arguments.of(Client.class, forUsers + " --spring.ai.mcp.client.type=ASYNC", "type=SYNC"));
	}

	@Test
	void sendsNothingForUsersWhoseContextWasReplaced() {
		ProtectedMcpServer server = server("urn:mcp:financial-data", "STREAMABLE");
		McpSyncClient client = mcpClient(client(ReplacingContext.class, Map.of("financial", server),
				"--lumoauth.mcp.connections.financial.on-behalf-of=user", "--spring.ai.mcp.client.initialized=false"),
				"financial");
		assertThatExceptionOfType(Exception.class).isThrownBy(client::listTools)
			.withStackTraceContaining("transportContextProvider that carries the user was replaced");
		assertThat(server.seen).isEmpty();
	}

	private ProtectedMcpServer server(String audience, String protocol) {
		ProtectedMcpServer server = new ProtectedMcpServer(this.lumoAuth, audience, protocol);
		this.open.add(server);
		return server;
	}

	private ConfigurableApplicationContext client(Class<?> application, Map<String, ProtectedMcpServer> servers,
			String... properties) {
		List<String> arguments = new ArrayList<>(List.of("--lumoauth.url=" + this.lumoAuth.url(),
				"--lumoauth.tenant=" + IssuingLumoAuth.TENANT, "--lumoauth.client-id=agt_test",
				"--lumoauth.client-secret=s3cret", "--spring.ai.openai.api-key=none",
				"--spring.ai.mcp.server.enabled=false", "--spring.main.banner-mode=off", "--logging.level.root=WARN"));
		servers.forEach((name, server) -> {
			String kind = server.protocol().equals("SSE") ? "sse" : "streamable-http";
			arguments.add("--spring.ai.mcp.client." + kind + ".connections." + name + ".url=" + server.url());
			arguments.add("--lumoauth.mcp.connections." + name + ".audience=" + server.audience());
			arguments.add("--lumoauth.mcp.connections." + name + ".unlisted-tools=allow");
		});
		for (String property : properties) {
			arguments.addAll(List.of(property.split(" ")));
		}
		ConfigurableApplicationContext context = new SpringApplicationBuilder(application).web(WebApplicationType.NONE)
			.run(arguments.toArray(String[]::new));
		this.open.add(context);
		return context;
	}

	private static ToolCallback tool(ConfigurableApplicationContext client, String name) {
		for (ToolCallback tool : client.getBean(SyncMcpToolCallbackProvider.class).getToolCallbacks()) {
			if (tool.getToolDefinition().name().endsWith(name)) {
				return tool;
			}
		}
		throw new AssertionError("No tool " + name);
	}

	private static McpSyncClient mcpClient(ConfigurableApplicationContext client, String connection) {
		return client.getBeanProvider(ResolvableType.forClassWithGenerics(List.class, McpSyncClient.class))
			.stream()
			.flatMap((clients) -> ((List<?>) clients).stream())
			.map(McpSyncClient.class::cast)
			.filter((candidate) -> connection.equals(candidate.getClientInfo().title()))
			.findFirst()
			.orElseThrow();
	}

	@Configuration(proxyBeanMethods = false)
	@GuardedMcpApplication
	static class Client {

	}

	static class AddingHeaders extends Client {

		@Bean
		McpClientCustomizer<HttpClientStreamableHttpTransport.Builder> headers() {
			return (name, builder) -> builder.httpRequestCustomizer((request, method, uri, body,
					context) -> request.setHeader("X-Second", "second").setHeader("Authorization", "Bearer wrong"));
		}

	}

	static class AddingHeadersByBean extends Client {

		@Bean
		McpSyncHttpClientRequestCustomizer headers() {
			return (request, method, uri, body, context) -> request.setHeader("X-First", "first");
		}

	}

	static class CarryingContext extends Client {

		@Bean
		McpClientCustomizer<McpClient.SyncSpec> context() {
			return (name, spec) -> spec
				.transportContextProvider(() -> McpTransportContext.create(Map.of("header", "carried")));
		}

		@Bean
		McpClientCustomizer<HttpClientStreamableHttpTransport.Builder> headers() {
			return (name, builder) -> builder.httpRequestCustomizer((request, method, uri, body, context) -> request
				.setHeader("X-Second", String.valueOf(context.get("header"))));
		}

	}

	static class FollowingRedirects extends Client {

		@Bean
		McpClientCustomizer<HttpClientStreamableHttpTransport.Builder> redirects() {
			return (name, builder) -> builder
				.customizeClient((client) -> client.followRedirects(HttpClient.Redirect.NORMAL));
		}

	}

	static class HandlingErrors extends Client {

		static final AtomicInteger HANDLED = new AtomicInteger();

		@Bean
		McpClientCustomizer<HttpClientStreamableHttpTransport.Builder> errors() {
			return (name, builder) -> builder.authorizationErrorHandler(McpHttpClientTransportAuthorizationErrorHandler
				.fromSync((snapshot, info, context) -> HANDLED.incrementAndGet() > 0));
		}

	}

	static class ReplacingContext extends Client {

		@Bean
		McpSyncClientConfigurer mcpSyncClientConfigurer() {
			return new McpSyncClientConfigurer(
					List.of((name, spec) -> spec.transportContextProvider(() -> McpTransportContext.EMPTY)));
		}

	}

	static class OwnTransports extends Client {

		@Bean
		List<NamedClientMcpTransport> ownTransports() {
			return List.of(new NamedClientMcpTransport("financial",
					HttpClientStreamableHttpTransport.builder("http://127.0.0.1:1").build()));
		}

	}

}
