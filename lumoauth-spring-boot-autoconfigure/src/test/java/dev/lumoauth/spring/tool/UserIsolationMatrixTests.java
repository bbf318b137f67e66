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

package dev.lumoauth.spring.tool;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import dev.lumoauth.spring.autoconfigure.tool.LumoAuthMethodSecurityAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.tool.LumoAuthToolAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.user.LumoAuthUserAutoConfiguration;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.user.OnBehalfOfUser;
import dev.lumoauth.spring.user.TestUsers;
import dev.lumoauth.spring.user.UserRequiredException;
import dev.lumoauth.spring.user.UserScope;
import dev.lumoauth.spring.user.UserToken;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.ToolResponseMessage;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.model.chat.client.autoconfigure.ChatClientAutoConfiguration;
import org.springframework.ai.model.tool.ToolCallingChatOptions;
import org.springframework.ai.model.tool.autoconfigure.ToolCallingAutoConfiguration;
import org.springframework.ai.tool.annotation.Tool;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.core.context.ReactiveSecurityContextHolder;
import org.springframework.security.core.context.SecurityContextHolder;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Two users whose chats and calls meet: in each way to be signed in, in each shape of a
 * chat, with each {@code SecurityContextHolder} strategy and mode of context propagation.
 * Each acts with the own token or is refused.
 * <p>
 * {@code MODE_GLOBAL} is in {@link UserIsolationGlobalModeTests}.
 */
@ParameterizedClass(name = "{0}, context-propagation={1}")
@CsvSource({ "MODE_THREADLOCAL, limited", "MODE_THREADLOCAL, auto", "MODE_INHERITABLETHREADLOCAL, limited",
		"MODE_INHERITABLETHREADLOCAL, auto" })
@Timeout(120)
class UserIsolationMatrixTests {

	private static final String NOBODY = "Error: this tool acts for a user, and no user is signed in.";

	private static final Duration SOON = Duration.ofSeconds(60);

	@Parameter(0)
	private String strategy;

	@Parameter(1)
	private String propagation;

	private static AnnotationConfigApplicationContext context;

	private final HeldModel model = context.getBean(HeldModel.class);

	private final Users users = context.getBean(Users.class);

	private final ChatClient client = context.getBean(ChatClient.Builder.class).build();

	@BeforeParameterizedClassInvocation
	static void start(String strategy) {
		SecurityContextHolder.setStrategyName(strategy);
		context = new AnnotationConfigApplicationContext();
		TestPropertyValues.of("lumoauth.enabled=true", "lumoauth.user.issuers=" + TestUsers.ISSUER).applyTo(context);
		context.register(Application.class);
		context.refresh();
	}

	@AfterParameterizedClassInvocation
	static void stop() {
		context.close();
	}

	@BeforeEach
	void choose() {
		SecurityContextHolder.setStrategyName(this.strategy);
		if (this.propagation.equals("auto")) {
			Hooks.enableAutomaticContextPropagation();
		}
		this.model.reset();
	}

	@AfterEach
	void reset() {
		Hooks.disableAutomaticContextPropagation();
		TestUsers.signOut();
		SecurityContextHolder.setStrategyName(SecurityContextHolder.MODE_THREADLOCAL);
		// Threads that have inherited a user.
		Schedulers.shutdownNow();
	}

	/**
	 * Both chats have started before the model answers either.
	 */
	@ParameterizedTest
	@CsvSource({ "SERVLET, CALL", "SERVLET, STREAM", "REACTIVE, CALL", "REACTIVE, STREAM" })
	void aChatActsForWhoStartedItWhoeverComesNext(SignIn way, Shape shape) throws Exception {
		CountDownLatch answer = this.model.hold();
		List<CompletableFuture<String>> answers = new ArrayList<>();
		List<String> expected = new ArrayList<>();
		for (int i = 0; i < 6; i++) {
			String user = (i % 2 == 0) ? "alice" : "bob";
			expected.add("\"" + TestUsers.token(user) + "\"");
			answers.add(elsewhere(() -> way.as(user, shape.ask(this.client))));
			this.model.awaitQuestion();
		}
		answer.countDown();
		for (int i = 0; i < answers.size(); i++) {
			assertThat(answers.get(i).get(60, TimeUnit.SECONDS)).as("chat " + i).isEqualTo(expected.get(i));
		}
	}

