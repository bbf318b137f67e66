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

import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

import dev.lumoauth.spring.mcp.McpConnection;
import dev.lumoauth.spring.mcp.McpConnections;
import dev.lumoauth.spring.mcp.OnBehalfOf;
import dev.lumoauth.spring.mcp.UnlistedTools;
import io.micrometer.observation.ObservationRegistry;
import io.modelcontextprotocol.client.McpAsyncClient;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientSseClientTransport;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.spec.McpClientTransport;
import io.modelcontextprotocol.spec.McpSchema;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.mcp.client.common.autoconfigure.NamedClientMcpTransport;
import org.springframework.ai.mcp.client.webflux.transport.WebClientStreamableHttpTransport;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.web.reactive.function.client.WebClient;

import dev.lumoauth.spring.http.LumoAuthAddresses;
import dev.lumoauth.spring.http.LumoAuthHttp;
import dev.lumoauth.spring.token.RefusedRequestHandler;
import dev.lumoauth.spring.token.LumoAuthTokens;
import dev.lumoauth.spring.token.RequestSigner;
import dev.lumoauth.spring.token.credentials.AgentCredentials;
import dev.lumoauth.spring.token.dpop.DPoPProofs;
import dev.lumoauth.spring.user.UserScope;

/**
 * MCP clients made by hand, as Spring AI's auto-configuration makes them, without the
 * time that starting an application takes.
 */
final class DirectClients {

	private DirectClients() {
	}

	static LumoAuthTokens tokens(IssuingLumoAuth lumoAuth) {
		return tokens(lumoAuth, (http) -> null);
	}

	static LumoAuthTokens tokens(String lumoAuth, String tenant) {
		return LumoAuthTokens.builder()
			.executor(Runnable::run)
			.build(http(lumoAuth, tenant).build(), AgentCredentials.clientSecretPost("agt_test", "s3cret"));
	}

	/**
	 * Tokens that are bound to a key, where a target demands that or of all targets.
	 */
	static LumoAuthTokens boundTokens(IssuingLumoAuth lumoAuth, DPoPProofs proofs, boolean always) {
		LumoAuthHttp http = http(lumoAuth).requestInterceptor(proofs.interceptor()).build();
		return LumoAuthTokens.builder()
			.executor(Runnable::run)
			.dpop(proofs, always)
			.build(http, AgentCredentials.clientSecretPost("agt_test", "s3cret"));
	}

	private static LumoAuthHttp.Builder http(IssuingLumoAuth lumoAuth) {
		return http(lumoAuth.url(), IssuingLumoAuth.TENANT);
	}

