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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.ManualClock;
import dev.lumoauth.spring.approval.Approval;
import dev.lumoauth.spring.approval.ApprovalAnswer;
import dev.lumoauth.spring.approval.ApprovalCall;
import dev.lumoauth.spring.approval.ApprovalDecidedEvent;
import dev.lumoauth.spring.approval.ApprovalHolder;
import dev.lumoauth.spring.approval.ApprovalNotGivenException;
import dev.lumoauth.spring.approval.ApprovalPendingException;
import dev.lumoauth.spring.approval.ApprovalRequirement;
import dev.lumoauth.spring.approval.ApprovalRule;
import dev.lumoauth.spring.approval.ApprovalState;
import dev.lumoauth.spring.approval.ApprovalStore;
import dev.lumoauth.spring.approval.Impact;
import dev.lumoauth.spring.approval.NobodyToAskException;
import dev.lumoauth.spring.approval.ResumableCalls;
import dev.lumoauth.spring.approval.ScriptedPeople;
import dev.lumoauth.spring.guard.CallArguments;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.jupiter.params.ParameterizedTest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link Approvals} of replicas that share a store.
 */
class ReplicatedApprovalsTests {

	private static final ApprovalRule RULE = new ApprovalRule("Refund {amount}", Impact.HIGH, "", List.of());

	/** Until the other process counts as dead. */
	private static final Duration DEAD = Replica.LEASE.plusSeconds(1);

	private final ManualClock clock = new ManualClock();

	private final ScriptedPeople people = new ScriptedPeople().interval(Duration.ofHours(1));

	private final ApprovalStore store = ApprovalStore.inMemory();

	private final AtomicInteger runs = new AtomicInteger();

	private final List<Process> processes = new ArrayList<>();

	private final Thread test = Thread.currentThread();

	/** What another thread does before this test's next step. */
	private volatile @Nullable Runnable beforeStore;

	private final Process x = new Process();

	private final Process y = new Process();

	@AfterEach
	void close() {
		this.processes.forEach(Process::kill);
	}

	@Test
	void anApprovalThatWasWithdrawnWhileNoProcessRanDoesNotRun() throws Exception {
		Approval asked = this.x.asks("conversation 1", 10);
		approveInTheStore(asked);
		this.x.approvals.look();
		this.x.expectsToResume(asked);
		this.x.kill();
		this.y.kill();
		this.clock.advance(DEAD);
		this.people.decideLike("ref-" + asked.id(), ApprovalState.CANCELLED);
		Process z = new Process().finding(refund("conversation 1", 10));
		z.approvals.look();
		z.expectsToResume(asked);
		assertThatExceptionOfType(ApprovalNotGivenException.class).isThrownBy(() -> z.approvals.resume(asked.id()));
		assertThat(this.runs).hasValue(0);
	}

	@Test
	void anApprovalThatWasWithdrawnBeforeItsNewProcessHasAskedDoesNotRun() {
		Approval asked = this.x.asks("conversation 1", 10);
		this.x.kill();
		this.y.kill();
		this.clock.advance(DEAD);
		Process z = new Process().finding(refund("conversation 1", 10));
		z.approvals.look();
		approveInTheStore(asked);
		this.people.decideLike("ref-" + asked.id(), ApprovalState.CANCELLED);
		assertThatExceptionOfType(ApprovalNotGivenException.class).isThrownBy(() -> z.approvals.resume(asked.id()));
		assertThat(this.runs).hasValue(0);
	}

	@Test
	void theProcessThatHoldsTheCallGetsTheEventOfADecisionThatAnotherOneLearnsOf() throws Exception {
		Approval asked = this.x.asks("alice", 10);
		this.people.decide(ApprovalState.APPROVED, null);
		this.y.approvals.notified("ref-" + asked.id());
		assertThat(this.store.find(asked.id())).returns(ApprovalState.APPROVED, Approval::state);
		this.y.approvals.look();
		this.x.approvals.look();
		this.x.expectsToResume(asked);
		assertThat(this.x.approvals.resume(asked.id())).isEqualTo("done 1");
		this.expectNoMoreOf(asked);
	}

