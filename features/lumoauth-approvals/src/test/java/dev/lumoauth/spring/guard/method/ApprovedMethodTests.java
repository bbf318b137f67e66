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

package dev.lumoauth.spring.guard.method;

import java.math.BigDecimal;
import java.security.Principal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;

import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.approval.ApprovalDeniedException;
import dev.lumoauth.spring.approval.ApprovalPendingException;
import dev.lumoauth.spring.approval.ApprovalRequirement;
import dev.lumoauth.spring.approval.ApprovalState;
import dev.lumoauth.spring.approval.ApprovalStore;
import dev.lumoauth.spring.approval.process.Approvals;
import dev.lumoauth.spring.approval.process.ApprovalsBuilder;
import dev.lumoauth.spring.approval.CallNotShownException;
import dev.lumoauth.spring.approval.Impact;
import dev.lumoauth.spring.approval.NobodyToAskException;
import dev.lumoauth.spring.approval.RequiresApproval;
import dev.lumoauth.spring.approval.ScriptedPeople;
import dev.lumoauth.spring.capability.CapabilityDecision;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.capability.CapabilityDeniedException;
import dev.lumoauth.spring.capability.OnDenied;
import dev.lumoauth.spring.capability.RequiresCapability;
import dev.lumoauth.spring.guard.Gate;
import dev.lumoauth.spring.guard.GateSource;
import dev.lumoauth.spring.guard.GuardConfigurationException;
import dev.lumoauth.spring.user.Caller;
import dev.lumoauth.spring.user.CurrentUser;
import dev.lumoauth.spring.user.IdentifiedCaller;
import dev.lumoauth.spring.user.OnBehalfOfUser;
import dev.lumoauth.spring.user.ReactiveUserScope;
import dev.lumoauth.spring.user.TestUsers;
import dev.lumoauth.spring.user.UserScope;
import dev.lumoauth.spring.user.UserToken;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.mockito.invocation.InvocationOnMock;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

import org.springframework.beans.factory.BeanCreationException;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.ReactiveSecurityContextHolder;
import org.springframework.security.core.context.SecurityContextHolder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * Beans whose methods need a person, in a plain context.
 */
class ApprovedMethodTests {

	private final ScriptedPeople people = new ScriptedPeople().interval(Duration.ZERO);

	private final ApprovalStore store = ApprovalStore.inMemory();

	private final AtomicInteger runs = new AtomicInteger();

	private volatile CapabilityDecision decision = CapabilityDecision.ALLOW;

	private Duration patience = Duration.ZERO;