	private static LumoAuthHttp.Builder http(String lumoAuth, String tenant) {
		JdkClientHttpRequestFactory requests = new JdkClientHttpRequestFactory(
				HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(20)).build());
		requests.setReadTimeout(Duration.ofMinutes(1));
		return LumoAuthHttp.builder(LumoAuthAddresses.forTenant(URI.create(lumoAuth), tenant), "agt_test", requests)
			.maxWait(Duration.ofSeconds(20));
	}

	static LumoAuthTokens tokens(IssuingLumoAuth lumoAuth,
			Function<LumoAuthHttp, @Nullable Function<LumoAuthTokens, RefusedRequestHandler>> handler) {
		LumoAuthHttp http = http(lumoAuth).build();
		return LumoAuthTokens.builder()
			.executor(Runnable::run)
			.refusedRequests(handler.apply(http))
			.build(http, AgentCredentials.clientSecretPost("agt_test", "s3cret"));
	}

	static McpConnection connection(String name, String audience, OnBehalfOf onBehalfOf, String... scopes) {
		return new McpConnection(name, audience, null, Set.of(scopes), null, Map.of(), onBehalfOf, false,
				UnlistedTools.ALLOW, Set.of());
	}

	static McpConnection withStepUp(McpConnection connection, String... scopes) {
		return new McpConnection(connection.name(), connection.audience(), connection.resource(), connection.scopes(),
				connection.capability(), connection.tools(), connection.onBehalfOf(), connection.discover(),
				connection.unlistedTools(), Set.of(scopes));
	}

	static McpSyncClient client(LumoAuthTokens tokens, McpConnection connection, Kind kind, String url) {
		return client(tokens, connection, kind, url, Duration.ofMinutes(1), (spec) -> {
		});
	}

	static McpSyncClient client(LumoAuthTokens tokens, McpConnection connection, Kind kind, String url,
			Duration timeout, Consumer<McpClient.SyncSpec> customizer) {
		String name = connection.name();
		McpConnections connections = McpConnections.of(Map.of(connection, URI.create(url)));
		McpClient.SyncSpec spec = McpClient.sync(secured(tokens, connections, connection, kind, url, timeout))
			.requestTimeout(timeout)
			.initializationTimeout(timeout)
			.clientInfo(McpSchema.Implementation.builder("test - " + name, "1").title(name).build());
		customizer.accept(spec);
		new McpUsers(connections, UserScope::current).carry(name, spec);
		return spec.build();
	}

	static McpSyncClient client(McpTransports transports, McpConnection connection, Kind kind, String url) {
		McpClient.SyncSpec spec = McpClient
			.sync(transports.secure(List.of(kind.transport(connection.name(), url, transports))).get(0).transport());
		new McpUsers(McpConnections.of(Map.of(connection, URI.create(url))), UserScope::current)
			.carry(connection.name(), spec);
		return spec.build();
	}

	/**
	 * Return a client whose requests are signed.
	 */
	static McpSyncClient signingClient(LumoAuthTokens tokens, McpConnection connection, Kind kind, String url,
			RequestSigner signer) {
		McpConnection signed = new McpConnection(connection.name(), connection.audience(), connection.resource(),
				connection.scopes(), connection.capability(), connection.tools(), connection.onBehalfOf(),
				connection.discover(), connection.unlistedTools(), connection.stepUpScopes(), connection.terms(), true,
				null);
		Duration timeout = Duration.ofMinutes(1);
		return McpClient
			.sync(secured(tokens, McpConnections.of(Map.of(signed, URI.create(url))), signed, kind, url, timeout,
					signer))
			.requestTimeout(timeout)
			.initializationTimeout(timeout)
			.build();
	}

	static McpAsyncClient asyncClient(LumoAuthTokens tokens, McpConnection connection, Kind kind, String url) {
		McpConnections connections = McpConnections.of(Map.of(connection, URI.create(url)));
		Duration timeout = Duration.ofMinutes(1);
		return McpClient.async(secured(tokens, connections, connection, kind, url, timeout))
			.requestTimeout(timeout)
			.initializationTimeout(timeout)
			.build();
	}

	private static McpClientTransport secured(LumoAuthTokens tokens, McpConnections connections,
			McpConnection connection, Kind kind, String url, Duration timeout) {
		return secured(tokens, connections, connection, kind, url, timeout, null);
	}

	private static McpClientTransport secured(LumoAuthTokens tokens, McpConnections connections,
			McpConnection connection, Kind kind, String url, Duration timeout, @Nullable RequestSigner signer) {
		McpTransports transports = transports(tokens, connections, timeout, signer);
		return transports.secure(List.of(kind.transport(connection.name(), url, transports))).get(0).transport();
	}

	static McpTransports transports(LumoAuthTokens tokens, McpConnections connections, Duration timeout) {
		return transports(tokens, connections, timeout, null);
	}

	private static McpTransports transports(LumoAuthTokens tokens, McpConnections connections, Duration timeout,
			@Nullable RequestSigner signer) {
		return new McpTransports(connections, () -> tokens, () -> signer, () -> ObservationRegistry.NOOP, timeout);
	}

	static String whoami(McpSyncClient client) {
		return call(client, "whoami");
	}

	static String call(McpSyncClient client, String tool) {
		McpSchema.CallToolResult result = client
			.callTool(McpSchema.CallToolRequest.builder(tool).arguments(Map.of()).build());
		return ((McpSchema.TextContent) result.content().get(0)).text();
	}

	@SuppressWarnings("deprecation")
	enum Kind {

		JDK_STREAMABLE("STREAMABLE") {
			@Override
			NamedClientMcpTransport transport(String name, String url, McpTransports transports) {
				HttpClientStreamableHttpTransport.Builder builder = HttpClientStreamableHttpTransport.builder(url)
					.clientBuilder(HttpClient.newBuilder());
				transports.built(name, builder);
				return new NamedClientMcpTransport(name, builder.build());
			}
		},

		JDK_SSE("SSE") {
			@Override
			NamedClientMcpTransport transport(String name, String url, McpTransports transports) {
				HttpClientSseClientTransport.Builder builder = HttpClientSseClientTransport.builder(url)
					.clientBuilder(HttpClient.newBuilder());
				transports.built(name, builder);
				return new NamedClientMcpTransport(name, builder.build());
			}
		},

		WEB_CLIENT_STREAMABLE("STREAMABLE") {
			@Override
			NamedClientMcpTransport transport(String name, String url, McpTransports transports) {
				WebClientStreamableHttpTransport.Builder builder = WebClientStreamableHttpTransport
					.builder(WebClient.builder().baseUrl(url));
				transports.built(name, builder);
				return new NamedClientMcpTransport(name, builder.build());
			}
		};

		final String protocol;

		Kind(String protocol) {
			this.protocol = protocol;
		}

		abstract NamedClientMcpTransport transport(String name, String url, McpTransports transports);

	}

}
