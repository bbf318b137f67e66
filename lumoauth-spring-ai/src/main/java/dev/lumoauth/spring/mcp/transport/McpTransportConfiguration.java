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

import dev.lumoauth.spring.concurrent.RememberedBean;
import dev.lumoauth.spring.mcp.McpConnections;
import dev.lumoauth.spring.token.LumoAuthTokens;
import dev.lumoauth.spring.token.RequestSigner;
import dev.lumoauth.spring.user.CurrentUser;
import io.micrometer.observation.ObservationRegistry;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.transport.HttpClientSseClientTransport;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;

import org.springframework.ai.mcp.client.common.autoconfigure.properties.McpClientCommonProperties;
import org.springframework.ai.mcp.client.webflux.transport.WebClientStreamableHttpTransport;
import org.springframework.ai.mcp.customizer.McpClientCustomizer;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.util.ClassUtils;

/**
 * The token on each request of the listed connections to MCP servers, and on no other.
 * Needs beans of type {@link McpConnections}, {@link LumoAuthTokens} and, where a
 * connection acts for users, {@link CurrentUser}.
 *
 * @since 0.1.0
 */
@Configuration(proxyBeanMethods = false)
public class McpTransportConfiguration {

	@Bean
	static McpTransportPostProcessor lumoAuthMcpTransportPostProcessor(ObjectProvider<McpTransports> transports) {
		return new McpTransportPostProcessor(transports::getObject);
	}

	@Bean
	static McpTransports lumoAuthMcpTransports(McpConnections connections, ObjectProvider<LumoAuthTokens> tokens,
			ObjectProvider<RequestSigner> signer, ObjectProvider<ObservationRegistry> observations,
			ObjectProvider<McpClientCommonProperties> client) {
		return new McpTransports(connections, tokens::getObject, signer::getIfAvailable,
				RememberedBean.unique(observations, () -> ObservationRegistry.NOOP),
				client.getIfAvailable(McpClientCommonProperties::new).getRequestTimeout());
	}

	@Bean
	static McpUsers lumoAuthMcpUsers(McpConnections connections, ObjectProvider<CurrentUser> currentUser) {
		return new McpUsers(connections, () -> currentUser.getObject().find());
	}

	@Bean
	static McpClientCustomizer<HttpClientStreamableHttpTransport.Builder> lumoAuthMcpStreamableCustomizer(
			McpTransports transports) {
		return transports::built;
	}

	@Bean
	@SuppressWarnings("deprecation") // HTTP with SSE is still in use
	static McpClientCustomizer<HttpClientSseClientTransport.Builder> lumoAuthMcpSseCustomizer(
			McpTransports transports) {
		return transports::built;
	}

	@Bean
	@Order // after the application's customizers, so that their data is kept
	static McpClientCustomizer<McpClient.SyncSpec> lumoAuthMcpUserCustomizer(McpUsers users) {
		return users::carry;
	}

	@Bean
	static McpClientCustomizer<McpClient.AsyncSpec> lumoAuthMcpAsyncUserCustomizer(McpUsers users) {
		return (connection, client) -> users.refuseAsync(connection);
	}

	/**
	 * Loaded only where its transport is on the class path.
	 */
	@Configuration(proxyBeanMethods = false)
	@Conditional(OnWebClientTransport.class)
	static class WebClientConfiguration {

		@Bean
		static McpClientCustomizer<WebClientStreamableHttpTransport.Builder> lumoAuthMcpWebClientCustomizer(
				McpTransports transports) {
			return transports::built;
		}

	}

	static class OnWebClientTransport implements Condition {

		@Override
		public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
			return ClassUtils.isPresent(
					"org.springframework.ai.mcp.client.webflux.transport.WebClientStreamableHttpTransport",
					context.getClassLoader());
		}

	}

}
