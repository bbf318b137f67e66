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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

import dev.lumoauth.spring.BudgetStatus;
import dev.lumoauth.spring.ManualClock;
import io.micrometer.observation.ObservationRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.client.ChatClientRequest;
import org.springframework.ai.chat.client.ChatClientResponse;
import org.springframework.ai.chat.client.advisor.MessageChatMemoryAdvisor;
import org.springframework.ai.chat.client.advisor.api.Advisor;
import org.springframework.ai.chat.client.advisor.api.CallAdvisor;
import org.springframework.ai.chat.client.advisor.api.CallAdvisorChain;
import org.springframework.ai.chat.client.advisor.api.StreamAdvisor;
import org.springframework.ai.chat.client.advisor.api.StreamAdvisorChain;
import org.springframework.ai.chat.memory.ChatMemory;
import org.springframework.ai.chat.memory.MessageWindowChatMemory;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * A model call is counted once by whatever counts it: the advisor, or the observation.
 * Both see most calls, on one thread or two.
 */
@ExtendWith(OutputCaptureExtension.class)
class ModelCallsCountedOnceTests {

	private static final int TOKENS = MemoryModel.TOKENS;

	private static final String PROMPT = "where is 42?";

	private final ObservationRegistry registry = ObservationRegistry.create();

	private final MemoryModel model = new MemoryModel(this.registry);

	private final ExecutorService threads = Executors.newCachedThreadPool();

	private Map<String, Object> policy = Map.of("max_tokens_per_day", 1_000_000, "max_api_calls_per_hour", 1000);

	private final BudgetMonitor monitor = BudgetMonitor.builder(() -> this.policy, Runnable::run)
		.clock(new ManualClock())
		.build();

	ModelCallsCountedOnceTests() {
		this.registry.observationConfig()
			.observationHandler(new BudgetObservationHandler(() -> this.monitor, () -> null));
	}

	@AfterEach
	void stop() {
		this.threads.shutdownNow();
	}

	@ParameterizedTest
	@EnumSource(Mode.class)
	void whereAnAdvisorMovesTheCallToAnotherThread(Mode mode) {
		for (UnaryOperator<ChatClientRequest> change : List.<UnaryOperator<ChatClientRequest>>of(
				UnaryOperator.identity(), ModelCallsCountedOnceTests::withoutTools, ChatClientRequest::copy)) {
			mode.ask(client(this.model, new MovingAdvisor(change, this.threads)));
		}
		// What a call with a copied prompt on another thread belongs to is not always
		// known.
		assertUsedBetween(3, 4);
	}

	@Test
	void aRefusedStreamWritesNoStackTraceAtEachAdvisorThatItPasses(CapturedOutput output) {
		this.policy = Map.of("max_tokens_per_day", 0);
		ChatClient client = client(this.model,
				MessageChatMemoryAdvisor.builder(MessageWindowChatMemory.builder().build()).build());
		assertThatExceptionOfType(BudgetExhaustedException.class)
			.isThrownBy(() -> client.prompt(PROMPT)
				.advisors((spec) -> spec.param(ChatMemory.CONVERSATION_ID, "one"))
				.stream()
				.content()
				.collectList()
				.block())
			.withNoCause();
		assertThat(output).contains("From now on model calls are refused");
		assertThat(output.getAll().lines()).noneMatch((line) -> line.startsWith("\tat "))
			.filteredOn((line) -> line.contains("Aggregation Error"))
			.isNotEmpty();
		assertThatExceptionOfType(BudgetExhaustedException.class).isThrownBy(() -> Mode.CALL.ask(client(this.model)))
			.satisfies((ex) -> assertThat(ex.getStackTrace()).isNotEmpty());
		assertUsed(0, 0);
	}

	@ParameterizedTest
	@EnumSource(Mode.class)
	void whereTheModelIsWrappedInOneThatMovesTheCallToAnotherThread(Mode mode) {
		mode.ask(client(new MovingModel(this.model, UnaryOperator.identity(), this.threads)));
		assertUsed(1, TOKENS);
	}

