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

package dev.lumoauth.docs.server;

import dev.lumoauth.spring.mcp.server.autoconfigure.LumoAuthMcpServerAutoConfiguration;
import dev.lumoauth.spring.capability.CapabilityDeniedException;
import dev.lumoauth.spring.test.WithAgent;
import dev.lumoauth.spring.test.mcp.WithCaller;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.TestPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The test of the document, without the configuration of the other documents.
 */
@TestPropertySource(properties = "spring.config.name=reports")
class ReportTests {

	@Nested
	@SpringBootTest(properties = { "lumoauth.mcp.server.audience=mcp_1", "lumoauth.mcp.server.decide-by=scopes" })
	@WithAgent
	@WithCaller(subject = "alice", actors = "agt_1", scopes = "mcp:read")
	class ReportToolsTests {

		@Autowired
		ReportTools tools;

		@Test
		void readsForTheCaller() {
			assertThat(this.tools.read("q3")).contains("alice");
		}

		@Test
		@WithCaller(subject = "bob")
		void refusesWhoLacksTheScope() {
			assertThatExceptionOfType(CapabilityDeniedException.class).isThrownBy(() -> this.tools.read("q3"));
		}

	}

	/**
	 * No server runs here.
	 */
	@SpringBootConfiguration
	@EnableAutoConfiguration(exclude = LumoAuthMcpServerAutoConfiguration.class)
	@Import(ReportTools.class)
	static class ReportApplication {

	}

}