	@Test
	void theProcessThatHoldsTheCallNoticesADecisionInTheStore() throws Exception {
		Approval asked = this.x.asks("alice", 10);
		approveInTheStore(asked);
		this.x.expectsToResume(asked);
		assertThat(this.x.approvals.resume(asked.id())).isEqualTo("done 1");
		this.expectNoMoreOf(asked);
	}

	@Test
	void aDenialIsToldOnceByTheProcessThatHoldsTheCall() throws Exception {
		Approval asked = this.x.asks("alice", 10);
		this.people.decide(ApprovalState.DENIED, null);
		this.y.approvals.notified("ref-" + asked.id());
		this.x.expectsToResume(asked);
		this.expectNoMoreOf(asked);
	}

	@Test
	void whoeverCanRunTheCallOfADeadProcessGetsTheEvent() throws Exception {
		Approval asked = this.x.asks("conversation 1", 10);
		this.x.kill();
		approveInTheStore(asked);
		this.y.approvals.look();
		assertThat(this.y.decided()).as("the other process may be alive").isEmpty();
		this.clock.advance(DEAD);
		this.y.approvals.look();
		assertThat(this.y.decided()).as("the tool is not here, and may be elsewhere").isEmpty();
		Process z = new Process().finding(refund("conversation 1", 10));
		z.approvals.look();
		z.expectsToResume(asked);
		assertThat(z.approvals.resume(asked.id())).isEqualTo("done 1");
		this.expectNoMoreOf(asked);
	}

	@Test
	void whatWasDecidedWhileNoProcessRanIsToldToTheNextOne() throws Exception {
		Approval asked = this.x.asks("conversation 1", 10);
		this.x.kill();
		this.y.kill();
		this.people.decide(ApprovalState.APPROVED, null);
		this.people.interval(Duration.ofMillis(1));
		this.clock.advance(DEAD);
		Process z = new Process().finding(refund("conversation 1", 10));
		z.approvals.start();
		z.expectsToResume(asked);
		assertThat(z.approvals.resume(asked.id())).isEqualTo("done 1");
	}

	@Test
	void theEventIsPublishedAgainIfTheProcessDiesBeforeItsListenerReturns() throws Exception {
		CountDownLatch dead = new CountDownLatch(1);
		Process dying = new Process((event) -> {
			dead.await();
		});
		Approval asked = dying.asks("conversation 1", 10);
		approveInTheStore(asked);
		dying.approvals.look();
		dying.expectsToResume(asked);
		dying.kill();
		this.clock.advance(DEAD);
		Process z = new Process().finding(refund("conversation 1", 10));
		z.approvals.look();
		z.expectsToResume(asked);
		assertThat(z.approvals.resume(asked.id())).isEqualTo("done 1");
		dead.countDown();
	}

	@Test
	void aProcessThatStopsWaitsForTheListenersThatRun() throws Exception {
		CountDownLatch begun = new CountDownLatch(1);
		CountDownLatch goesOn = new CountDownLatch(1);
		AtomicBoolean ended = new AtomicBoolean();
		Process stopping = new Process((event) -> {
			begun.countDown();
			goesOn.await();
			ended.set(true);
		});
		Approval asked = stopping.asks("conversation 1", 10);
		approveInTheStore(asked);
		stopping.approvals.look();
		begun.await();
		assertThat(stopping.approvals.pause(Duration.ZERO)).as("it has not ended").isFalse();
		goesOn.countDown();
		assertThat(stopping.approvals.pause(Duration.ofMinutes(1))).isTrue();
		assertThat(ended).isTrue();
	}

