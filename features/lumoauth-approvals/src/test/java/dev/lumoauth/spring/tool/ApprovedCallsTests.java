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

import java.lang.reflect.Type;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

import dev.lumoauth.spring.Refusal;
import dev.lumoauth.spring.approval.ApprovalPendingException;
import dev.lumoauth.spring.approval.ApprovalState;
import dev.lumoauth.spring.approval.process.Approvals;
import dev.lumoauth.spring.approval.process.ApprovalsBuilder;
import dev.lumoauth.spring.approval.RequiresApproval;
import dev.lumoauth.spring.approval.ScriptedPeople;
import dev.lumoauth.spring.call.Conversation;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.capability.CapabilityDeniedException;
import dev.lumoauth.spring.capability.OnDenied;
import dev.lumoauth.spring.capability.RequiresCapability;
import dev.lumoauth.spring.guard.Admission;
import dev.lumoauth.spring.guard.CapabilityTerm;
import dev.lumoauth.spring.guard.Gate;
import dev.lumoauth.spring.guard.GateSource;
import dev.lumoauth.spring.guard.Guard;
import dev.lumoauth.spring.guard.GuardLayer;
import dev.lumoauth.spring.guard.GuardRegister;
import dev.lumoauth.spring.guard.GuardReports;
import dev.lumoauth.spring.guard.GuardRuntime;
import dev.lumoauth.spring.guard.GuardTermsFinder;
import dev.lumoauth.spring.guard.GuardedCall;
import dev.lumoauth.spring.guard.method.MethodGuardConfiguration;
import dev.lumoauth.spring.guard.tool.OnRefusal;
import dev.lumoauth.spring.token.CallTokens;
import dev.lumoauth.spring.user.CurrentUser;
import dev.lumoauth.spring.user.OnBehalfOfUser;
import dev.lumoauth.spring.user.ReactiveUserScope;
import dev.lumoauth.spring.user.TestUsers;
import dev.lumoauth.spring.user.UserScope;
import dev.lumoauth.spring.user.UserToken;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.model.tool.DefaultToolCallingManager;
import org.springframework.ai.model.tool.ToolCallingChatOptions;
import org.springframework.ai.model.tool.ToolCallingManager;
import org.springframework.ai.support.ToolCallbacks;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.annotation.Tool;
import org.springframework.ai.tool.definition.ToolDefinition;
import org.springframework.ai.tool.execution.ToolCallResultConverter;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Lazy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * One approved call runs once: however often, by whomever and on whatever thread it is
 * made.
 */
class ApprovedCallsTests {

	private static final int THREADS = 16;

	private static final int ROUNDS = 5 * Integer.getInteger("tests.times", 1);

	private final ScriptedPeople people = new ScriptedPeople().interval(Duration.ZERO);

	private final FakeDecisions decisions = new FakeDecisions();

	private final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();

	private Guard guard;

	private ToolGuard tools;

	private Approvals approvals;

	private Payments payments;

