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

package dev.lumoauth.benchmarks;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;

import dev.langchain4j.agent.tool.P;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.invocation.InvocationContext;
import dev.langchain4j.service.AiServiceContext;
import dev.langchain4j.service.memory.ChatMemoryService;
import dev.langchain4j.service.tool.ToolExecutionResult;
import dev.langchain4j.service.tool.ToolExecutor;
import dev.langchain4j.service.tool.ToolService;
import dev.lumoauth.spring.agent.AgentIdentity;
import dev.lumoauth.spring.agent.AgentRuntime;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.capability.RequiresCapability;
import dev.lumoauth.spring.budget.BudgetMonitor;
import dev.lumoauth.spring.guard.Guard;
import dev.lumoauth.spring.guard.GuardReports;
import dev.lumoauth.spring.langchain4j.GuardedServices;
import dev.lumoauth.spring.langchain4j.LangChain4jGuard;
import dev.lumoauth.spring.user.CurrentUser;
import org.jspecify.annotations.NullUnmarked;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

import org.springframework.util.Assert;

/**
 * A call of a tool by the tool service of LangChain4j, with the guard of an agent and
 * without.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@NullUnmarked
public class LangChain4jToolBenchmark {

	private Call plain;

	private Call guarded;

	/**
	 * Have the capability asked about once.
	 */
	@Setup
	public void start() {
		AgentRuntime agent = AgentRuntime.of(new AgentIdentity(null, "agt_1"), (builder) -> {
			builder.provide(CapabilityDecisions.class, (runtime) -> CapabilityDecisions
				.builder((names) -> names.stream().collect(Collectors.toMap(Function.identity(), (name) -> true)))
				.allowTtl(Duration.ofHours(1))
				.build());
			builder.provide(BudgetMonitor.class, (runtime) -> BudgetMonitor.builder(() -> null, Runnable::run).build());
			builder.provide(Guard.class, (runtime) -> new Guard(() -> runtime.get(CapabilityDecisions.class),
					() -> CurrentUser.of(List::of, List.of()), GuardReports.NONE, null, runtime::gates));
		});
		LangChain4jGuard.of(agent).install();
		this.plain = new Call(new PlainContext(), new PlainTools());
		this.guarded = new Call(new GuardedServices().create(Assistant.class), new GuardedTools());
		Assert.state(this.guarded.make().resultText().equals(this.plain.make().resultText()),
				"The tool was not called");
	}

	/**
	 * Call the tool without a guard.
	 * @return the result
	 */
	@Benchmark
	public ToolExecutionResult plainTool() {
		return this.plain.make();
	}

	/**
	 * Call the guarded tool.
	 * @return the result
	 */
	@Benchmark
	public ToolExecutionResult guardedTool() {
		return this.guarded.make();
	}

	/**
	 * A call as an AI service makes it for an answer of a model.
	 */
	private static final class Call {

		private final ToolExecutionRequest request = ToolExecutionRequest.builder()
			.id("1")
			.name("search")
			.arguments("{\"query\":\"Q3\"}")
			.build();

		private final InvocationContext invocation = InvocationContext.builder()
			.chatMemoryId(ChatMemoryService.DEFAULT)
			.build();

		private final ToolService service;

		private final Map<String, ToolExecutor> tools;

		private Call(AiServiceContext context, Object tools) {
			this.service = context.toolService;
			this.service.tools(List.of(tools));
			this.tools = this.service.createContext(this.invocation, UserMessage.from("Q3"), List.of()).toolExecutors();
		}

		private ToolExecutionResult make() {
			return this.service.executeTool(this.invocation, this.tools, this.request, null, null);
		}

	}

	/**
	 * What LangChain4j has where no other module makes it.
	 */
	private static final class PlainContext extends AiServiceContext {

		PlainContext() {
			super(Assistant.class);
		}

	}

	interface Assistant {

		String ask(String question);

	}

	static class PlainTools {

		@Tool("Search internal company documents for the given query.")
		String search(@P("query") String query) {
			return "3 documents about " + query;
		}

	}

	static class GuardedTools {

		@Tool("Search internal company documents for the given query.")
		@RequiresCapability("read:documents")
		String search(@P("query") String query) {
			return "3 documents about " + query;
		}

	}

}