	@Test
	void whatAProcessThatStopsHasNotToldIsToldByAnotherOneAtOnce() throws Exception {
		Approval asked = this.x.asks("conversation 1", 10);
		assertThat(this.x.approvals.pause(Duration.ofMinutes(1))).isTrue();
		approveInTheStore(asked);
		this.clock.advance(Duration.ofSeconds(1));
		this.x.approvals.look();
		Process z = new Process().finding(refund("conversation 1", 10));
		z.approvals.look();
		z.expectsToResume(asked);
		assertThat(z.approvals.resume(asked.id())).isEqualTo("done 1");
		assertThat(this.x.decided()).isEmpty();
		this.x.approvals.goOn();
		this.expectNoMoreOf(asked);
	}

	@Test
	void anApprovedCallThatNoListenerHasRunIsToldAgainAfterItsProcessDied() throws Exception {
		Approval asked = this.x.asks("conversation 1", 10);
		approveInTheStore(asked);
		this.x.approvals.look();
		this.x.expectsToResume(asked);
		this.x.kill();
		this.clock.advance(DEAD);
		Process z = new Process().finding(refund("conversation 1", 10));
		z.approvals.look();
		z.expectsToResume(asked);
	}

	@Test
	void aUsersCallThatNobodyCanRunWaitsForItsUser() throws Exception {
		Approval asked = this.x.asks("alice", 10);
		this.x.kill();
		approveInTheStore(asked);
		this.clock.advance(DEAD);
		this.y.approvals.look();
		assertThat(this.y.decided()).as("another process may have the call").isEmpty();
		this.clock.advance(Duration.ofSeconds(11));
		this.y.approvals.look();
		ApprovalDecidedEvent event = this.y.nextDecided();
		assertThat(event.isToResume()).isFalse();
		assertThat(event.isWaitingForUser()).isTrue();
		this.expectNoMoreOf(asked);
		assertThat(this.y.approvals.pending()).singleElement()
			.satisfies((waiting) -> assertThat(waiting.state()).isEqualTo(ApprovalState.APPROVED));
		assertThat(this.y.run(refund("alice", 10))).isEqualTo("done 1");
	}

	@Test
	void aDecisionIsToldEvenIfTheCallWasMadeAgainMeanwhile() throws Exception {
		Approval asked = this.x.asks("alice", 10);
		approveInTheStore(asked);
		assertThat(this.y.run(refund("alice", 10))).isEqualTo("done 1");
		this.x.approvals.look();
		this.y.approvals.look();
		ApprovalDecidedEvent event = this.y.nextDecided();
		assertThat(event.isToResume()).isFalse();
		assertThat(event.getApproval().state()).isEqualTo(ApprovalState.APPROVED);
		this.expectNoMoreOf(asked);
	}

	@Test
	void theSameCallAsksOnceWhatADeadProcessHasNotAsked() {
		Approval unasked = unasked("alice");
		assertThat(this.y.pending(refund("alice", 10)).id()).isEqualTo(unasked.id());
		assertThat(this.people.questions()).as("the process that stored it may be asking").isEmpty();
		this.clock.advance(DEAD);
		Approval asked = this.y.pending(refund("alice", 10));
		assertThat(asked.reference()).isEqualTo("ref-" + asked.id());
		assertThat(this.store.find(unasked.id())).returns(ApprovalState.CANCELLED, Approval::state);
		this.x.pending(refund("alice", 10));
		this.x.approvals.look();
		this.y.approvals.look();
		assertThat(this.people.questions()).hasSize(1);
	}

	@Test
	void nobodyIsAskedAgainIfTheProcessThatAskedWasOnlySlow() {
		Approval unasked = unasked("alice");
		this.clock.advance(DEAD);
		AtomicInteger steps = new AtomicInteger();
		this.beforeStore = () -> {
			if (steps.incrementAndGet() == 2) { // after this call has read the request
				this.store.replace(unasked,
						Steps.answered(unasked,
								new ApprovalAnswer(ApprovalState.PENDING, "ref-slow", null, null, null, null),
								this.clock.instant(), this.clock.instant()));
			}
		};
		assertThat(this.y.pending(refund("alice", 10)).id()).isEqualTo(unasked.id());
		this.beforeStore = null;
		assertThat(this.people.questions()).isEmpty();
		assertThat(this.store.find(unasked.id())).returns("ref-slow", Approval::reference);
	}