	private void run(Consumer<AnnotationConfigApplicationContext> test) {
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
			context.registerBean(CapabilityDecisions.class, () -> {
				CapabilityDecisions decisions = mock(CapabilityDecisions.class);
				given(decisions.decide(any(), any())).willAnswer((InvocationOnMock call) -> this.decision);
				return decisions;
			});
			context.registerBean(CurrentUser.class, () -> CurrentUser.of(List::of, List.of()));
			context.registerBean(Approvals.class,
					() -> new ApprovalsBuilder("agt_1", () -> this.people).patience(this.patience)
						.store(() -> this.store)
						.beans(context.getBeanFactory())
						.build());
			context.registerBean(GateSource.class,
					() -> () -> List.of(Approvals.gate(() -> context.getBean(Approvals.class))));
			context.registerBean(AtomicInteger.class, () -> this.runs);
			context.register(Beans.class);
			context.refresh();
			test.accept(context);
		}
	}

	@Test
	void runsOnceForEachApproval() {
		run((context) -> {
			Payments payments = context.getBean("payments", Payments.class);
			pending(() -> payments.refund("bob", new BigDecimal("10.50")));
			assertThat(this.people.questions()).singleElement().satisfies((question) -> {
				assertThat(question.approval().reason()).isEqualTo("Refund 10.5 to bob");
				assertThat(question.approval().tool()).endsWith("Payments.refund(String,BigDecimal)");
				assertThat(question.approval().impact()).isEqualTo(Impact.CRITICAL);
			});
			this.people.decide(ApprovalState.APPROVED, null);
			pending(() -> payments.refund("bob", new BigDecimal("10.51")));
			assertThat(payments.refund("bob", new BigDecimal("10.5"))).isEqualTo(1);
			pending(() -> payments.refund("bob", new BigDecimal("10.5")));
			assertThat(this.runs).hasValue(1);
		});
	}

	@Test
	void isForOneObject() {
		run((context) -> {
			Payments payments = context.getBean("payments", Payments.class);
			Payments others = context.getBean("others", Payments.class);
			pending(() -> payments.refund("bob", BigDecimal.ONE));
			this.people.decide(ApprovalState.APPROVED, null);
			pending(() -> others.refund("bob", BigDecimal.ONE));
			assertThat(payments.refund("bob", BigDecimal.ONE)).isEqualTo(1);
		});
	}

	/**
	 * The types of the overloads' parameters have the same simple name.
	 */
	@Test
	void isForOneOverload() {
		run((context) -> {
			Payments payments = context.getBean("payments", Payments.class);
			pending(() -> payments.pay(new Yen.Amount(100)));
			this.people.decide(ApprovalState.APPROVED, null);
			pending(() -> payments.pay(new Euro.Amount(100)));
			assertThat(payments.pay(new Yen.Amount(100))).isEqualTo("100 yen");
		});
	}

	/**
	 * The second context stands for the application after a restart.
	 */
	@Test
	void isForTheBeanOfThatNameAfterARestart() {
		run((context) -> {
			Payments payments = context.getBean("payments", Payments.class);
			pending(() -> payments.refund("bob", BigDecimal.ONE));
		});
		this.people.decide(ApprovalState.APPROVED, null);
		run((context) -> {
			Payments others = context.getBean("others", Payments.class);
			pending(() -> others.refund("bob", BigDecimal.ONE));
			Payments payments = context.getBean("payments", Payments.class);
			assertThat(payments.refund("bob", BigDecimal.ONE)).isEqualTo(1);
		});
	}

	@Test
	void asksNobodyForWhatIsDeniedAnyway() {
		run((context) -> {
			this.decision = CapabilityDecision.deny(List.of("payments:pay"));
			Payments payments = context.getBean("payments", Payments.class);
			assertThatExceptionOfType(CapabilityDeniedException.class).isThrownBy(() -> payments.pay("bob"));
			assertThat(this.people.questions()).isEmpty();
		});
	}

	@Test
	void asksForACapabilityThatIsMissing() {
		run((context) -> {
			this.decision = CapabilityDecision.deny(List.of("payments:request"));
			Payments payments = context.getBean("payments", Payments.class);
			pending(() -> payments.request("bob"));
			assertThat(this.people.questions().get(0).approval().capabilities()).containsExactly("payments:request");
			this.people.decide(ApprovalState.APPROVED, null);
			assertThat(payments.request("bob")).isEqualTo(1);
			this.decision = CapabilityDecision.ALLOW;
			assertThat(payments.request("bob")).isEqualTo(2);
			this.decision = CapabilityDecision.unavailable(new LumoAuthUnavailableException("no answer", null));
			assertThatExceptionOfType(LumoAuthUnavailableException.class).isThrownBy(() -> payments.request("bob"));
			assertThat(this.people.questions()).hasSize(1);
		});
	}

	/**
	 * LumoAuth's rules would allow it to the agent.
	 */
	@Test
	void asksForNothingThatACallerOfTheServerLacks() {
		run((context) -> {
			this.people.atOnce(ApprovalState.APPROVED);
			this.decision = CapabilityDecision.deny(List.of("payments:request"));
			Payments payments = context.getBean("payments", Payments.class);
			Caller caller = Caller.of(new Served());
			for (Supplier<?> call : List.<Supplier<?>>of(() -> payments.request("bob"),
					() -> payments.requestLater("bob").block(),
					() -> UserScope.call(UserToken.of("alices-token"), () -> payments.requestForUser("bob")))) {
				assertThatExceptionOfType(CapabilityDeniedException.class).isThrownBy(() -> caller.signedIn(call));
			}
			assertThat(this.people.questions()).isEmpty();
			assertThat(this.runs).hasValue(0);
			assertThat(payments.request("bob")).as("for the agent").isEqualTo(1);
		});
	}

	@Test
	void asksWhenAStreamIsSubscribedTo() {
		run((context) -> {
			Payments payments = context.getBean("payments", Payments.class);
			Mono<Integer> later = payments.later("bob");
			assertThat(this.people.questions()).isEmpty();
			assertThatExceptionOfType(ApprovalPendingException.class).isThrownBy(later::block);
			this.people.decide(ApprovalState.APPROVED, null);
			assertThat(later.block()).isEqualTo(1);
			assertThatExceptionOfType(ApprovalPendingException.class).isThrownBy(later::block);
			this.people.decide(ApprovalState.DENIED, "no");
			assertThatExceptionOfType(ApprovalDeniedException.class).isThrownBy(later::block);
			this.people.atOnce(ApprovalState.APPROVED);
			assertThat(payments.several("bob").collectList().block()).containsExactly(2, 3);
			assertThat(context.getBean(Approvals.class).undecided()).isEmpty();
		});
	}

	/**
	 * Nothing would count the subscriptions.
	 */
	@Test
	void refusesAStreamThatTheTypeOfTheMethodDoesNotShow() {
		run((context) -> {
			this.people.atOnce(ApprovalState.APPROVED);
			Payments payments = context.getBean("payments", Payments.class);
			assertThatExceptionOfType(GuardConfigurationException.class).isThrownBy(() -> payments.hiddenLater("bob"))
				.withMessageContaining(", which runs later, without a check.");
			assertThat(context.getBean(Approvals.class).undecided()).isEmpty();
			assertThat(this.runs).hasValue(0);
		});
	}

	@Test
	void isForTheUserWhoIsSignedInInTheStream() {
		run((context) -> {
			Payments payments = context.getBean("payments", Payments.class);
			Mono<Integer> alices = payments.later("bob").contextWrite(signedIn("alice"));
			Mono<Integer> eves = payments.later("bob").contextWrite(signedIn("eve"));
			assertThatExceptionOfType(ApprovalPendingException.class).isThrownBy(alices::block);
			this.people.decide(ApprovalState.APPROVED, null);
			assertThatExceptionOfType(ApprovalPendingException.class).isThrownBy(eves::block);
			assertThat(this.people.questions()).extracting((question) -> question.approval().call().user())
				.satisfiesExactly((user) -> assertThat(user).startsWith("alice"),
						(user) -> assertThat(user).startsWith("eve"));
			assertThat(alices.block()).isEqualTo(1);
		});
	}

	@Test
	void asksForTheUserForWhomAStreamIsSubscribedTo() {
		run((context) -> {
			Payments payments = context.getBean("payments", Payments.class);
			List<String> users = new CopyOnWriteArrayList<>();
			this.people.whileAsking(() -> {
				UserToken user = UserScope.current();
				users.add((user != null) ? user.value() : "nobody");
			});
			assertThatExceptionOfType(ApprovalPendingException.class)
				.isThrownBy(() -> UserScope.call(UserToken.of("alices-token"), () -> payments.later("bob").block()));
			assertThatExceptionOfType(ApprovalPendingException.class).isThrownBy(
					() -> payments.later("eve").contextWrite(ReactiveUserScope.of(UserToken.of("eves-token"))).block());
			assertThat(users).containsExactly("alices-token", "eves-token");
		});
	}

	private static Context signedIn(String name) {
		return ReactiveSecurityContextHolder
			.withAuthentication(UsernamePasswordAuthenticationToken.authenticated(name, null, List.of()));
	}

	@Test
	void endsACallWhoseStreamIsCancelled() {
		run((context) -> {
			this.people.atOnce(ApprovalState.APPROVED);
			Payments payments = context.getBean("payments", Payments.class);
			assertThat(payments.several("bob").blockFirst()).isEqualTo(1);
			assertThat(payments.several("carol").blockFirst()).isEqualTo(3);
			assertThat(this.people.questions()).hasSize(2);
		});
	}

	@Test
	void waitsForAPersonWhereTheApplicationWantsTo() {
		this.patience = Duration.ofSeconds(20);
		this.people.interval(Duration.ofMillis(1));
		run((context) -> {
			Payments payments = context.getBean("payments", Payments.class);
			Thread decider = decideOnceAsked(1);
			assertThat(payments.refund("bob", BigDecimal.TEN)).isEqualTo(1);
			join(decider);
			Thread again = decideOnceAsked(2);
			assertThat(payments.later("bob").block()).isEqualTo(2);
			join(again);
		});
	}

	@Test
	void checksTheCapabilityAgainAfterTheWait() {
		this.patience = Duration.ofMinutes(1);
		this.people.interval(Duration.ofMillis(1));
		run((context) -> {
			Payments payments = context.getBean("payments", Payments.class);
			Runnable revocation = () -> this.decision = CapabilityDecision.deny(List.of("payments:pay"));
			Thread decider = decideOnceAsked(1, revocation);
			assertThatExceptionOfType(CapabilityDeniedException.class).isThrownBy(() -> payments.pay("bob"));
			join(decider);
			this.decision = CapabilityDecision.ALLOW;
			Thread again = decideOnceAsked(2, revocation);
			assertThatExceptionOfType(CapabilityDeniedException.class).isThrownBy(payments.payLater("bob")::block);
			join(again);
			assertThat(this.runs).hasValue(0);
		});
	}

	@Test
	void isForOnePrincipalUnlessItIsTheCaller() {
		this.people.atOnce(ApprovalState.APPROVED);
		run((context) -> {
			Payments payments = context.getBean("payments", Payments.class);
			Principal alice = UsernamePasswordAuthenticationToken.authenticated("alice", null, List.of());
			Caller.of((Authentication) alice).call(() -> payments.close(alice));
			payments.close(new Account("bob"));
			payments.close(null);
			assertThat(this.people.questions()).extracting((question) -> question.approval().arguments())
				.containsExactly("{}", "{\"owner\":{\"(class)\":\"" + Account.class.getName() + "\",\"name\":\"bob\"}}",
						"{\"owner\":null}");
			assertThatExceptionOfType(CallNotShownException.class).isThrownBy(() -> payments.close(alice))
				.withMessageContaining("'owner' is a " + alice.getClass().getName());
			assertThat(this.runs).hasValue(3);
			payments.closeLater(alice)
				.contextWrite(ReactiveSecurityContextHolder.withAuthentication((Authentication) alice))
				.block();
			assertThat(this.people.questions()).last()
				.satisfies((question) -> assertThat(question.approval().arguments()).isEqualTo("{}"));
			assertThatExceptionOfType(CallNotShownException.class).isThrownBy(payments.closeLater(alice)::block);
			assertThat(this.runs).hasValue(4);
		});
	}

	@Test
	void refusesACallWhoseArgumentsChangeWhileAPersonIsAsked() {
		this.people.atOnce(ApprovalState.APPROVED);
		run((context) -> {
			Payments payments = context.getBean("payments", Payments.class);
			List<String> customers = new ArrayList<>(List.of("bob"));
			this.people.whileAsking(() -> customers.add("mallory"));
			changed(() -> payments.all(customers));
			changed(() -> payments.allLater(customers).block());
			StringBuilder text = new StringBuilder("bob");
			this.people.whileAsking(() -> text.append(" and mallory"));
			changed(() -> payments.all(text));
			List<Object> unreadable = new ArrayList<>(List.of("bob"));
			this.people.whileAsking(() -> unreadable.add(new Object()));
			changed(() -> payments.all(unreadable));
			assertThat(this.runs).hasValue(0);
			this.people.whileAsking(() -> {
			});
			assertThat(payments.all(customers)).isEqualTo(1);
			assertThat(payments.allLater(customers).block()).isEqualTo(2);
			assertThat(context.getBean(Approvals.class).undecided()).isEmpty();
		});
	}

	private static void changed(Supplier<?> call) {
		assertThatExceptionOfType(CallNotShownException.class).isThrownBy(call::get);
	}

	@Test
	void readsAsPendingAfterTheWait() {
		this.patience = Duration.ofMillis(1);
		run((context) -> {
			Payments payments = context.getBean("payments", Payments.class);
			pending(() -> payments.refund("bob", BigDecimal.TEN));
			assertThatExceptionOfType(ApprovalPendingException.class).isThrownBy(payments.later("bob")::block);
		});
	}

	@Test
	void needsOneApprovalForOneCallBehindTwoGuards() {
		run((context) -> {
			this.people.atOnce(ApprovalState.APPROVED);
			Payments payments = context.getBean("twice", Payments.class);
			assertThat(payments.refund("bob", BigDecimal.ONE)).isEqualTo(1);
			assertThat(payments.later("bob").block()).isEqualTo(2);
			assertThat(this.people.questions()).hasSize(2);
		});
	}

	@Test
	void theQuestionOfABeanMethodNamesTheArgumentsOfTheBeansMethods() {
		run((context) -> {
			Gifts gifts = context.getBean(Gifts.class);
			pending(() -> gifts.give("bob"));
			assertThat(this.people.questions()).singleElement()
				.extracting((question) -> question.approval().reason())
				.isEqualTo("Give bob a present");
			assertThat(this.runs).hasValue(0);
		});
	}

	@Test
	void resumesTheCallOfAMethod() {
		run((context) -> {
			Payments payments = context.getBean("payments", Payments.class);
			pending(() -> payments.refund("bob", BigDecimal.TEN));
			Approvals approvals = context.getBean(Approvals.class);
			String id = approvals.pending().get(0).id();
			this.people.decide(ApprovalState.APPROVED, null);
			assertThat(approvals.resume(id)).isEqualTo(1);
		});
	}

	@Test
	void resumesTheCallForItsCallerWhoeverResumesIt() {
		run((context) -> {
			Payments payments = context.getBean("payments", Payments.class);
			Approvals approvals = context.getBean(Approvals.class);
			Authentication alice = TestUsers.authentication("alice");
			for (Authentication caller : new Authentication[] { alice, null }) {
				TestUsers.signOut();
				SecurityContextHolder.getContext().setAuthentication(caller);
				pending(() -> payments.refund("bob", BigDecimal.TEN));
				this.people.decide(ApprovalState.APPROVED, null);
				TestUsers.signIn("boss");
				approvals.resume(approvals.pending().get(0).id());
				assertThat(payments.by()).isEqualTo(caller);
				assertThat(SecurityContextHolder.getContext().getAuthentication().getName()).isEqualTo("boss");
			}
			TestUsers.signOut();
		});
	}

	@Test
	void showsValuesOnly() {
		run((context) -> {
			Payments payments = context.getBean("payments", Payments.class);
			pending(() -> payments.order(new Order("o1", List.of(1, 2), Map.of("k", Impact.LOW)), List.of(3)));
			assertThat(this.people.questions().get(0).approval().arguments())
				.isEqualTo("{\"order\":{\"id\":\"o1\",\"lines\":[1,2],\"tags\":{\"k\":\"LOW\"}},\"quantities\":[3]}");
			assertThatExceptionOfType(CallNotShownException.class).isThrownBy(() -> payments.hidden(new Object()))
				.withMessageContaining("'order' is a java.lang.Object");
			assertThat(this.runs).hasValue(0);
		});
	}

	@Test
	void refusesToStartWithAReasonThatNobodyCouldFill() {
		for (Class<?> wrong : List.of(UnknownArgument.class, UnknownInCondition.class, NoExpression.class,
				NoPlaceholder.class)) {
			assertThatExceptionOfType(BeanCreationException.class).as(wrong.getSimpleName())
				.isThrownBy(() -> new AnnotationConfigApplicationContext(MethodGuardConfiguration.class, wrong).close())
				.havingRootCause()
				.isInstanceOf(GuardConfigurationException.class)
				.withMessageContaining(wrong.getSimpleName());
		}
	}

	@Test
	void isRefusedWhereNobodyCanBeAsked() {
		Gate<ApprovalRequirement> nobody = Approvals.gate(() -> null, "Set lumoauth.url");
		assertThatExceptionOfType(NobodyToAskException.class).isThrownBy(() -> nobody.admit(mock(), mock()))
			.withMessage("Set lumoauth.url");
	}

	private static void pending(Supplier<?> call) {
		assertThatExceptionOfType(ApprovalPendingException.class).isThrownBy(call::get);
	}

	private Thread decideOnceAsked(int questions) {
		return decideOnceAsked(questions, () -> {
		});
	}

	private Thread decideOnceAsked(int questions, Runnable before) {
		CountDownLatch started = new CountDownLatch(1);
		Thread thread = new Thread(() -> {
			started.countDown();
			while (this.people.questions().size() < questions) {
				Thread.onSpinWait();
			}
			before.run();
			this.people.decide(ApprovalState.APPROVED, null);
		});
		thread.start();
		try {
			assertThat(started.await(60, TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
		return thread;
	}

	private static void join(Thread thread) {
		try {
			thread.join(10_000);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * A caller of the application as a server.
	 */
	private static final class Served extends TestingAuthenticationToken implements IdentifiedCaller {

		Served() {
			super("agt_2", "none", List.of());
		}

		@Override
		public String identity() {
			return getName();
		}

		@Override
		public @Nullable String user() {
			return null;
		}

	}

	record Account(String name) implements Principal {

		@Override
		public String getName() {
			return this.name;
		}

	}

	record Order(String id, List<Integer> lines, Map<String, Impact> tags) {
	}

	interface Yen {

		record Amount(int value) {
		}

	}

	interface Euro {

		record Amount(int value) {
		}

	}

	static class Payments {

		private final AtomicInteger runs;

		private @Nullable Authentication by;

		Payments(AtomicInteger runs) {
			this.runs = runs;
		}

		@RequiresApproval(reason = "Refund {amount} to {customer}", impact = Impact.CRITICAL)
		Integer refund(String customer, BigDecimal amount) {
			this.by = SecurityContextHolder.getContext().getAuthentication();
			return this.runs.incrementAndGet();
		}

		@Nullable Authentication by() {
			return this.by;
		}

		@RequiresCapability("payments:pay")
		@RequiresApproval
		int pay(String customer) {
			return this.runs.incrementAndGet();
		}

		@RequiresCapability("payments:pay")
		@RequiresApproval
		Mono<Integer> payLater(String customer) {
			return Mono.fromSupplier(this.runs::incrementAndGet);
		}

		@RequiresApproval
		String pay(Yen.Amount amount) {
			return amount.value() + " yen";
		}

		@RequiresApproval
		String pay(Euro.Amount amount) {
			return amount.value() + " euro";
		}

		@RequiresApproval
		int close(@Nullable Principal owner) {
			return this.runs.incrementAndGet();
		}

		@RequiresApproval
		Mono<Integer> closeLater(@Nullable Principal owner) {
			return Mono.fromSupplier(this.runs::incrementAndGet);
		}

		@RequiresCapability(value = "payments:request", onDenied = OnDenied.REQUEST)
		Integer request(String customer) {
			return this.runs.incrementAndGet();
		}

		@RequiresApproval
		@RequiresCapability(value = "payments:request", onDenied = OnDenied.REQUEST)
		Mono<Integer> requestLater(String customer) {
			return Mono.fromSupplier(this.runs::incrementAndGet);
		}

		@OnBehalfOfUser
		@RequiresCapability(value = "payments:request", onDenied = OnDenied.REQUEST)
		Integer requestForUser(String customer) {
			return this.runs.incrementAndGet();
		}

		@RequiresApproval
		Mono<Integer> later(String customer) {
			return Mono.fromSupplier(this.runs::incrementAndGet);
		}

		@RequiresApproval
		Object hiddenLater(String customer) {
			return Mono.fromSupplier(this.runs::incrementAndGet);
		}

		@RequiresApproval
		Flux<Integer> several(String customer) {
			return Flux.defer(() -> Flux.just(this.runs.incrementAndGet(), this.runs.incrementAndGet()));
		}

		@RequiresApproval
		int order(Order order, List<Integer> quantities) {
			return this.runs.incrementAndGet();
		}

		@RequiresApproval
		int all(Object customers) {
			return this.runs.incrementAndGet();
		}

		@RequiresApproval
		Mono<Integer> allLater(List<String> customers) {
			return Mono.fromSupplier(this.runs::incrementAndGet);
		}

		@RequiresApproval
		int hidden(Object order) {
			return this.runs.incrementAndGet();
		}

	}

	static class Gifts {

		private final AtomicInteger runs;

		Gifts(AtomicInteger runs) {
			this.runs = runs;
		}

		int give(String customer) {
			return this.runs.incrementAndGet();
		}

	}

	static class UnknownArgument {

		@RequiresApproval(reason = "Refund {amnt}")
		void refund(int amount) {
		}

	}

	static class UnknownInCondition {

		@RequiresApproval(when = "#amnt > 1")
		void refund(int amount) {
		}

	}

	static class NoExpression {

		@RequiresApproval(when = "#amount >")
		void refund(int amount) {
		}

	}

	static class NoPlaceholder {

		@RequiresApproval(reason = "Refund {the amount}")
		void refund(int amount) {
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import(MethodGuardConfiguration.class)
	static class Beans {

		@Bean
		Payments payments(AtomicInteger runs) {
			return new Payments(runs);
		}

		@Bean
		Payments others(AtomicInteger runs) {
			return new Payments(runs);
		}

		@Bean
		@RequiresApproval(reason = "As the bean has it")
		Payments twice(AtomicInteger runs) {
			return new Payments(runs);
		}

		@Bean
		@RequiresApproval(reason = "Give {customer} a present")
		Gifts gifts(AtomicInteger runs) {
			return new Gifts(runs);
		}

	}

}
