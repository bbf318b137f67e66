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

package dev.lumoauth.spring.budget.shared;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.budget.BudgetStore.Claim;
import dev.lumoauth.spring.budget.BudgetStore.Count;
import dev.lumoauth.spring.budget.BudgetStore.Hold;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a fleet of replicas uses together, whatever happens to them: calls that use more
 * or less than expected, processes that are killed, started and ended, clocks that differ
 * from the store's by five seconds, questions and answers that are lost, and time.
 */
class FleetPropertyTests {

	private static final Instant START = Instant.parse("2026-03-31T22:10:00Z");

	private static final String TOKENS = "max_tokens_per_day";

	private static final String CALLS = "max_api_calls_per_hour";

	@Property(tries = 120)
	void neverBeginsACallThatTheLimitDoesNotHave(@ForAll("fleets") Fleet fleet) {
		fleet.run();
	}

	/**
	 * Nothing is stranded: once every replica is idle, one of them can use the rest.
	 */
	@Property(tries = 60)
	void usesTheLimitUp(@ForAll @IntRange(min = 1, max = 6) int replicas, @ForAll long seed,
			@ForAll @IntRange(min = 1, max = 5000) int limit) {
		Fleet fleet = new Fleet(replicas, limit, 1_000_000, 300, seed, false);
		fleet.run();
		fleet.endCalls();
		for (int i = 0; i < 3; i++) {
			fleet.pass(5_000);
			fleet.tellAll();
		}
		while (fleet.begin(0, 1)) {
			fleet.end(fleet.calls.get(fleet.calls.size() - 1), 1);
		}
		assertThat(fleet.used(TOKENS)).isGreaterThanOrEqualTo(limit);
	}

	@Provide
	Arbitrary<Fleet> fleets() {
		return Arbitraries.integers()
			.between(1, 6)
			.flatMap((replicas) -> Arbitraries.longs()
				.flatMap((seed) -> Arbitraries.of(300, 5_000, 200_000)
					.flatMap((tokens) -> Arbitraries.of(1, 7, 60, 400)
						.map((calls) -> new Fleet(replicas, tokens, calls, 400, seed, true)))));
	}

	/**
	 * A fleet and what it has really done.
	 */
	static final class Fleet {

		private final Random random;

		private final long seed;

		private final int steps;

		private final long tokens;

		private final long callsPerHour;

		private final boolean rough;

		private long now = START.toEpochMilli();

		private final MemoryEngine engine = new MemoryEngine(() -> this.now);

		private final List<Replica> replicas = new ArrayList<>();

		final List<Call> calls = new ArrayList<>();

		private final Map<Instant, Long> begunByHour = new HashMap<>();

		Fleet(int replicas, long tokens, long callsPerHour, int steps, long seed, boolean rough) {
			this.random = new Random(seed);
			this.seed = seed;
			this.tokens = tokens;
			this.callsPerHour = callsPerHour;
			this.steps = steps;
			this.rough = rough;
			this.engine.told = this::told;
			for (int i = 0; i < replicas; i++) {
				this.replicas.add(new Replica());
			}
		}

		void run() {
			for (int i = 0; i < this.steps; i++) {
				step();
			}
		}

		private void step() {
			int replica = this.random.nextInt(this.replicas.size());
			int what = this.random.nextInt(100);
			this.engine.losesQuestions = this.rough && this.random.nextInt(20) == 0;
			this.engine.losesAnswers = this.rough && this.random.nextInt(20) == 0;
			if (what < 55) {
				begin(replica, 1 + this.random.nextInt(200));
			}
			else if (what < 85) {
				List<Call> open = this.calls.stream().filter(Call::isOpen).toList();
				if (!open.isEmpty()) {
					Call call = open.get(this.random.nextInt(open.size()));
					end(call, this.random.nextInt((int) call.estimate * 2));
				}
			}
			else if (what < 92) {
				pass(this.random.nextInt(10_000));
				this.replicas.get(replica).tell();
			}
			else if (what < 95) {
				pass(this.random.nextInt(5_000));
				tellAll();
			}
			else if (this.rough && what < 97) {
				kill(replica);
			}
			else if (this.rough && what < 98) {
				this.replicas.get(replica).budget.pause();
			}
			else if (this.rough && what < 99) {
				pass(this.random.nextInt(200_000));
			}
		}

		void pass(long millis) {
			this.now += millis;
		}

		void tellAll() {
			this.replicas.forEach(Replica::tell);
		}

		/**
		 * Everything in the killed process is gone. Its calls are over, and used nothing
		 * that anybody would count.
		 */
		private void kill(int replica) {
			Replica killed = this.replicas.get(replica);
			this.calls.stream().filter((call) -> call.replica == killed).forEach((call) -> call.open = false);
			this.replicas.set(replica, new Replica());
		}