	@ParameterizedTest
	@ValueSource(strings = { "alice", "conversation 1" })
	void aCallAboutWhichNobodyWasAskedEndsSoThatTheSameCallAsksAnew(String user) throws Exception {
		Approval unasked = unasked(user);
		this.clock.advance(DEAD);
		this.y.approvals.look();
		assertThat(this.y.nextDecided().getApproval().state()).isEqualTo(ApprovalState.CANCELLED);
		assertThat(this.people.questions()).isEmpty();
		assertThat(this.y.pending(refund(user, 10)).id()).isNotEqualTo(unasked.id());
		assertThat(this.people.questions()).hasSize(1);
	}

	@Test
	void whatRunsInAProcessThatIsAliveIsNotReleased() throws Exception {
		Approval asked = this.x.asks("alice", 10);
		approveInTheStore(asked);
		Objects.requireNonNull(this.x.approvals.admit(refund("alice", 10))).begin();
		assertThatIllegalStateException().isThrownBy(() -> this.y.approvals.cancel(asked.id()))
			.withMessageContaining("runs in another process");
		this.x.kill();
		this.clock.advance(DEAD);
		assertThat(this.y.approvals.cancel(asked.id()).state()).isEqualTo(ApprovalState.CANCELLED);
	}

	@Test
	void whatRunsHereIsNotReleasedHoweverManyThreadsHaveTriedToRunIt() {
		Approval asked = this.x.asks("alice", 10);
		approveInTheStore(asked);
		ApprovedCall first = Objects.requireNonNull(this.x.approvals.admit(refund("alice", 10)));
		ApprovedCall second = Objects.requireNonNull(this.x.approvals.admit(refund("alice", 10)));
		this.beforeStore = () -> {
			this.beforeStore = null;
			first.begin();
		};
		assertThatExceptionOfType(ApprovalNotGivenException.class).isThrownBy(second::begin)
			.satisfies((ex) -> assertThat(ex.getApproval().state()).isEqualTo(ApprovalState.RUNNING));
		assertThatIllegalStateException().isThrownBy(() -> this.x.approvals.cancel(asked.id()))
			.withMessageContaining("runs in this process");
	}

	@Test
	void aUsersCallThatNobodyCanRunWaitsForItsUserEvenIfAnotherProcessReadTheDecisionTooLate() throws Exception {
		Approval asked = this.x.asks("alice", 10);
		this.people.decide(ApprovalState.APPROVED, null);
		this.x.kill();
		this.people.whileAnswering(() -> approveInTheStore(asked));
		this.y.approvals.admit(refund("alice", 10));
		this.people.whileAnswering(() -> {
		});
		this.clock.advance(DEAD);
		this.y.approvals.look();
		this.clock.advance(Duration.ofSeconds(11));
		this.y.approvals.look();
		assertThat(this.y.nextDecided().isWaitingForUser()).isTrue();
	}

	@Test
	void allRunHoweverManyAreApprovedAtOnceAndHoweverLongTheListenerTakes() throws Exception {
		CountDownLatch slow = new CountDownLatch(1);
		AtomicInteger atOnce = new AtomicInteger();
		AtomicInteger most = new AtomicInteger();
		CountDownLatch done = new CountDownLatch(60);
		Process busy = new Process((event) -> {
			most.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
			slow.await(60, TimeUnit.SECONDS);
			this.processes.get(2).approvals.resume(event.getApproval().id());
			atOnce.decrementAndGet();
			done.countDown();
		});
		List<Approval> asked = new ArrayList<>();
		for (int i = 0; i < 60; i++) {
			asked.add(busy.asks("alice", i));
		}
		asked.forEach(this::approveInTheStore);
		busy.approvals.look();
		this.people.decide(ApprovalState.APPROVED, null);
		slow.countDown();
		assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
		assertThat(this.runs).hasValue(60);
		assertThat(most.get()).isBetween(2, 8);
	}

