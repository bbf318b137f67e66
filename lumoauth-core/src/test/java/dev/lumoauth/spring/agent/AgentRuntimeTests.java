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

package dev.lumoauth.spring.agent;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import dev.lumoauth.spring.revocation.Revocation;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Tests for {@link AgentRuntime}.
 */
class AgentRuntimeTests {

	private static final AgentIdentity TRADE = new AgentIdentity("trade", "agt_t");

	private final List<String> log = new ArrayList<>();

	@Test
	void partIsMadeWhenFirstAskedForAndKept() {
		AgentRuntime agent = AgentRuntime.of(TRADE, (builder) -> builder.provide(Part.class, (runtime) -> {
			this.log.add("made");
			return new Part("a");
		}).provide(Holder.class, (runtime) -> new Holder(runtime.get(Part.class))));
		assertThat(this.log).isEmpty();
		assertThat(agent.get(Holder.class).part()).isSameAs(agent.get(Part.class));
		assertThat(agent.get(Part.class)).isSameAs(agent.own(Part.class));
		assertThat(this.log).containsExactly("made");
	}

	@Test
	void partThatNobodyProvidesIsAnErrorWithItsName() {
		AgentRuntime agent = AgentRuntime.of(TRADE);
		assertThat(agent.find(Part.class)).isNull();
		assertThatIllegalStateException().isThrownBy(() -> agent.get(Part.class))
			.withMessageContainingAll(Part.class.getName(), "'agt_t'");
		assertThatIllegalStateException().isThrownBy(() -> agent.own(Part.class));
	}

	@Test
	void twoFeaturesDoNotProvideTheSame() {
		AgentFeature feature = (builder) -> builder.provide(Part.class, (runtime) -> new Part("a"));
		assertThatIllegalStateException().isThrownBy(() -> AgentRuntime.of(TRADE, feature, feature))
			.withMessageContaining(Part.class.getName());
	}

	@Test
	void customizersComeInTheirOrderWhateverComesFirstTheyOrThePart() {
		AgentRuntime agent = AgentRuntime.of(TRADE,
				(builder) -> builder.customize(Part.class, (runtime, part) -> new Part(part.name() + "1")),
				(builder) -> builder.provide(Part.class, (runtime) -> new Part("a")),
				(builder) -> builder.customize(Part.class, (runtime, part) -> new Part(part.name() + "2")));
		assertThat(agent.get(Part.class).name()).isEqualTo("a12");
	}

	@Test
	void whatTheApplicationReplacesIsHandedOutUntouched() {
		Part own = new Part("own");
		AgentRuntime agent = AgentRuntime.of(TRADE, (prefix, type) -> prefix,
				(type) -> (type == Part.class) ? own : null,
				List.of((builder) -> builder.provide(Part.class, (runtime) -> new Part("a"))
					.customize(Part.class, (runtime, part) -> new Part("wrapped"))
					.provide(Holder.class, (runtime) -> new Holder(runtime.get(Part.class)))));
		assertThat(agent.get(Part.class)).isSameAs(own);
		assertThat(agent.get(Holder.class).part()).isSameAs(own);
		assertThat(agent.own(Part.class).name()).isEqualTo("wrapped");
	}

	@Test
	void settingsAreThoseOfTheAgent() {
		List<String> prefixes = new ArrayList<>();
		AgentFeature feature = (builder) -> prefixes.add(builder.settings("pin", String.class));
		for (AgentIdentity identity : List.of(TRADE, new AgentIdentity(null, "agt_1"))) {
			AgentRuntime.of(identity, (prefix, type) -> prefix, (type) -> null, List.of(feature));
		}
		AgentRuntime.of(null, (prefix, type) -> prefix, (type) -> null, List.of(feature));
		assertThat(prefixes).containsExactly("lumoauth.agents.trade.pin", "lumoauth.pin", "lumoauth.pin");
	}

	@Test
	void settingsHaveTheirDefaultsWithoutBoot() {
		AgentRuntime.of(TRADE, (builder) -> assertThat(builder.settings("pin", Settings.class).digits).isEqualTo(4));
	}

	@Test
	void allForgetInTheirOrderAlsoIfOneFails() {
		AgentRuntime agent = AgentRuntime.of(TRADE, forgetting("a"), (builder) -> builder.forgets((runtime) -> () -> {
			throw new IllegalArgumentException("broken");
		}), forgetting("b"));
		AgentRuntime other = AgentRuntime.of(new AgentIdentity("other", "agt_o"), forgetting("c"));
		AgentRuntimes agents = new AgentRuntimes(agent, Map.of("other", other));
		assertThat(catchThrowable(agents::forget)).hasMessage("broken");
		assertThat(catchThrowable(() -> agents.revoked(Revocation.ofEveryone(Revocation.Effect.TOKENS))))
			.hasMessage("broken");
		assertThat(this.log).containsExactly("a", "b", "c", "a TOKENS", "b TOKENS", "c TOKENS");
	}

	@Test
	void partThatCannotBeMadeKeepsNoOtherFromForgetting() {
		AgentRuntime agent = AgentRuntime.of(TRADE, (builder) -> builder.forgets((runtime) -> {
			throw new IllegalArgumentException("no connection");
		}), forgetting("b"));
		assertThat(catchThrowable(agent::forget)).hasMessage("no connection");
		assertThat(catchThrowable(() -> agent.forget(Revocation.ofEveryone(Revocation.Effect.TOKENS))))
			.hasMessage("no connection");
		assertThat(this.log).containsExactly("b", "b TOKENS");
	}

