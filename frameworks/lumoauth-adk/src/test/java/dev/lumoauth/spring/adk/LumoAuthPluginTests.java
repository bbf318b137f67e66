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

package dev.lumoauth.spring.adk;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import com.google.adk.agents.CallbackContext;
import com.google.adk.agents.LiveRequestQueue;
import com.google.adk.agents.LlmAgent;
import com.google.adk.agents.ReadonlyContext;
import com.google.adk.agents.RunConfig;
import com.google.adk.agents.RunConfig.StreamingMode;
import com.google.adk.events.Event;
import com.google.adk.models.LlmRequest;
import com.google.adk.models.LlmResponse;
import com.google.adk.plugins.BasePlugin;
import com.google.adk.plugins.Plugin;
import com.google.adk.runner.InMemoryRunner;
import com.google.adk.tools.AgentTool;
import com.google.adk.tools.Annotations.Schema;
import com.google.adk.tools.BaseTool;
import com.google.adk.tools.BaseToolset;
import com.google.adk.tools.BuiltInCodeExecutionTool;
import com.google.adk.tools.FunctionTool;
import com.google.adk.tools.GoogleSearchTool;
import com.google.adk.tools.LoadMemoryTool;
import com.google.adk.tools.ToolContext;
import com.google.genai.types.Content;
import com.google.genai.types.FunctionDeclaration;
import com.google.genai.types.FunctionResponse;
import com.google.genai.types.Part;
import dev.lumoauth.spring.capability.CapabilityDeniedException;
import dev.lumoauth.spring.capability.CapabilityRequirement;
import dev.lumoauth.spring.capability.RequiresCapability;
import dev.lumoauth.spring.guard.GuardConfigurationException;
import dev.lumoauth.spring.guard.GuardTerms;
import io.reactivex.rxjava3.core.Completable;
import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.core.Maybe;
import io.reactivex.rxjava3.core.Single;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * The plugin among other plugins and callbacks, and what it refuses.
 */
class LumoAuthPluginTests {

	private static final RunConfig ONCE = RunConfig.builder().build();

	private static final Map<String, Object> DENIED = Map.of("error",
			"Error: agent lacks 'read:documents' capability.");

	private static final Map<String, Object> NOT_PERMITTED = Map.of("error", "Error: the tool is not permitted.");

	private final TestAgent agent = new TestAgent();

	private final LumoAuthAdk adk = this.agent.adk();

	private final ScriptedLlm model = new ScriptedLlm();

	private final List<String> happened = new ArrayList<>();

	private final FunctionTool search = FunctionTool.create(new Documents(this.happened), "search");

	private LlmAgent.Builder analyst(Object... tools) {
		return LlmAgent.builder().name("analyst").description("analyst").model(this.model).tools(tools);
	}

	private Plugin noting(String name, Maybe<Map<String, Object>> result) {
		return new BasePlugin(name) {
			@Override
			public Maybe<Map<String, Object>> beforeToolCallback(BaseTool tool, Map<String, Object> args,
					ToolContext context) {
				return Maybe.defer(() -> {
					LumoAuthPluginTests.this.happened.add(name);
					return result;
				});
			}
		};
	}

	@Test
	void everyCallbackIsCalledOnceBeforeTheTool() {
		this.agent.capabilities.grant("read:documents");
		this.model.call("search");
		LlmAgent agent = analyst(this.search)
			.beforeToolCallback((invocation, tool, args, context) -> Maybe.fromAction(() -> {
				assertThat(tool).isSameAs(this.search);
				this.happened.add("callback");
			}))
			.afterToolCallback((invocation, tool, args, context, result) -> Maybe
				.fromAction(() -> this.happened.add("after " + result)))
			.build();
		TestAgent.run(agent, ONCE, this.adk.plugin(), noting("plugin 1", Maybe.empty()),
				noting("plugin 2", Maybe.empty()));
		assertThat(this.happened).containsExactly("plugin 1", "plugin 2", "callback", "search Q3",
				"after {result=found}");
	}

