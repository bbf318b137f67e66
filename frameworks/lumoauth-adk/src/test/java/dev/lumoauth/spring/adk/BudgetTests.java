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

import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import com.google.adk.agents.BaseAgent;
import com.google.adk.agents.CallbackContext;
import com.google.adk.agents.LiveRequestQueue;
import com.google.adk.agents.LlmAgent;
import com.google.adk.agents.ParallelAgent;
import com.google.adk.agents.RunConfig;
import com.google.adk.agents.RunConfig.StreamingMode;
import com.google.adk.agents.SequentialAgent;
import com.google.adk.models.BaseLlm;
import com.google.adk.models.LlmRequest;
import com.google.adk.models.LlmResponse;
import com.google.adk.plugins.BasePlugin;
import com.google.adk.runner.InMemoryRunner;
import com.google.adk.tools.AgentTool;
import com.google.genai.types.Content;
import com.google.genai.types.Part;
import dev.lumoauth.spring.budget.BudgetExhaustedException;
import dev.lumoauth.spring.budget.BudgetMonitor;
import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.core.Maybe;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * The budget of model calls: by the plugin, and around a model.
 */
class BudgetTests {

	private static final RunConfig ONCE = RunConfig.builder().build();

	private static final RunConfig STREAMED = RunConfig.builder().streamingMode(StreamingMode.SSE).build();

	private final TestAgent agent = new TestAgent();

	private final LumoAuthAdk adk = this.agent.adk();

	private final ScriptedLlm model = new ScriptedLlm();

	private static LlmAgent analyst(BaseLlm model, Object... tools) {
		return LlmAgent.builder().name("analyst").description("analyst").model(model).tools(tools).build();
	}

