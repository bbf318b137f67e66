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

package dev.lumoauth.spring.approval.process;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.ManualClock;
import dev.lumoauth.spring.approval.Approval;
import dev.lumoauth.spring.approval.ApprovalCall;
import dev.lumoauth.spring.approval.ApprovalChannel;
import dev.lumoauth.spring.approval.ApprovalDecidedEvent;
import dev.lumoauth.spring.approval.ApprovalDeniedException;
import dev.lumoauth.spring.approval.ApprovalException;
import dev.lumoauth.spring.approval.ApprovalNotGivenException;
import dev.lumoauth.spring.approval.ApprovalPendingException;
import dev.lumoauth.spring.approval.ApprovalRequestedEvent;
import dev.lumoauth.spring.approval.ApprovalRequirement;
import dev.lumoauth.spring.approval.ApprovalRule;
import dev.lumoauth.spring.approval.ApprovalState;
import dev.lumoauth.spring.approval.ApprovalStore;
import dev.lumoauth.spring.approval.ApprovedCallEvent;
import dev.lumoauth.spring.approval.Asked;
import dev.lumoauth.spring.approval.CallNotShownException;
import dev.lumoauth.spring.approval.Impact;
import dev.lumoauth.spring.approval.NobodyToAskException;
import dev.lumoauth.spring.approval.ScriptedPeople;
import dev.lumoauth.spring.approval.TooManyPendingException;
import dev.lumoauth.spring.approval.TooSoonAfterDenialException;
import dev.lumoauth.spring.call.Conversation;
import dev.lumoauth.spring.guard.CallArguments;
import dev.lumoauth.spring.user.Caller;
import dev.lumoauth.spring.user.TestUsers;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationEvent;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link Approvals}.
 */
class ApprovalsTests {

	private static final ApprovalRule RULE = new ApprovalRule("Refund {amount}", Impact.HIGH, "", List.of());

	private final ManualClock clock = new ManualClock();

	/** Asked by hand only, unless a test says otherwise. */
	private final ScriptedPeople people = new ScriptedPeople().interval(Duration.ofHours(1));

	private final List<ApplicationEvent> events = new CopyOnWriteArrayList<>();

	private final ApprovalStore store = ApprovalStore.inMemory();

	private final AtomicInteger runs = new AtomicInteger();

	private Approvals approvals = approvals("agt_1");

	private Approvals approvals(String agent) {
		return builder(agent).build();
	}

	private ApprovalsBuilder builder(String agent) {
		return new ApprovalsBuilder(agent, () -> this.people).store(() -> this.store)
			.clock(this.clock)
			.events(this.events::add);
	}

	/** Whatever level a test of the same process has left. */
	@BeforeAll
	static void log() {
		((Logger) LoggerFactory.getLogger("dev.lumoauth.spring.approval")).setLevel(Level.INFO);
	}

	@AfterEach
	void close() {
		this.approvals.close();
	}

	@Test
	void asksOnceForOneCall() {
		Approval first = pending(refund(10));
		Approval second = pending(refund(10));
		assertThat(second.id()).isEqualTo(first.id());
		assertThat(this.people.questions()).singleElement().satisfies((question) -> {
			assertThat(question.approval().reason()).isEqualTo("Refund 10");
			assertThat(question.shownArguments()).containsEntry("amount", 10);
		});
		assertThat(this.events).singleElement().isInstanceOf(ApprovalRequestedEvent.class);
	}

	@Test
	void isForThisAgentThisUserThisToolTheseArgumentsAndThisObject() {
		approve(refund(10));
		List.of(refund(11), call("refund", "alice", null, Map.of("amount", 10)),
				call("refund2", null, null, Map.of("amount", 10)), call("refund", null, "object", Map.of("amount", 10)))
			.forEach((other) -> assertThat(pending(other).state()).isEqualTo(ApprovalState.PENDING));
		try (Approvals other = approvals("agt_2")) {
			assertThatExceptionOfType(ApprovalPendingException.class).isThrownBy(() -> other.admit(refund(10)));
		}
		assertThat(run(refund(10))).isEqualTo("done 1");
	}

	@Test
	void seesNoDifferenceWhereThereIsNone() {
		approve(call("refund", null, null, Map.of("amount", 10, "to", "bob")));
		assertThat(run(new CallToApprove("refund", null, null,
				() -> CallArguments.read("{ \"to\" : \"bob\", \"amount\" : 1.0e1 }"), ApprovalRequirement.of(RULE),
				List.of())))
			.isEqualTo("done 1");
	}

	@Test
	void runsOnceHoweverManyTry() throws Exception {
		approve(refund(10));
		List<String> results = inThreads(64, () -> {
			try {
				return run(refund(10));
			}
			catch (ApprovalNotGivenException ex) {
				return "refused";
			}
		});
		assertThat(this.runs).hasValue(1);
		assertThat(results).contains("done 1").allMatch((result) -> Set.of("done 1", "refused").contains(result));
		assertThat(run(refund(10))).isEqualTo("done 1");
		assertThat(this.runs).hasValue(1);
	}

