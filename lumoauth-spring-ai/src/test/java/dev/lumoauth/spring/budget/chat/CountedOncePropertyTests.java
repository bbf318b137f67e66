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
package dev.lumoauth.spring.budget.chat;

import dev.lumoauth.spring.budget.BudgetExhaustedException;
import dev.lumoauth.spring.budget.BudgetMonitor;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.UnaryOperator;

import dev.lumoauth.spring.BudgetStatus;
import dev.lumoauth.spring.HostileJson;
import dev.lumoauth.spring.ManualClock;
import dev.lumoauth.spring.budget.chat.ModelCallsCountedOnceTests.AskingModel;
import dev.lumoauth.spring.budget.chat.ModelCallsCountedOnceTests.MovingAdvisor;
import dev.lumoauth.spring.budget.chat.ModelCallsCountedOnceTests.MovingModel;
import dev.lumoauth.spring.budget.chat.ModelCallsCountedOnceTests.RetryingAdvisor;
import dev.lumoauth.spring.budget.chat.ModelCallsCountedOnceTests.RetryingModel;
import dev.lumoauth.spring.budget.chat.ModelCallsCountedOnceTests.WrappedModel;
import io.micrometer.observation.ObservationRegistry;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterProperty;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.client.ChatClientRequest;
import org.springframework.ai.chat.client.advisor.api.Advisor;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.prompt.Prompt;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whatever way calls go to their models, on whatever threads and however they end, the
 * budget counts as many as the models were really asked, and keeps nothing reserved.
 */
class CountedOncePropertyTests {

	private final ExecutorService threads = Executors.newCachedThreadPool();

	@Property(tries = 300, seed = HostileJson.SEED)
	void countsWhatTheModelsWereAsked(@ForAll("ways") List<Way> ways) {
		Application application = new Application();
		List<CompletableFuture<Void>> calls = ways.stream()
			.map((way) -> CompletableFuture.runAsync(() -> application.ask(way), this.threads))
			.toList();
		calls.forEach(CompletableFuture::join);
		application.assertCounted(ways.stream().noneMatch((way) -> way.end == End.CANCEL));
	}

	@AfterProperty
	void stop() {
		this.threads.shutdownNow();
	}

	@Provide
	Arbitrary<List<Way>> ways() {
		return way().list().ofMinSize(1).ofMaxSize(8);
	}

	private static Arbitrary<Way> way() {
		Arbitrary<Boolean> yes = Arbitraries.of(true, false);
		return Combinators
			.combine(Arbitraries.of(End.class), Arbitraries.of(Client.class), Arbitraries.of(Model.class),
					Arbitraries.of(Wrapped.class), Arbitraries.of(Advised.class), Arbitraries.integers().between(0, 2),
					Arbitraries.integers().between(1, 4), yes)
			.as(Way::new)
			.filter(Way::isSeen);
	}

	/**
	 * How a call ends, if its model doesn't fail.
	 */
	enum End {

		CALL, STREAM, CANCEL

	}

	/**
	 * Who asks.
	 */
	enum Client {

		ADVISED, ADVISED_TWICE, CREATED, NONE

	}

	/**
	 * Who answers.
	 */
	enum Model {

		OBSERVED, UNOBSERVED, ASKS_ADVISED, ASKS_ADVISED_UNOBSERVED, ASKS_CREATED;

		boolean isAsking() {
			return this != OBSERVED && this != UNOBSERVED;
		}

		boolean isObserved() {
			return this != UNOBSERVED && this != ASKS_ADVISED_UNOBSERVED;
		}

	}

	/**
	 * What stands before the model.
	 */
	enum Wrapped {

		NOT, MOVES, REWRITES, MOVES_AND_REWRITES, TRIES_AGAIN

	}

	/**
	 * What stands between the budget's advisor and the model.
	 */
	enum Advised {

		NOT, MOVES, MOVES_AND_COPIES, TRIES_AGAIN

	}

	/**
	 * A way to a model.
	 *
	 * @param failures how often the model fails before it answers
	 * @param questions what a model that asks others asks
	 * @param logged whether advisors are observed
	 */
	record Way(End end, Client client, Model model, Wrapped wrapped, Advised advised, int failures, int questions,
			boolean logged) {

		/**
		 * Return whether the budget can see the model's calls, and those alone: the rest
		 * is documented.
		 */
		boolean isSeen() {
			boolean byAdvisor = this.client == Client.ADVISED || this.client == Client.ADVISED_TWICE;
			boolean retried = this.wrapped == Wrapped.TRIES_AGAIN || this.advised == Advised.TRIES_AGAIN;
			// A stream that is tried again is so on whatever thread it failed.
			boolean moved = this.wrapped == Wrapped.MOVES || this.wrapped == Wrapped.MOVES_AND_REWRITES
					|| this.advised == Advised.MOVES || this.advised == Advised.MOVES_AND_COPIES
					|| (retried && this.end != End.CALL);
			boolean written = this.wrapped == Wrapped.REWRITES || this.wrapped == Wrapped.MOVES_AND_REWRITES
					|| this.advised == Advised.MOVES_AND_COPIES || this.model == Model.ASKS_CREATED;
			if (!byAdvisor) {
				return this.advised == Advised.NOT && this.model != Model.UNOBSERVED;
			}
			if (this.model == Model.UNOBSERVED) {
				return !retried;
			}
			if (this.end == End.CALL && moved) {
				return !this.model.isAsking() && !written;
			}
			return !written || this.end == End.CALL;
		}

	}

