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

import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.client.transport.customizer.McpAsyncHttpClientRequestCustomizer;
import io.modelcontextprotocol.client.transport.customizer.McpHttpClientTransportAuthorizationErrorHandler;
import io.modelcontextprotocol.spec.McpClientTransport;
import dev.lumoauth.spring.tool.PrivateField;

/**
 * Streamable HTTP over the JDK's client.
 */
final class JdkStreamableBlueprint implements TransportBlueprint {

	private static final PrivateField<HttpClient> CLIENT = PrivateField.of(HttpClientStreamableHttpTransport.class,
			"httpClient", HttpClient.class);

	private static final PrivateField<McpHttpClientTransportAuthorizationErrorHandler> ERROR_HANDLER = PrivateField.of(
			HttpClientStreamableHttpTransport.class, "authorizationErrorHandler",
			McpHttpClientTransportAuthorizationErrorHandler.class);

	private static final PrivateField<McpAsyncHttpClientRequestCustomizer> CUSTOMIZER = PrivateField.of(
			HttpClientStreamableHttpTransport.Builder.class, "httpRequestCustomizer",
			McpAsyncHttpClientRequestCustomizer.class);

	private final HttpClientStreamableHttpTransport.Builder builder;

	private final HttpClient client;

	private final McpAsyncHttpClientRequestCustomizer customizer;

	private JdkStreamableBlueprint(HttpClientStreamableHttpTransport.Builder builder, HttpClient client) {
		this.builder = builder;
		this.client = client;
		this.customizer = CUSTOMIZER.get(builder);
	}

	/**
	 * Create a blueprint from a transport and its builder.
	 * @param connection the connection's name
	 * @param transport the transport, whose HTTP client is used again
	 * @param builder the builder, after the application's customizers
	 * @return the blueprint
	 */
	static JdkStreamableBlueprint of(String connection, HttpClientStreamableHttpTransport transport,
			HttpClientStreamableHttpTransport.Builder builder) {
		HttpClient client = JdkClientRules.check(connection, CLIENT.get(transport));
		JdkClientRules.checkErrorHandler(connection, ERROR_HANDLER.get(transport));
		return new JdkStreamableBlueprint(builder, client);
	}

	@Override
	public synchronized McpClientTransport build(BearerTokens tokens) {
		return this.builder.clientBuilder(new FixedHttpClientBuilder(new BearerHttpClient(this.client, tokens, false)))
			.asyncHttpRequestCustomizer(new CallMark(this.customizer, tokens))
			.build();
	}

}
