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

package dev.lumoauth.mcpserver.security;

import java.time.Duration;

import io.modelcontextprotocol.json.jackson3.JacksonMcpJsonMapper;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.ai.mcp.server.common.autoconfigure.properties.McpServerProperties;
import org.springframework.ai.mcp.server.common.autoconfigure.properties.McpServerStreamableHttpProperties;
import org.springframework.ai.mcp.server.webmvc.transport.WebMvcStreamableServerTransportProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.Assert;

/**
 * The protocols that this server speaks: streamable HTTP, with sessions or without. The
 * older one, SSE, has its session ids in the URL, where {@link SessionFilter} does not
 * see whose they are.
 */
@Configuration(proxyBeanMethods = false)
class TransportConfiguration {

	private static final int MAX_SESSIONS = 1_000;

	private static final Duration SESSION_IDLE_TIMEOUT = Duration.ofMinutes(30);

	TransportConfiguration(McpServerProperties properties) {
		Assert.state(properties.getProtocol() != McpServerProperties.ServerProtocol.SSE && !properties.isStdio(),
				"'spring.ai.mcp.server.protocol' is neither STREAMABLE nor STATELESS: this server knows no other");
	}

	/**
	 * Spring AI's own, but for sessions that nobody uses, which it would keep for ever.
	 */
	@Bean
	@ConditionalOnProperty(name = "spring.ai.mcp.server.protocol", havingValue = "STREAMABLE")
	WebMvcStreamableServerTransportProvider webMvcStreamableServerTransportProvider(
			@Qualifier("mcpServerJsonMapper") JsonMapper json, McpServerStreamableHttpProperties properties) {
		return WebMvcStreamableServerTransportProvider.builder()
			.jsonMapper(new JacksonMcpJsonMapper(json))
			.mcpEndpoint(properties.getMcpEndpoint())
			.keepAliveInterval(properties.getKeepAliveInterval())
			.disallowDelete(properties.isDisallowDelete())
			.maxSessions(MAX_SESSIONS)
			.sessionIdleTimeout(SESSION_IDLE_TIMEOUT)
			.build();
	}

}
