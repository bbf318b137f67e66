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

package dev.lumoauth.benchmarks.fleet;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;

import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.capability.CapabilityRequirement;
import dev.lumoauth.spring.capability.SharedDecisions;
import org.jspecify.annotations.Nullable;

/**
 * What a longer {@code allow-ttl} saves, and what it costs when an event is lost: 100
 * replicas that start within an hour and call one of five tools every 2 seconds, for nine
 * hours. Every two hours another capability is revoked, and the one before granted again.
 * A replica that is refused calls other tools. The decisions are this library's own;
 * clock, LumoAuth and events are made up. An event arrives a second later.
 */
final class AllowTtlSimulation {

	private static final long HOUR = 3_600_000;

	private static final int HOURS = 9;

	private static final int REPLICAS = 100;

	private static final int TOOLS = 5;

	private static final long CALL_INTERVAL = 2_000;

	private static final long REVOCATION_INTERVAL = 2 * HOUR;

	private static final long ARRIVAL = 1_000;

	private final VirtualClock clock = new VirtualClock();

	private final Random random = new Random(42);

	/** By capability, since when it is revoked. */
	private final Map<String, Long> revoked = new HashMap<>();

	private final Map<Long, Integer> requests = new HashMap<>();

	private final PriorityQueue<Step> steps = new PriorityQueue<>(Comparator.comparingLong(Step::time));

	private final List<Replica> replicas = new ArrayList<>();

	private final boolean eventsArrive;

	private long longest;

	AllowTtlSimulation(Duration allowTtl, boolean eventsArrive, boolean shared) {
		@Nullable SharedDecisions decisions = shared ? new MapDecisions(this.clock) : null;
		this.eventsArrive = eventsArrive;
		for (int i = 0; i < REPLICAS; i++) {
			this.replicas.add(new Replica(CapabilityDecisions.builder(this::answer)
				.shared(decisions, "fleet")
				.allowTtl(allowTtl)
				.denyTtl(Duration.ofSeconds(5))
				.clock(this.clock)
				.build(), new HashSet<>()));
		}
	}

	static void print() {
		System.out
			.println("| allow-ttl | checks of a replica an hour | beside 30 s | of 100 replicas a minute, at most "
					+ "| last allow after a revocation | if its event is lost | of 100 that share decisions a minute |");
		System.out.println("|---|---|---|---|---|---|---|");
		long before = 0;
		for (Duration allowTtl : List.of(Duration.ofSeconds(30), Duration.ofMinutes(5), Duration.ofMinutes(15),
				Duration.ofHours(1))) {
			AllowTtlSimulation arrived = new AllowTtlSimulation(allowTtl, true, false).run();
			AllowTtlSimulation lost = new AllowTtlSimulation(allowTtl, false, false).run();
			AllowTtlSimulation shared = new AllowTtlSimulation(allowTtl, true, true).run();
			before = (before > 0) ? before : arrived.total();
			System.out.printf(Locale.ROOT, "| %s | %,.1f | %.1f %% less | %,d | %.1f s | %,.1f s | %,d |%n",
					text(allowTtl), (double) arrived.total() / REPLICAS / HOURS,
					100.0 - 100.0 * arrived.total() / before, arrived.mostInAMinute(), arrived.longest / 1e3,
					lost.longest / 1e3, shared.mostInAMinute());
		}
	}

	private int mostInAMinute() {
		return this.requests.values().stream().mapToInt(Integer::intValue).max().orElse(0);
	}

	private static String text(Duration duration) {
		return (duration.toMinutes() > 0) ? duration.toMinutes() + " min" : duration.toSeconds() + " s";
	}

	AllowTtlSimulation run() {
		for (Replica replica : this.replicas) {
			long start = (long) (this.random.nextDouble() * HOUR);
			this.steps.add(new Step(start, () -> call(replica)));
		}
		for (int i = 1; i * REVOCATION_INTERVAL < HOURS * HOUR; i++) {
			String capability = "tool:" + i;
			long time = i * REVOCATION_INTERVAL + (long) (this.random.nextDouble() * HOUR / 2);
			this.steps.add(new Step(time, () -> revoke(capability)));
			if (this.eventsArrive) {
				this.steps.add(new Step(time + ARRIVAL,
						() -> this.replicas.forEach((replica) -> replica.decisions().invalidate())));
			}
		}
		for (Step step = this.steps.poll(); step != null && step.time() < HOURS * HOUR; step = this.steps.poll()) {
			this.clock.millis(step.time());
			step.action().run();
		}
		return this;
	}

	/** The longest time that an allow outlived what it was for. */
	Duration longest() {
		return Duration.ofMillis(this.longest);
	}

	long total() {
		return this.requests.values().stream().mapToLong(Integer::longValue).sum();
	}

	private void revoke(String capability) {
		this.revoked.clear();
		this.replicas.forEach((replica) -> replica.refused().clear());
		this.revoked.put(capability, this.clock.millis());
	}

	private void call(Replica replica) {
		String capability = "tool:" + this.random.nextInt(TOOLS);
		while (replica.refused().contains(capability)) {
			capability = "tool:" + this.random.nextInt(TOOLS);
		}
		Long since = this.revoked.get(capability);
		if (!replica.decisions().decide(CapabilityRequirement.of(capability)).isGranted()) {
			replica.refused().add(capability);
		}
		else if (since != null) {
			this.longest = Math.max(this.longest, this.clock.millis() - since);
		}
		this.steps.add(new Step(this.clock.millis() + CALL_INTERVAL, () -> call(replica)));
	}

	private Map<String, Boolean> answer(Collection<String> capabilities) {
		this.requests.merge(this.clock.millis() / 60_000, 1, Integer::sum);
		Map<String, Boolean> answers = new LinkedHashMap<>();
		capabilities.forEach((capability) -> answers.put(capability, !this.revoked.containsKey(capability)));
		return answers;
	}

	/**
	 * A replica.
	 *
	 * @param decisions what it remembers
	 * @param refused what it was refused
	 */
	private record Replica(CapabilityDecisions decisions, Set<String> refused) {

	}

	/**
	 * Something to come.
	 *
	 * @param time when
	 * @param action what
	 */
	private record Step(long time, Runnable action) {

	}

}
