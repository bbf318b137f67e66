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

package dev.lumoauth.spring.autoconfigure;

import java.time.Clock;

import dev.lumoauth.spring.mcp.McpConnections;
import dev.lumoauth.spring.mcp.McpTargets;
import dev.lumoauth.spring.mcp.McpTransportPostProcessor;
import dev.lumoauth.spring.mcp.McpTransports;
import dev.lumoauth.spring.mcp.McpUsers;
import dev.lumoauth.spring.token.LumoAuthTokens;
import dev.lumoauth.spring.user.CurrentUser;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.transport.HttpClientSseClientTransport;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;

import org.springframework.ai.mcp.client.common.autoconfigure.properties.McpClientCommonProperties;
import org.springframework.ai.mcp.client.webflux.transport.WebClientStreamableHttpTransport;
import org.springframework.ai.mcp.customizer.McpClientCustomizer;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.http.client.ClientHttpRequestFactoryBuilder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;

/**
 * The token on each request of the listed connections.
 */
@Configuration(proxyBeanMethods = false)
final class McpTransportConfiguration {

	@Bean
	static McpTransportPostProcessor lumoAuthMcpTransportPostProcessor(ObjectProvider<McpTransports> transports,
			ObjectProvider<McpUsers> users) {
		return new McpTransportPostProcessor(transports::getObject, users::getObject);
	}

	@Bean
	McpTargets lumoAuthMcpTargets(LumoAuthProperties properties,
			ObjectProvider<ClientHttpRequestFactoryBuilder<?>> requestFactoryBuilder) {
		return new McpTargets(LumoAuthRequestFactories.createForOthers(properties, requestFactoryBuilder),
				Clock.systemUTC());
	}

	@Bean
	McpTransports lumoAuthMcpTransports(McpConnections connections, McpTargets targets,
			ObjectProvider<LumoAuthTokens> tokens, ObjectProvider<McpClientCommonProperties> client) {
		return new McpTransports(connections, (endpoint) -> targets.of(endpoint)::get, tokens::getObject,
				client.getIfAvailable(McpClientCommonProperties::new).getRequestTimeout(), Clock.systemUTC());
	}

	@Bean
	McpUsers lumoAuthMcpUsers(McpConnections connections, ObjectProvider<CurrentUser> currentUser) {
		return new McpUsers(connections, () -> currentUser.getObject().find());
	}

	@Bean
	McpClientCustomizer<HttpClientStreamableHttpTransport.Builder> lumoAuthMcpStreamableCustomizer(
			McpTransports transports) {
		return transports::built;
	}

	@Bean
	@SuppressWarnings("deprecation") // of the protocol's first transport, which is in use
										// still
	McpClientCustomizer<HttpClientSseClientTransport.Builder> lumoAuthMcpSseCustomizer(McpTransports transports) {
		return transports::built;
	}

	@Bean
	@Order // after the application's: what they carry is kept
	McpClientCustomizer<McpClient.SyncSpec> lumoAuthMcpUserCustomizer(McpUsers users) {
		return users::carry;
	}

	@Bean
	McpClientCustomizer<McpClient.AsyncSpec> lumoAuthMcpAsyncUserCustomizer(McpUsers users) {
		return (connection, client) -> users.refuseAsync(connection);
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(WebClientStreamableHttpTransport.class)
	static class WebClientConfiguration {

		@Bean
		McpClientCustomizer<WebClientStreamableHttpTransport.Builder> lumoAuthMcpWebClientCustomizer(
				McpTransports transports) {
			return transports::built;
		}

	}

}