	@Test
	void whereTheModelIsWrappedInOneThatMovesTheStreamAndWritesThePromptAnew() {
		Mode.STREAM.ask(client(new MovingModel(this.model, (prompt) -> prompt.augmentSystemMessage("Be brief.").copy(),
				this.threads)));
		assertUsedBetween(1, 2);
	}

	@ParameterizedTest
	@EnumSource(Mode.class)
	void whereThePromptIsWrittenAnew(Mode mode) {
		ChatModel wrapped = new WrappedModel(this.model, (prompt) -> prompt.augmentSystemMessage("Be brief.").copy());
		mode.ask(client(wrapped));
		assertUsedBetween(1, (mode == Mode.CALL) ? 1 : 2);
	}

	@ParameterizedTest
	@EnumSource(Mode.class)
	void anUnobservedModelThatAsksTwentyClientsIsTwentyCalls(Mode mode) {
		for (ChatModel asked : List.of(this.model, new MemoryModel(ObservationRegistry.NOOP))) {
			long before = used("max_api_calls_per_hour");
			ChatClient inner = client(asked);
			mode.ask(client(new AskingModel(20, (prompt) -> inner.prompt("part"))));
			assertThat(used("max_api_calls_per_hour") - before).isEqualTo(20);
		}
		assertUsed(40, 40 * TOKENS);
	}

	@Test
	void anUnobservedModelThatAsksTwentyClientsFromOtherThreads() {
		ChatClient inner = client(this.model);
		AskingModel asking = new AskingModel(20, (prompt) -> inner.prompt("part"));
		ChatClient outer = client(new MovingModel(asking, UnaryOperator.identity(), this.threads));
		Mode.STREAM.ask(outer);
		assertUsed(20, 20 * TOKENS);
		// Nothing says what a call on a thread of the model's own belongs to.
		Mode.CALL.ask(outer);
		assertUsed(20 + 21, (20 + 21) * TOKENS);
	}

	@ParameterizedTest
	@EnumSource(Mode.class)
	void aStreamingModelThatAsksClientsOneAfterTheOther(Mode mode) {
		ChatClient inner = client(this.model);
		mode.ask(client(new ChatModel() {

			@Override
			public ChatResponse call(Prompt prompt) {
				return stream(prompt).blockLast();
			}

			@Override
			public Flux<ChatResponse> stream(Prompt prompt) {
				return Flux.range(0, 20).map((part) -> inner.prompt("part").call().chatResponse());
			}

			@Override
			public ChatOptions getOptions() {
				return ChatOptions.builder().build();
			}

		}));
		assertUsedBetween(20, (mode == Mode.CALL) ? 20 : 21);
	}

	@ParameterizedTest
	@EnumSource(Mode.class)
	void aModelThatTriesAgainIsCountedEachTime(Mode mode) {
		this.model.failing(2);
		mode.ask(client(new RetryingModel(this.model, 3)));
		assertThat(this.model.calls()).isEqualTo(3);
		assertUsed(3, TOKENS);
	}

	@ParameterizedTest
	@EnumSource(Mode.class)
	void anAdvisorThatTriesAgainIsCountedEachTime(Mode mode) {
		this.model.failing(2);
		mode.ask(client(this.model, new RetryingAdvisor(3)));
		assertThat(this.model.calls()).isEqualTo(3);
		assertUsed(3, TOKENS);
	}

	@ParameterizedTest
	@EnumSource(Mode.class)
	void aModelThatAsksSeveralObservedModelsIsThoseCalls(Mode mode) {
		MemoryModel other = new MemoryModel(this.registry);
		mode.ask(client(new AskingModel(1, ChatClient.create(this.model)::prompt) {

			@Override
			ChatResponse answer(ChatResponse first) {
				return other.call(new Prompt("what do you think?"));
			}

		}));
		assertUsedBetween(2, (mode == Mode.CALL) ? 2 : 3);
	}

	@ParameterizedTest
	@EnumSource(Mode.class)
	void whatFollowsAnAnswerIsNoPartOfTheCall(Mode mode) {
		ChatClient client = client(new MemoryModel(ObservationRegistry.NOOP), new StraightAdvisor());
		mode.ask(client, (answer) -> mode.ask(client(new MemoryModel(ObservationRegistry.NOOP))));
		assertThat(used("max_api_calls_per_hour")).isEqualTo((mode == Mode.CALL) ? 2 : 3);
		assertThat(used("max_tokens_per_day")).isEqualTo(((mode == Mode.CALL) ? 2 : 3) * TOKENS);
	}

