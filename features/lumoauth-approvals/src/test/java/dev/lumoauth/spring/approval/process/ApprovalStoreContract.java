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
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;

import dev.lumoauth.spring.approval.Approval;
import dev.lumoauth.spring.approval.ApprovalAnswer;
import dev.lumoauth.spring.approval.ApprovalCall;
import dev.lumoauth.spring.approval.ApprovalHolder;
import dev.lumoauth.spring.approval.ApprovalState;
import dev.lumoauth.spring.approval.ApprovalStore;
import dev.lumoauth.spring.approval.Impact;
import dev.lumoauth.spring.approval.OpenApproval;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What each {@link ApprovalStore} keeps. A test class extends it.
 */
public abstract class ApprovalStoreContract {

	private static final int THREADS = 64;

	private static final Instant NOW = Instant.parse("2026-05-04T10:00:00.123456Z");

	/** Once more than the states say it, so that a change of one is seen. */
	private static final Map<ApprovalState, Set<ApprovalState>> STEPS = Map.of(ApprovalState.PENDING,
			Set.of(ApprovalState.PENDING, ApprovalState.APPROVED, ApprovalState.DENIED, ApprovalState.EXPIRED,
					ApprovalState.CANCELLED),
			ApprovalState.APPROVED, Set.of(ApprovalState.RUNNING, ApprovalState.EXPIRED, ApprovalState.CANCELLED),
			ApprovalState.RUNNING, Set.of(ApprovalState.DONE, ApprovalState.FAILED, ApprovalState.CANCELLED));

	private ApprovalStore store;

	/**
	 * Return a store with nothing in it.
	 */
	protected abstract ApprovalStore emptyStore() throws Exception;

	@BeforeEach
	void prepareStore() throws Exception {
		this.store = emptyStore();
	}

	@Test
	void keepsAllOfARequest() {
		Approval full = new Approval("a-1", 0, ApprovalState.PENDING,
				new ApprovalCall("agt_1", "user-1", "refund", "target", "{\"text\":\"Zoë \\u0000 😀 ' \\\\ \"}"),
				"Refund 5 € to Zoë", Impact.CRITICAL, List.of("urn:bank", "a,b"), List.of("payments:refund", "\"x\""),
				"conversation", true, "ref-1", "task-1", NOW, NOW.plusSeconds(600), NOW.plusMillis(5), "boss@acme.com",
				"No \"more\" than 5", NOW.plusSeconds(7), "result\n'x' 😀");
		assertThat(this.store.putIfAbsent(full)).isEqualTo(full);
		assertThat(this.store.find("a-1")).isEqualTo(full);
		assertThat(this.store.findByCall(full.call().key())).isEqualTo(full);
	}

	@Test
	void keepsARequestThatHasLittle() {
		Approval little = pending("refund");
		this.store.putIfAbsent(little);
		assertThat(this.store.find(little.id())).isEqualTo(little);
	}

	@Test
	void keepsLongArgumentsAndResults() {
		Approval running = Steps.running(approved("x".repeat(200_000)));
		this.store.putIfAbsent(running);
		assertThat(this.store.find(running.id())).isEqualTo(running);
		Approval done = done(running, "y".repeat(200_000));
		assertThat(this.store.replace(running, done)).isTrue();
		assertThat(this.store.find(running.id())).isEqualTo(done);
	}

	@Test
	void keepsEachStep() {
		Approval pending = pending("refund");
		Approval approved = Steps.answered(pending, new ApprovalAnswer(ApprovalState.APPROVED, "ref", "task",
				NOW.plusSeconds(30), "boss@acme.com", "go on"), NOW.plusSeconds(1), NOW);
		Approval running = Steps.running(approved);
		Approval done = Steps.ended(running, ApprovalState.DONE, true, "done", NOW.plusSeconds(2));
		this.store.putIfAbsent(pending);
		Approval last = pending;
		for (Approval next : List.of(approved, running, done, Steps.released(done))) {
			assertThat(this.store.replace(last, next)).isTrue();
			assertThat(this.store.find(pending.id())).isEqualTo(next);
			last = next;
		}
		assertThat(last.version()).isEqualTo(4);
	}

