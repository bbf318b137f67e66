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

package dev.lumoauth.spring.mcp.server;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.util.ReflectionUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the {@link McpServerRuntimeHints}.
 */
class McpServerRuntimeHintsTests {

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					io.modelcontextprotocol.server.McpAsyncServer | mcpTransportProvider
					io.modelcontextprotocol.server.McpStatelessAsyncServer | mcpTransportProvider
					io.modelcontextprotocol.server.McpStatelessSyncServer | asyncServer
					io.modelcontextprotocol.spec.McpStreamableServerSession | requestHandlers
					io.modelcontextprotocol.spec.McpStreamableServerSession | notificationHandlers
					org.springframework.ai.mcp.server.webmvc.transport.WebMvcStreamableServerTransportProvider | sessionFactory
					org.springframework.ai.mcp.server.webmvc.transport.WebMvcStatelessServerTransport | mcpHandler
					org.springframework.ai.mcp.server.webmvc.transport.WebMvcStreamableServerTransportProvider | sessions
					org.springframework.ai.mcp.server.webmvc.transport.WebMvcStreamableServerTransportProvider | sessionLastAccessTimes
					org.springframework.ai.mcp.server.webflux.transport.WebFluxStreamableServerTransportProvider | mcpEndpoint
					org.springframework.ai.mcp.server.webflux.transport.WebFluxStatelessServerTransport | contextExtractor
					""")
	void keepsVisibleWhatTheGuardOfCallersReads(Class<?> type, String field) {
		RuntimeHints hints = new RuntimeHints();
		ClassLoader classLoader = getClass().getClassLoader();
		SpringFactoriesLoader.forResourceLocation("META-INF/spring/aot.factories", classLoader)
			.load(RuntimeHintsRegistrar.class)
			.stream()
			.filter(McpServerRuntimeHints.class::isInstance)
			.forEach((registrar) -> registrar.registerHints(hints, classLoader));
		assertThat(ReflectionUtils.findField(type, field)).isNotNull();
		assertThat(RuntimeHintsPredicates.reflection().onFieldAccess(type, field)).accepts(hints);
	}

}