	private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);

	@BeforeEach
	void start() {
		Payments.RUNS.set(0);
		Payments.SEEN.clear();
		this.decisions.reset();
		this.decisions.grant("payments:inner");
		this.context.registerBean(CapabilityDecisions.class, () -> this.decisions);
		this.context.registerBean(Approvals.class,
				() -> new ApprovalsBuilder("agt_1", () -> this.people).beans(this.context.getBeanFactory()).build());
		this.context.registerBean(GateSource.class,
				() -> () -> List.of(Approvals.gate(() -> this.context.getBean(Approvals.class))));
		this.context.registerBean(CurrentUser.class, () -> CurrentUser.of(List::of, List.of()));
		this.context.register(MethodGuardConfiguration.class);
		this.context.registerBean(Payments.class);
		this.context.refresh();
		this.payments = this.context.getBean(Payments.class);
		this.approvals = this.context.getBean(Approvals.class);
		this.guard = new Guard(() -> this.decisions, () -> this.context.getBean(CurrentUser.class), GuardReports.NONE,
				null, () -> List.of(Approvals.gate(() -> this.approvals)));
		this.tools = new ToolGuard(this.guard, this.context.getBean(GuardRuntime.class).finder(), List::of,
				OnRefusal.TELL_MODEL, true, new GuardRegister().place(GuardLayer.TOOL_GUARD, null));
	}

	@AfterEach
	void stop() {
		this.threads.shutdownNow();
		this.context.close();
	}

	private void approve() {
		this.people.decide(ApprovalState.APPROVED, null);
		this.approvals.pending().forEach((each) -> this.approvals.refresh(each.id()));
	}

	private <T> List<Object> atOnce(Supplier<T> call) throws Exception {
		CountDownLatch ready = new CountDownLatch(THREADS);
		CountDownLatch go = new CountDownLatch(1);
		List<Future<Object>> futures = new ArrayList<>();
		for (int i = 0; i < THREADS; i++) {
			futures.add(this.threads.submit(() -> {
				ready.countDown();
				go.await();
				try {
					return Conversation.call("c1", call::get);
				}
				catch (RuntimeException ex) {
					return ex;
				}
			}));
		}
		ready.await();
		go.countDown();
		List<Object> all = new ArrayList<>();
		for (Future<Object> each : futures) {
			all.add(each.get(60, TimeUnit.SECONDS));
		}
		return all;
	}

	private ToolCallback tool(String name) {
		for (ToolCallback each : ToolCallbacks.from(this.payments)) {
			if (each.getToolDefinition().name().equals(name)) {
				return this.tools.guard(each);
			}
		}
		throw new IllegalArgumentException(name);
	}

	private String call(String tool) {
		return Conversation.call("c1", () -> tool(tool).call("{\"to\":\"bob\"}"));
	}

	@Test
	void parallelCallsRunOnce() throws Exception {
		for (int round = 0; round < ROUNDS; round++) {
			Payments.RUNS.set(0);
			String to = "r" + round;
			Supplier<Object> call = () -> this.payments.pay(to);
			assertThat(atOnce(call)).allSatisfy((each) -> assertThat(each).isInstanceOf(Refusal.class));
			approve();
			List<Object> all = atOnce(call);
			assertThat(Payments.RUNS).as(all.toString()).hasValue(1);
			assertThat(all).allSatisfy(
					(each) -> assertThat(each instanceof String || each instanceof Refusal).as("" + each).isTrue());
		}
	}

	@Test
	void parallelToolCallsRunOnceAndReplayTheResult() throws Exception {
		for (int round = 0; round < ROUNDS; round++) {
			Payments.RUNS.set(0);
			String to = "{\"to\":\"r" + round + "\"}";
			Supplier<Object> call = () -> tool("pay").call(to);
			atOnce(call);
			approve();
			List<Object> all = atOnce(call);
			assertThat(Payments.RUNS).as(all.toString()).hasValue(1);
		}
	}

	@Test
	void parallelSubscriptionsRunOnce() throws Exception {
		for (int round = 0; round < ROUNDS; round++) {
			Payments.RUNS.set(0);
			String to = "r" + round;
			Mono<String> one = Conversation.call("c1", () -> this.payments.later(to));
			atOnce(() -> one.block(Duration.ofSeconds(20)));
			approve();
			List<Object> all = atOnce(() -> one.block(Duration.ofSeconds(20)));
			assertThat(Payments.RUNS).as(all.toString()).hasValue(1);
			Payments.RUNS.set(0);
			Flux<String> many = Conversation.call("c1", () -> this.payments.several(to));
			atOnce(() -> many.collectList().block(Duration.ofSeconds(20)));
			approve();
			all = atOnce(() -> many.collectList().block(Duration.ofSeconds(20)));
			assertThat(Payments.RUNS).as(all.toString()).hasValue(2);
		}
	}

	@Test
	void retryAndRepeatAskAgain() {
		this.people.atOnce(ApprovalState.APPROVED);
		Conversation.call("c1", () -> this.payments.later("x").repeat(2).collectList().block());
		assertThat(this.people.questions()).hasSize(3);
		assertThat(Payments.RUNS).hasValue(3);
		this.people.reset();
		Payments.RUNS.set(0);
		assertThatExceptionOfType(ApprovalPendingException.class)
			.isThrownBy(() -> Conversation.call("c1", () -> this.payments.later("y").retry(3).block()));
		assertThat(this.people.questions()).hasSize(1);
		assertThat(Payments.RUNS).hasValue(0);
	}

	@Test
	void aStageThatEndsLaterIsOneCall() throws Exception {
		assertThat(catchThrowable(() -> this.payments.stage("x"))).isInstanceOf(Refusal.class);
		approve();
		CompletableFuture<String> stage = this.payments.stage("x");
		assertThat(this.approvals.undecided()).hasSize(1);
		assertThat(catchThrowable(() -> this.payments.stage("x"))).isInstanceOf(Refusal.class);
		Payments.STAGE.get().complete("done");
		assertThat(stage.get()).isEqualTo("done");
		assertThat(this.approvals.undecided()).isEmpty();
		assertThat(catchThrowable(() -> this.payments.stage("x"))).isInstanceOf(ApprovalPendingException.class);
		assertThat(Payments.RUNS).hasValue(1);
	}

	@Test
	void anApprovalIsForItsUserAndConversationAndArguments() {
		UserToken alice = user("alice");
		UserToken eve = user("eve");
		Supplier<Object> call = () -> tool("pay").call("{\"to\":\"bob\"}");
		assertThat(as(alice, "c1", call)).asString().startsWith("Approval pending");
		approve();
		assertThat(as(eve, "c1", call)).asString().startsWith("Approval pending");
		assertThat(Conversation.call("c1", call::get)).asString().startsWith("Approval pending");
		assertThat(call.get()).asString().startsWith("Approval pending");
		assertThat(as(alice, "c1", () -> tool("pay").call("{\"to\":\"bob \"}"))).asString()
			.startsWith("Approval pending");
		assertThat(as(alice, "c1", () -> tool("pay").call("{\"to\":\"bob\",\"x\":1}"))).asString()
			.doesNotContain("paid");
		assertThat(as(alice, "c1", () -> tool("pay2").call("{\"to\":\"bob\"}"))).asString()
			.startsWith("Approval pending");
		assertThat(catchThrowable(() -> as(alice, "c1", () -> this.payments.pay("bob"))))
			.isInstanceOf(ApprovalPendingException.class);
		assertThat(Payments.RUNS).hasValue(0);
		assertThat(as(alice, "c1", call)).asString().contains("paid bob");
		assertThat(as(eve, "c1", call)).asString().startsWith("Approval pending");
		assertThat(Payments.RUNS).hasValue(1);
	}

	@Test
	void anApprovalWithoutUserIsForOneConversation() {
		Supplier<Object> call = () -> tool("pay").call("{\"to\":\"bob\"}");
		assertThat(Conversation.call("c1", call::get)).asString().startsWith("Approval pending");
		approve();
		assertThat(Conversation.call("c2", call::get)).asString().startsWith("Approval pending");
		assertThat(call.get()).asString().startsWith("Approval pending");
		assertThat(Payments.RUNS).hasValue(0);
		assertThat(Conversation.call("c1", call::get)).asString().contains("paid bob");
	}

	/**
	 * The code of an approved call makes an equal call, and another one, by its own bean.
	 */
	@Test
	void callsInsideAnApprovedCallAreCallsOfTheirOwn() {
		assertThat(call("nested")).startsWith("Approval pending");
		approve();
		assertThat(call("nested")).contains("pending");
		assertThat(Payments.RUNS).hasValue(1);
		assertThat(this.people.questions()).hasSize(2);
	}

	/**
	 * What is decided at the tool is for the method that Spring AI calls next, with these
	 * arguments.
	 */
	@Test
	void aToolThatChangesItsArgumentsIsAskedAgain() {
		ToolCallback pay = null;
		for (ToolCallback each : ToolCallbacks.from(this.payments)) {
			pay = each.getToolDefinition().name().equals("pay") ? each : pay;
		}
		ToolCallback inner = pay;
		ToolCallback changing = new ToolCallback() {

			@Override
			public ToolDefinition getToolDefinition() {
				return inner.getToolDefinition();
			}

			@Override
			public String call(String input) {
				return inner.call(input.replace("bob", "mallory"));
			}

		};
		ToolCallback guarded = this.tools.guard(changing);
		String first = Conversation.call("c1", () -> guarded.call("{\"to\":\"bob\"}"));
		approve();
		String second = Conversation.call("c1", () -> guarded.call("{\"to\":\"bob\"}"));
		assertThat(Payments.SEEN).as(first + " / " + second).doesNotContain("mallory");
	}

	@Test
	void aCapabilityThatIsLostBeforeTheSubscriptionIsRefused() {
		this.decisions.grant("payments:request");
		Payments.BEFORE_SUBSCRIPTION.set(() -> this.decisions.reset());
		String answer = call("hold");
		Payments.BEFORE_SUBSCRIPTION.set(() -> {
		});
		assertThat(Payments.RUNS).as(answer).hasValue(0);
	}

	@Test
	void aRequestedCapabilityIsAskedForOnce() {
		assertThat(call("request")).startsWith("Approval pending");
		approve();
		assertThat(call("request")).contains("requested bob");
		assertThat(Payments.RUNS).hasValue(1);
		assertThat(this.people.questions()).hasSize(1);
	}

	@Test
	void theTokensOfACallEndWithItAndGoNowhereElse() throws Exception {
		assertThat(call("token")).startsWith("Approval pending");
		approve();
		assertThat(call("token")).contains("CallTokens[urn:bank]");
		CallTokens kept = Payments.TOKENS.get();
		assertThat(CallTokens.current()).isSameAs(CallTokens.NONE);
		assertThat(this.threads.submit(() -> CallTokens.current()).get()).isSameAs(CallTokens.NONE);
		assertThat(kept).extracting("token").isNull();
		assertThat(Payments.INNER.get()).as("a bean that the call uses").isSameAs(kept);
	}

	/**
	 * With Spring AI's own manager, as a chat calls tools: three calls in one answer.
	 */
	@Test
	void threeEqualCallsInOneAnswerOfAModelRunOnce() {
		ToolCallingManager manager = DefaultToolCallingManager.builder().build();
		Supplier<String> answer = () -> Conversation.call("c1", () -> {
			List<AssistantMessage.ToolCall> calls = List.of(
					new AssistantMessage.ToolCall("1", "function", "pay", "{\"to\":\"bob\"}"),
					new AssistantMessage.ToolCall("2", "function", "pay", "{ \"to\" : \"bob\" }"),
					new AssistantMessage.ToolCall("3", "function", "pay", "{\"to\":\"b\\u006fb\"}"));
			AssistantMessage message = AssistantMessage.builder().content("").toolCalls(calls).build();
			return manager
				.executeToolCalls(
						new Prompt(List.of(new UserMessage("pay")),
								ToolCallingChatOptions.builder().toolCallbacks(tool("pay")).build()),
						new ChatResponse(List.of(new Generation(message))))
				.conversationHistory()
				.toString();
		});
		assertThat(answer.get()).contains("Approval pending");
		assertThat(this.people.questions()).hasSize(1);
		approve();
		assertThat(answer.get()).contains("paid bob");
		assertThat(Payments.RUNS).hasValue(1);
	}

	/**
	 * A gate behind the person refuses after the approval: the approved call is not lost,
	 * or is told as failed, and never runs.
	 */
	@Test
	void aTicketInsideThatCannotBeginRunsNothing() {
		AtomicInteger begun = new AtomicInteger();
		Gate<CapabilityTerm> second = new Gate<>() {

			@Override
			public Class<CapabilityTerm> term() {
				return CapabilityTerm.class;
			}

			@Override
			public int order() {
				return PERSON + 100;
			}

			@Override
			public Admission admit(GuardedCall call, CapabilityTerm term) {
				begun.incrementAndGet();
				throw new CapabilityDeniedException(List.of("late"));
			}

		};
		Guard both = new Guard(() -> this.decisions, () -> null, GuardReports.NONE, null,
				() -> List.of(Approvals.gate(() -> this.approvals), second));
		this.decisions.grant("payments:request");
		ToolGuard guard = new ToolGuard(both, this.context.getBean(GuardRuntime.class).finder(), List::of,
				OnRefusal.TELL_MODEL, true, new GuardRegister().place(GuardLayer.TOOL_GUARD, null));
		ToolCallback pay = guard.guard(ToolCallbacks.from(new Both())[0]);
		String first = Conversation.call("c1", () -> pay.call("{\"to\":\"bob\"}"));
		approve();
		String second2 = Conversation.call("c1", () -> pay.call("{\"to\":\"bob\"}"));
		assertThat(Payments.RUNS).as(first + second2).hasValue(0);
		assertThat(begun.get()).isPositive();
	}

	/**
	 * Alice's approval is not for the user for whom the tool's stream is subscribed to.
	 */
	@Test
	void aStreamOfAnApprovedToolThatIsSubscribedToForAnotherUserIsAskedAgain() {
		UserToken alice = user("alice");
		UserToken eve = user("eve");
		Supplier<Object> call = () -> tool("forUser").call("{\"to\":\"bob\"}");
		assertThat(as(alice, "c1", call)).asString().startsWith("Approval pending");
		approve();
		Payments.SUBSCRIBER.set(eve);
		Object answer = as(alice, "c1", call);
		Payments.SUBSCRIBER.set(null);
		assertThat(Payments.SEEN).as("" + answer).doesNotContain("bob for " + eve.key());
	}

	@Test
	void aStreamOfAnApprovedToolThatIsKeptRunsOnce() {
		Supplier<Object> call = () -> tool("forUser").call("{\"to\":\"bob\"}");
		UserToken alice = user("alice");
		assertThat(as(alice, "c1", call)).asString().startsWith("Approval pending");
		approve();
		Object answered = as(alice, "c1", call);
		assertThat(Payments.RUNS).as("" + answered).hasValue(1);
		Mono<?> kept = (Mono<?>) Payments.KEPT.get();
		assertThat(catchThrowable(() -> as(alice, "c1", () -> kept.block())))
			.isInstanceOf(ApprovalPendingException.class);
		assertThat(Payments.RUNS).hasValue(1);
	}

	/**
	 * Two gates that decide about one kind of term are both asked.
	 */
	@Test
	void aSecondGateForATermIsAsked() {
		AtomicInteger asked = new AtomicInteger();
		Gate<CapabilityTerm> first = counting(asked);
		Gate<CapabilityTerm> second = counting(asked);
		this.decisions.grant("payments:request");
		try (AnnotationConfigApplicationContext other = new AnnotationConfigApplicationContext()) {
			other.registerBean(CapabilityDecisions.class, () -> this.decisions);
			other.registerBean(GateSource.class, () -> () -> List.of(first, second));
			other.register(MethodGuardConfiguration.class);
			other.registerBean(Held.class);
			other.refresh();
			other.getBean(Held.class).pay("bob");
			assertThat(asked).hasValue(2);
		}
	}

	/**
	 * The guard of the tool asks one gate less than the guard of the method.
	 */
	@Test
	void whatTheToolsGuardDidNotAskIsAskedAtTheMethod() {
		AtomicInteger asked = new AtomicInteger();
		Gate<CapabilityTerm> first = counting(asked);
		this.decisions.grant("payments:request");
		try (AnnotationConfigApplicationContext other = new AnnotationConfigApplicationContext()) {
			other.registerBean(CapabilityDecisions.class, () -> this.decisions);
			other.registerBean(GateSource.class, () -> () -> List.of(first));
			other.register(MethodGuardConfiguration.class);
			other.registerBean(Held.class);
			other.refresh();
			ToolGuard lax = new ToolGuard(
					new Guard(() -> this.decisions, () -> null, GuardReports.NONE, null, List::of),
					other.getBean(GuardRuntime.class).finder(), List::of, OnRefusal.TELL_MODEL, true,
					new GuardRegister().place(GuardLayer.TOOL_GUARD, null));
			assertThat(lax.guard(ToolCallbacks.from(other.getBean(Held.class))[0]).call("{\"to\":\"bob\"}"))
				.contains("paid");
			assertThat(asked).hasValue(1);
		}
	}

	private static Gate<CapabilityTerm> counting(AtomicInteger asked) {
		return new Gate<>() {

			@Override
			public Class<CapabilityTerm> term() {
				return CapabilityTerm.class;
			}

			@Override
			public int order() {
				return CAPABILITY + 1;
			}

			@Override
			public Admission admit(GuardedCall call, CapabilityTerm term) {
				asked.incrementAndGet();
				return Admission.FREE;
			}

		};
	}

	/**
	 * The PIN of a feature, in front of the person and behind the person.
	 */
	@Test
	void noPersonIsAskedWhereAnEarlierGateRefuses() {
		AtomicInteger asked = new AtomicInteger();
		Gate<CapabilityTerm> refusing = new Gate<>() {

			@Override
			public Class<CapabilityTerm> term() {
				return CapabilityTerm.class;
			}

			@Override
			public int order() {
				return USER + 50;
			}

			@Override
			public Admission admit(GuardedCall call, CapabilityTerm term) {
				asked.incrementAndGet();
				throw new CapabilityDeniedException(List.of("pin"));
			}

		};
		for (boolean requestDenied : new boolean[] { false, true }) {
			try (Approvals own = new ApprovalsBuilder("agt_1", () -> this.people).requestDenied(requestDenied)
				.build()) {
				Guard guard = new Guard(() -> this.decisions, () -> null, GuardReports.NONE, null,
						() -> List.of(Approvals.gate(() -> own), refusing));
				ToolGuard tools = new ToolGuard(guard, new GuardTermsFinder(), List::of, OnRefusal.TELL_MODEL, true,
						new GuardRegister().place(GuardLayer.TOOL_GUARD, null));
				ToolCallback pay = tools.guard(ToolCallbacks.from(new Both())[0]);
				this.decisions.grant("payments:request");
				assertThat(pay.call("{\"to\":\"bob\"}")).contains("lacks 'pin'");
				this.decisions.reset();
				String lacking = pay.call("{\"to\":\"bob\"}");
				assertThat(lacking).startsWith("Error: agent lacks");
				assertThat(this.people.questions()).isEmpty();
				assertThat(Payments.RUNS).hasValue(0);
			}
		}
	}

	@Test
	void noPersonIsAskedForAUserWhoIsNotThere() {
		this.decisions.grant("payments:request");
		assertThat(call("forUser")).contains("no user is signed in");
		assertThat(call("requestForUser")).contains("no user is signed in");
		this.decisions.reset();
		assertThat(call("requestForUser")).doesNotContain("pending");
		assertThat(this.people.questions()).isEmpty();
		assertThat(Payments.RUNS).hasValue(0);
	}

	@Test
	void anApprovedCallInsideItselfWithoutArgumentsDoesNotRunAgain() {
		Supplier<String> call = () -> Conversation.call("c1", () -> tool("again").call("{}"));
		assertThat(call.get()).startsWith("Approval pending");
		approve();
		Payments.INSIDE.set(() -> tool("again").call("{}"));
		assertThat(call.get()).contains("does not run again by itself");
		assertThat(Payments.RUNS).hasValue(1);
	}

	private static UserToken user(String name) {
		return UserToken.of(TestUsers.token(name));
	}

	private static <T> T as(UserToken user, String conversation, Supplier<T> call) {
		return UserScope.call(user, () -> Conversation.call(conversation, call::get));
	}

	static class Both {

		@Tool
		@RequiresCapability("payments:request")
		@RequiresApproval
		String pay(String to) {
			Payments.RUNS.incrementAndGet();
			return "paid " + to;
		}

	}

	public static class Payments {

		static final AtomicInteger RUNS = new AtomicInteger();

		static final List<String> SEEN = new CopyOnWriteArrayList<>();

		static final AtomicReference<CompletableFuture<String>> STAGE = new AtomicReference<>();

		static final AtomicReference<Runnable> BEFORE_SUBSCRIPTION = new AtomicReference<>(() -> {
		});

		static final AtomicReference<CallTokens> TOKENS = new AtomicReference<>();

		static final AtomicReference<UserToken> SUBSCRIBER = new AtomicReference<>();

		static final AtomicReference<Object> KEPT = new AtomicReference<>();

		static final AtomicReference<Supplier<String>> INSIDE = new AtomicReference<>();

		static final AtomicReference<CallTokens> INNER = new AtomicReference<>();

		@Autowired
		@Lazy
		Payments self;

		@Tool
		@RequiresApproval(reason = "Pay {to}")
		public String pay(String to) {
			SEEN.add(to);
			RUNS.incrementAndGet();
			return "paid " + to;
		}

		@Tool
		@RequiresApproval(reason = "Pay {to}")
		public String pay2(String to) {
			return pay(to);
		}

		@RequiresApproval
		public Mono<String> later(String to) {
			return Mono.fromSupplier(() -> pay(to));
		}

		@RequiresApproval
		public Flux<String> several(String to) {
			return Flux.defer(() -> Flux.just(pay(to), pay(to)));
		}

		@RequiresApproval
		public CompletableFuture<String> stage(String to) {
			RUNS.incrementAndGet();
			CompletableFuture<String> stage = new CompletableFuture<>();
			STAGE.set(stage);
			return stage;
		}

		@Tool
		@RequiresApproval
		public String nested(String to) {
			RUNS.incrementAndGet();
			return this.self.nested(to);
		}

		@Tool(resultConverter = Blocking.class)
		@RequiresCapability(value = "payments:request", onDenied = OnDenied.REQUEST)
		public Mono<String> request(String to) {
			return Mono.fromSupplier(() -> {
				RUNS.incrementAndGet();
				return "requested " + to;
			});
		}

		@Tool(resultConverter = Blocking.class)
		@RequiresCapability("payments:request")
		@RequiresApproval(when = "#to == 'nobody'")
		public Mono<String> hold(String to) {
			return Mono.fromSupplier(() -> {
				RUNS.incrementAndGet();
				return "held " + to;
			});
		}

		@Tool
		@RequiresApproval(audience = "urn:bank")
		public String token(String to) {
			TOKENS.set(CallTokens.current());
			this.self.inner(to);
			return CallTokens.current().toString();
		}

		@Tool(resultConverter = Blocking.class)
		@OnBehalfOfUser
		@RequiresApproval
		public Mono<String> forUser(String to) {
			return Mono.deferContextual((context) -> Mono.fromSupplier(() -> {
				RUNS.incrementAndGet();
				UserToken user = ReactiveUserScope.current(context);
				SEEN.add(to + " for " + ((user != null) ? user.key() : "nobody"));
				return "paid " + to;
			}));
		}

		@Tool
		@OnBehalfOfUser
		@RequiresCapability(value = "payments:request", onDenied = OnDenied.REQUEST)
		@RequiresApproval
		public String requestForUser(String to) {
			RUNS.incrementAndGet();
			return "paid " + to;
		}

		@Tool
		@RequiresApproval
		public String again() {
			RUNS.incrementAndGet();
			return INSIDE.get().get();
		}

		@Tool
		@RequiresApproval(audience = "urn:bank")
		public String chat(String to) {
			return INSIDE.get().get();
		}

		@Tool
		@RequiresCapability("payments:inner")
		public String open(String to) {
			INNER.set(CallTokens.current());
			return "opened " + to;
		}

		@RequiresCapability("payments:inner")
		public void inner(String to) {
			INNER.set(CallTokens.current());
		}

	}

	public static class Blocking implements ToolCallResultConverter {

		@Override
		public String convert(@Nullable Object result, @Nullable Type type) {
			Payments.BEFORE_SUBSCRIPTION.get().run();
			Payments.KEPT.set(result);
			UserToken subscriber = Payments.SUBSCRIBER.get();
			Mono<?> made = Mono.from((Publisher<?>) result);
			if (subscriber != null) {
				made = made.contextWrite(ReactiveUserScope.of(subscriber));
			}
			return String.valueOf(made.block(Duration.ofSeconds(20)));
		}

	}

	public static class Held {

		@Tool
		@RequiresCapability("payments:request")
		public String pay(String to) {
			return "paid " + to;
		}

	}

}
