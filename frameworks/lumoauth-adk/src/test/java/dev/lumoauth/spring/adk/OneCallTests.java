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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import com.google.adk.agents.LlmAgent;
import com.google.adk.agents.RunConfig;
import com.google.adk.runner.InMemoryRunner;
import com.google.adk.tools.Annotations.Schema;
import com.google.adk.tools.FunctionTool;
import com.google.genai.types.Content;
import com.google.genai.types.Part;
import dev.lumoauth.spring.ResourceDeniedException;
import dev.lumoauth.spring.call.Conversation;
import dev.lumoauth.spring.guard.Admission;
import dev.lumoauth.spring.guard.Gate;
import dev.lumoauth.spring.guard.GuardTerms;
import dev.lumoauth.spring.guard.GuardedCall;
import dev.lumoauth.spring.guard.IdentifiedCode;
import dev.lumoauth.spring.user.Caller;
import dev.lumoauth.spring.user.UserToken;
import io.reactivex.rxjava3.core.Maybe;
import io.reactivex.rxjava3.core.Single;
import io.reactivex.rxjava3.schedulers.Schedulers;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Calls that are decided one by one, by their caller and their arguments.
 */
class OneCallTests {

	private final List<String> asked = new ArrayList<>();

	private final Map<String, String> kept = new HashMap<>();

	private final TestAgent agent = new TestAgent((builder) -> builder.gate((runtime) -> new AmountGate()));

	private final LumoAuthAdk adk = LumoAuthAdk.of(this.agent.runtime)
		.withPolicy((tool) -> GuardTerms.of(new OneCallTerm()))
		.withUsers((session) -> UserToken.of("token-of-" + session.userId()));

	private final ScriptedLlm model = new ScriptedLlm();

	private final Payments payments = new Payments();

	private List<Map<String, Object>> pay(int amount) {
		this.model.say(ScriptedLlm.response(ScriptedLlm.callOf("pay", Map.of("amount", amount))))
			.say(ScriptedLlm.text("done"));
		TestAgent.run(LlmAgent.builder()
			.name("payments")
			.model(this.model)
			.tools(FunctionTool.create(this.payments, "pay"))
			.build(), "alice", RunConfig.builder().build(), this.adk.plugin());
		return this.model.results();
	}

	@Test
	void theGateSeesTheCallerAndTheArguments() {
		assertThat(pay(10)).containsExactly(Map.of("result", "paid 10"));
		assertThat(this.asked).hasSize(1).allMatch((each) -> each.matches("pay \\{amount=10} true .+ in .+"));
	}

	@Test
	void sessionsOfTwoUsersWithOneIdAreTwoConversations() {
		InMemoryRunner runner = new InMemoryRunner(LlmAgent.builder()
			.name("payments")
			.model(this.model)
			.tools(FunctionTool.create(this.payments, "pay"))
			.build(), "test", List.of(this.adk.plugin()));
		for (String user : List.of("alice", "bob", "alice")) {
			this.model.say(ScriptedLlm.response(ScriptedLlm.callOf("pay", Map.of("amount", 10))))
				.say(ScriptedLlm.text("done"));
			if (runner.sessionService().getSession("test", user, "s1", Optional.empty()).isEmpty().blockingGet()) {
				runner.sessionService().createSession("test", user, (Map<String, Object>) null, "s1").blockingGet();
			}
			runner.runAsync(user, "s1", Content.fromParts(Part.fromText("x")), RunConfig.builder().build())
				.toList()
				.blockingGet();
		}
		assertThat(this.asked).extracting((each) -> each.substring(each.indexOf(" in ")))
			.containsExactly(" in [\"test\",\"alice\",\"s1\"]", " in [\"test\",\"bob\",\"s1\"]",
					" in [\"test\",\"alice\",\"s1\"]");
	}

	@Test
	void aCallIsDecidedOnceAndRunsInItsOwnContextBehindACallback() {
		this.model.say(ScriptedLlm.response(ScriptedLlm.callOf("pay", Map.of("amount", 10))))
			.say(ScriptedLlm.text("done"));
		TestAgent.run(LlmAgent.builder()
			.name("payments")
			.model(this.model)
			.tools(FunctionTool.create(this.payments, "pay"))
			.beforeToolCallback(
					(invocation, tool, args, context) -> Maybe.<Map<String, Object>>empty().observeOn(Schedulers.io()))
			.build(), "alice", RunConfig.builder().build(), this.adk.plugin());
		assertThat(this.asked).hasSize(1);
		assertThat(this.payments.paid).containsExactly(10);
		assertThat(this.payments.by).containsExactly(Caller.of(UserToken.of("token-of-alice")).name());
	}

	@Test
	void anotherAmountIsAnotherCall() {
		assertThat(pay(1_000)).containsExactly(Map.of("error", "Error: the tool is not permitted."));
		assertThat(this.payments.paid).isEmpty();
	}

	@Test
	void anUndeclaredArgumentIsSeen() {
		this.model.say(ScriptedLlm.response(ScriptedLlm.callOf("pay", Map.of("amount", 10, "Amount", 1_000))))
			.say(ScriptedLlm.text("done"));
		TestAgent.run(LlmAgent.builder()
			.name("payments")
			.model(this.model)
			.tools(FunctionTool.create(this.payments, "pay"))
			.build(), "alice", RunConfig.builder().build(), this.adk.plugin());
		assertThat(this.asked).hasSize(1).allMatch((each) -> each.contains(" false "));
	}

	@Test
	void aCallThatHasRunAnswersWithItsResult() {
		this.kept.put("10", "{\"result\":\"paid 10 before\"}");
		this.kept.put("11", "{\"result\":\"a text that was too lo...");
		assertThat(pay(10)).containsExactly(Map.of("result", "{\"result\":\"paid 10 before\"}"));
		assertThat(pay(11)).containsExactly(Map.of("result", "{\"result\":\"a text that was too lo..."));
		assertThat(this.payments.paid).isEmpty();
	}

	public static class Payments {

		private final List<Integer> paid = new ArrayList<>();

		private final List<@Nullable String> by = new ArrayList<>();

		public Single<Map<String, Object>> pay(@Schema(name = "amount") int amount) {
			this.by.add(Caller.current().name());
			return Single.fromCallable(() -> {
				this.paid.add(amount);
				return Map.<String, Object>of("result", "paid " + amount);
			}).subscribeOn(Schedulers.io());
		}

	}

	private final class AmountGate implements Gate<OneCallTerm> {

		@Override
		public Class<OneCallTerm> term() {
			return OneCallTerm.class;
		}

		@Override
		public int order() {
			return PERSON;
		}

		@Override
		public Admission admit(GuardedCall call, OneCallTerm term) {
			Map<String, Object> arguments = call.arguments().get().values();
			assertThat(((IdentifiedCode) call.code()).identity()).first().isSameAs(OneCallTests.this.payments);
			OneCallTests.this.asked.add(call.name() + " " + arguments + " " + call.arguments().get().areAllDeclared()
					+ " " + Caller.current().name() + " in " + Conversation.current());
			String result = OneCallTests.this.kept.get(String.valueOf(arguments.get("amount")));
			if (result != null) {
				return new Admission.Kept(result);
			}
			if (((Number) arguments.get("amount")).intValue() > 100) {
				throw new ResourceDeniedException("too much");
			}
			return Admission.FREE;
		}

	}

}