	@ParameterizedTest
	@EnumSource(Mode.class)
	void nobodySeesADifference(Mode mode) {
		List<Prompt> prompts = new ArrayList<>();
		mode.ask(client(new WrappedModel(this.model, (prompt) -> {
			prompts.add(prompt);
			return prompt;
		})));
		assertThat(prompts).singleElement()
			.satisfies((prompt) -> assertThat(prompt.getInstructions())
				.isEqualTo(new ArrayList<>(prompt.getInstructions())))
			.satisfies((prompt) -> assertThat(new ArrayList<>(prompt.getInstructions()))
				.isEqualTo(prompt.getInstructions()))
			.satisfies((prompt) -> assertThat(prompt.getInstructions().toString()).doesNotContain("budget"));
		ChatClient client = client(this.model);
		ChatClientResponse response = (mode == Mode.CALL) ? client.prompt(PROMPT).call().chatClientResponse()
				: client.prompt(PROMPT).stream().chatClientResponse().blockLast();
		assertThat(response.context().keySet()).noneMatch((key) -> key.contains("lumoauth"));
	}

	@ParameterizedTest
	@EnumSource(Mode.class)
	void aReservationIsGivenBackWhereAnotherAdvisorThrows(Mode mode) {
		this.policy = Map.of("max_tokens_per_day", 1000);
		ChatClient client = client(this.model, new BrokenAdvisor());
		for (int i = 0; i < 3; i++) {
			assertThatIllegalStateException().isThrownBy(() -> mode.ask(client)).withMessage("broken");
		}
		assertThatNoException().isThrownBy(() -> mode.ask(client(this.model)));
		assertThat(used("max_tokens_per_day")).isEqualTo(TOKENS);
	}

	@Test
	void twoBudgetsAreCountedEach() {
		BudgetMonitor other = BudgetMonitor.builder(() -> this.policy, Runnable::run).clock(new ManualClock()).build();
		Mode.CALL.ask(client(this.model, new BudgetAdvisor(other, null)));
		assertUsed(1, TOKENS);
		assertThat(other.status().limit("max_tokens_per_day")).extracting(BudgetStatus.Limit::used)
			.isEqualTo((long) TOKENS);
	}

	@ParameterizedTest
	@EnumSource(Way.class)
	void ofManyCallsAtATimeTheLastTokenAdmitsOne(Way way) throws Exception {
		assertAdmitted(way, 1, 1);
	}

	@ParameterizedTest
	@EnumSource(Way.class)
	void ofManyCallsAtATimeAsManyAreAdmittedAsReserveWhatIsLeft(Way way) throws Exception {
		// Each reserves 1,000 tokens for the answer and some for the prompt.
		assertAdmitted(way, 3000, 3);
	}

	private void assertAdmitted(Way way, int left, int admitted) throws Exception {
		this.policy = Map.of("max_tokens_per_day", left);
		ManualGate gate = new ManualGate(this.model, 32 - admitted);
		ChatClient client = client(this.model);
		AtomicInteger refused = new AtomicInteger();
		List<Future<?>> calls = IntStream.range(0, 32).<Future<?>>mapToObj((call) -> this.threads.submit(() -> {
			try {
				way.ask(client, this.model);
			}
			catch (BudgetExhaustedException ex) {
				refused.incrementAndGet();
			}
			finally {
				gate.arrived();
			}
		})).toList();
		gate.openWhenTheOthersHaveArrived();
		for (Future<?> call : calls) {
			call.get(60, TimeUnit.SECONDS);
		}
		assertThat(this.model.calls()).isEqualTo(admitted);
		assertThat(refused).hasValue(32 - admitted);
	}