	@Test
	void asksOnceHoweverManyCall() throws Exception {
		inThreads(64, () -> pending(refund(10)).state());
		assertThat(this.people.questions()).hasSize(1);
	}

	@Test
	void runsAsOftenAsItWasApprovedWhereResultsAreNotKept() throws Exception {
		try (Approvals forgetful = new ApprovalsBuilder("agt_1", () -> this.people).keepResults(Duration.ZERO)
			.clock(this.clock)
			.build()) {
			this.people.atOnce(ApprovalState.APPROVED);
			for (int i = 1; i <= 3; i++) {
				ApprovedCall approved = Objects.requireNonNull(forgetful.admit(refund(10)));
				assertThat(approved.keptResult()).isNull();
				approved.begin().run(this.runs::incrementAndGet, String::valueOf);
				assertThat(this.people.questions()).hasSize(i);
				assertThat(this.runs).hasValue(i);
			}
		}
	}

	@Test
	void asksAnewForACallThatHasFailed() {
		approve(refund(10));
		assertThatExceptionOfType(IllegalStateException.class)
			.isThrownBy(() -> Objects.requireNonNull(this.approvals.admit(refund(10))).begin().run(() -> {
				throw new IllegalStateException("no money");
			}, String::valueOf));
		assertThat(pending(refund(10)).state()).isEqualTo(ApprovalState.PENDING);
		assertThat(this.people.questions()).hasSize(2);
	}

	@Test
	void endsWithWhatTheCallGivesLater() {
		approve(refund(10));
		CompletableFuture<String> later = new CompletableFuture<>();
		Objects.requireNonNull(this.approvals.admit(refund(10))).begin().run(() -> later, (result) -> null);
		assertThat(this.approvals.undecided()).hasSize(1);
		later.complete("done");
		assertThat(this.approvals.undecided()).isEmpty();
	}

	@Test
	void neverRunsAgainWhatADeadProcessHadBegun() {
		approve(refund(10));
		Objects.requireNonNull(this.approvals.admit(refund(10))).begin();
		String id = this.approvals.undecided().get(0).id();
		try (Approvals restarted = approvals("agt_1")) {
			assertThatExceptionOfType(ApprovalNotGivenException.class).isThrownBy(() -> restarted.admit(refund(10)))
				.satisfies((ex) -> assertThat(ex.modelText()).contains("does not run again by itself"))
				.withMessageContaining("cancel(id)");
			assertThatExceptionOfType(ApprovalNotGivenException.class).isThrownBy(() -> restarted.resume(id));
			assertThat(restarted.undecided()).extracting(Approval::id).containsExactly(id);
			assertThatIllegalStateException().isThrownBy(() -> this.approvals.cancel(id));
			assertThatIllegalStateException().as("it may be alive").isThrownBy(() -> restarted.cancel(id));
			this.clock.advance(Replica.LEASE.plusSeconds(1));
			assertThat(restarted.cancel(id).state()).isEqualTo(ApprovalState.CANCELLED);
			assertThatExceptionOfType(ApprovalPendingException.class).isThrownBy(() -> restarted.admit(refund(10)));
		}
	}

	@Test
	void tellsADenialForAWhileAndThenAsksAnew() {
		pending(refund(10));
		decide(ApprovalState.DENIED, "too much\u202E\nreally");
		for (int i = 0; i < 3; i++) {
			assertThatExceptionOfType(ApprovalDeniedException.class).isThrownBy(() -> this.approvals.admit(refund(10)))
				.satisfies((ex) -> assertThat(ex.modelText()).startsWith("Error: a person denied this call.")
					.doesNotContain("\u202E", "\n"));
			this.clock.advance(Duration.ofMinutes(4));
		}
		assertThat(pending(refund(10)).state()).isEqualTo(ApprovalState.PENDING);
	}

	@Test
	void asksLaterAfterEachDenialWhateverTheArguments() {
		int amount = 0;
		for (int minutes : List.of(1, 2, 4, 8, 16, 32, 60, 60)) {
			pending(refund(amount++));
			decide(ApprovalState.DENIED, null);
			this.approvals.pending().forEach((each) -> this.approvals.status(each.id()));
			Instant until = this.clock.instant().plus(Duration.ofMinutes(minutes));
			int asked = this.people.questions().size();
			for (int i = 0; i < 20; i++) {
				CallToApprove another = refund(1_000 + amount++);
				assertThatExceptionOfType(TooSoonAfterDenialException.class)
					.isThrownBy(() -> this.approvals.admit(another))
					.withMessageContaining("before " + until)
					.withMessageContaining("lumoauth.approvals.after-denial")
					.satisfies((ex) -> assertThat(ex.modelText()).contains("Stop calling it", "tell the user"));
			}
			this.clock.advance(Duration.ofMinutes(minutes).minusMillis(1));
			CallToApprove tooSoon = refund(amount++);
			assertThatExceptionOfType(TooSoonAfterDenialException.class)
				.isThrownBy(() -> this.approvals.admit(tooSoon));
			assertThat(this.people.questions()).hasSize(asked);
			this.clock.advance(Duration.ofMillis(1));
			this.people.interval(Duration.ofHours(1));
		}
	}