	@Test
	void partUnderTwoTypesIsClosedOnce() {
		AgentRuntime agent = AgentRuntime.of(TRADE,
				(builder) -> builder.provide(Closing.class, (runtime) -> new Closing(this.log))
					.provide(AutoCloseable.class, (runtime) -> runtime.get(Closing.class)));
		assertThat(agent.get(AutoCloseable.class)).isSameAs(agent.get(Closing.class));
		agent.close();
		assertThat(this.log).containsExactly("closed");
	}

	@Test
	void partThatAnotherThreadHasMadeMeanwhileIsClosedUnlessItIsKeptUnderAnotherType() {
		AtomicBoolean nested = new AtomicBoolean();
		AgentRuntime agent = AgentRuntime.of(TRADE,
				(builder) -> builder.provide(Closing.class, (runtime) -> new Closing(this.log))
					.provide(AutoCloseable.class, (runtime) -> {
						if (nested.compareAndSet(false, true)) {
							runtime.own(AutoCloseable.class);
						}
						return runtime.get(Closing.class);
					}));
		agent.get(AutoCloseable.class);
		assertThat(this.log).isEmpty();
		agent.close();
		assertThat(this.log).containsExactly("closed");
	}

	@Test
	void partThatKnowsNothingOfRevocationsForgetsEverything() {
		AgentRuntime agent = AgentRuntime.of(TRADE,
				(builder) -> builder.forgets((runtime) -> () -> this.log.add("everything")));
		agent.forget(new Revocation(Revocation.Effect.DECISIONS, Set.of("somebody")));
		assertThat(this.log).containsExactly("everything");
	}

	@Test
	void describesAndAnnouncesWhatHasSomethingToTell() {
		AgentRuntime agent = AgentRuntime.of(TRADE,
				(builder) -> builder.describes("pin", (runtime) -> Map.of("digits", 4))
					.describes("none", (runtime) -> null)
					.announces((runtime) -> "a pin is asked for")
					.announces((runtime) -> null));
		assertThat(agent.describe()).isEqualTo(Map.of("pin", Map.of("digits", 4)));
		assertThat(agent.announcements()).containsExactly("a pin is asked for");
	}

	@Test
	void closesWhatWasMadeTheLastFirst() {
		AgentRuntime agent = AgentRuntime.of(TRADE,
				(builder) -> builder.provide(Part.class, (runtime) -> new Part("never"))
					.provide(Resource.class, (runtime) -> new Resource("one", this.log))
					.add(Resource.class, (runtime) -> {
						runtime.get(Resource.class);
						return new Resource("two", this.log);
					}));
		agent.all(Resource.class);
		agent.close();
		agent.close();
		assertThat(this.log).containsExactly("two", "one");
	}

	@Test
	void allThreadsGetTheSamePartAndTheOthersAreClosed() throws Exception {
		int threads = 4;
		CyclicBarrier barrier = new CyclicBarrier(threads);
		List<String> closed = Collections.synchronizedList(this.log);
		AgentRuntime agent = AgentRuntime.of(TRADE, (builder) -> builder.provide(Resource.class, (runtime) -> {
			await(barrier);
			return new Resource("x", closed);
		}));
		ExecutorService executor = Executors.newFixedThreadPool(threads);
		try {
			Callable<Resource> ask = () -> agent.get(Resource.class);
			Set<Resource> got = new HashSet<>();
			for (Future<Resource> result : executor.invokeAll(Collections.nCopies(threads, ask))) {
				got.add(result.get());
			}
			assertThat(got).singleElement().isSameAs(agent.get(Resource.class));
			assertThat(closed).hasSize(threads - 1);
		}
		finally {
			executor.shutdownNow();
		}
	}

	@Test
	void onlyRuntimesWithAnIdentityAreAgents() {
		AgentRuntime nobody = AgentRuntime.of(null, (prefix, type) -> prefix, (type) -> null, List.of());
		AgentRuntime trade = AgentRuntime.of(TRADE);
		assertThat(new AgentRuntimes(nobody, Map.of("trade", trade)).all()).containsExactly(trade);
		AgentRuntime main = AgentRuntime.of(new AgentIdentity(null, "agt_1"));
		AgentRuntimes agents = new AgentRuntimes(main, Map.of("trade", trade));
		assertThat(agents.all()).containsExactly(main, trade);
		assertThat(agents.named("trade")).isSameAs(trade);
		assertThatIllegalStateException().isThrownBy(() -> agents.named("none")).withMessageContaining("'none'");
	}

	private static void await(CyclicBarrier barrier) {
		try {
			barrier.await();
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	private AgentFeature forgetting(String name) {
		return (builder) -> builder.forgets((runtime) -> new Forgetting() {

			@Override
			public void forget() {
				AgentRuntimeTests.this.log.add(name);
			}

			@Override
			public void forget(Revocation revocation) {
				AgentRuntimeTests.this.log.add(name + " " + revocation.effect());
			}

		});
	}

	record Part(String name) {

	}

	record Holder(Part part) {

	}

	static class Settings {

		int digits = 4;

	}

	static final class Resource implements AutoCloseable {

		private final String name;

		private final List<String> closed;

		Resource(String name, List<String> closed) {
			this.name = name;
			this.closed = closed;
		}

		@Override
		public void close() {
			this.closed.add(this.name);
		}

	}

	private record Closing(List<String> log) implements AutoCloseable {

		@Override
		public void close() {
			this.log.add("closed");
		}

	}

}