	@ParameterizedTest
	@EnumSource(Way.class)
	void whatWasReservedIsGivenBackOnce(Way way) {
		// Room for one reservation and not for two.
		this.policy = Map.of("max_tokens_per_day", 1000);
		ChatClient client = client(this.model);
		for (int i = 0; i < 20; i++) {
			this.model.failing(1);
			assertThatIllegalStateException().isThrownBy(() -> way.ask(client, this.model));
		}
		assertThat(used("max_tokens_per_day")).isZero();
		for (int i = 0; i < 8; i++) {
			way.ask(client, this.model);
		}
		assertThat(used("max_tokens_per_day")).isEqualTo(8 * TOKENS);
		way.ask(client, this.model);
		assertThatExceptionOfType(BudgetExhaustedException.class).isThrownBy(() -> way.ask(client, this.model))
			.satisfies((ex) -> assertThat(ex.getUsed()).isEqualTo(9L * TOKENS));
	}

	@Test
	void aStreamThatIsCancelledGivesBackWhatWasReserved() {
		this.policy = Map.of("max_tokens_per_day", 1000);
		ChatClient client = client(this.model);
		for (int i = 0; i < 20; i++) {
			client.prompt(PROMPT).stream().content().take(1).blockLast();
		}
		assertThat(used("max_tokens_per_day")).isBetween(20L, 500L);
		assertThatNoException().isThrownBy(() -> Mode.CALL.ask(client));
	}

	@Test
	void aStreamThatIsSubscribedToTwiceIsTwoCalls() {
		ChatClient client = client(this.model);
		Flux.defer(() -> client.prompt(PROMPT).stream().content()).repeat(1).blockLast();
		this.model.failing(1);
		Flux.defer(() -> client.prompt(PROMPT).stream().content()).retry(1).blockLast();
		assertUsed(4, 3 * TOKENS);
	}

	@Test
	void aModelThatAsksAClientNeedsRoomForOneCallOnly() {
		this.policy = Map.of("max_tokens_per_day", 1000, "max_api_calls_per_hour", 1);
		ChatClient inner = client(this.model);
		Mode.CALL.ask(client(new AskingModel(1, (prompt) -> inner.prompt("part"))));
		assertUsed(1, TOKENS);
		assertThatExceptionOfType(BudgetExhaustedException.class).isThrownBy(() -> Mode.CALL.ask(inner));
	}

	@Test
	void aModelWhoseOwnCallsAreRefusedIsACallItself() {
		this.policy = Map.of("max_tokens_per_day", 1_000_000, "max_api_calls_per_hour", 1000, "allowed_models",
				List.of("own"));
		ChatClient inner = client(this.model);
		AskingModel asking = new AskingModel(1, (prompt) -> inner.prompt("part")) {

			@Override
			public ChatOptions getOptions() {
				return ChatOptions.builder().model("own").build();
			}

			@Override
			public ChatResponse call(Prompt prompt) {
				assertThatException().isThrownBy(() -> super.call(prompt));
				return MemoryModel.answer("It is here.", TOKENS);
			}

		};
		Mode.CALL.ask(client(asking));
		assertThat(this.model.calls()).isZero();
		assertUsed(1, TOKENS);
	}

	private BudgetAdvisor advisor() {
		return new BudgetAdvisor(this.monitor, null);
	}

	private ChatClient client(ChatModel model, Advisor... more) {
		// Of advisors with the same order the last one added is the outermost.
		return ChatClient.builder(model, this.registry, null, null)
			.defaultAdvisors(more)
			.defaultAdvisors(advisor())
			.build();
	}

	private void assertUsed(long calls, long tokens) {
		awaitUsed(tokens);
		assertThat(used("max_api_calls_per_hour")).as("calls").isEqualTo(calls);
		assertThat(used("max_tokens_per_day")).as("tokens").isEqualTo(tokens);
	}

	private void awaitUsed(long tokens) {
		// An observation of a stream stops just after the stream has ended.
		long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
		while (used("max_tokens_per_day") < tokens && System.nanoTime() < deadline) {
			Thread.onSpinWait();
		}
	}

	/**
	 * Nothing but the thread says what some calls belong to, and the threads of a stream
	 * know that only where the library watches all streams.
	 */
	private void assertUsedBetween(long least, long most) {
		awaitUsed(least * TOKENS);
		assertThat(used("max_api_calls_per_hour")).as("calls").isBetween(least, most);
		assertThat(used("max_tokens_per_day")).as("tokens").isBetween(least * TOKENS, most * TOKENS);
	}

