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
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;

import dev.langchain4j.agent.tool.P;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.service.AiServiceContext;
import dev.langchain4j.service.AiServices;
import dev.lumoauth.spring.agent.AgentIdentity;
import dev.lumoauth.spring.agent.AgentRuntime;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.capability.RequiresCapability;
import dev.lumoauth.spring.budget.BudgetMonitor;
import dev.lumoauth.spring.guard.Guard;
import dev.lumoauth.spring.guard.GuardReports;
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
 * A question to an AI service of LangChain4j whose model answers at once, after one call
 * of a tool: with the guard of an agent, and with the tool service of LangChain4j alone.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@NullUnmarked
public class LangChain4jToolBenchmark {

	private Assistant plain;

	private Assistant guarded;

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
		this.plain = assistant(AiServices.builder(new PlainContext()), new PlainTools());
		this.guarded = assistant(AiServices.builder(Assistant.class), new GuardedTools());
		Assert.state(this.guarded.ask("Q3").equals(this.plain.ask("Q3")), "The tool was not called");
	}

	private static Assistant assistant(AiServices<Assistant> builder, Object tools) {
		return builder.chatModel(new Model()).tools(tools).build();
	}

	/**
	 * Ask without a guard.
	 * @return the answer
	 */
	@Benchmark
	public String plainTool() {
		return this.plain.ask("Q3");
	}

	/**
	 * Ask with the guard.
	 * @return the answer
	 */
	@Benchmark
	public String guardedTool() {
		return this.guarded.ask("Q3");
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

	private static final class Model implements ChatModel {

		@Override
		public ChatResponse doChat(ChatRequest request) {
			ChatMessage last = request.messages().get(request.messages().size() - 1);
			return ChatResponse.builder()
				.aiMessage((last instanceof ToolExecutionResultMessage result) ? AiMessage.from(result.text())
						: AiMessage.from(ToolExecutionRequest.builder()
							.id("1")
							.name("search")
							.arguments("{\"query\":\"Q3\"}")
							.build()))
				.build();
		}

	}

}
