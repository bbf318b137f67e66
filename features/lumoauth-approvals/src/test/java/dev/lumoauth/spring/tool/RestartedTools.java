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

package dev.lumoauth.spring.tool;

import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

import dev.lumoauth.spring.approval.process.Approvals;
import dev.lumoauth.spring.approval.ApprovalRequirement;
import dev.lumoauth.spring.approval.ApprovalRule;
import dev.lumoauth.spring.approval.process.ApprovalsBuilder;
import dev.lumoauth.spring.call.Conversation;
import dev.lumoauth.spring.approval.Impact;
import dev.lumoauth.spring.approval.RequiresApproval;
import dev.lumoauth.spring.approval.ScriptedPeople;
import dev.lumoauth.spring.guard.GuardTerms;

import org.springframework.ai.support.ToolCallbacks;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.annotation.Tool;
import org.springframework.ai.tool.function.FunctionToolCallback;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * What identifies the tools of an application that is started twice.
 */
final class RestartedTools {

	private static final GuardTerms APPROVED = GuardTerms
		.of(ApprovalRequirement.of(new ApprovalRule("Pay", Impact.HIGH, "", List.of())));

	private RestartedTools() {
	}

	/**
	 * Prints what identifies each tool.
	 */
	public static void main(String[] args) {
		targets().forEach((tool, target) -> System.out.println(tool + "=" + target));
		System.exit(0);
	}

	static Map<String, String> targetsInAnotherProcess() throws Exception {
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
				System.getProperty("java.class.path"), RestartedTools.class.getName())
			.redirectError(ProcessBuilder.Redirect.DISCARD)
			.start();
		Map<String, String> targets = new LinkedHashMap<>();
		try (InputStream output = process.getInputStream()) {
			new String(output.readAllBytes(), UTF_8).lines()
				.filter((line) -> line.contains("=code "))
				.forEach((line) -> {
					int equals = line.indexOf('=');
					targets.put(line.substring(0, equals), line.substring(equals + 1));
				});
		}
		return targets;
	}

	static Map<String, String> targets() {
		Map<String, String> targets = new LinkedHashMap<>();
		ScriptedPeople people = new ScriptedPeople().interval(Duration.ZERO);
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext(Beans.class);
				Approvals approvals = new ApprovalsBuilder("agt_1", () -> people).beans(context.getBeanFactory())
					.build()) {
			ToolGuard guard = TestGuards.gated(Approvals.gate(() -> approvals));
			Map<String, ToolCallback> tools = new LinkedHashMap<>();
			tools.put("lambda as a bean", context.getBean("pay", ToolCallback.class));
			tools.put("method of a bean", ToolCallbacks.from(context.getBean("account"))[0]);
			tools.put("method tool as a bean", context.getBean("payMethod", ToolCallback.class));
			tools.put("method of an object without state", ToolCallbacks.from(new Stateless())[0]);
			tools.put("method of an object that changes", ToolCallbacks.from(new Account())[0]);
			tools.put("lambda", function((query) -> "paid"));
			tools.put("function bean",
					new LumoAuthFunctionTools(context.getBeanFactory(), guard).getToolCallbacks()[0]);
			tools.forEach((name, tool) -> {
				people.reset();
				Conversation.call("conversation-1", () -> guard.guard(tool, APPROVED).call("{}"));
				targets.put(name, String.valueOf(people.questions().get(0).approval().call().target()));
			});
		}
		return targets;
	}

	private static ToolCallback function(Function<Query, String> function) {
		return FunctionToolCallback.builder("pay", function).description("Pays").inputType(Query.class).build();
	}

	record Query(String what) {
	}

	static class Account {

		private final AtomicInteger left = new AtomicInteger(10);

		@Tool(description = "Pays")
		String pay(String what) {
			return "paid, and left " + this.left.decrementAndGet();
		}

	}

	static class Stateless {

		@Tool(description = "Pays")
		String pay(String what) {
			return "paid";
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Beans {

		@Bean
		ToolCallback pay() {
			return RestartedTools.function((query) -> "paid");
		}

		@Bean
		@RequiresApproval
		Function<Query, String> function() {
			return (query) -> "paid";
		}

		@Bean
		Account account() {
			return new Account();
		}

		@Bean
		ToolCallback payMethod() {
			return ToolCallbacks.from(new Account())[0];
		}

	}

}