	private long used(String name) {
		BudgetStatus.Limit limit = this.monitor.status().limit(name);
		return (limit != null && limit.used() != null) ? limit.used().longValue() : 0;
	}

	private static ChatClientRequest withoutTools(ChatClientRequest request) {
		return request.mutate()
			.prompt(new Prompt(request.prompt().getInstructions(), request.prompt().getOptions()))
			.build();
	}

	/**
	 * How a client is asked.
	 */
	enum Mode {

		CALL {

			@Override
			void ask(ChatClient client, Consumer<String> then) {
				then.accept(client.prompt(PROMPT).call().content());
			}

		},

		STREAM {

			@Override
			void ask(ChatClient client, Consumer<String> then) {
				client.prompt(PROMPT).stream().content().doOnNext(then).blockLast();
			}

		};

		abstract void ask(ChatClient client, Consumer<String> then);

		void ask(ChatClient client) {
			ask(client, (answer) -> {
			});
		}

	}

	/**
	 * Who counts a call.
	 */
	enum Way {

		CALL {

			@Override
			void ask(ChatClient client, ChatModel model) {
				Mode.CALL.ask(client);
			}

		},

		STREAM {

			@Override
			void ask(ChatClient client, ChatModel model) {
				Mode.STREAM.ask(client);
			}

		},

		MODEL {

			@Override
			void ask(ChatClient client, ChatModel model) {
				model.call(PROMPT);
			}

		},

		MODEL_STREAM {

			@Override
			void ask(ChatClient client, ChatModel model) {
				model.stream(PROMPT).blockLast();
			}

		};

		abstract void ask(ChatClient client, ChatModel model);

	}

	/**
	 * Holds the admitted calls until all others were refused.
	 */
	private static final class ManualGate {

		private final CountDownLatch open = new CountDownLatch(1);

		private final CountDownLatch refused;

		ManualGate(MemoryModel model, int refused) {
			this.refused = new CountDownLatch(refused);
			model.gate(this.open);
		}

		void arrived() {
			this.refused.countDown();
		}

		void openWhenTheOthersHaveArrived() throws InterruptedException {
			// Not asserted: how many were admitted is for the test to say.
			this.refused.await(60, TimeUnit.SECONDS);
			this.open.countDown();
		}

	}

	/**
	 * Inside the budget's advisor, as the one that hides tools.
	 */
	abstract static class InnerAdvisor implements CallAdvisor, StreamAdvisor {

		@Override
		public String getName() {
			return getClass().getSimpleName();
		}

		@Override
		public int getOrder() {
			return BudgetAdvisor.ORDER;
		}

	}

	static final class MovingAdvisor extends InnerAdvisor {

		private final UnaryOperator<ChatClientRequest> change;

		private final ExecutorService threads;

		MovingAdvisor(UnaryOperator<ChatClientRequest> change, ExecutorService threads) {
			this.change = change;
			this.threads = threads;
		}

		@Override
		public ChatClientResponse adviseCall(ChatClientRequest request, CallAdvisorChain chain) {
			return CompletableFuture.supplyAsync(() -> chain.nextCall(this.change.apply(request)), this.threads).join();
		}

		@Override
		public Flux<ChatClientResponse> adviseStream(ChatClientRequest request, StreamAdvisorChain chain) {
			return Mono.fromCallable(() -> this.change.apply(request))
				.subscribeOn(Schedulers.boundedElastic())
				.flatMapMany(chain::nextStream);
		}

	}

	private static final class StraightAdvisor extends InnerAdvisor {

		@Override
		public ChatClientResponse adviseCall(ChatClientRequest request, CallAdvisorChain chain) {
			return chain.nextCall(request);
		}

		@Override
		public Flux<ChatClientResponse> adviseStream(ChatClientRequest request, StreamAdvisorChain chain) {
			List<ChatClientResponse> all = chain.nextStream(request).collectList().block();
			return Flux.fromIterable(all);
		}

	}