	/**
	 * An application with a budget, and the models that it asks.
	 */
	private final class Application {

		private final ObservationRegistry registry = ObservationRegistry.create();

		private final List<MemoryModel> models = new ArrayList<>();

		private volatile Map<String, Object> policy = Map.of("max_tokens_per_day", 1_000_000, "max_api_calls_per_hour",
				10_000);

		private final BudgetMonitor monitor = BudgetMonitor.builder(() -> this.policy, Runnable::run)
			.clock(new ManualClock())
			.build();

		Application() {
			this.registry.observationConfig()
				.observationHandler(new BudgetObservationHandler(() -> this.monitor, () -> null));
		}

		void ask(Way way) {
			ChatModel model = wrapped(way, model(way));
			try {
				switch (way.client) {
					case ADVISED -> ask(way, client(way, model, advised(way), advisor()));
					case ADVISED_TWICE -> ask(way, client(way, model, advised(way), advisor(), advisor()));
					case CREATED -> ask(way, client(way, model));
					case NONE -> ask(way, model);
				}
			}
			catch (IllegalStateException ex) {
				assertThat(ex).hasMessage("The provider is down");
			}
			catch (CompletionException ex) {
				assertThat(ex).hasRootCauseMessage("The provider is down");
			}
		}

		private void ask(Way way, ChatClient client) {
			switch (way.end) {
				case CALL -> client.prompt("where is 42?").call().content();
				case STREAM -> client.prompt("where is 42?").stream().content().blockLast();
				case CANCEL -> client.prompt("where is 42?").stream().content().blockFirst();
			}
		}

		private void ask(Way way, ChatModel model) {
			switch (way.end) {
				case CALL -> model.call("where is 42?");
				case STREAM -> model.stream("where is 42?").blockLast();
				case CANCEL -> model.stream("where is 42?").blockFirst();
			}
		}

		private ChatModel model(Way way) {
			MemoryModel leaf = new MemoryModel(way.model.isObserved() ? this.registry : ObservationRegistry.NOOP)
				.failing(way.failures);
			synchronized (this.models) {
				this.models.add(leaf);
			}
			if (!way.model.isAsking()) {
				return leaf;
			}
			ChatClient asked = (way.model == Model.ASKS_CREATED) ? client(way, leaf) : client(way, leaf, advisor());
			Function<Prompt, ChatClient.ChatClientRequestSpec> question = (way.failures > 0) ? asked::prompt
					: (prompt) -> asked.prompt("part");
			return new AskingModel(way.questions, question);
		}

		private ChatModel wrapped(Way way, ChatModel model) {
			UnaryOperator<Prompt> rewrite = (prompt) -> prompt.augmentSystemMessage("Be brief.").copy();
			return switch (way.wrapped) {
				case NOT -> model;
				case MOVES -> new MovingModel(model, UnaryOperator.identity(), CountedOncePropertyTests.this.threads);
				case REWRITES -> new WrappedModel(model, rewrite);
				case MOVES_AND_REWRITES -> new MovingModel(model, rewrite, CountedOncePropertyTests.this.threads);
				case TRIES_AGAIN -> new RetryingModel(model, 2);
			};
		}

		private List<Advisor> advised(Way way) {
			return switch (way.advised) {
				case NOT -> List.of();
				case MOVES ->
					List.of(new MovingAdvisor(UnaryOperator.identity(), CountedOncePropertyTests.this.threads));
				case MOVES_AND_COPIES ->
					List.of(new MovingAdvisor(ChatClientRequest::copy, CountedOncePropertyTests.this.threads));
				case TRIES_AGAIN -> List.of(new RetryingAdvisor(2));
			};
		}

		private List<Advisor> advisor() {
			return List.of(new BudgetAdvisor(this.monitor, null));
		}

		@SafeVarargs
		private ChatClient client(Way way, ChatModel model, List<Advisor>... advisors) {
			ChatClient.Builder builder = ChatClient.builder(model,
					way.logged ? this.registry : ObservationRegistry.NOOP, null, null);
			for (List<Advisor> more : advisors) {
				builder.defaultAdvisors(more);
			}
			return builder.build();
		}

		void assertCounted(boolean withTokens) {
			long calls = this.models.stream().mapToLong(MemoryModel::calls).sum();
			long tokens = MemoryModel.TOKENS * this.models.stream().mapToLong(MemoryModel::answers).sum();
			// The observation of a stream stops just after the stream has ended.
			long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
			while (!isNothingReserved() && System.nanoTime() < deadline) {
				Thread.onSpinWait();
			}
			assertThat(isNothingReserved()).as("nothing reserved").isTrue();
			assertThat(used("max_api_calls_per_hour")).as("calls").isEqualTo(calls);
			if (withTokens) {
				assertThat(used("max_tokens_per_day")).as("tokens").isEqualTo(tokens);
			}
		}

		private boolean isNothingReserved() {
			this.policy = Map.of("max_tokens_per_day", used("max_tokens_per_day") + 1, "max_api_calls_per_hour",
					10_000);
			this.monitor.refresh();
			try {
				this.monitor.check("memory");
				return true;
			}
			catch (BudgetExhaustedException ex) {
				return false;
			}
		}

		private long used(String name) {
			BudgetStatus.Limit limit = this.monitor.status().limit(name);
			return (limit != null && limit.used() != null) ? limit.used().longValue() : -1;
		}

	}

}