	@Test
	void anApprovalThatEndsWhileItWaitsForItsTurnDoesNotRun() throws Exception {
		CountDownLatch slow = new CountDownLatch(1);
		Process busy = new Process((event) -> {
			if (event.getApproval().state() == ApprovalState.APPROVED) {
				slow.await(60, TimeUnit.SECONDS);
			}
		});
		List<Approval> asked = new ArrayList<>();
		for (int i = 0; i < 10; i++) {
			asked.add(busy.asks("alice", i));
		}
		asked.forEach(this::approveInTheStore);
		busy.approvals.look();
		List<String> told = new ArrayList<>();
		for (int i = 0; i < 8; i++) {
			told.add(busy.nextDecided().getApproval().id());
		}
		List<Approval> waiting = asked.stream().filter((each) -> !told.contains(each.id())).toList();
		this.clock.advance(Duration.ofMinutes(7));
		assertThatExceptionOfType(ApprovalNotGivenException.class)
			.isThrownBy(() -> busy.approvals.resume(waiting.get(0).id()))
			.satisfies((ex) -> assertThat(ex.modelText()).contains("in time"));
		slow.countDown();
		assertThat(this.runs).hasValue(0);
	}

	@Test
	void aDecisionAtTheLastMomentCounts() throws Exception {
		Approval asked = this.x.asks("alice", 10);
		this.people.decide(ApprovalState.APPROVED, null);
		this.clock.advance(Duration.ofMinutes(5).plusSeconds(2));
		assertThat(this.x.approvals.status(asked.id()).state()).isEqualTo(ApprovalState.APPROVED);
		assertThat(this.x.run(refund("alice", 10))).isEqualTo("done 1");
	}

	@Test
	void aDecisionDoesNotLastLongerBecauseItIsReadLater() {
		Approval asked = this.x.asks("alice", 10);
		this.people.decide(ApprovalState.APPROVED, null);
		this.clock.advance(Duration.ofMinutes(11));
		assertThat(this.x.approvals.status(asked.id()).state()).isEqualTo(ApprovalState.EXPIRED);
	}

	@Test
	void theLastQuestionIsRepeatedForAMinuteWhereLumoAuthDoesNotAnswer() {
		Approval asked = this.x.asks("alice", 10);
		this.people.unavailable(true);
		this.clock.advance(Duration.ofMinutes(5).plusSeconds(2));
		assertThat(this.x.approvals.refresh(asked.id()).state()).isEqualTo(ApprovalState.PENDING);
		this.clock.advance(Duration.ofMinutes(1));
		assertThat(this.x.approvals.refresh(asked.id()).state()).isEqualTo(ApprovalState.EXPIRED);
	}

	@Test
	void anApprovalThatWasWithdrawnBeforeTheRunDoesNotRun() {
		Approval asked = this.x.asks("alice", 10);
		this.people.decide(ApprovalState.DENIED, null);
		approveInTheStore(asked);
		assertThatExceptionOfType(ApprovalNotGivenException.class).isThrownBy(() -> this.y.run(refund("alice", 10)))
			.satisfies((ex) -> assertThat(ex.modelText()).contains("cancelled"));
		assertThat(this.runs).hasValue(0);
		assertThat(this.store.find(asked.id())).returns(ApprovalState.CANCELLED, Approval::state);
	}

	@Test
	void anApprovalOfWhichLumoAuthSaysNothingBeforeTheRunDoesNotRunNow() {
		Approval asked = this.x.asks("alice", 10);
		approveInTheStore(asked);
		this.people.unavailable(true);
		assertThatExceptionOfType(LumoAuthUnavailableException.class).isThrownBy(() -> this.y.run(refund("alice", 10)));
		this.people.unavailable(false);
		this.people.decide(ApprovalState.APPROVED, null);
		assertThat(this.y.run(refund("alice", 10))).isEqualTo("done 1");
	}

