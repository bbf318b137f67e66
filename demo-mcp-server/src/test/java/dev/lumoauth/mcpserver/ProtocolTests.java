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

package dev.lumoauth.mcpserver;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What the server does not start with.
 */
class ProtocolTests {

	@ParameterizedTest
	@ValueSource(strings = { "--spring.ai.mcp.server.protocol=SSE", "--spring.ai.mcp.server.stdio=true" })
	void refusesAProtocolWhoseSessionsItCannotKeepApart(String property) {
		refuses("'spring.ai.mcp.server.protocol' is neither STREAMABLE nor STATELESS", property,
				"--financial-data.tenant=acme-corp");
	}

	@Test
	void refusesToTakeTokensOfNobodyInParticular() {
		refuses("set exactly one of 'financial-data.tenant' (LUMOAUTH_TENANT)", "--financial-data.tenant=",
				"--financial-data.org-id=");
	}

	private static void refuses(String message, String... properties) {
		SpringApplication application = new SpringApplicationBuilder(DemoMcpServer.class)
			.properties("server.port=0", "logging.level.org.springframework.boot=off")
			.build();
		assertThatExceptionOfType(RuntimeException.class).isThrownBy(() -> application.run(properties).close())
			.havingRootCause()
			.withMessageContaining(message);
	}

}