	/**
	 * Which may have had a user of its own, or inherited one.
	 */
	@ParameterizedTest
	@EnumSource
	void aChatActsForWhoStartedItOnThreadsThatWorkedForAnother(SignIn way) {
		for (String user : List.of("bob", "alice", "bob", "alice", "alice", "alice", "bob", "carol")) {
			assertThat(
					elsewhere(() -> way.as(user, Shape.STREAM.ask(this.client))).orTimeout(60, TimeUnit.SECONDS).join())
				.isEqualTo("\"" + TestUsers.token(user) + "\"");
		}
	}

	@ParameterizedTest
	@EnumSource
	void aChatOfNobodyActsForNobodyOnThreadsThatWorkedForAnother(Shape shape) {
		CompletableFuture<String> bobs = elsewhere(() -> SignIn.SERVLET.as("bob", Shape.STREAM.ask(this.client)));
		assertThat(bobs.orTimeout(60, TimeUnit.SECONDS).join()).contains("token-of-bob");
		TestUsers.signOut();
		assertThat(shape.ask(this.client).block(SOON)).isEqualTo(NOBODY);
	}

	/**
	 * Who subscribes has started it, and where nobody is signed in, who assembled it.
	 */
	@Test
	void aChatThatIsSubscribedToElsewhereActsForWhoIsSignedInThereOrElseForWhoAssembledIt() {
		Mono<String> noOther = TestUsers.as("alice", this::assembled);
		assertThat(elsewhere(() -> noOther.block(SOON)).join()).isEqualTo("\"token-of-alice\"");
		Mono<String> other = TestUsers.as("alice", this::assembled);
		assertThat(elsewhere(() -> SignIn.SERVLET.as("bob", other)).join()).isEqualTo("\"token-of-bob\"");
	}

	private Mono<String> assembled() {
		return this.client.prompt("go")
			.tools(new Tools())
			.stream()
			.content()
			.collectList()
			.map((parts) -> String.join("", parts));
	}

	/**
	 * A stream of chats that the other user's tool wakes, on its own thread and in the
	 * other user's scope.
	 */
	@ParameterizedTest
	@CsvSource({ "CALL, false", "CALL, true", "STREAM, false", "STREAM, true" })
	void aStreamThatTheOthersToolWakesActsForItsOwnUser(Shape shape, boolean method) throws Exception {
		Woken alices = new Woken("alice");
		Woken bobs = new Woken("bob");
		Woken nobodys = new Woken(null);
		for (Woken woken : List.of(alices, bobs, nobodys)) {
			woken.subscribe(method
					? Mono.defer(this.users::mono)
						.map((token) -> "\"" + token + "\"")
						.onErrorResume(UserRequiredException.class, (ex) -> Mono.just(NOBODY))
					: shape.ask(this.client));
		}
		for (int i = 0; i < 3; i++) {
			TestUsers.as("alice", () -> this.users.wake(List.of(bobs.sink, nobodys.sink)));
			TestUsers.as("bob", () -> this.users.wake(List.of(alices.sink, nobodys.sink)));
			TestUsers.as("bob",
					() -> this.users.mono(this.users.waking(List.of(alices.sink, nobodys.sink))).block(SOON));
			alices.expect("\"token-of-alice\"", 2);
			bobs.expect("\"token-of-bob\"", 1);
			nobodys.expect(NOBODY, 3);
		}
	}

	/**
	 * It was subscribed to in Bob's request, which its context doesn't say.
	 */
	@ParameterizedTest
	@EnumSource
	void aStreamWhoseContextNamesNobodyActsForNobodyWhereTheOthersToolWakesIt(Shape shape) throws Exception {
		Woken bobs = new Woken(null);
		TestUsers.as("bob", () -> {
			bobs.subscribe(shape.ask(this.client));
			return true;
		});
		TestUsers.as("alice", () -> this.users.wake(List.of(bobs.sink)));
		bobs.expect(NOBODY, 1);
		TestUsers.as("alice", () -> bobs.sink.tryEmitNext("question"));
		bobs.expect(NOBODY, 1);
	}

	/**
	 * What is no call for a user is the agent's own, as it is on any thread.
	 */
	@Test
	void whatAToolWakesIsNotInItsScope() {
		Queue<String> seen = new ConcurrentLinkedQueue<>();
		Sinks.Many<String> sink = Sinks.many().multicast().directBestEffort();
		sink.asFlux().subscribe((question) -> seen.add("consumer " + seen()));
		sink.asFlux().map((question) -> seen()).subscribe((who) -> seen.add("map " + who));
		sink.asFlux().filter((question) -> seen.add("filter " + seen())).publishOn(Schedulers.immediate()).subscribe();
		sink.asFlux()
			.flatMap((question) -> Mono.fromSupplier(UserIsolationMatrixTests::seen))
			.subscribe((who) -> seen.add("flatMap " + who));
		Flux.zip(sink.asFlux(), sink.asFlux(), (one, other) -> seen()).subscribe((who) -> seen.add("zip " + who));
		sink.asFlux()
			.concatMap((question) -> Flux.just(question).map((each) -> seen()))
			.subscribe((who) -> seen.add("concatMap " + who));
		TestUsers.as("alice", () -> this.users.wake(List.of(sink)));
		assertThat(seen).hasSize(6).allSatisfy((who) -> assertThat(who).endsWith(" the agent itself"));
	}