	@Test
	void asksOneQuestionAtATimeAfterADenial() {
		deny(refund(1));
		this.clock.advance(Duration.ofMinutes(1));
		Approval second = pending(refund(2));
		assertThatExceptionOfType(TooSoonAfterDenialException.class).isThrownBy(() -> this.approvals.admit(refund(3)))
			.withMessageContaining("while another question about it waits");
		this.approvals.cancel(second.id());
		pending(refund(3));
	}

	@Test
	void aDenialIsForTheToolAndTheUserInEachProcess() {
		Conversation.call("chat-1", () -> deny(refund(1)));
		deny(call("refund", "alice", null, Map.of("amount", 1)));
		pending(refund(2));
		pending(call("refund", "bob", null, Map.of("amount", 2)));
		pending(call("refund2", "alice", null, Map.of("amount", 2)));
		Conversation.call("chat-2", () -> pending(refund(2)));
		try (Approvals elsewhere = builder("agt_1").process("another").build(); Approvals other = approvals("agt_2")) {
			assertThatExceptionOfType(TooSoonAfterDenialException.class)
				.isThrownBy(() -> elsewhere.admit(call("refund", "alice", null, Map.of("amount", 3))));
			assertThatExceptionOfType(TooSoonAfterDenialException.class)
				.isThrownBy(() -> Conversation.call("chat-1", () -> elsewhere.admit(refund(3))));
			assertThatExceptionOfType(ApprovalPendingException.class)
				.isThrownBy(() -> other.admit(call("refund", "alice", null, Map.of("amount", 3))));
		}
	}

	@Test
	void aDenialCountsForADay() {
		deny(refund(1));
		this.clock.advance(Duration.ofHours(23));
		deny(refund(2));
		assertThatExceptionOfType(TooSoonAfterDenialException.class).isThrownBy(() -> this.approvals.admit(refund(3)))
			.withMessageContaining("denied 2 calls");
		this.clock.advance(Duration.ofHours(2));
		deny(refund(4));
		assertThatExceptionOfType(TooSoonAfterDenialException.class).isThrownBy(() -> this.approvals.admit(refund(5)))
			.withMessageContaining("denied 2 calls");
	}

	@Test
	void asksAtOnceAfterADenialIfTheApplicationWantsThat() {
		close();
		this.approvals = builder("agt_1").afterDenial(Duration.ZERO).build();
		deny(refund(1));
		pending(refund(2));
	}

	private Approval deny(CallToApprove call) {
		Approval approval = pending(call);
		decide(ApprovalState.DENIED, null);
		Approval denied = this.approvals.status(approval.id());
		this.people.interval(Duration.ofHours(1));
		assertThat(denied.state()).isEqualTo(ApprovalState.DENIED);
		return denied;
	}

	@Test
	void doesNotRunWhatWasApprovedTooLongAgo() {
		approve(refund(10));
		this.clock.advance(Duration.ofMinutes(6));
		assertThatExceptionOfType(ApprovalNotGivenException.class).isThrownBy(() -> this.approvals.admit(refund(10)))
			.satisfies((ex) -> assertThat(ex.getApproval().state()).isEqualTo(ApprovalState.EXPIRED));
	}

	@ParameterizedTest
	@ValueSource(ints = { -86_400, -1, 0 })
	@ExtendWith(OutputCaptureExtension.class)
	void anApprovalWhoseEndHasPassedIsNone(int seconds, CapturedOutput output) {
		this.people.atOnce(ApprovalState.APPROVED).until(this.clock.instant().plusSeconds(seconds));
		assertThatExceptionOfType(ApprovalNotGivenException.class).isThrownBy(() -> this.approvals.admit(refund(10)))
			.satisfies((ex) -> assertThat(ex.getApproval().state()).isEqualTo(ApprovalState.EXPIRED));
		this.people.atOnce(ApprovalState.PENDING).until(this.clock.instant().plusSeconds(60));
		Approval pending = pending(refund(11));
		this.people.until(this.clock.instant().plusSeconds(seconds));
		decide(ApprovalState.APPROVED, null);
		assertThat(this.approvals.status(pending.id()).state()).isEqualTo(ApprovalState.EXPIRED);
		assertThatExceptionOfType(ApprovalNotGivenException.class).isThrownBy(() -> this.approvals.admit(refund(11)));
		assertThat(output.getOut()).contains("which has passed, so the call does not run");
	}