	private static final class BrokenAdvisor extends InnerAdvisor {

		@Override
		public ChatClientResponse adviseCall(ChatClientRequest request, CallAdvisorChain chain) {
			throw new IllegalStateException("broken");
		}

		@Override
		public Flux<ChatClientResponse> adviseStream(ChatClientRequest request, StreamAdvisorChain chain) {
			throw new IllegalStateException("broken");
		}

	}

	static final class RetryingAdvisor extends InnerAdvisor {

		private final int attempts;

		RetryingAdvisor(int attempts) {
			this.attempts = attempts;
		}

		@Override
		public ChatClientResponse adviseCall(ChatClientRequest request, CallAdvisorChain chain) {
			for (int attempt = 1;; attempt++) {
				try {
					return chain.copy(this).nextCall(request);
				}
				catch (IllegalStateException ex) {
					if (attempt == this.attempts) {
						throw ex;
					}
				}
			}
		}

		@Override
		public Flux<ChatClientResponse> adviseStream(ChatClientRequest request, StreamAdvisorChain chain) {
			return Flux.defer(() -> chain.copy(this).nextStream(request)).retry(this.attempts - 1);
		}

	}

	/**
	 * A model that asks another, with what it makes of the prompt.
	 */
	static class WrappedModel implements ChatModel {

		final ChatModel model;

		final UnaryOperator<Prompt> change;

		WrappedModel(ChatModel model, UnaryOperator<Prompt> change) {
			this.model = model;
			this.change = change;
		}

		@Override
		public ChatOptions getOptions() {
			return this.model.getOptions();
		}

		@Override
		public ChatResponse call(Prompt prompt) {
			return this.model.call(this.change.apply(prompt));
		}

		@Override
		public Flux<ChatResponse> stream(Prompt prompt) {
			return this.model.stream(this.change.apply(prompt));
		}

	}

	static final class MovingModel extends WrappedModel {

		private final ExecutorService threads;

		MovingModel(ChatModel model, UnaryOperator<Prompt> change, ExecutorService threads) {
			super(model, change);
			this.threads = threads;
		}

		@Override
		public ChatResponse call(Prompt prompt) {
			return CompletableFuture.supplyAsync(() -> super.call(prompt), this.threads).join();
		}

		@Override
		public Flux<ChatResponse> stream(Prompt prompt) {
			return Flux.defer(() -> super.stream(prompt)).subscribeOn(Schedulers.boundedElastic());
		}

	}

	static final class RetryingModel extends WrappedModel {

		private final int attempts;

		RetryingModel(ChatModel model, int attempts) {
			super(model, UnaryOperator.identity());
			this.attempts = attempts;
		}

		@Override
		public ChatResponse call(Prompt prompt) {
			for (int attempt = 1;; attempt++) {
				try {
					return super.call(prompt);
				}
				catch (IllegalStateException ex) {
					if (attempt == this.attempts) {
						throw ex;
					}
				}
			}
		}

		@Override
		public Flux<ChatResponse> stream(Prompt prompt) {
			return super.stream(prompt).retry(this.attempts - 1);
		}

	}

	/**
	 * A model that asks chat clients and says the last answer.
	 */
	static class AskingModel implements ChatModel {

		private final int times;

		private final Function<Prompt, ChatClient.ChatClientRequestSpec> request;

		AskingModel(int times, Function<Prompt, ChatClient.ChatClientRequestSpec> request) {
			this.times = times;
			this.request = request;
		}

		@Override
		public ChatOptions getOptions() {
			return ChatOptions.builder().build();
		}

		@Override
		public ChatResponse call(Prompt prompt) {
			ChatResponse last = null;
			for (int i = 0; i < this.times; i++) {
				last = this.request.apply(prompt).call().chatResponse();
			}
			return answer(last);
		}

		@Override
		public Flux<ChatResponse> stream(Prompt prompt) {
			return Flux.range(0, this.times)
				.concatMap((part) -> this.request.apply(prompt).stream().chatResponse())
				.takeLast(1)
				.map(this::answer);
		}

		ChatResponse answer(ChatResponse last) {
			return last;
		}

	}

}