	@Test
	void aMethodActsForItsUserToItsEndAndNoFurther() {
		List<String> callers = new ArrayList<>();
		for (String user : List.of("alice", "bob")) {
			Flux<String> steps = this.users.steps().doOnNext((step) -> callers.add(seen()));
			assertThat(TestUsers.as(user, () -> steps.collectList().block(SOON))).hasSize(7)
				.containsOnly(TestUsers.token(user));
		}
		assertThat(callers).hasSize(14).containsOnly("the agent itself");
	}

	@Test
	void aMethodThatAHotSourceWakesActsForItsUser() throws Exception {
		Sinks.Many<String> sink = Sinks.many().multicast().directBestEffort();
		Queue<String> seen = new ConcurrentLinkedQueue<>();
		TestUsers.as("alice", () -> this.users.woken(sink).subscribe(seen::add));
		TestUsers.as("bob", () -> this.users.woken(sink).subscribe(seen::add));
		TestUsers.as("carol", () -> this.users.wake(List.of(sink)));
		assertThat(seen).containsExactlyInAnyOrder("token-of-alice", "token-of-bob");
	}

	/**
	 * A stream in which Bob is signed in, within a call for Alice: that is not the one's
	 * and not the other's.
	 */
	@Test
	void aCallForOneUserRefusesWhereAnotherIsSignedIn() {
		Mono<String> bobs = Mono.fromSupplier(UserIsolationMatrixTests::seen)
			.contextWrite(ReactiveSecurityContextHolder.withAuthentication(TestUsers.authentication("bob")));
		assertThat(TestUsers.as("alice",
				() -> this.users.mono(bobs)
					.onErrorResume(UserRequiredException.class, (ex) -> Mono.just("refused"))
					.block(SOON)))
			.isEqualTo("refused");
		Mono<String> bobsCall = Mono.defer(this.users::mono)
			.contextWrite(ReactiveSecurityContextHolder.withAuthentication(TestUsers.authentication("bob")));
		assertThat(TestUsers.as("alice", () -> this.users.mono(bobsCall).block(SOON))).isEqualTo("token-of-bob");
	}

	static CompletableFuture<String> elsewhere(Supplier<String> action) {
		return CompletableFuture.supplyAsync(action, (job) -> new Thread(job).start());
	}

	private static String seen() {
		UserToken user = UserScope.current();
		return (user != null) ? user.value() : "the agent itself";
	}

	enum SignIn {

		SERVLET {
			@Override
			String as(String user, Mono<String> answer) {
				TestUsers.signIn(user);
				return answer.block(SOON);
			}
		},

		REACTIVE {
			@Override
			String as(String user, Mono<String> answer) {
				return answer
					.contextWrite(ReactiveSecurityContextHolder.withAuthentication(TestUsers.authentication(user)))
					.block(SOON);
			}
		};

		abstract String as(String user, Mono<String> answer);

	}

	enum Shape {

		CALL {
			@Override
			Mono<String> ask(ChatClient client) {
				return Mono.fromSupplier(() -> client.prompt("go").tools(new Tools()).call().content());
			}
		},

		STREAM {
			@Override
			Mono<String> ask(ChatClient client) {
				return Flux.defer(() -> client.prompt("go").tools(new Tools()).stream().content())
					.collectList()
					.map((parts) -> String.join("", parts));
			}
		};

		abstract Mono<String> ask(ChatClient client);

	}

	/**
	 * A stream that asks whenever something else happens.
	 */
	private static final class Woken {

		private final Sinks.Many<String> sink = Sinks.many().multicast().directBestEffort();

		private final Queue<String> answers = new ConcurrentLinkedQueue<>();

		private final Semaphore answered = new Semaphore(0);

		private final String user;

		Woken(String user) {
			this.user = user;
		}