	@Test
	void oneProcessTakesCareOfARequestUntilItsTimeIsOver() {
		Approval pending = pending("refund");
		this.store.putIfAbsent(pending, new ApprovalHolder("x", NOW.plusSeconds(30)));
		assertThat(open(NOW)).as("nobody was asked yet").singleElement().satisfies((open) -> {
			assertThat(open.approval()).isEqualTo(pending);
			assertThat(open.isHeldBy("x")).isTrue();
			assertThat(open.isFree(NOW.plusSeconds(29))).isFalse();
			assertThat(open.isUntold()).isFalse();
		});
		Approval asked = step(pending, 1, ApprovalState.PENDING, true);
		assertThat(this.store.claim(pending.id(), new ApprovalHolder("y", NOW.plusSeconds(60)), NOW)).isFalse();
		assertThat(this.store.claim(pending.id(), new ApprovalHolder("x", NOW.plusSeconds(40)), NOW)).isTrue();
		assertThat(this.store.claim(pending.id(), new ApprovalHolder("y", NOW.plusSeconds(90)), NOW.plusSeconds(40)))
			.isFalse();
		this.store.renew(new ApprovalHolder("x", NOW.plusSeconds(50)));
		this.store.renew(new ApprovalHolder("z", NOW.plusSeconds(500)));
		assertThat(this.store.claim(pending.id(), new ApprovalHolder("y", NOW.plusSeconds(90)), NOW.plusSeconds(45)))
			.isFalse();
		assertThat(this.store.claim(pending.id(), new ApprovalHolder("y", NOW.plusSeconds(90)), NOW.plusSeconds(51)))
			.isTrue();
		assertThat(this.store.replace(pending, asked)).as("a claim is not a step").isTrue();
		assertThat(this.store.claim(pending.id(), new ApprovalHolder("x", NOW.plusSeconds(90)), NOW.plusSeconds(52)))
			.isFalse();
		assertThat(this.store.claim("a-none", new ApprovalHolder("x", NOW), NOW)).isFalse();
	}

	@Test
	void aRequestThatNoProcessHoldsIsFreeAfterAMinute() {
		Approval pending = pending("refund");
		this.store.putIfAbsent(pending);
		ApprovalHolder holder = new ApprovalHolder("x", NOW.plusSeconds(300));
		assertThat(this.store.claim(pending.id(), holder, NOW.plusSeconds(60))).isFalse();
		assertThat(this.store.claim(pending.id(), holder, NOW.plusSeconds(61))).isTrue();
	}

	@Test
	void knowsOfWhichDecisionTheApplicationWasInformed() {
		Approval pending = pending("refund");
		this.store.putIfAbsent(pending, new ApprovalHolder("x", NOW.plusSeconds(30)));
		Approval approved = step(pending, 1, ApprovalState.APPROVED, true);
		this.store.replace(pending, approved);
		assertThat(open(NOW)).singleElement().satisfies((open) -> {
			assertThat(open.isUntold()).isTrue();
			assertThat(open.isHeldBy("x")).isTrue();
		});
		Approval running = step(approved, 2, ApprovalState.RUNNING, true);
		this.store.replace(approved, running, new ApprovalHolder("y", NOW.plusSeconds(30)));
		assertThat(open(NOW)).singleElement().satisfies((open) -> {
			assertThat(open.isUntold()).as("it runs, and nobody was informed").isTrue();
			assertThat(open.isHeldBy("y")).isTrue();
		});
		this.store.told(running.id(), ApprovalState.APPROVED);
		assertThat(open(NOW)).isEmpty();
		this.store.replace(running, step(running, 3, ApprovalState.CANCELLED, true));
		assertThat(open(NOW)).singleElement().satisfies((open) -> assertThat(open.isUntold()).isTrue());
		this.store.told(running.id(), ApprovalState.CANCELLED);
		this.store.told(running.id(), ApprovalState.APPROVED);
		assertThat(open(NOW)).as("an earlier event may end later").isEmpty();
	}

	@Test
	void whoTakesAStepItselfInformsTheApplication() {
		Approval pending = pending("refund");
		this.store.putIfAbsent(pending, new ApprovalHolder("x", NOW.plusSeconds(30)));
		this.store.replace(pending, step(pending, 1, ApprovalState.APPROVED, true),
				new ApprovalHolder("y", NOW.plusSeconds(30)));
		assertThat(open(NOW)).as("approved and not run").singleElement().satisfies((open) -> {
			assertThat(open.isUntold()).isFalse();
			assertThat(open.isHeldBy("y")).isTrue();
		});
		assertThat(this.store.findOpen("agt_2", NOW, 10)).isEmpty();
	}

