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
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import com.google.adk.agents.LlmAgent;
import com.google.adk.agents.RunConfig;
import com.google.adk.runner.InMemoryRunner;
import com.google.adk.tools.AgentTool;
import com.google.adk.tools.FunctionTool;
import com.google.genai.types.Content;
import com.google.genai.types.Part;
import dev.lumoauth.spring.user.OnBehalfOfUser;
import dev.lumoauth.spring.user.UserScope;
import dev.lumoauth.spring.user.UserToken;
import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.core.Maybe;
import io.reactivex.rxjava3.core.Single;
import io.reactivex.rxjava3.schedulers.Schedulers;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * For whom a tool runs.
 */
class SessionUsersTests {

	private static final Map<String, Object> NO_USER = Map.of("error",
			"Error: this tool acts for a user, and no user is signed in.");

	private final TestAgent agent = new TestAgent();

	private final LumoAuthAdk adk = LumoAuthAdk.of(this.agent.runtime)
		.withUsers((session) -> Set.of("alice", "bob").contains(session.userId())
				? UserToken.of("token-of-" + session.userId()) : null);

	private final ScriptedLlm model = new ScriptedLlm();

	private LlmAgent orders(ScriptedLlm model) {
		return LlmAgent.builder()
			.name("orders")
			.description("orders")
			.model(model)
			.tools(FunctionTool.create(new Orders(), "mine"))
			.build();
	}

	@Test
	void actsForTheUserOfTheSession() {
		this.model.call("mine");
		TestAgent.run(orders(this.model), "alice", RunConfig.builder().build(), this.adk.plugin());
		assertThat(this.model.results()).containsExactly(Map.of("result", "token-of-alice"));
		assertThat(UserScope.current()).isNull();
	}

	@Test
	void refusesASessionWhoseUserTheApplicationDoesNotKnow() {
		this.model.call("mine");
		TestAgent.run(orders(this.model), "mallory", RunConfig.builder().build(), this.adk.plugin());
		assertThat(this.model.results()).containsExactly(NO_USER);
	}

	@Test
	void refusesEverybodyIfTheApplicationSaysNothing() {
		this.model.call("mine");
		TestAgent.run(orders(this.model), "alice", RunConfig.builder().build(), this.agent.adk().plugin());
		assertThat(this.model.results()).containsExactly(NO_USER);
		assertThat(this.agent.refused).containsExactly("mine no_user");
	}

	/**
	 * The thread may be another user's: ADK continues a waiting run on the thread of the
	 * run before it.
	 */
	@Test
	void doesNotActForTheUserOfTheThread() {
		this.model.call("mine");
		UserScope.call(UserToken.of("token-of-bob"),
				() -> TestAgent.run(orders(this.model), "mallory", RunConfig.builder().build(), this.adk.plugin()));
		assertThat(this.model.results()).containsExactly(NO_USER);
	}

	@Test
	void actsForTheUserOfTheOuterSessionInAnAgentThatIsATool() {
		this.model.call("mine");
		LlmAgent root = LlmAgent.builder()
			.name("root")
			.model(new ScriptedLlm().call("orders"))
			.tools(AgentTool.create(orders(this.model), false, true))
			.build();
		TestAgent.run(root, "alice", RunConfig.builder().build(), this.adk.plugin());
		assertThat(this.model.results()).containsExactly(Map.of("result", "token-of-alice"));
	}

	/**
	 * What the model says on another thread has lost the outer session.
	 */
	@Test
	void refusesAnAgentThatIsAToolAndComesBackOnAnotherThread() {
		this.model.call("mine").onOtherThread();
		LlmAgent root = LlmAgent.builder()
			.name("root")
			.model(new ScriptedLlm().call("orders"))
			.tools(AgentTool.create(orders(this.model), false, true))
			.build();
		TestAgent.run(root, "alice", RunConfig.builder().build(), this.adk.plugin());
		assertThat(this.model.results()).containsExactly(NO_USER);
	}

	@Test
	void aUserWhoPretendsToBeAnAgentAsAToolIsNobody() {
		this.model.call("mine");
		TestAgent.run(orders(this.model), "tmp-user", RunConfig.builder().build(), this.adk.plugin());
		assertThat(this.model.results()).containsExactly(NO_USER);
	}

	/**
	 * Both calls are in progress at the same time, and each result is emitted where the
	 * other user's call may still run.
	 */
	@Test
	void keepsUsersApartWhoseCallsAreInterleaved() {
		// Each call holds back what its answer may take.
		this.agent.budget.put("max_tokens_per_day", 100_000L);
		Map<String, Object> seen = new ConcurrentHashMap<>();
		CyclicBarrier both = new CyclicBarrier(2);
		Flowable.fromIterable(List.of("alice", "bob", "mallory", "alice", "bob", "mallory"))
			.flatMap((user) -> Flowable.fromCallable(() -> {
				ScriptedLlm model = new ScriptedLlm().call("mine", "later").onOtherThread();
				LlmAgent agent = LlmAgent.builder()
					.name("orders")
					.model(model)
					.tools(FunctionTool.create(new Orders(), "mine"), FunctionTool.create(new Waiting(both), "later"))
					.build();
				TestAgent.run(agent, user,
						RunConfig.builder().toolExecutionMode(RunConfig.ToolExecutionMode.PARALLEL_SUBSCRIBE).build(),
						this.adk.plugin());
				seen.put(user, model.results());
				return user;
			}).subscribeOn(Schedulers.newThread()))
			.blockingSubscribe();
		assertThat(seen.get("alice")).isEqualTo(both("alice"));
		assertThat(seen.get("bob")).isEqualTo(both("bob"));
		assertThat(seen.get("mallory")).isEqualTo(List.of(NO_USER, NO_USER));
	}

