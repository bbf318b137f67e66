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

package dev.lumoauth.demo;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The agent at the MCP server, on behalf of a user.
 */
@Tag("nightly")
@ExtendWith(OutputCaptureExtension.class)
class DemoUserIT {

	@Test
	void actsForTheUserWhoIsNamed(CapturedOutput output) {
		try (ConfigurableApplicationContext context = run("alice")) {
			assertThat(output.getAll().lines())
				.contains("   User       alice, for whom the agent acts at the MCP server",
						"              subject usr_alice, actor agt_research-analyst",
						"   MCP server saw sub usr_alice, act agt_research-analyst, scope mcp:financial mcp:read")
				.anyMatch((line) -> line.matches(
						"4  Exchange   the user's and the agent's token for one for urn:mcp:financial-data, good for \\d+ min"))
				.noneMatch((line) -> line.contains("WARN") || line.contains("ERROR"));
			Http http = new Http("http://127.0.0.1:" + context.getEnvironment().getProperty("local.server.port"));
			assertThat(
					Http.json(http.post("/chat", "{\"message\":\"What was the revenue?\"}")).path("answer").asString())
				.startsWith("Q3 Revenue: $5.0M");
			assertThat(SpringApplication.exit(context)).isZero();
		}
	}

	@Test
	void mayNoMoreThanTheUser(CapturedOutput output) {
		try (ConfigurableApplicationContext context = run("bob")) {
			assertThat(output.getAll().lines())
				.anyMatch((line) -> line.matches("WARN +The tools of MCP connection 'financial' .*'mcp:financial' .*"))
				.contains(
						"              missing  queryFinancials          its server sent no tools: see the warning above")
				.noneMatch((line) -> line.contains("EBITDA:"));
			assertThat(SpringApplication.exit(context)).isOne();
		}
	}

	private static ConfigurableApplicationContext run(String user) {
		return DemoApplication.application().run("--server.port=0", "--demo.user=" + user);
	}

}