	@Test
	void aCallbackMayAnswerInThePlaceOfTheTool() {
		this.agent.capabilities.grant("read:documents");
		this.model.call("search");
		TestAgent.run(analyst(this.search).build(), ONCE, this.adk.plugin(),
				noting("cache", Maybe.just(Map.of("result", "cached"))), noting("never", Maybe.empty()));
		assertThat(this.happened).containsExactly("cache");
		assertThat(this.model.results()).containsExactly(Map.of("result", "cached"));
	}

	@Test
	void aToolThatIsRevokedWhileACallbackWaitsDoesNotRun() {
		this.agent.capabilities.grant("read:documents");
		this.model.call("search");
		LlmAgent agent = analyst(this.search)
			.beforeToolCallback((invocation, tool, args, context) -> Maybe.<Map<String, Object>>empty()
				.delay(10, TimeUnit.MILLISECONDS)
				.doOnComplete(() -> this.agent.capabilities.deny("read:documents")))
			.build();
		TestAgent.run(agent, ONCE, this.adk.plugin());
		assertThat(this.happened).isEmpty();
		assertThat(this.model.results()).containsExactly(DENIED);
	}

	@Test
	void noCallbackAnswersForADeniedTool() {
		this.agent.capabilities.deny("read:documents");
		this.model.call("search");
		LlmAgent agent = analyst(this.search)
			.beforeToolCallback((invocation, tool, args, context) -> tool.runAsync(args, context).toMaybe())
			.build();
		TestAgent.run(agent, ONCE, this.adk.plugin(), noting("cache", Maybe.just(Map.of("result", "cached"))));
		assertThat(this.happened).isEmpty();
		assertThat(this.model.results()).containsExactly(DENIED);
	}

	@Test
	void aModelThatAPluginReplacesStillMeetsTheGuard() {
		this.agent.capabilities.deny("read:documents");
		List<LlmResponse> answers = new ArrayList<>(List.of(ScriptedLlm.response(ScriptedLlm.callOf("search"))));
		TestAgent.run(analyst(this.search).build(), ONCE, this.adk.plugin(), new BasePlugin("other model") {
			@Override
			public Maybe<LlmResponse> beforeModelCallback(CallbackContext context, LlmRequest.Builder request) {
				return answers.isEmpty() ? Maybe.empty() : Maybe.just(answers.remove(0));
			}
		});
		assertThat(this.model.results()).containsExactly(DENIED);
	}

	@Test
	void aToolThatACallbackAddsMeetsTheGuard() {
		this.agent.capabilities.deny("read:documents");
		this.model.call("search");
		LlmAgent agent = analyst()
			.beforeModelCallback((CallbackContext context, LlmRequest.Builder request) -> Maybe
				.fromAction(() -> request.appendTools(List.of(this.search))))
			.build();
		TestAgent.run(agent, ONCE, this.adk.plugin());
		assertThat(this.model.results()).containsExactly(DENIED);
	}

	@Test
	void refusesToRunBehindAnotherPlugin() {
		assertThatExceptionOfType(GuardConfigurationException.class)
			.isThrownBy(() -> TestAgent.run(analyst(this.search).build(), ONCE, noting("first", Maybe.empty()),
					this.adk.plugin()))
			.withMessageEndingWith("Register LumoAuth's plugin first.");
		assertThat(this.model.requests).isEmpty();
	}