		boolean begin(int index, long estimate) {
			Replica replica = this.replicas.get(index);
			Instant hour = Instant.ofEpochMilli(this.now - Math.floorMod(this.now, 3_600_000L));
			Map<Count, Claim> claims = new LinkedHashMap<>();
			claims.put(replica.count(TOKENS, 86_400_000), new Claim(0, estimate, this.tokens, 0, 0));
			claims.put(replica.count(CALLS, 3_600_000), new Claim(1, 0, this.callsPerHour, 0, 0));
			Hold hold = new Hold(claims);
			try {
				if (replica.budget.reserve(hold, true) != null) {
					return false;
				}
			}
			catch (LumoAuthUnavailableException ex) {
				return false;
			}
			Call call = new Call(replica, hold, estimate);
			this.calls.add(call);
			long begun = this.begunByHour.merge(hour, 1L, Long::sum);
			assertThat(begun).as("calls an hour, seed %d", this.seed).isLessThanOrEqualTo(this.callsPerHour);
			assertThat(reserved() + used(TOKENS)).as("tokens, seed %d", this.seed)
				.isLessThanOrEqualTo(this.tokens + beyond());
			return true;
		}

		/**
		 * The store knows what a replica told. The reservations of replicas that told
		 * nothing for a minute come back.
		 */
		private void told(BudgetEngine.Ask ask) {
			if (!ask.key().limit().equals(TOKENS)) {
				return;
			}
			for (Call call : this.calls) {
				Replica replica = call.replica;
				if (replica.budget.replica().equals(ask.replica())) {
					replica.toldAt = this.now;
					call.underWay |= call.open;
					call.told |= !call.open;
				}
				else if (replica.toldAt + SharedCount.LIFE <= this.now && call.underWay && !call.told) {
					call.released = true;
				}
			}
		}

		private long reserved() {
			return ofToday().filter((call) -> call.open && !call.isReleased()).mapToLong((call) -> call.estimate).sum();
		}

		/**
		 * What ended calls have used beyond what was reserved for them.
		 */
		private long beyond() {
			return ofToday().filter((call) -> !call.open)
				.mapToLong((call) -> Math.max(0, call.used - (call.isReleased() ? 0 : call.estimate)))
				.sum();
		}

		long used(String limit) {
			return ofToday().mapToLong((call) -> call.used).sum();
		}

		private Stream<Call> ofToday() {
			long day = Math.floorDiv(this.now, 86_400_000L);
			return this.calls.stream().filter((call) -> Math.floorDiv(call.countedAt, 86_400_000L) == day);
		}

		void end(Call call, long used) {
			call.open = false;
			call.used = used;
			call.countedAt = this.now;
			call.replica.budget.settle(call.hold,
					Map.of(call.replica.count(TOKENS, 86_400_000), used, call.replica.count(CALLS, 3_600_000), 0L));
		}

		void endCalls() {
			this.engine.losesQuestions = false;
			this.engine.losesAnswers = false;
			this.calls.stream().filter(Call::isOpen).toList().forEach((call) -> end(call, call.estimate));
		}

		@Override
		public String toString() {
			return "Fleet[replicas=%d, tokens=%d, calls=%d, seed=%d]".formatted(this.replicas.size(), this.tokens,
					this.callsPerHour, this.seed);
		}

		/**
		 * A process with a clock of its own.
		 */
		final class Replica {

			private final long skew = Fleet.this.random.nextInt(10_001) - 5_000;

			private final SharedBudget budget = SharedBudget.in(Fleet.this.engine, OnStoreUnavailable.STOP,
					() -> Fleet.this.now + this.skew, () -> TimeUnit.MILLISECONDS.toNanos(Fleet.this.now));

			private long toldAt = Fleet.this.now;

			void tell() {
				this.budget.tell();
				Fleet.this.calls.stream()
					.filter((call) -> call.replica == this && call.open && call.begunAt + 600_000 < Fleet.this.now)
					.forEach((call) -> call.released = true);
			}

			Count count(String limit, long length) {
				long local = Fleet.this.now + this.skew;
				Instant since = Instant.ofEpochMilli(local - Math.floorMod(local, length));
				return new Count("tenant", "agent", limit, since, since.plus(Duration.ofMillis(length)));
			}

		}

		/**
		 * A model call.
		 */
		final class Call {

			private final Replica replica;

			private final Hold hold;

			private final long estimate;

			private final long begunAt = Fleet.this.now;

			private boolean open = true;

			/** Whether the store knows that it is under way. */
			private boolean underWay;

			/** Whether the store knows that it has ended. */
			private boolean told;

			/** Whether what was reserved for it is free again. */
			private boolean released;

			private long used;

			private long countedAt = Fleet.this.now;

			Call(Replica replica, Hold hold, long estimate) {
				this.replica = replica;
				this.hold = hold;
				this.estimate = estimate;
			}

			boolean isOpen() {
				return this.open;
			}

			/**
			 * What goes on at midnight was reserved in the day before.
			 */
			boolean isReleased() {
				return this.released
						|| Math.floorDiv(this.begunAt, 86_400_000L) != Math.floorDiv(Fleet.this.now, 86_400_000L);
			}

		}

	}

}