	@Test
	void tellsTheUsersNextChatWhatIsApprovedAndHasNotRun() {
		Approval asked = this.x.asks("alice", 10);
		this.x.kill();
		approveInTheStore(asked);
		this.y.approvals.look();
		assertThat(this.y.approvals.approvedCalls("refund", "alice")).containsExactly(
				"The call of the tool 'refund' with the arguments {\"amount\":10} is approved and has not run. Call it "
						+ "again with exactly these arguments if the user still wants it.");
		assertThat(this.y.approvals.approvedCalls("refund", "bob")).isEmpty();
		assertThat(this.y.approvals.approvedCalls("refund", null)).isEmpty();
		assertThat(this.y.approvals.approvedCalls("other", "alice")).isEmpty();
		this.y.run(refund("alice", 10));
		assertThat(this.y.approvals.approvedCalls("refund", "alice")).as("without another look").isEmpty();
		this.y.approvals.look();
		assertThat(this.y.approvals.approvedCalls("refund", "alice")).isEmpty();
	}

	@Test
	void saysThatLumoAuthsRuleHasApprovedACallAndNoPerson() {
		this.people.atOnce(ApprovalState.APPROVED);
		this.x.run(refund("alice", 10));
		Approval run = Objects.requireNonNull(this.store.findByState("agt_1", ApprovalState.DONE, 1).get(0));
		assertThat(run.approvedBy()).isEqualTo("LumoAuth's rule");
		assertThat(run.isApprovedByRule()).isTrue();
		this.people.atOnce(ApprovalState.PENDING);
		Approval asked = this.x.asks("alice", 11);
		this.people.decide(ApprovalState.APPROVED, null);
		assertThat(this.x.approvals.refresh(asked.id()).isApprovedByRule()).isFalse();
	}

	@Test
	void anAutomaticApprovalIsNotEnoughWhereAPersonHasToDecide() {
		ApprovalRule byPerson = new ApprovalRule("Refund {amount}", Impact.HIGH, "", List.of(), true);
		CallToApprove call = new CallToApprove("refund", null, "alice", () -> CallArguments.of(Map.of("amount", 10)),
				ApprovalRequirement.of(byPerson), List.of());
		this.people.atOnce(ApprovalState.APPROVED);
		this.x.run(refund("alice", 10));
		for (int i = 0; i < 2; i++) {
			assertThatExceptionOfType(NobodyToAskException.class).isThrownBy(() -> this.x.run(call))
				.withMessageContaining("lumoauth.approvals.channel")
				.satisfies((ex) -> assertThat(ex.modelText()).contains("a person must approve this call"));
			assertThatExceptionOfType(NobodyToAskException.class)
				.isThrownBy(() -> this.x.approvals.request("pay", CallArguments.of(Map.of("amount", 10)), byPerson));
		}
		assertThat(this.runs).hasValue(1);
		assertThat(this.x.approvals.pending()).isEmpty();
		this.people.atOnce(ApprovalState.PENDING);
		Approval asked = this.x.pending(call);
		this.people.decideLike("ref-" + asked.id(), ApprovalState.APPROVED);
		this.x.approvals.refresh(asked.id());
		assertThat(this.x.run(call)).isEqualTo("done 2");
	}

	private ApprovalStore store() {
		Runnable before = this.beforeStore;
		if (before != null && Thread.currentThread() == this.test) {
			before.run();
		}
		return this.store;
	}

	/**
	 * As of a process that dies before it asks.
	 */
	private Approval unasked(String user) {
		this.people.atOnce(ApprovalState.PENDING);
		Approval template = this.x.pending(refund(user, 99));
		ApprovalCall call = new ApprovalCall("agt_1", user, "refund", template.call().target(), "{\"amount\":10}");
		Approval unasked = new Approval("apr_unasked", 0, ApprovalState.PENDING, call, "Refund 10", Impact.HIGH,
				List.of(), List.of(), null, true, null, null, this.clock.instant(),
				this.clock.instant().plusSeconds(300), null, null, null, null, null);
		this.store.putIfAbsent(unasked, new ApprovalHolder("dead", this.clock.instant().plus(Replica.LEASE)));
		this.people.questions().clear();
		return unasked;
	}