	private static List<Map<String, Object>> both(String user) {
		return List.of(Map.of("result", "token-of-" + user), Map.of("result", "token-of-" + user));
	}

	/**
	 * ADK keeps runs apart by the session's id alone, and continues the second run on the
	 * thread of the first.
	 */
	@Test
	void keepsUsersApartWhoseSessionsHaveTheSameId() {
		List<String> users = List.of("alice", "bob", "alice", "mallory");
		List<ScriptedLlm> models = users.stream()
			.map((user) -> new ScriptedLlm().call("mine").onOtherThread())
			.toList();
		ScriptedLlm one = new ScriptedLlm();
		users.forEach((user) -> one.call("mine"));
		InMemoryRunner runner = new InMemoryRunner(orders(one.onOtherThread()), "test", List.of(this.adk.plugin()));
		assertThat(models).hasSameSizeAs(users);
		List.of("alice", "bob", "mallory")
			.forEach((user) -> runner.sessionService()
				.createSession("test", user, (Map<String, Object>) null, "same")
				.blockingGet());
		List<Object> results = Flowable.fromIterable(users)
			.concatMapEager((user) -> runner.runAsync(user, "same", Content.fromParts(Part.fromText("go")))
				.concatMapIterable((event) -> event.functionResponses())
				.<Object>map((response) -> user + " " + response.response().orElseThrow()))
			.toList()
			.blockingGet();
		assertThat(results).containsExactlyInAnyOrder("alice {result=token-of-alice}", "bob {result=token-of-bob}",
				"alice {result=token-of-alice}", "mallory " + NO_USER);
	}

	@Test
	void actsForTheUserAfterACallbackThatComesBackOnAnotherThread() {
		this.model.call("mine");
		LlmAgent agent = LlmAgent.builder()
			.name("orders")
			.model(this.model)
			.tools(FunctionTool.create(new Orders(), "mine"))
			.beforeToolCallback(
					(invocation, tool, args, context) -> Maybe.<Map<String, Object>>empty().observeOn(Schedulers.io()))
			.build();
		TestAgent.run(agent, "alice", RunConfig.builder().build(), this.adk.plugin());
		assertThat(this.model.results()).containsExactly(Map.of("result", "token-of-alice"));
	}

	/**
	 * A thread that a tool starts itself doesn't know the user, and nothing there may act
	 * as the agent in the user's place.
	 */
	@Test
	void whatAToolStartsOnAnotherThreadHasNoUser() {
		this.model.call("elsewhere");
		LlmAgent agent = LlmAgent.builder()
			.name("orders")
			.model(this.model)
			.tools(FunctionTool.create(new Orders(), "elsewhere"))
			.build();
		TestAgent.run(agent, "alice", RunConfig.builder().build(), this.adk.plugin());
		assertThat(this.model.results()).containsExactly(Map.of("result", "nobody, then token-of-alice"));
	}

	@Test
	void manyUsersInARowOnOneThread() {
		this.agent.budget.put("max_tokens_per_day", 1_000_000);
		IntStream.range(0, 50).forEach((i) -> {
			String user = (i % 2 == 0) ? "alice" : "bob";
			ScriptedLlm each = new ScriptedLlm().call("mine");
			TestAgent.run(orders(each), user, RunConfig.builder().build(), this.adk.plugin());
			assertThat(each.results()).containsExactly(Map.of("result", "token-of-" + user));
		});
	}

	public static class Orders {

		@OnBehalfOfUser
		public Map<String, Object> mine(String request) {
			return Map.of("result", UserScope.current().value());
		}

		@OnBehalfOfUser
		public Single<Map<String, Object>> elsewhere(String request) {
			UserToken user = UserScope.current();
			return Single.fromCallable(() -> {
				String alone = (UserScope.current() != null) ? UserScope.current().value() : "nobody";
				return UserScope.call(user,
						() -> Map.<String, Object>of("result", alone + ", then " + UserScope.current().value()));
			}).subscribeOn(Schedulers.io());
		}

	}

	public static class Waiting {

		private final CyclicBarrier both;

		Waiting(CyclicBarrier both) {
			this.both = both;
		}

		@OnBehalfOfUser
		public Map<String, Object> later(String request) throws Exception {
			String before = UserScope.current().value();
			this.both.await(10, TimeUnit.SECONDS);
			assertThat(UserScope.current().value()).isEqualTo(before);
			return Map.of("result", before);
		}

	}

}