	private List<OpenApproval> open(Instant now) {
		return this.store.findOpen("agt_1", now, 10);
	}

	@Test
	void findsNothingWhereNothingIs() {
		assertThat(this.store.find("a-1")).isNull();
		assertThat(this.store.findByCall(call("refund").key())).isNull();
		assertThat(this.store.findByState("agt_1", ApprovalState.PENDING, 10)).isEmpty();
		this.store.removeEnded("agt_1", NOW);
		Approval unknown = approved("refund");
		assertThat(this.store.replace(unknown, Steps.running(unknown))).isFalse();
		assertThat(this.store.find(unknown.id())).isNull();
	}

	@Test
	void takesNoStepThatIsNotTheNext() {
		Approval first = approved("refund");
		this.store.putIfAbsent(first);
		Approval second = Steps.running(first);
		Approval third = done(second, "x");
		assertThat(this.store.replace(first, third)).isFalse();
		assertThat(this.store.replace(second, third)).isFalse();
		assertThat(this.store.replace(first, first)).isFalse();
		assertThat(this.store.find(first.id())).isEqualTo(first);
		assertThat(this.store.replace(first, second)).isTrue();
		assertThat(this.store.replace(first, second)).isFalse();
		assertThat(this.store.replace(second, first)).isFalse();
		assertThat(this.store.find(first.id())).isEqualTo(second);
	}

	@Test
	void takesTheStepsOfTheDiagramAndNoOther() {
		forEachPairOfStates((from, to) -> {
			Set<ApprovalState> after = STEPS.getOrDefault(from, Set.of());
			Approval known = kept(from + "-" + to, 0, from, true);
			expectTaken(known, step(known, 1, to, true), after.contains(to));
		});
	}

	@Test
	void onlyWhatIsOverLetsGoOfItsCall() {
		forEachPairOfStates((from, to) -> {
			Set<ApprovalState> after = STEPS.getOrDefault(from, Set.of(from));
			Approval known = kept(from + "-" + to, 0, from, true);
			expectTaken(known, step(known, 1, to, false), after.contains(to) && to.isFinal());
		});
	}

	@Test
	void whatHasLetGoOfItsCallTakesNoStep() {
		forEachPairOfStates((from, to) -> {
			Approval known = kept(from + "-" + to, 0, from, false);
			expectTaken(known, step(known, 1, to, false), false);
			expectTaken(known, step(known, 1, to, true), false);
			Approval believed = step(known, 0, from, true);
			assertThat(this.store.replace(believed, step(known, 1, to, true))).isFalse();
			assertThat(this.store.find(known.id())).isEqualTo(known);
			assertThat(this.store.findByCall(known.call().key())).isNull();
		});
	}

	/**
	 * Whoever has the right version may still have a wrong view of the rest.
	 */
	@Test
	void takesNoStepFromAStateThatIsNotTheStateOfNow() {
		forEachPairOfStates((now, believed) -> {
			Approval known = kept(now + "-" + believed, 3, now, true);
			Approval stale = step(known, 3, believed, true);
			for (ApprovalState to : ApprovalState.values()) {
				if (now != believed) {
					assertThat(this.store.replace(stale, step(known, 4, to, true))).isFalse();
					assertThat(this.store.replace(stale, step(known, 4, to, false))).isFalse();
				}
			}
			assertThat(this.store.find(known.id())).isEqualTo(known);
			assertThat(this.store.findByCall(known.call().key())).isEqualTo(known);
		});
	}

	@Test
	void whatHasRunRunsNotAgain() {
		Approval approved = approved("refund");
		this.store.putIfAbsent(approved);
		this.store.replace(approved, Steps.running(approved));
		Approval done = done(Steps.running(approved), "x");
		this.store.replace(Steps.running(approved), done);
		assertThat(this.store.replace(done, Steps.running(done))).isFalse();
		Approval stale = step(approved, done.version(), ApprovalState.APPROVED, true);
		assertThat(this.store.replace(stale, Steps.running(stale))).isFalse();
		assertThat(this.store.find(approved.id())).isEqualTo(done);
	}

