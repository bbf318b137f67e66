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

import com.google.adk.agents.InvocationContext;
import com.google.adk.agents.LlmAgent;
import com.google.adk.artifacts.InMemoryArtifactService;
import com.google.adk.events.Event;
import com.google.adk.flows.llmflows.Functions;
import com.google.adk.models.BaseLlm;
import com.google.adk.models.BaseLlmConnection;
import com.google.adk.models.LlmRequest;
import com.google.adk.models.LlmResponse;
import com.google.adk.plugins.BasePlugin;
import com.google.adk.plugins.Plugin;
import com.google.adk.plugins.PluginManager;
import com.google.adk.sessions.InMemorySessionService;
import com.google.adk.sessions.Session;
import com.google.adk.tools.Annotations.Schema;
import com.google.adk.tools.BaseTool;
import com.google.adk.tools.FunctionTool;
import com.google.genai.types.Content;
import com.google.genai.types.FunctionCall;
import com.google.genai.types.Part;
import dev.lumoauth.spring.adk.LumoAuthAdk;
import dev.lumoauth.spring.agent.AgentIdentity;
import dev.lumoauth.spring.agent.AgentRuntime;
import dev.lumoauth.spring.budget.BudgetMonitor;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.capability.RequiresCapability;
import dev.lumoauth.spring.guard.Guard;
import dev.lumoauth.spring.guard.GuardReports;
import dev.lumoauth.spring.user.CurrentUser;
import io.reactivex.rxjava3.core.Flowable;
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
 * A call of a tool by Google's ADK, with LumoAuth's plugin and without.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@NullUnmarked
public class AdkToolBenchmark {

	private Call plain;

	private Call guarded;

	private Call refused;

	private Call plugged;

	private Call wrapped;

	/**
	 * Have each capability asked about once.
	 */
	@Setup
	public void start() {
		CurrentUser user = CurrentUser.of(List::of, List.of());
		AgentRuntime agent = AgentRuntime.of(new AgentIdentity(null, "agt_1"), (builder) -> {
			builder.provide(
					CapabilityDecisions.class, (
							runtime) -> CapabilityDecisions
								.builder((names) -> names.stream()
									.collect(Collectors.toMap(Function.identity(),
											(name) -> !name.startsWith("denied:"))))
								.allowTtl(Duration.ofHours(1))
								.denyTtl(Duration.ofHours(1))
								.build());
			builder.provide(BudgetMonitor.class, (runtime) -> BudgetMonitor.builder(Map::of, Runnable::run).build());
			builder.provide(Guard.class, (runtime) -> new Guard(() -> runtime.get(CapabilityDecisions.class),
					() -> user, GuardReports.NONE, null, runtime::gates));
		});
		Plugin plugin = LumoAuthAdk.of(agent).plugin();
		this.plain = new Call(FunctionTool.create(new PlainTools(), "search"));
		this.guarded = new Call(FunctionTool.create(new GuardedTools(), "search"), plugin);
		this.plugged = new Call(FunctionTool.create(new PlainTools(), "search"), new BasePlugin("nothing") {
		});
		this.wrapped = new Call(LumoAuthAdk.of(agent)
			.guard(FunctionTool.create(new GuardedTools(), "search"))
			.getTools(null)
			.blockingFirst());
		this.refused = new Call(FunctionTool.create(new RefusedTools(), "search"), plugin);
		Assert.state(this.guarded.result().equals(this.plain.result()), "The tool was not called");
		Assert.state(this.refused.result().contains("Error: agent lacks"), "The tool was not refused");
	}

	/**
	 * Call the tool without a guard.
	 * @return the event with its result
	 */
	@Benchmark
	public Event plainTool() {
		return this.plain.make();
	}

	/**
	 * Call the tool without a guard, in a runner that has some plugin.
	 * @return the event with its result
	 */
	@Benchmark
	public Event pluggedTool() {
		return this.plugged.make();
	}

	/**
	 * Call the tool that is guarded itself, in a runner without a plugin.
	 * @return the event with its result
	 */
	@Benchmark
	public Event wrappedTool() {
		return this.wrapped.make();
	}

	/**
	 * Call the tool that the plugin guards.
	 * @return the event with its result
	 */
	@Benchmark
	public Event guardedTool() {
		return this.guarded.make();
	}

	/**
	 * Call the tool that is refused.
	 * @return the event with what the model reads
	 */
	@Benchmark
	public Event refusedTool() {
		return this.refused.make();
	}

	/**
	 * A call as ADK makes it for an answer of a model.
	 */
	private static final class Call {

		private final Map<String, BaseTool> tools;

		private final InvocationContext invocation;

		private final Event event = Event.builder()
			.id("event")
			.author("analyst")
			.content(Content.builder()
				.role("model")
				.parts(Part.builder()
					.functionCall(FunctionCall.builder().id("call").name("search").args(Map.of("query", "Q3")).build())
					.build())
				.build())
			.build();

		private Call(BaseTool tool, Plugin... plugins) {
			this.tools = Map.of(tool.name(), tool);
			this.invocation = InvocationContext.builder()
				.sessionService(new InMemorySessionService())
				.artifactService(new InMemoryArtifactService())
				.pluginManager(new PluginManager(List.of(plugins)))
				.invocationId("invocation")
				.agent(LlmAgent.builder().name("analyst").model(new Silent()).tools(tool).build())
				.session(Session.builder("session").appName("app").userId("user").build())
				.build();
		}

		private Event make() {
			return Functions.handleFunctionCalls(this.invocation, this.event, this.tools).blockingGet();
		}

		private String result() {
			return make().functionResponses().get(0).response().orElseThrow().toString();
		}

	}

	private static final class Silent extends BaseLlm {

		Silent() {
			super("silent");
		}

		@Override
		public Flowable<LlmResponse> generateContent(LlmRequest request, boolean stream) {
			return Flowable.empty();
		}

		@Override
		public BaseLlmConnection connect(LlmRequest request) {
			throw new UnsupportedOperationException();
		}

	}

	/**
	 * Without a guard.
	 */
	public static class PlainTools {

		/**
		 * Search.
		 * @param query what for
		 * @return what was found
		 */
		public Map<String, Object> search(@Schema(name = "query") String query) {
			return Map.of("result", "3 documents about " + query);
		}

	}

	/**
	 * With a guard that allows.
	 */
	public static class GuardedTools {

		/**
		 * Search.
		 * @param query what for
		 * @return what was found
		 */
		@RequiresCapability("read:documents")
		public Map<String, Object> search(@Schema(name = "query") String query) {
			return Map.of("result", "3 documents about " + query);
		}

	}

	/**
	 * With a guard that refuses.
	 */
	public static class RefusedTools {

		/**
		 * Search.
		 * @param query what for
		 * @return what was found
		 */
		@RequiresCapability("denied:documents")
		public Map<String, Object> search(@Schema(name = "query") String query) {
			return Map.of("result", "3 documents about " + query);
		}

	}

}