	private void approveInTheStore(Approval asked) {
		Approval now = Objects.requireNonNull(this.store.find(asked.id()));
		assertThat(this.store.replace(now, Steps.answered(now, ApprovalAnswer.of(ApprovalState.APPROVED),
				this.clock.instant(), this.clock.instant().plusSeconds(300))))
			.isTrue();
		this.people.decide(ApprovalState.APPROVED, null);
	}

	/**
	 * Another decision is the next event.
	 */
	private void expectNoMoreOf(Approval asked) throws Exception {
		for (Process process : List.copyOf(this.processes)) {
			process.look();
			process.look();
		}
		for (Process process : this.processes) {
			if (process.alive) {
				Approval other = process.asks("bob", this.processes.indexOf(process) + 1_000);
				process.approvals.cancel(other.id());
				assertThat(process.nextDecided().getApproval().id()).as("after " + asked).isEqualTo(other.id());
			}
		}
	}

	private static CallToApprove refund(String user, int amount) {
		Map<String, @Nullable Object> arguments = Map.of("amount", amount);
		return new CallToApprove("refund", null, user, () -> CallArguments.of(arguments), ApprovalRequirement.of(RULE),
				List.of());
	}

	private interface Listener {

		void decided(ApprovalDecidedEvent event) throws Exception;

	}

	/**
	 * A replica of the application.
	 */
	private final class Process {

		private final BlockingQueue<ApprovalDecidedEvent> decided = new LinkedBlockingQueue<>();

		private final List<ResumableCalls> found = new ArrayList<>();

		private final Approvals approvals;

		private boolean alive = true;

		Process() {
			this((event) -> {
			});
		}

		Process(Listener listener) {
			this.approvals = new ApprovalsBuilder("agt_1", () -> ReplicatedApprovalsTests.this.people)
				.store(ReplicatedApprovalsTests.this::store)
				.clock(ReplicatedApprovalsTests.this.clock)
				.resumable(() -> this.found)
				.maxPendingPerUser(1_000)
				.events((event) -> {
					if (event instanceof ApprovalDecidedEvent news) {
						this.decided.add(news);
						try {
							listener.decided(news);
						}
						catch (Exception ex) {
							throw new IllegalStateException(ex);
						}
					}
				})
				.build();
			ReplicatedApprovalsTests.this.processes.add(this);
		}

		Process finding(CallToApprove call) {
			this.found.add((approval, isApproved) -> () -> run(call));
			return this;
		}

		/**
		 * A chat asks, ends, and can be continued here.
		 */
		Approval asks(String user, int amount) {
			Approval asked = pending(refund(user, amount));
			this.approvals.waiting(asked, () -> run(refund(user, amount)));
			return asked;
		}

		Approval pending(CallToApprove call) {
			try {
				this.approvals.admit(call);
			}
			catch (ApprovalPendingException ex) {
				return ex.getApproval();
			}
			throw new AssertionError("It does not wait");
		}

		String run(CallToApprove call) {
			ApprovedCall approved = Objects.requireNonNull(this.approvals.admit(call));
			String kept = approved.keptResult();
			return (kept != null) ? kept : approved.begin()
				.run(() -> "done " + ReplicatedApprovalsTests.this.runs.incrementAndGet(), (result) -> result);
		}

		List<ApprovalDecidedEvent> decided() {
			return List.copyOf(this.decided);
		}

		ApprovalDecidedEvent nextDecided() throws InterruptedException {
			return Objects.requireNonNull(this.decided.poll(60, TimeUnit.SECONDS), "no event came");
		}

		void expectsToResume(Approval asked) throws InterruptedException {
			ApprovalDecidedEvent event = nextDecided();
			assertThat(event.getApproval().id()).isEqualTo(asked.id());
			assertThat(event.isToResume()).isTrue();
		}

		void look() {
			if (this.alive) {
				this.approvals.look();
			}
		}

		void kill() {
			this.alive = false;
			this.approvals.close();
		}

	}

}