	@Test
	void takesNoVersionButTheNext() {
		Approval known = kept("refund", 2, ApprovalState.APPROVED, true);
		for (long version : new long[] { -1, 0, 1, 2, 4, 5, Long.MIN_VALUE, Long.MAX_VALUE }) {
			expectTaken(known, step(known, version, ApprovalState.RUNNING, true), false);
		}
		expectTaken(known, step(known, 3, ApprovalState.RUNNING, true), true);
	}

	@Test
	void whatWasAskedStaysAsItWas() {
		Approval known = approved("refund");
		this.store.putIfAbsent(known);
		Approval other = approved("other");
		this.store.putIfAbsent(other);
		ApprovalCall call = known.call();
		List<ApprovalCall> calls = List.of(other.call(), call("free"),
				new ApprovalCall("agt_2", call.user(), call.tool(), call.target(), call.arguments()),
				new ApprovalCall(call.agent(), "user-2", call.tool(), call.target(), call.arguments()),
				new ApprovalCall(call.agent(), call.user(), call.tool(), "target", call.arguments()),
				new ApprovalCall(call.agent(), call.user(), call.tool(), call.target(), "{\"amount\":10000}"));
		Approval next = Steps.running(known);
		for (ApprovalCall each : calls) {
			Approval ofAnother = changed(next, known.id(), each, "A reason", Impact.HIGH, List.of(), List.of());
			expectTaken(known, ofAnother, false);
			Approval believed = changed(known, known.id(), each, "A reason", Impact.HIGH, List.of(), List.of());
			assertThat(this.store.replace(believed, ofAnother)).isFalse();
			assertThat(this.store.find(known.id())).isEqualTo(known);
			assertThat(this.store.findByCall(call.key())).isEqualTo(known);
		}
		expectTaken(known, changed(next, other.id(), call, "A reason", Impact.HIGH, List.of(), List.of()), false);
		expectTaken(known, changed(next, "new", call, "A reason", Impact.HIGH, List.of(), List.of()), false);
		expectTaken(known, changed(next, known.id(), call, "Another", Impact.HIGH, List.of(), List.of()), false);
		expectTaken(known, changed(next, known.id(), call, "A reason", Impact.LOW, List.of(), List.of()), false);
		expectTaken(known, changed(next, known.id(), call, "A reason", Impact.HIGH, List.of("a"), List.of()), false);
		expectTaken(known, changed(next, known.id(), call, "A reason", Impact.HIGH, List.of(), List.of("a")), false);
		assertThat(this.store.find(other.id())).isEqualTo(other);
		assertThat(this.store.find("new")).isNull();
		expectTaken(known, next, true);
	}

	private static void forEachPairOfStates(BiConsumer<ApprovalState, ApprovalState> test) {
		for (ApprovalState first : ApprovalState.values()) {
			for (ApprovalState second : ApprovalState.values()) {
				test.accept(first, second);
			}
		}
	}

	private Approval kept(String tool, long version, ApprovalState state, boolean holding) {
		Approval kept = step(pending(tool), version, state, holding);
		this.store.putIfAbsent(kept);
		return kept;
	}

	private void expectTaken(Approval known, Approval next, boolean taken) {
		Approval holding = this.store.findByCall(known.call().key());
		assertThat(this.store.replace(known, next)).as(() -> known + " to " + next).isEqualTo(taken);
		assertThat(this.store.find(known.id())).isEqualTo(taken ? next : known);
		assertThat(this.store.findByCall(known.call().key()))
			.isEqualTo(taken ? (next.holding() ? next : null) : holding);
	}

	@Test
	void hasOneRequestOfACall() {
		Approval first = pending("refund");
		assertThat(this.store.putIfAbsent(first)).isEqualTo(first);
		Approval approved = Steps.answered(first, ApprovalAnswer.of(ApprovalState.APPROVED), NOW, NOW);
		this.store.replace(first, approved);
		Approval second = pending("refund");
		assertThat(this.store.putIfAbsent(second)).isEqualTo(approved);
		assertThat(this.store.find(second.id())).isNull();
		assertThat(this.store.putIfAbsent(pending("other"))).isNotEqualTo(approved);
	}

