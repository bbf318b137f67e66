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
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Random;

import dev.lumoauth.spring.budget.BudgetExhaustedException;
import dev.lumoauth.spring.budget.BudgetMonitor;

/**
 * How far several replicas of an application overspend one budget. The budget's counting
 * is this library's own; the clock, LumoAuth and the model are made up: each model call
 * takes 5 seconds and 2,000 tokens. LumoAuth counts the calls of all replicas at once, or
 * counts nothing, so that each replica knows of its own calls only.
 */
public final class BudgetFleetSimulation {

	private static final int REPLICAS = 5;

	private static final long TOKENS = 2_000;

	private static final long CALL_MILLIS = 5_000;

	private static final long CALLS_PER_HOUR = 1_000;

	private static final long TOKENS_PER_DAY = 1_000_000;

	private final VirtualClock clock = new VirtualClock();

	private final Random random = new Random(42);

	private final PriorityQueue<Event> events = new PriorityQueue<>(Comparator.comparingLong(Event::at));

	private final Queue<Runnable> background = new ArrayDeque<>();

	private final boolean hourly;

	private final boolean counted;

	private final long limit;

	private final long interval;

	private long used;

	private BudgetFleetSimulation(boolean hourly, boolean counted, long limit, long callsPerMinute) {
		this.hourly = hourly;
		this.counted = counted;
		this.limit = limit;
		this.interval = 60_000 / callsPerMinute;
	}

	/**
	 * Print the table.
	 * @param arguments none
	 */
	public static void main(String[] arguments) {
		System.out.println("| limit | LumoAuth counts | model calls a minute and replica | used | over |");
		System.out.println("|---|---|---|---|---|");
		for (boolean hourly : new boolean[] { true, false }) {
			for (boolean counted : new boolean[] { true, false }) {
				for (long rate : new long[] { 6, 30, 120 }) {
					long limit = hourly ? CALLS_PER_HOUR : TOKENS_PER_DAY;
					long used = new BudgetFleetSimulation(hourly, counted, limit, rate).run();
					System.out.printf(Locale.ROOT, "| %,d %s | %s | %d | %,d | %.1f %% |%n", limit,
							hourly ? "calls an hour" : "tokens a day", counted ? "all" : "nothing", rate, used,
							100.0 * (used - limit) / limit);
				}
			}
		}
	}

	private long run() {
		long end = Duration.ofHours(hourlyOrDaily()).toMillis() - 1;
		for (int i = 0; i < REPLICAS; i++) {
			BudgetMonitor replica = BudgetMonitor.builder(this::policy, this.background::add).clock(this.clock).build();
			this.events.add(new Event(this.random.nextLong(this.interval), () -> call(replica)));
		}
		while (!this.events.isEmpty() && this.events.peek().at() <= end) {
			Event event = this.events.remove();
			this.clock.millis(event.at());
			event.action().run();
			while (!this.background.isEmpty()) {
				this.background.remove().run();
			}
		}
		return this.used;
	}

	private long hourlyOrDaily() {
		return this.hourly ? 1 : 24;
	}

	private void call(BudgetMonitor replica) {
		long now = this.clock.millis();
		this.events.add(new Event(now + this.interval, () -> call(replica)));
		try {
			replica.start("model");
		}
		catch (BudgetExhaustedException ex) {
			return;
		}
		this.used += this.hourly ? 1 : 0;
		this.events.add(new Event(now + CALL_MILLIS, () -> {
			replica.recordTokens(TOKENS);
			this.used += this.hourly ? 0 : TOKENS;
		}));
	}

	private Map<String, Object> policy() {
		long figure = this.counted ? this.used : 0;
		return this.hourly ? Map.of("max_api_calls_per_hour", this.limit, "api_calls_this_hour", figure)
				: Map.of("max_tokens_per_day", this.limit, "tokens_used_today", figure);
	}

	private record Event(long at, Runnable action) {
	}

}