	@Test
	void noApprovalAndNoQuestionLastsLongerThanADay() {
		Instant aDay = this.clock.instant().plus(Duration.ofDays(1));
		this.people.until(Instant.MAX);
		assertThat(pending(refund(10)).expiresAt()).isEqualTo(aDay);
		assertThat(approve(refund(11)).expiresAt()).isEqualTo(aDay);
	}

	@Test
	void doesNotBeginWhatHasExpiredSinceItWasAdmitted() {
		approve(refund(10));
		ApprovedCall approved = Objects.requireNonNull(this.approvals.admit(refund(10)));
		this.clock.advance(Duration.ofMinutes(6));
		assertThatExceptionOfType(ApprovalNotGivenException.class).isThrownBy(approved::begin)
			.satisfies((ex) -> assertThat(ex.getApproval().state()).isEqualTo(ApprovalState.EXPIRED));
	}

	@Test
	void aStoredApprovalWithoutAnEndDoesNotKeepOthersFromBeingWatched() {
		Approval stored = approve(refund(10));
		Approval endless = new Approval("apr_endless", 0, ApprovalState.APPROVED, refundCall(), stored.reason(),
				stored.impact(), List.of(), List.of(), null, true, "ref", null, stored.requestedAt(), Instant.MAX, null,
				null, null, null, null);
		this.store.putIfAbsent(endless);
		try (Approvals restarted = approvals("agt_1")) {
			restarted.start();
			assertThat(restarted.status("apr_endless").state()).isEqualTo(ApprovalState.APPROVED);
		}
	}

	private static ApprovalCall refundCall() {
		return new ApprovalCall("agt_1", null, "refund", "endless", "{}");
	}

