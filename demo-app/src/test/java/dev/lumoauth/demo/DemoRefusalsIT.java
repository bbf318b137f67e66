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

import java.net.http.HttpResponse;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.ToolCallbackProvider;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What LumoAuth refuses, seen from the demo.
 */
@Tag("nightly")
@ExtendWith(OutputCaptureExtension.class)
class DemoRefusalsIT {

	@Test
	void keepsAToolFromAModelWhoseAgentLacksTheCapability(CapturedOutput output) {
		try (ConfigurableApplicationContext context = run("--demo.deny=read:documents")) {
			String printed = output.getAll();
			assertThat(printed.lines())
				.anyMatch((line) -> line.matches(".* hidden +searchCompanyDocuments +requires.*"))
				.anyMatch((line) -> line.matches(".* offered +queryFinancials +requires mcp:financial"))
				.anyMatch((line) -> line.matches(".* deny +read:documents +LumoAuth .*"))
				.noneMatch((line) -> line.contains("Q3 Performance Review"));
			assertThat(printed).contains("I could not search the documents: I was offered no tool for it.",
					"Q3 EBITDA: $1.2M");
			assertThat(SpringApplication.exit(context)).isZero();
		}
	}

	@Test
	void keepsAToolOfTheMcpServerFromAModelWhoseAgentLacksTheCapability(CapturedOutput output) {
		try (ConfigurableApplicationContext context = run("--demo.deny=mcp:financial")) {
			String printed = output.getAll();
			assertThat(printed.lines())
				.anyMatch((line) -> line.matches(".* offered +searchCompanyDocuments +requires read:documents"))
				.anyMatch((line) -> line.matches(".* hidden +queryFinancials +requires mcp:financial"))
				.anyMatch((line) -> line.matches(".* deny +mcp:financial +LumoAuth .*"))
				.noneMatch((line) -> line.contains("Exchange") || line.contains("EBITDA:"));
			assertThat(printed.lines()).filteredOn((line) -> line.contains("WARN"))
				.singleElement()
				.asString()
				.contains("lacks the capability 'mcp:financial', which queryFinancials needs");
			assertThat(printed.replaceAll("\\s+", " "))
				.contains("I could not query the financial metrics: I was offered no tool for it.");
			ToolCallback tool = context.getBean("mcpToolCallbacks", ToolCallbackProvider.class).getToolCallbacks()[0];
			assertThat(tool.call("{\"metric\":\"EBITDA\"}"))
				.isEqualTo("Error: agent lacks 'mcp:financial' capability.");
			assertThat(SpringApplication.exit(context)).isZero();
		}
	}

	@Test
	void runsNoToolAtAllWithoutAnyCapability(CapturedOutput output) {
		try (ConfigurableApplicationContext context = run("--demo.deny=read:documents,mcp:financial")) {
			String printed = output.getAll().replaceAll("\\s+", " ");
			assertThat(printed)
				.contains("I could not search the documents: I was offered no tool for it. "
						+ "I could not query the financial metrics: I was offered no tool for it.")
				.doesNotContain("Exchange", "offered searchCompanyDocuments", "offered queryFinancials");
		}
	}

	@Test
	void callsNoModelOnceTheBudgetIsExhausted(CapturedOutput output) {
		try (ConfigurableApplicationContext context = run("--demo.budget=exhausted")) {
			assertThat(output.getAll().lines()).contains("5  Model      not called",
					"   Budget     before  100,000 of 100,000 tokens used today: exhausted",
					"6  No answer  Agent budget exhausted for today.");
			Http http = new Http("http://127.0.0.1:" + context.getEnvironment().getProperty("local.server.port"));
			HttpResponse<String> response = http.post("/chat", "{\"message\":\"What was the revenue?\"}");
			assertThat(response.statusCode()).isEqualTo(429);
			assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
			assertThat(response.body()).contains("Agent budget exhausted for today.");
			HttpResponse<String> health = http.get("/actuator/health");
			assertThat(health.statusCode()).isEqualTo(503);
			assertThat(Http.json(health).path("components").path("lumoAuthBudget").path("status").asString())
				.isEqualTo("OUT_OF_SERVICE");
			assertThat(SpringApplication.exit(context)).isZero();
		}
	}

	@Test
	void leavesNoServerBehindWhenItCannotStart(CapturedOutput output) {
		assertThatExceptionOfType(RuntimeException.class).isThrownBy(() -> run("--OPENAI_BASE_URL=localhost"))
			.withMessageContaining("OPENAI_BASE_URL");
		assertThat(output).contains("Starting a LumoAuth", "Starting an MCP server");
		assertThat(ProcessHandle.current().children()).noneMatch(ProcessHandle::isAlive);
	}

	private static ConfigurableApplicationContext run(String option) {
		return DemoApplication.application().run("--server.port=0", option);
	}

}