	@Test
	void aCallIsFreeOnceItsRequestIsReleased() {
		Approval first = denied("refund");
		this.store.putIfAbsent(first);
		Approval released = Steps.released(first);
		this.store.replace(first, released);
		assertThat(this.store.findByCall(first.call().key())).isNull();
		Approval second = pending("refund");
		assertThat(this.store.putIfAbsent(second)).isEqualTo(second);
		assertThat(this.store.findByCall(first.call().key())).isEqualTo(second);
		assertThat(this.store.find(first.id())).isEqualTo(released);
	}

	@Test
	void aReleasedRequestTakesNoCallFromAnother() {
		Approval first = denied("refund");
		this.store.putIfAbsent(first);
		Approval released = Steps.released(first);
		this.store.replace(first, released);
		Approval second = pending("refund");
		this.store.putIfAbsent(second);
		for (ApprovalState state : ApprovalState.values()) {
			assertThat(this.store.replace(released, step(released, 2, state, true))).isFalse();
			assertThat(this.store.replace(released, step(released, 2, state, false))).isFalse();
			assertThat(this.store.replace(first, step(first, 1, state, false))).isFalse();
		}
		assertThat(this.store.findByCall(first.call().key())).isEqualTo(second);
		assertThat(this.store.find(first.id())).isEqualTo(released);
	}

	@Test
	void whoStillHasAnOldStepFreesNothing() {
		Approval first = approved("refund");
		this.store.putIfAbsent(first);
		Approval running = Steps.running(first);
		this.store.replace(first, running);
		assertThat(this.store.replace(first, Steps.ended(first, ApprovalState.CANCELLED, false, null, NOW))).isFalse();
		assertThat(this.store.findByCall(first.call().key())).isEqualTo(running);
	}

	@Test
	void ofManyWhoAskAtOnceOneHoldsTheCall() throws Exception {
		for (int round = 0; round < 5; round++) {
			String tool = "refund-" + round;
			List<Approval> held = together((thread) -> this.store.putIfAbsent(pending(tool)));
			assertThat(held).extracting(Approval::id).containsOnly(held.get(0).id());
			assertThat(this.store.findByCall(call(tool).key())).isEqualTo(held.get(0));
		}
		assertThat(this.store.findByState("agt_1", ApprovalState.PENDING, 100)).hasSize(5);
	}

	@Test
	void ofManyWhoTakeTheSameStepOneWins() throws Exception {
		Approval approved = approved("refund");
		this.store.putIfAbsent(approved);
		AtomicInteger runs = new AtomicInteger();
		List<Boolean> won = together((thread) -> {
			Approval read = this.store.find(approved.id());
			boolean taken = read.version() == 0 && this.store.replace(read, Steps.running(read));
			runs.addAndGet(taken ? 1 : 0);
			return taken;
		});
		assertThat(won).filteredOn((each) -> each).hasSize(1);
		assertThat(runs).hasValue(1);
		assertThat(this.store.find(approved.id()).version()).isOne();
	}

	@Test
	void ofManyWhoAskAndReleaseOneHoldsTheCallAtATime() throws Exception {
		AtomicInteger holders = new AtomicInteger();
		AtomicInteger turns = new AtomicInteger();
		List<Integer> most = together((thread) -> {
			int seen = 0;
			for (int i = 0; i < 10; i++) {
				Approval mine = denied("refund");
				if (this.store.putIfAbsent(mine).id().equals(mine.id())) {
					seen = Math.max(seen, holders.incrementAndGet());
					turns.incrementAndGet();
					holders.decrementAndGet();
					assertThat(this.store.replace(mine, Steps.released(mine))).isTrue();
				}
			}
			return seen;
		});
		assertThat(most).allMatch((seen) -> seen <= 1);
		assertThat(turns).hasPositiveValue();
		assertThat(this.store.findByCall(call("refund").key())).isNull();
	}