	@Test
	void doesNotRunWhatWasCancelled() {
		Approval approval = approve(refund(10));
		assertThat(this.approvals.cancel(approval.id()).state()).isEqualTo(ApprovalState.CANCELLED);
		assertThat(pending(refund(10)).id()).isNotEqualTo(approval.id());
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void saysOnceWhichPropertyNamesSomebodyToAsk(CapturedOutput output) {
		ApprovalChannel nobody = mock(ApprovalChannel.class);
		given(nobody.interval()).willReturn(Duration.ofMinutes(1));
		given(nobody.ask(any()))
			.willThrow(new NobodyToAskException("Set lumoauth.approvals.approver", "Error: nobody"));
		try (Approvals asking = new ApprovalsBuilder("agt_1", () -> nobody).clock(this.clock).build()) {
			assertThatExceptionOfType(NobodyToAskException.class).isThrownBy(() -> asking.admit(refund(10)));
			assertThatExceptionOfType(NobodyToAskException.class).isThrownBy(() -> asking.admit(refund(11)));
		}
		assertThat(output.getOut()).containsOnlyOnce("A call is refused: Set lumoauth.approvals.approver. Logged once");
	}

	@Test
	void isNoApprovalWhereLumoAuthGivesNoAnswer() {
		this.people.unavailable(true);
		assertThatExceptionOfType(LumoAuthUnavailableException.class)
			.isThrownBy(() -> this.approvals.admit(refund(10)));
		this.people.unavailable(false);
		pending(refund(10));
		decide(ApprovalState.APPROVED, null);
		this.people.unavailable(true);
		pending(refund(10));
	}

	@Test
	void isNoApprovalWhereTheStoreFails() {
		try (Approvals broken = new ApprovalsBuilder("agt_1", () -> this.people).store(() -> {
			throw new IllegalStateException("the table is gone");
		}).build()) {
			assertThatExceptionOfType(LumoAuthUnavailableException.class).isThrownBy(() -> broken.admit(refund(10)));
		}
	}

	@Test
	void asksForNothingThatTheConditionLeavesOut() {
		ApprovalRequirement large = ApprovalRequirement
			.of(new ApprovalRule("", Impact.LOW, "#amount > 100", List.of()));
		assertThat(this.approvals.admit(new CallToApprove("refund", null, null,
				() -> CallArguments.of(Map.of("amount", 100)), large, List.of())))
			.isNull();
		assertThat(pending(new CallToApprove("refund", null, null, () -> CallArguments.of(Map.of("amount", 101)), large,
				List.of()))
			.reason()).isEqualTo("Call refund");
	}

	@Test
	void asksAnewWhereTheAgentHasLostACapabilityMeanwhile() {
		Approval approval = approve(refund(10));
		CallToApprove lacking = new CallToApprove("refund", null, null, () -> CallArguments.of(Map.of("amount", 10)),
				ApprovalRequirement.of(RULE), List.of("payments:refund"));
		assertThat(pending(lacking)).satisfies((asked) -> {
			assertThat(asked.id()).isNotEqualTo(approval.id());
			assertThat(asked.capabilities()).containsExactly("payments:refund");
		});
	}

	@Test
	void refusesArgumentsThatReadersUnderstandDifferently() {
		for (String json : List.of("{\"amount\":1,\"amount\":10000}", "{\"amount\":100.00000000000000001}", "[1]",
				"{\"a\":\"\\ud800\"}", "nonsense")) {
			assertThatExceptionOfType(CallNotShownException.class)
				.isThrownBy(() -> this.approvals.admit(new CallToApprove("refund", null, null,
						() -> CallArguments.read(json), ApprovalRequirement.of(RULE), List.of())))
				.satisfies((ex) -> assertThat(ex.modelText()).startsWith("Error: this call can't be put to a person"));
		}
		assertThat(this.people.questions()).isEmpty();
	}

	@Test
	void hidesWhatIsRedactedAndShowsItsFingerprint() {
		try (Approvals redacting = new ApprovalsBuilder("agt_1", () -> this.people).redacted(Set.of("card-number"))
			.build()) {
			List.of("4111", "4111", "4112")
				.forEach((number) -> assertThatExceptionOfType(ApprovalPendingException.class)
					.isThrownBy(() -> redacting.admit(new CallToApprove("pay", null, null,
							() -> CallArguments.of(Map.of("cardNumber", number, "order",
									Map.of("CARD_NUMBER", List.of(number)), "n", this.people.questions().size())),
							ApprovalRequirement
								.of(new ApprovalRule("Pay with {cardNumber}", Impact.LOW, "", List.of())),
							List.of()))));
		}
		assertThat(this.people.questions().toString()).doesNotContain("4111", "4112");
		List<Object> hidden = this.people.questions()
			.stream()
			.map((question) -> Objects.requireNonNull(question.shownArguments().get("cardNumber")))
			.toList();
		assertThat(hidden)
			.allSatisfy((each) -> assertThat(each.toString()).matches("\\(hidden, fingerprint [0-9a-f]{16}\\)"));
		assertThat(hidden.get(0)).isEqualTo(hidden.get(1)).isNotEqualTo(hidden.get(2));
		assertThat(this.people.questions().get(0).approval().reason()).isEqualTo("Pay with \"" + hidden.get(0) + "\"");
		assertThat(this.people.questions().get(0).shownArguments().get("order").toString()).doesNotContain("4111");
	}

	/**
	 * Anyone could try all card numbers against a hash that has no key.
	 */
	@Test
	void aFingerprintIsOfItsProcessOnly() {
		Map<String, @Nullable Object> arguments = Map.of("pin", "1234");
		assertThat(new ShownArguments(Set.of("pin")).of(arguments, List.of()))
			.isNotEqualTo(new ShownArguments(Set.of("pin")).of(arguments, List.of()));
	}

	@Test
	void aPersonSeesAllThatIsApproved() {
		Map<String, @Nullable Object> arguments = new LinkedHashMap<>();
		for (int i = 0; i < 300; i++) {
			arguments.put("x" + i, i);
		}
		arguments.put("text", "x".repeat(1_100) + " to eve");
		arguments.put("list", IntStream.range(0, 300).boxed().toList());
		arguments.put("n".repeat(1_100), Map.of("m".repeat(1_100), 1));
		pending(call("refund", null, null, arguments));
		assertThat(this.people.questions()).singleElement()
			.satisfies((question) -> assertThat(question.shownArguments()).isEqualTo(arguments));
	}

	@ParameterizedTest
	@ValueSource(strings = { "text", "list", "map", "names", "tool", "user" })
	void refusesWhatIsTooLongToBeShown(String what) {
		int tooMany = 10_000;
		Map<String, @Nullable Object> arguments = switch (what) {
			case "text" -> Map.of("text", "x".repeat(tooMany));
			case "list" -> Map.of("list", Collections.nCopies(tooMany, 1));
			case "map" ->
				Map.of("map", IntStream.range(0, tooMany).boxed().collect(Collectors.toMap(String::valueOf, (i) -> i)));
			case "names" -> Map.of("n".repeat(tooMany), 1);
			default -> Map.of();
		};
		CallToApprove call = call(what.equals("tool") ? "t".repeat(tooMany) : "refund",
				what.equals("user") ? "u".repeat(tooMany) : null, null, arguments);
		assertThatExceptionOfType(CallNotShownException.class).isThrownBy(() -> this.approvals.admit(call))
			.withMessageContaining("the person is shown at most 10000")
			.withMessageContaining("Let the tool take a reference")
			.satisfies((ex) -> assertThat(ex.modelText()).contains("at most 10000; use shorter arguments")
				.doesNotContain("Let the tool"));
		assertThat(this.people.questions()).isEmpty();
		assertThat(this.approvals.pending()).isEmpty();
	}

	@Test
	void refusesAQuestionThatIsTooLong() {
		CallToApprove call = new CallToApprove("pay", null, null,
				() -> CallArguments.of(Map.of("text", "x".repeat(500))),
				ApprovalRequirement.of(new ApprovalRule("Send {text}", Impact.LOW, "", List.of())), List.of());
		assertThatExceptionOfType(CallNotShownException.class).isThrownBy(() -> this.approvals.admit(call))
			.withMessageContaining("the question to the person has 505 characters, and the person is shown at most 480")
			.withMessageContaining("Leave long arguments out of the 'reason'");
		assertThat(this.people.questions()).isEmpty();
	}

	@Test
	void showsFirstWhatTheReasonNames() {
		Map<String, @Nullable Object> arguments = new LinkedHashMap<>();
		Map<String, @Nullable Object> to = new LinkedHashMap<>();
		for (int i = 0; i < 100; i++) {
			arguments.put("x" + i, 1);
			to.put("x" + i, 1);
		}
		to.put("iban", "DE1");
		arguments.put("amount", 10_000);
		arguments.put("to", to);
		ApprovalRule rule = new ApprovalRule("Pay {amount} to {to.iban}", Impact.LOW, "", List.of());
		pending(new CallToApprove("pay", null, null, () -> CallArguments.of(arguments), ApprovalRequirement.of(rule),
				List.of()));
		assertThat(this.people.questions()).singleElement().satisfies((question) -> {
			assertThat(question.approval().reason()).isEqualTo("Pay 10000 to DE1");
			assertThat(question.shownArguments().keySet().stream().limit(2)).containsExactlyInAnyOrder("amount", "to");
			assertThat(question.shownArguments()).hasSize(102);
		});
	}

	@Test
	void learnsOfDecisionsInTheBackground() throws Exception {
		this.people.interval(Duration.ofMillis(1));
		Approval approval = pending(refund(10));
		CompletableFuture<Approval> decision = this.approvals.decision(approval);
		decide(ApprovalState.APPROVED, null);
		assertThat(decision.get(60, TimeUnit.SECONDS).approvedBy()).isEqualTo("boss");
		assertThat(this.approvals.await(approval.id(), Duration.ofSeconds(10)).state())
			.isEqualTo(ApprovalState.APPROVED);
	}

	@Test
	void listenersOfADecisionDoNotRunForWhoeverAskedFirst() throws Exception {
		CompletableFuture<Optional<Authentication>> seen = new CompletableFuture<>();
		SecurityContextHolder.setStrategyName(SecurityContextHolder.MODE_INHERITABLETHREADLOCAL);
		TestUsers.signIn("alice");
		try (Approvals listening = new ApprovalsBuilder("agt_1", () -> this.people).events((event) -> {
			if (event instanceof ApprovalDecidedEvent) {
				seen.complete(Optional.ofNullable(SecurityContextHolder.getContext().getAuthentication()));
			}
		}).build()) {
			this.people.interval(Duration.ofMillis(1));
			assertThatExceptionOfType(ApprovalPendingException.class).isThrownBy(() -> listening.admit(refund(10)));
			this.people.decide(ApprovalState.APPROVED, null);
			assertThat(seen.get(60, TimeUnit.SECONDS)).isEmpty();
		}
		finally {
			TestUsers.signOut();
			SecurityContextHolder.setStrategyName(SecurityContextHolder.MODE_THREADLOCAL);
		}
	}

	@Test
	void aChatDoesNotContinueForWhoeverLooksAtItsRequest() throws Exception {
		CompletableFuture<Optional<Authentication>> seen = new CompletableFuture<>();
		try (Approvals listening = new ApprovalsBuilder("agt_1", () -> this.people).events((event) -> {
			if (event instanceof ApprovalDecidedEvent decided && decided.isToResume()) {
				assertThat(SecurityContextHolder.getContext().getAuthentication()).isNull();
				seen.complete(Optional.ofNullable(Caller.current().authentication()));
			}
		}).build()) {
			assertThatExceptionOfType(ApprovalPendingException.class).isThrownBy(() -> listening.admit(refund(10)));
			decide(ApprovalState.APPROVED, null);
			TestUsers.as("boss", () -> {
				listening.status(listening.pending().get(0).id());
				assertThat(Caller.current().authentication()).isNotNull();
				return true;
			});
			assertThat(seen.get(60, TimeUnit.SECONDS)).isEmpty();
		}
	}

	@Test
	void asksLumoAuthWhatSomethingSaysIsDecided() {
		Approval approval = pending(refund(10));
		this.approvals.notified("ref-" + approval.id());
		assertThat(this.approvals.pending()).singleElement()
			.satisfies((known) -> assertThat(known.state()).isEqualTo(ApprovalState.PENDING));
		this.people.decide(ApprovalState.APPROVED, null);
		this.approvals.notified("ref-of-nothing");
		assertThat(this.people.statuses()).isEqualTo(1);
		this.approvals.notified("ref-" + approval.id());
		assertThat(this.approvals.pending()).singleElement()
			.satisfies((known) -> assertThat(known.state()).isEqualTo(ApprovalState.APPROVED));
	}

	@Test
	void holdsNoThreadForAThousandThatWait() {
		close();
		this.approvals = builder("agt_1").maxPendingPerUser(1_000).build();
		int before = Thread.activeCount();
		Set<Thread> ofOthers = Thread.getAllStackTraces().keySet();
		for (int i = 0; i < 1_000; i++) {
			pending(refund(i));
		}
		assertThat(this.approvals.pending()).hasSize(1_000);
		assertThat(Thread.getAllStackTraces().keySet())
			.filteredOn((thread) -> thread.getName().startsWith("lumoauth-approval") && !ofOthers.contains(thread))
			.hasSizeLessThanOrEqualTo(2);
		assertThat(Thread.activeCount()).isLessThan(before + 10);
	}

	@Test
	void theLimitForAUserCountsNobodyToo() {
		for (int i = 0; i < 20; i++) {
			pending(refund(i));
		}
		assertThatExceptionOfType(TooManyPendingException.class).isThrownBy(() -> this.approvals.admit(refund(20)))
			.withMessageContaining("max-pending-per-user");
		assertThat(this.people.questions()).hasSize(20);
		pending(call("refund", "alice", null, Map.of("amount", 20)));
		Conversation.call("chat-1", () -> pending(refund(20)));
	}

	@Test
	void whatNobodyAskedForIsApprovedForItsProcessOnly() {
		Approval approval = approve(refund(10));
		try (Approvals elsewhere = builder("agt_1").process("another")
			.resumable(() -> List.of((found, isApproved) -> () -> {
				throw new AssertionError("It must not run here");
			}))
			.build()) {
			assertThatIllegalStateException().isThrownBy(() -> elsewhere.resume(approval.id()))
				.withMessageContaining("give the chat a conversation");
			assertThatExceptionOfType(ApprovalPendingException.class).isThrownBy(() -> elsewhere.admit(refund(10)))
				.satisfies((ex) -> assertThat(ex.getApproval().id()).isNotEqualTo(approval.id()));
		}
		assertThat(run(refund(10))).isEqualTo("done 1");
	}

	@Test
	void whatAUserOrAConversationAskedForIsApprovedInEachProcess() {
		approve(call("refund", "alice", null, Map.of("amount", 10)));
		Conversation.call("chat-1", () -> approve(refund(11)));
		try (Approvals elsewhere = builder("agt_1").process("another").build()) {
			assertThat(elsewhere.admit(call("refund", "alice", null, Map.of("amount", 10)))).isNotNull();
			assertThat(Conversation.call("chat-1", () -> elsewhere.admit(refund(11)))).isNotNull();
			assertThatExceptionOfType(ApprovalPendingException.class)
				.isThrownBy(() -> Conversation.call("chat-2", () -> elsewhere.admit(refund(11))));
		}
	}

	@Test
	void resumesAWaitingCall() {
		Approval approval = pending(refund(10));
		this.approvals.waiting(approval, () -> run(refund(10)));
		assertThatExceptionOfType(ApprovalPendingException.class)
			.isThrownBy(() -> this.approvals.resume(approval.id()));
		decide(ApprovalState.APPROVED, null);
		assertThat(this.approvals.status(approval.id()).state()).isEqualTo(ApprovalState.APPROVED);
		assertThat(this.approvals.resume(approval.id())).isEqualTo("done 1");
		assertThat(this.approvals.resume(approval.id())).isEqualTo("done 1");
		assertThat(this.runs).hasValue(1);
	}

	@Test
	void saysWhatItCannotResume() {
		Approval approval = approve(refund(10));
		assertThatIllegalStateException().isThrownBy(() -> this.approvals.resume(approval.id()))
			.withMessageContaining("make the same call again");
		assertThatIllegalArgumentException().isThrownBy(() -> this.approvals.resume("apr_none"));
		try (Approvals other = approvals("agt_2")) {
			assertThatIllegalArgumentException().isThrownBy(() -> other.resume(approval.id()));
			assertThatIllegalArgumentException().isThrownBy(() -> other.cancel(approval.id()));
		}
	}

	@Test
	void runsOnceWhatTheApplicationAskedFor() {
		CallArguments arguments = CallArguments.of(Map.of("amount", 10));
		Approval approval = this.approvals.request("refund", arguments, RULE);
		assertThatExceptionOfType(ApprovalPendingException.class)
			.isThrownBy(() -> this.approvals.run(approval.id(), this.runs::incrementAndGet));
		decide(ApprovalState.APPROVED, null);
		assertThat(this.approvals.run(approval.id(), this.runs::incrementAndGet)).isEqualTo(1);
		assertThatExceptionOfType(ApprovalException.class)
			.isThrownBy(() -> this.approvals.run(approval.id(), this.runs::incrementAndGet));
		// It approves no tool's call.
		assertThat(pending(refund(10)).id()).isNotEqualTo(approval.id());
		Approval ofTool = approve(refund(11));
		assertThatExceptionOfType(ApprovalNotGivenException.class)
			.isThrownBy(() -> this.approvals.run(ofTool.id(), this.runs::incrementAndGet));
		assertThat(this.runs).hasValue(1);
	}

	@Test
	void runsForNoOtherUserWhatTheApplicationAskedFor() {
		Approval approval = as("alice",
				() -> this.approvals.request("refund", CallArguments.of(Map.of("amount", 10)), RULE));
		decide(ApprovalState.APPROVED, null);
		assertThatIllegalStateException()
			.isThrownBy(() -> as("eve", () -> this.approvals.run(approval.id(), this.runs::incrementAndGet)))
			.withMessageContaining("another user");
		assertThat(this.runs).hasValue(0);
		assertThat(as("alice", () -> this.approvals.run(approval.id(), this.runs::incrementAndGet))).isEqualTo(1);
	}

	private static <T> T as(String user, Supplier<T> action) {
		return Caller.of(UsernamePasswordAuthenticationToken.authenticated(user, null, List.of())).call(action);
	}

	@Test
	void saysWhetherSomebodyHasToGoOnWithTheCall() throws Exception {
		this.people.atOnce(ApprovalState.APPROVED);
		run(refund(1));
		this.people.atOnce(ApprovalState.PENDING);
		pending(refund(2));
		decide(ApprovalState.APPROVED, null);
		run(refund(2)); // the call finds it out by itself
		Approval waiting = pending(refund(3));
		decide(ApprovalState.APPROVED, null);
		this.approvals.status(waiting.id());
		this.people.interval(Duration.ofHours(1));
		Approval awaited = pending(refund(4));
		CompletableFuture<Approval> decision = this.approvals.decision(awaited);
		decide(ApprovalState.APPROVED, null);
		this.approvals.status(awaited.id());
		assertThat(decision.get(60, TimeUnit.SECONDS).state()).isEqualTo(ApprovalState.APPROVED);
		assertThat(this.events).filteredOn((event) -> event instanceof ApprovalDecidedEvent)
			.map((event) -> ((ApprovalDecidedEvent) event).isToResume())
			.containsExactly(false, false, true, false);
	}

	@Test
	void tellsWhoListensOfEachStep() {
		approve(refund(10));
		run(refund(10));
		assertThat(this.events).extracting((event) -> event.getClass().getSimpleName())
			.containsExactly("ApprovalRequestedEvent", "ApprovalDecidedEvent", "ApprovedCallEvent",
					"ApprovedCallEvent");
		assertThat(this.events.toString()).doesNotContain("ref-");
	}

	private static CallToApprove refund(int amount) {
		return call("refund", null, null, Map.of("amount", amount));
	}

	private static CallToApprove call(String tool, @Nullable String user, @Nullable String target,
			Map<String, @Nullable Object> arguments) {
		return new CallToApprove(tool, target, user, () -> CallArguments.of(arguments), ApprovalRequirement.of(RULE),
				List.of());
	}

	private Approval pending(CallToApprove call) {
		try {
			this.approvals.admit(call);
		}
		catch (ApprovalPendingException ex) {
			return ex.getApproval();
		}
		throw new AssertionError("It does not wait");
	}

	private Approval approve(CallToApprove call) {
		Approval approval = pending(call);
		decide(ApprovalState.APPROVED, null);
		Approval approved = this.approvals.status(approval.id());
		assertThat(approved.state()).isEqualTo(ApprovalState.APPROVED);
		return approved;
	}

	/**
	 * People decide, and LumoAuth may be asked again at once.
	 */
	private void decide(ApprovalState state, @Nullable String message) {
		this.people.decide(state, message);
		this.people.interval(Duration.ZERO);
	}

	private String run(CallToApprove call) {
		ApprovedCall approved = Objects.requireNonNull(this.approvals.admit(call));
		String kept = approved.keptResult();
		return (kept != null) ? kept
				: approved.begin().run(() -> "done " + this.runs.incrementAndGet(), (result) -> result);
	}

	private static <T> List<T> inThreads(int count, Callable<T> task) throws Exception {
		ExecutorService threads = Executors.newFixedThreadPool(count);
		try {
			CyclicBarrier start = new CyclicBarrier(count);
			List<Future<T>> futures = new ArrayList<>();
			for (int i = 0; i < count; i++) {
				futures.add(threads.submit(() -> {
					start.await(60, TimeUnit.SECONDS);
					return task.call();
				}));
			}
			List<T> results = new ArrayList<>();
			for (Future<T> future : futures) {
				results.add(future.get(60, TimeUnit.SECONDS));
			}
			return results;
		}
		finally {
			threads.shutdownNow();
		}
	}

}