		void subscribe(Mono<String> asking) {
			Flux<String> chats = this.sink.asFlux().flatMap((question) -> asking);
			((this.user != null)
					? chats.contextWrite(
							ReactiveSecurityContextHolder.withAuthentication(TestUsers.authentication(this.user)))
					: chats)
				.subscribe(this::answered, (ex) -> answered("failed: " + ex));
		}

		private void answered(String answer) {
			this.answers.add(answer);
			this.answered.release();
		}

		void expect(String answer, int times) throws InterruptedException {
			assertThat(this.answered.tryAcquire(times, 30, TimeUnit.SECONDS)).as(this.user + " " + this.answers)
				.isTrue();
			assertThat(this.answers).hasSize(times).containsOnly(answer);
			this.answers.clear();
		}

	}

	public static class Tools {

		@Tool
		@OnBehalfOfUser
		public String whoAmI() {
			return seen();
		}

	}

	public static class Users {

		@OnBehalfOfUser
		public boolean wake(List<Sinks.Many<String>> sinks) {
			sinks.forEach((sink) -> sink.tryEmitNext("question").orThrow());
			return true;
		}

		public Mono<String> waking(List<Sinks.Many<String>> sinks) {
			return Mono.delay(Duration.ofMillis(1)).map((tick) -> {
				wake(sinks);
				return seen();
			});
		}

		@OnBehalfOfUser
		public Mono<String> mono() {
			return Mono.delay(Duration.ofMillis(1)).map((tick) -> seen());
		}

		@OnBehalfOfUser
		public Mono<String> mono(Mono<String> inner) {
			return inner;
		}

		@OnBehalfOfUser
		public Flux<String> woken(Sinks.Many<String> sink) {
			return sink.asFlux().map((question) -> seen());
		}

		@OnBehalfOfUser
		public Flux<String> steps() {
			String assembled = seen();
			return Flux.concat(Mono.just(assembled), Mono.fromSupplier(UserIsolationMatrixTests::seen),
					Mono.fromSupplier(UserIsolationMatrixTests::seen).subscribeOn(Schedulers.boundedElastic()),
					Mono.defer(() -> Mono.just(seen())).subscribeOn(Schedulers.boundedElastic()),
					Mono.delay(Duration.ofMillis(1)).map((tick) -> seen()),
					Mono.delay(Duration.ofMillis(1)).flatMap((tick) -> Mono.defer(() -> Mono.just(seen()))),
					Flux.just("one").publishOn(Schedulers.parallel()).map((one) -> seen()));
		}

	}

	/**
	 * Asks for the tool, and answers what the tool said.
	 */
	static class HeldModel implements ChatModel {

		private final Semaphore asked = new Semaphore(0);

		private volatile CountDownLatch held = new CountDownLatch(0);

		void reset() {
			this.asked.drainPermits();
			this.held = new CountDownLatch(0);
		}

		CountDownLatch hold() {
			this.held = new CountDownLatch(1);
			return this.held;
		}

		void awaitQuestion() throws InterruptedException {
			assertThat(this.asked.tryAcquire(30, TimeUnit.SECONDS)).isTrue();
		}

		@Override
		public ChatOptions getOptions() {
			return ToolCallingChatOptions.builder().build();
		}

		@Override
		public ChatResponse call(Prompt prompt) {
			if (prompt.getLastUserOrToolResponseMessage() instanceof ToolResponseMessage answered) {
				return answer(new AssistantMessage(answered.getResponses().get(0).responseData()));
			}
			this.asked.release();
			try {
				this.held.await(60, TimeUnit.SECONDS);
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
			return answer(AssistantMessage.builder()
				.content("")
				.toolCalls(List.of(new AssistantMessage.ToolCall("1", "function", "whoAmI", "{}")))
				.build());
		}

		private static ChatResponse answer(AssistantMessage message) {
			return new ChatResponse(List.of(new Generation(message)));
		}

		@Override
		public Flux<ChatResponse> stream(Prompt prompt) {
			return Mono.fromCallable(() -> call(prompt)).subscribeOn(Schedulers.boundedElastic()).flux();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ ChatClientAutoConfiguration.class, ToolCallingAutoConfiguration.class,
			ObservationAutoConfiguration.class, LumoAuthMethodSecurityAutoConfiguration.class,
			LumoAuthToolAutoConfiguration.class, LumoAuthUserAutoConfiguration.class })
	static class Application {

		@Bean
		CapabilityDecisions decisions() {
			return new FakeDecisions();
		}

		@Bean
		HeldModel model() {
			return new HeldModel();
		}

		@Bean
		Users users() {
			return new Users();
		}

	}

}