	private void run(boolean plugin, RunConfig config) {
		if (plugin) {
			TestAgent.run(analyst(this.model), config, this.adk.plugin());
		}
		else {
			TestAgent.run(analyst(this.adk.budgeted(this.model)), config);
		}
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void countsWhatTheModelReports(boolean plugin) {
		this.model.say(ScriptedLlm.using(ScriptedLlm.text("hello"), 40));
		run(plugin, ONCE);
		assertThat(this.agent.tokensUsed()).isEqualTo(40);
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void countsTheSameTokensOnceInAStream(boolean plugin) {
		this.model.say(ScriptedLlm.partial(ScriptedLlm.using(ScriptedLlm.text("hel"), 30)),
				ScriptedLlm.partial(ScriptedLlm.using(ScriptedLlm.text("lo"), 38)),
				ScriptedLlm.using(ScriptedLlm.text("hello"), 40));
		run(plugin, STREAMED);
		assertThat(this.agent.tokensUsed()).isEqualTo(40);
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void countsAStreamWhoseEndReportsNothing(boolean plugin) {
		this.model.say(ScriptedLlm.partial(ScriptedLlm.using(ScriptedLlm.text("hello"), 38)),
				ScriptedLlm.text("hello"));
		run(plugin, STREAMED);
		assertThat(this.agent.tokensUsed()).isEqualTo(38);
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void estimatesIfTheModelReportsNothing(boolean plugin) {
		this.model.say(ScriptedLlm.text("x".repeat(400)));
		run(plugin, ONCE);
		assertThat(this.agent.tokensUsed()).isBetween(134L, 140L);
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void refusesTheNextCallOnceTheBudgetIsSpent(boolean plugin) {
		this.model.say(ScriptedLlm.using(ScriptedLlm.text("long"), 1_000));
		run(plugin, ONCE);
		assertThatExceptionOfType(BudgetExhaustedException.class).isThrownBy(() -> run(plugin, ONCE))
			.withMessage("Agent budget exhausted for today.");
		assertThat(this.model.requests).hasSize(1);
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void aFailedCallCountsAsACall(boolean plugin) {
		this.agent.budget.put("max_api_calls_per_hour", 1);
		this.model.before((request) -> {
			throw new IllegalStateException("the model is down");
		});
		assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> run(plugin, ONCE));
		assertThat(this.agent.tokensUsed()).isZero();
		assertThatExceptionOfType(BudgetExhaustedException.class).isThrownBy(() -> run(plugin, ONCE));
	}

	/**
	 * Throws if the budget is spent, together with what is held back.
	 */
	private void check() {
		this.agent.runtime.get(BudgetMonitor.class).check("scripted");
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void holdsBackWhatACallMayUseUntilItEndsOrFails(boolean plugin) {
		this.model
			.before((request) -> assertThatExceptionOfType(BudgetExhaustedException.class).isThrownBy(this::check))
			.say(ScriptedLlm.using(ScriptedLlm.text("hello"), 40));
		run(plugin, ONCE);
		assertThatNoException().isThrownBy(this::check);
		this.model.before((request) -> {
			throw new IllegalStateException("the model is down");
		});
		assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> run(plugin, ONCE));
		assertThatNoException().isThrownBy(this::check);
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void refusesAModelThatIsNotAllowed(boolean plugin) {
		this.agent.budget.put("allowed_models", List.of("another"));
		assertThatExceptionOfType(BudgetExhaustedException.class).isThrownBy(() -> run(plugin, ONCE));
		assertThat(this.model.requests).isEmpty();
	}

	/**
	 * What a run no longer reads is not held back for ever.
	 */
	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void aCancelledStreamCountsWhatWasReported(boolean plugin) {
		this.model.say(ScriptedLlm.partial(ScriptedLlm.using(ScriptedLlm.text("hel"), 30)),
				ScriptedLlm.using(ScriptedLlm.text("hello"), 40));
		InMemoryRunner runner = plugin ? new InMemoryRunner(analyst(this.model), "test", List.of(this.adk.plugin()))
				: new InMemoryRunner(analyst(this.adk.budgeted(this.model)), "test");
		String session = runner.sessionService().createSession("test", "user").blockingGet().id();
		runner.runAsync("user", session, Content.fromParts(Part.fromText("go")), STREAMED).take(1).blockingSubscribe();
		assertThat(this.agent.tokensUsed()).isBetween(30L, 40L);
	}

	/** ADK requires unique names of siblings only. */
	@Test
	void countsEachOfTwoAgentsWithOneNameThatRunAtTheSameTime() {
		this.agent.budget.put("max_tokens_per_day", 10_000L);
		CyclicBarrier together = new CyclicBarrier(2);
		this.model.before((request) -> {
			try {
				together.await(10, TimeUnit.SECONDS);
			}
			catch (Exception ex) {
				throw new IllegalStateException(ex);
			}
		});
		this.model.say(ScriptedLlm.using(ScriptedLlm.text("one"), 40))
			.say(ScriptedLlm.using(ScriptedLlm.text("two"), 40));
		BaseAgent[] halves = Stream.of("left", "right")
			.map((side) -> SequentialAgent.builder().name(side).subAgents(analyst(this.model)).build())
			.toArray(BaseAgent[]::new);
		TestAgent.run(ParallelAgent.builder().name("both").subAgents(halves).build(), ONCE, this.adk.plugin());
		assertThat(this.agent.tokensUsed()).isEqualTo(80);
	}

	@Test
	void countsAModelOnceThatBothKnow() {
		this.model.say(ScriptedLlm.using(ScriptedLlm.text("hello"), 40));
		TestAgent.run(analyst(this.adk.budgeted(this.model)), ONCE, this.adk.plugin());
		assertThat(this.agent.tokensUsed()).isEqualTo(40);
	}

	@Test
	void countsAnAgentThatIsATool() {
		ScriptedLlm inner = new ScriptedLlm().say(ScriptedLlm.using(ScriptedLlm.text("found"), 7));
		this.model.say(ScriptedLlm.using(ScriptedLlm.response(ScriptedLlm.callOf("analyst")), 20))
			.say(ScriptedLlm.using(ScriptedLlm.text("done"), 10));
		TestAgent.run(LlmAgent.builder()
			.name("root")
			.model(this.model)
			.tools(AgentTool.create(analyst(inner), false, true))
			.build(), ONCE, this.adk.plugin());
		assertThat(this.agent.tokensUsed()).isEqualTo(37);
	}

	@Test
	void countsWhatAnotherPluginRewrites() {
		this.model.say(ScriptedLlm.using(ScriptedLlm.text("hello"), 40));
		TestAgent.run(analyst(this.model), ONCE, this.adk.plugin(), new BasePlugin("redacting") {
			@Override
			public Maybe<LlmResponse> afterModelCallback(CallbackContext context, LlmResponse response) {
				return Maybe.just(ScriptedLlm.text("redacted"));
			}
		});
		assertThat(this.agent.tokensUsed()).isEqualTo(40);
	}

	@Test
	void holdsNothingBackForACallThatACallbackAnswers() {
		LlmAgent cached = LlmAgent.builder()
			.name("analyst")
			.model(this.model)
			.beforeModelCallback((CallbackContext context, LlmRequest.Builder request) -> Maybe
				.just(ScriptedLlm.text("from the cache")))
			.build();
		TestAgent.run(cached, ONCE, this.adk.plugin());
		assertThat(this.model.requests).isEmpty();
		assertThat(this.agent.tokensUsed()).isZero();
		assertThatNoException().isThrownBy(this::check);
	}

	@Test
	void countsALiveRunAndEndsItOnceTheBudgetIsSpent() {
		this.model.say(ScriptedLlm.using(ScriptedLlm.text("one"), 600))
			.say(ScriptedLlm.using(ScriptedLlm.text("two"), 600))
			.say(ScriptedLlm.using(ScriptedLlm.text("three"), 100));
		InMemoryRunner runner = new InMemoryRunner(analyst(this.adk.budgeted(this.model)), "test",
				List.of(this.adk.plugin()));
		LiveRequestQueue queue = new LiveRequestQueue();
		List.of("1", "2", "3").forEach((text) -> queue.content(Content.fromParts(Part.fromText(text))));
		String session = runner.sessionService().createSession("test", "user").blockingGet().id();
		Flowable<String> said = runner
			.runLive("user", session, queue, RunConfig.builder().streamingMode(StreamingMode.BIDI).build())
			.map((event) -> event.stringifyContent());
		assertThatExceptionOfType(BudgetExhaustedException.class)
			.isThrownBy(() -> said.doOnNext((text) -> assertThat(text).contains("one")).blockingSubscribe());
		assertThat(this.agent.tokensUsed()).isEqualTo(1_200);
		assertThat(this.model.closed).isTrue();
	}

}
