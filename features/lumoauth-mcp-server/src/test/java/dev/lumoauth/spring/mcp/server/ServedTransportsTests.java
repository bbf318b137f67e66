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

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

import dev.lumoauth.spring.http.LumoAuthAddresses;
import io.modelcontextprotocol.server.McpServer;
import org.junit.jupiter.api.Test;

import org.springframework.ai.mcp.server.webmvc.transport.WebMvcStreamableServerTransportProvider;
import org.springframework.http.client.SimpleClientHttpRequestFactory;
import org.springframework.test.util.ReflectionTestUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * Tests for {@link ServedTransports}.
 */
class ServedTransportsTests {

	/**
	 * Else the transport would stop to look for unused sessions, and remember the last
	 * use of each session for ever.
	 */
	@Test
	void theTransportStillFindsIdleSessionsAfterOneHasEnded() {
		McpServerSecurity security = McpServerSecurity
			.builder(LumoAuthAddresses.forTenant(URI.create("http://localhost:1"), "acme"), "urn:mcp:reports")
			.build(new SimpleClientHttpRequestFactory());
		WebMvcStreamableServerTransportProvider transport = WebMvcStreamableServerTransportProvider.builder()
			.sessionIdleTimeout(Duration.ofHours(1))
			.build();
		McpServer.sync(transport).serverInfo("test", "1").build();
		new ServedTransports(() -> security).secure(transport);
		Map<String, Object> sessions = map(transport, "sessions");
		Map<String, Object> used = map(transport, "sessionLastAccessTimes");
		used.put("ended", Instant.EPOCH);
		security.endpoints().forget("ended");
		assertThat(sessions).isEmpty();
		assertThat(used).isEmpty();
		assertThatNoException().isThrownBy(() -> ReflectionTestUtils.invokeMethod(transport, "evictIdleSessions"));
		transport.closeGracefully().block();
	}

	@SuppressWarnings("unchecked")
	private static Map<String, Object> map(Object transport, String field) {
		return (Map<String, Object>) ReflectionTestUtils.getField(transport, field);
	}

}