	@Test
	void findsThoseAskedForFirstFirst() {
		List<String> ids = new ArrayList<>();
		for (int i : new int[] { 3, 1, 4, 0, 2 }) {
			Approval each = pending("tool-" + i, NOW.plus(i, ChronoUnit.MICROS));
			ids.add(each.id());
			this.store.putIfAbsent(each);
		}
		Approval pending = this.store.find(ids.get(4));
		Approval approved = step(pending, 1, ApprovalState.APPROVED, true);
		this.store.replace(pending, approved);
		this.store.replace(approved, Steps.running(approved));
		assertThat(this.store.findByState("agt_1", ApprovalState.PENDING, 10)).extracting(Approval::tool)
			.containsExactly("tool-0", "tool-1", "tool-3", "tool-4");
		assertThat(this.store.findByState("agt_1", ApprovalState.PENDING, 2)).extracting(Approval::tool)
			.containsExactly("tool-0", "tool-1");
		assertThat(this.store.findByState("agt_1", ApprovalState.RUNNING, 2)).extracting(Approval::id)
			.containsExactly(ids.get(4));
		assertThat(this.store.findByState("agt_1", ApprovalState.DENIED, 2)).isEmpty();
	}

	@Test
	void theManyOfOneAgentHideNoneOfAnother() {
		for (int i = 0; i < 20; i++) {
			this.store.putIfAbsent(pending("tool-" + i, NOW.minusSeconds(60)));
		}
		ApprovalCall call = call("refund");
		Approval later = pending("refund", NOW);
		Approval other = changed(later, later.id(),
				new ApprovalCall("agt_2", call.user(), call.tool(), call.target(), call.arguments()), later.reason(),
				later.impact(), List.of(), List.of());
		this.store.putIfAbsent(other);
		assertThat(this.store.findByState("agt_2", ApprovalState.PENDING, 10)).containsExactly(other);
		assertThat(this.store.findByState("agt_1", ApprovalState.PENDING, 100)).hasSize(20).doesNotContain(other);
		assertThat(this.store.findByState("agt_2", ApprovalState.APPROVED, 10)).isEmpty();
		assertThat(this.store.findByState("AGT_2", ApprovalState.PENDING, 10)).isEmpty();
		assertThat(this.store.findByState("agt_%", ApprovalState.PENDING, 10)).isEmpty();
	}

	@Test
	void forgetsThoseThatEndedBefore() {
		Approval waiting = pending("waiting");
		Approval early = Steps.ended(pending("early"), ApprovalState.DONE, true, "x", NOW.minusSeconds(1));
		Approval exact = Steps.ended(pending("exact"), ApprovalState.DENIED, true, null, NOW);
		Approval running = Steps.running(pending("running"));
		for (Approval each : List.of(waiting, early, exact, running)) {
			this.store.putIfAbsent(each);
		}
		this.store.removeEnded("agt_1", NOW);
		assertThat(this.store.find(early.id())).isNull();
		assertThat(this.store.findByCall(early.call().key())).isNull();
		assertThat(this.store.find(waiting.id())).isEqualTo(waiting);
		assertThat(this.store.find(running.id())).isEqualTo(running);
		assertThat(this.store.find(exact.id())).isEqualTo(exact);
		this.store.removeEnded("agt_1", NOW.plus(Duration.ofDays(1)));
		assertThat(this.store.find(exact.id())).isEqualTo(exact);
		this.store.removeEnded("agt_1", NOW.plus(Duration.ofDays(1)).plusMillis(1));
		assertThat(this.store.find(exact.id())).isNull();
		assertThat(this.store.find(running.id())).isEqualTo(running);
		Approval again = pending("early");
		assertThat(this.store.putIfAbsent(again)).isEqualTo(again);
	}

	/**
	 * Another application may keep its own for longer.
	 */
	@Test
	void forgetsNothingOfAnotherAgent() {
		denied("a", "agt_1", "alice", "refund", NOW);
		denied("b", "agt_2", "alice", "refund", NOW);
		this.store.removeEnded("agt_1", NOW.plus(Duration.ofDays(2)));
		assertThat(this.store.findDenials("agt_1", "alice", "refund", NOW)).isEmpty();
		assertThat(this.store.findDenials("agt_2", "alice", "refund", NOW)).containsExactly(NOW);
	}