	@Test
	void aRunnerHasOneOfThem() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new InMemoryRunner(analyst().build(), "test",
					List.of(this.adk.plugin(), new TestAgent().adk().plugin())))
			.withMessageContaining("Plugin with name 'lumoauth' already registered");
	}

	@Test
	void toolsOfAnotherAgentKeepTheirGuard() {
		TestAgent other = new TestAgent();
		other.capabilities.deny("read:documents");
		this.agent.capabilities.grant("read:documents");
		this.model.call("search", "look");
		TestAgent.run(analyst(other.adk().guard(this.search), FunctionTool.create(new Documents(this.happened), "look"))
			.build(), ONCE, this.adk.plugin());
		assertThat(this.model.results()).containsExactly(DENIED, Map.of("result", "found"));
		assertThat(ScriptedLlm.offered(this.model.requests.get(0))).containsExactly("look");
		assertThat(other.refused).containsExactly("search deny");
		assertThat(this.agent.refused).isEmpty();
	}

	@Test
	void asksOnceForAllToolsOfARequest() {
		this.agent.capabilities.grant("read:documents").deny("write:documents");
		this.model.say(ScriptedLlm.text("hello"));
		TestAgent.run(analyst(this.search, FunctionTool.create(new Documents(this.happened), "write")).build(), ONCE,
				this.adk.plugin());
		assertThat(this.agent.capabilities.questions()).hasSize(1)
			.allSatisfy((names) -> assertThat(names).containsExactlyInAnyOrder("read:documents", "write:documents"));
		assertThat(ScriptedLlm.offered(this.model.requests.get(0))).containsExactly("search");
	}

	@Test
	void asksOnceForAllToolsThatAreGuardedThemselves() {
		this.agent.capabilities.grant("read:documents").deny("write:documents");
		LumoAuthAdk remembering = new TestAgent(this.agent.capabilities).adk();
		this.model.say(ScriptedLlm.text("hello"));
		TestAgent
			.run(analyst(remembering.guard(this.search, FunctionTool.create(new Documents(this.happened), "write")))
				.build(), ONCE);
		assertThat(this.agent.capabilities.questions()).hasSize(1);
		assertThat(ScriptedLlm.offered(this.model.requests.get(0))).containsExactly("search");
	}

	@Test
	void doesNotTakeOneToolForAnother() {
		this.agent.capabilities.grant("read:documents");
		Plugin plugin = this.adk.plugin();
		List.of("first", "second").forEach((each) -> {
			this.model.call("own");
			TestAgent.run(analyst(new EqualTool(each)).build(), ONCE, plugin);
			assertThat(this.model.results()).containsExactly(Map.of("result", each));
		});
		this.agent.capabilities.deny("read:documents");
		this.model.call("own");
		TestAgent.run(analyst(new EqualTool("third")).build(), ONCE, plugin);
		assertThat(this.model.results()).containsExactly(DENIED);
	}

	@Test
	void anAgentAsAToolRunsWithThePluginHoweverItWasMade() {
		this.agent.capabilities.deny("read:documents");
		for (AgentTool tool : List.of(AgentTool.create(analyst(this.search).build()),
				AgentTool.create(analyst(this.search).build(), true, false))) {
			this.model.call("search");
			ScriptedLlm root = new ScriptedLlm().call("analyst");
			List<Event> events = TestAgent.run(LlmAgent.builder().name("root").model(root).tools(tool).build(), ONCE,
					this.adk.plugin());
			assertThat(this.model.results()).containsExactly(DENIED);
			assertThat(events.stream().anyMatch((event) -> event.actions().skipSummarization().orElse(false)))
				.isEqualTo(root.requests.size() == 1);
		}
		assertThat(this.happened).isEmpty();
	}

	@Test
	void refusesAnAgentAsAToolWithAClassOfItsOwn() {
		ScriptedLlm root = new ScriptedLlm().call("analyst");
		AgentTool own = new AgentTool(analyst(this.search).build(), false, true) {

			@Override
			public Single<Map<String, Object>> runAsync(Map<String, Object> args, ToolContext context) {
				LumoAuthPluginTests.this.happened.add("ran");
				return super.runAsync(args, context);
			}

		};
		TestAgent.run(LlmAgent.builder().name("root").model(root).tools(own).build(), ONCE, this.adk.plugin());
		assertThat(root.results()).containsExactly(NOT_PERMITTED);
		assertThat(this.happened).isEmpty();
		assertThat(this.model.requests).isEmpty();
	}

	@Test
	void refusesAMethodThatStreams() {
		this.agent.capabilities.grant("read:documents");
		this.model.call("stream");
		TestAgent.run(analyst(FunctionTool.create(new Documents(this.happened), "stream")).build(), ONCE,
				this.adk.plugin());
		assertThat(this.model.results()).containsExactly(NOT_PERMITTED);
		assertThat(this.happened).isEmpty();
	}

	@Test
	void aRefusalOfCodeThatATolCallsIsReadInWords() {
		this.model.call("nested");
		TestAgent.run(analyst(FunctionTool.create(new Documents(this.happened), "nested")).build(), ONCE,
				this.adk.plugin());
		assertThat(this.model.results()).containsExactly(DENIED);
	}

	@Test
	void aToolsOwnFailureStaysItsOwn() {
		this.agent.capabilities.grant("read:documents");
		this.model.call("failing");
		assertThatExceptionOfType(IllegalStateException.class)
			.isThrownBy(
					() -> TestAgent.run(analyst(FunctionTool.create(new Documents(this.happened), "failing")).build(),
							ONCE, this.adk.plugin()))
			.withMessage("the disk is full");
	}

	@Test
	void aConfirmedCallIsCheckedToo() {
		this.agent.capabilities.grant("read:documents");
		FunctionTool tool = FunctionTool.create(new Documents(this.happened), "search", true);
		this.model.call("search").say(ScriptedLlm.text("after"));
		InMemoryRunner runner = new InMemoryRunner(analyst(tool).build(), "test", List.of(this.adk.plugin()));
		String session = runner.sessionService().createSession("test", "user").blockingGet().id();
		String question = runner.runAsync("user", session, Content.fromParts(Part.fromText("go")))
			.concatMapIterable((event) -> event.functionCalls())
			.filter((call) -> call.name().orElseThrow().equals("adk_request_confirmation"))
			.map((call) -> call.id().orElseThrow())
			.toList()
			.blockingGet()
			.get(0);
		assertThat(this.happened).isEmpty();
		this.agent.capabilities.deny("read:documents");
		List<Map<String, Object>> results = runner
			.runAsync("user", session,
					Content.builder()
						.role("user")
						.parts(Part.builder()
							.functionResponse(FunctionResponse.builder()
								.id(question)
								.name("adk_request_confirmation")
								.response(Map.of("confirmed", true))
								.build())
							.build())
						.build())
			.concatMapIterable((event) -> event.functionResponses())
			.map((response) -> response.response().orElseThrow())
			.toList()
			.blockingGet();
		assertThat(results).containsExactly(DENIED);
		assertThat(this.happened).isEmpty();
	}

	@Test
	void refusesALiveRunWhoseTokensNobodyCounts() {
		InMemoryRunner runner = new InMemoryRunner(analyst(this.search).build(), "test", List.of(this.adk.plugin()));
		String session = runner.sessionService().createSession("test", "user").blockingGet().id();
		assertThatExceptionOfType(GuardConfigurationException.class)
			.isThrownBy(
					() -> runner
						.runLive("user", session, new LiveRequestQueue(),
								RunConfig.builder().streamingMode(StreamingMode.BIDI).build())
						.blockingSubscribe())
			.withMessageContaining("LumoAuthAdk.budgeted(model)");
	}

	@Test
	void hidesInALiveRunWhatIsGuardedItself() {
		this.agent.capabilities.deny("read:documents");
		this.model.say(ScriptedLlm.text("done"));
		InMemoryRunner runner = new InMemoryRunner(LlmAgent.builder()
			.name("analyst")
			.model(this.adk.budgeted(this.model))
			.tools(this.adk.guard(this.search))
			.build(), "test", List.of(this.adk.plugin()));
		LiveRequestQueue queue = new LiveRequestQueue();
		queue.content(Content.fromParts(Part.fromText("go")));
		String session = runner.sessionService().createSession("test", "user").blockingGet().id();
		runner.runLive("user", session, queue, RunConfig.builder().streamingMode(StreamingMode.BIDI).build())
			.take(1)
			.blockingSubscribe();
		LlmRequest request = this.model.requests.get(0);
		assertThat(request.liveConnectConfig().tools().orElse(List.of())).isEmpty();
		assertThat(request.tools()).containsKey("search");
	}

	@Test
	void refusesAnAnnotationThatNothingWouldCheck() {
		assertThatExceptionOfType(GuardConfigurationException.class)
			.isThrownBy(() -> TestAgent.run(analyst(new AnnotatedToolset()).build(), ONCE, this.adk.plugin()))
			.withMessageContaining("AnnotatedToolset is never checked");
		assertThatExceptionOfType(GuardConfigurationException.class)
			.isThrownBy(() -> this.adk.guard(new ToolWithAnnotatedHelper()))
			.withMessageContaining("ToolWithAnnotatedHelper.help is never checked");
		assertThatExceptionOfType(GuardConfigurationException.class)
			.isThrownBy(() -> TestAgent.run(LlmAgent.builder().name("a").model(new AnnotatedLlm()).build(), ONCE,
					this.adk.plugin()))
			.withMessageContaining("AnnotatedLlm is never checked");
		assertThatIllegalArgumentException().isThrownBy(() -> this.adk.guard("search"));
	}

	@Test
	void refusesAnAnnotationThatNothingWouldCheckInAToolset() {
		BaseToolset toolset = new BaseToolset() {

			@Override
			public Flowable<BaseTool> getTools(ReadonlyContext context) {
				return Flowable.just(new ToolWithAnnotatedHelper());
			}

			@Override
			public void close() {
			}

		};
		assertThatExceptionOfType(GuardConfigurationException.class)
			.isThrownBy(() -> TestAgent.run(analyst(toolset).build(), ONCE, this.adk.plugin()))
			.withMessageContaining("ToolWithAnnotatedHelper.help is never checked");
		assertThat(this.model.requests).isEmpty();
	}

	@Test
	void meetsWhatAToolsetAddsToTheRequestItself() {
		this.agent.capabilities.deny("read:documents");
		this.model.call("search");
		BaseToolset toolset = new BaseToolset() {

			@Override
			public Flowable<BaseTool> getTools(ReadonlyContext context) {
				return Flowable.empty();
			}

			@Override
			public Completable processLlmRequest(LlmRequest.Builder request, ToolContext context) {
				return LumoAuthPluginTests.this.search.processLlmRequest(request, context);
			}

			@Override
			public void close() {
			}

		};
		TestAgent.run(analyst(toolset).build(), ONCE, this.adk.plugin());
		assertThat(this.model.results()).containsExactly(DENIED);
		assertThat(ScriptedLlm.offered(this.model.requests.get(0))).isEmpty();
		assertThat(this.happened).isEmpty();
		assertThatExceptionOfType(GuardConfigurationException.class).isThrownBy(() -> this.adk.guard(toolset))
			.withMessageContaining("can't be guarded: ADK calls its processLlmRequest with each request");
	}

	@Test
	void refusesToGuardWhatRunsWithTheRequest() {
		LumoAuthAdk named = LumoAuthAdk.of(this.agent.runtime)
			.withPolicy((tool) -> new GuardTerms(CapabilityRequirement.of("read:documents"), false));
		for (BaseTool tool : List.of(new GoogleSearchTool(), new BuiltInCodeExecutionTool(), new LoadMemoryTool(),
				new Preloading())) {
			assertThatExceptionOfType(GuardConfigurationException.class)
				.isThrownBy(() -> TestAgent.run(analyst(tool).build(), ONCE, named.plugin()))
				.withMessageContaining(tool.getClass().getSimpleName() + " can't be guarded: ADK calls its "
						+ "processLlmRequest with each request");
			assertThatExceptionOfType(GuardConfigurationException.class).isThrownBy(() -> named.guard(tool));
		}
		assertThatExceptionOfType(GuardConfigurationException.class)
			.isThrownBy(() -> TestAgent.run(analyst(new Preloading()).build(), ONCE, this.adk.plugin()));
		assertThat(this.model.requests).isEmpty();
		this.model.call("loadMemory");
		TestAgent.run(analyst(new LoadMemoryTool()).build(), ONCE, this.adk.plugin());
		assertThat(ScriptedLlm.offered(this.model.requests.get(0))).containsExactly("loadMemory");
	}

	@Test
	void refusesAnAgentAsAToolWithoutThePlugin() {
		ScriptedLlm root = new ScriptedLlm().call("analyst");
		TestAgent.run(LlmAgent.builder()
			.name("root")
			.model(root)
			.tools(this.adk.guard(AgentTool.create(analyst(this.search).build())))
			.build(), ONCE);
		assertThat(root.results()).containsExactly(NOT_PERMITTED);
		assertThat(this.model.requests).isEmpty();
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void saysThatAVersionWasNotTried(CapturedOutput output) {
		AdkTools.say("1.8.3");
		this.agent.adk();
		assertThat(output.getAll()).doesNotContain("was not tried");
		AdkTools.say("1.18.0");
		assertThat(output.getAll()).contains("LumoAuth was not tried with version 1.18.0 of ADK, but with 1.8");
	}

	public static class Documents {

		private final List<String> happened;

		Documents(List<String> happened) {
			this.happened = happened;
		}

		@RequiresCapability("read:documents")
		public Map<String, Object> search(@Schema(name = "request") String request) {
			this.happened.add("search " + request);
			return Map.of("result", "found");
		}

		@RequiresCapability("read:documents")
		public Map<String, Object> look(@Schema(name = "request") String request) {
			return Map.of("result", "found");
		}

		@RequiresCapability("write:documents")
		public Map<String, Object> write(@Schema(name = "request") String request) {
			return Map.of("result", "written");
		}

		@RequiresCapability("read:documents")
		public Flowable<Map<String, Object>> stream(@Schema(name = "request") String request) {
			this.happened.add("stream");
			return Flowable.just(Map.of("result", "found"));
		}

		@RequiresCapability("read:documents")
		public Single<Map<String, Object>> failing(@Schema(name = "request") String request) {
			return Single.error(new IllegalStateException("the disk is full"));
		}

		public Single<Map<String, Object>> nested(@Schema(name = "request") String request) {
			return Single
				.error(new IllegalStateException("secret", new CapabilityDeniedException(List.of("read:documents"))));
		}

	}

	@RequiresCapability("read:documents")
	static class AnnotatedToolset implements BaseToolset {

		@Override
		public Flowable<BaseTool> getTools(ReadonlyContext context) {
			return Flowable.empty();
		}

		@Override
		public void close() {
		}

	}

	@RequiresCapability("read:documents")
	static class AnnotatedLlm extends ScriptedLlm {

	}

	/** Whoever has its name is equal to it. */
	@RequiresCapability("read:documents")
	static class EqualTool extends BaseTool {

		private final String result;

		EqualTool(String result) {
			super("own", "own");
			this.result = result;
		}

		@Override
		public Optional<FunctionDeclaration> declaration() {
			return Optional.of(FunctionDeclaration.builder().name("own").build());
		}

		@Override
		public Single<Map<String, Object>> runAsync(Map<String, Object> args, ToolContext context) {
			return Single.just(Map.of("result", this.result));
		}

		@Override
		public boolean equals(Object other) {
			return other instanceof EqualTool;
		}

		@Override
		public int hashCode() {
			return 1;
		}

	}

	static class ToolWithAnnotatedHelper extends BaseTool {

		ToolWithAnnotatedHelper() {
			super("own", "own");
		}

		@Override
		public Optional<FunctionDeclaration> declaration() {
			return Optional.of(FunctionDeclaration.builder().name("own").build());
		}

		@Override
		public Single<Map<String, Object>> runAsync(Map<String, Object> args, ToolContext context) {
			return Single.just(Map.of("result", help()));
		}

		@RequiresCapability("read:documents")
		String help() {
			return "found";
		}

	}

	@RequiresCapability("read:documents")
	static class Preloading extends BaseTool {

		Preloading() {
			super("preloading", "preloading");
		}

		@Override
		public Completable processLlmRequest(LlmRequest.Builder request, ToolContext context) {
			return Completable.fromAction(() -> request.appendInstructions(List.of("secret")));
		}

	}

}