	@Test
	void findsTheDenialsOfOneToolForOneUser() {
		denied("a", "agt_1", "alice", "refund", NOW.minusSeconds(3));
		denied("b", "agt_1", "alice", "refund", NOW);
		denied("c", "agt_1", "alice", "refund", NOW.minusSeconds(4));
		denied("d", "agt_1", null, "refund", NOW.minusSeconds(1));
		denied("e", "agt_2", "alice", "refund", NOW);
		denied("f", "agt_1", "alice", "pay", NOW);
		denied("g", "agt_1", "ALICE", "refund", NOW);
		this.store.putIfAbsent(pending("refund"));
		assertThat(this.store.findDenials("agt_1", "alice", "refund", NOW.minusSeconds(3))).containsExactly(NOW,
				NOW.minusSeconds(3));
		assertThat(this.store.findDenials("agt_1", null, "refund", NOW.minusSeconds(3)))
			.containsExactly(NOW.minusSeconds(1));
		assertThat(this.store.findDenials("agt_1", "bob", "refund", NOW.minusSeconds(3))).isEmpty();
	}

	private void denied(String id, String agent, @Nullable String user, String tool, Instant at) {
		this.store.putIfAbsent(new Approval(id, 0, ApprovalState.DENIED,
				new ApprovalCall(agent, user, tool, null, "{\"id\":\"" + id + "\"}"), "Refund", Impact.HIGH, List.of(),
				List.of(), null, true, "ref", null, NOW.minusSeconds(60), NOW, at, null, null, at, null));
	}

	private static <T> List<T> together(ThrowingFunction<T> work) throws Exception {
		ExecutorService threads = Executors.newFixedThreadPool(THREADS);
		try {
			CyclicBarrier start = new CyclicBarrier(THREADS);
			List<Callable<T>> tasks = new ArrayList<>();
			for (int i = 0; i < THREADS; i++) {
				int thread = i;
				tasks.add(() -> {
					start.await();
					return work.apply(thread);
				});
			}
			List<T> results = new ArrayList<>();
			for (Future<T> each : threads.invokeAll(tasks)) {
				results.add(each.get());
			}
			return results;
		}
		finally {
			threads.shutdownNow();
		}
	}

	/**
	 * Return a new request for a call of a tool.
	 */
	protected static Approval pending(String tool) {
		return pending(tool, NOW);
	}

	private static Approval pending(String tool, Instant requestedAt) {
		ApprovalCall call = tool.length() < 100 ? call(tool)
				: new ApprovalCall("agt_1", null, "long", null, "{\"text\":\"" + tool + "\"}");
		return new Approval(UUID.randomUUID().toString(), 0, ApprovalState.PENDING, call, "A reason", Impact.HIGH,
				List.of(), List.of(), null, true, null, null, requestedAt, requestedAt.plusSeconds(600), null, null,
				null, null, null);
	}

	/**
	 * Return a new request for a call of a tool that is approved already.
	 */
	protected static Approval approved(String tool) {
		return step(pending(tool), 0, ApprovalState.APPROVED, true);
	}

	private static Approval denied(String tool) {
		return step(pending(tool), 0, ApprovalState.DENIED, true);
	}

	private static Approval step(Approval of, long version, ApprovalState state, boolean holding) {
		return new Approval(of.id(), version, state, of.call(), of.reason(), of.impact(), of.audiences(),
				of.capabilities(), of.conversationId(), holding, of.reference(), of.task(), of.requestedAt(),
				of.expiresAt(), null, null, null, state.isFinal() ? NOW : null, null);
	}

	private static Approval changed(Approval of, String id, ApprovalCall call, String reason, Impact impact,
			List<String> audiences, List<String> capabilities) {
		return new Approval(id, of.version(), of.state(), call, reason, impact, audiences, capabilities,
				of.conversationId(), of.holding(), of.reference(), of.task(), of.requestedAt(), of.expiresAt(), null,
				null, null, null, null);
	}

	private static ApprovalCall call(String tool) {
		return new ApprovalCall("agt_1", null, tool, null, "{}");
	}

	/**
	 * Return a step on which the call runs.
	 */
	protected static Approval running(Approval approval) {
		return Steps.running(approval);
	}

	/**
	 * Return the step after the call has run.
	 */
	protected static Approval done(Approval approval, String result) {
		return Steps.ended(approval, ApprovalState.DONE, true, result, NOW);
	}

	private interface ThrowingFunction<T> {

		T apply(int thread) throws Exception;

	}

}
