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

package dev.lumoauth.spring.soak;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Guarded code at full speed, in every way, while capabilities and tokens come and go and
 * LumoAuth is broken again and again. Not a part of the build:
 * {@code mvn -Psoak -pl lumoauth-spring-boot-autoconfigure -am test}, with
 * {@code -Dsoak.minutes} (10) and {@code -Dsoak.seed} (random, and printed).
 * <p>
 * A run of guarded code needs each of its capabilities at some time between the call that
 * made it run and one allow lifetime plus one request before it.
 */
class Soak implements SoakApplication.Judge {

	private static final Duration ALLOW_LIFE = Duration.ofSeconds(2);

	private static final long BOUND = ALLOW_LIFE.plus(SoakApplication.READ_TIMEOUT).toNanos();

	private static final int THREADS = 8;

	private final SoakLumoAuth lumoAuth = new SoakLumoAuth();

	private final Map<String, LongAdder> runs = new ConcurrentHashMap<>();

	private final Map<String, LongAdder> refusals = new ConcurrentHashMap<>();

	private final LongAdder calls = new LongAdder();

	private final AtomicLong latest = new AtomicLong();

	private final Queue<String> unauthorized = new ConcurrentLinkedQueue<>();

	private volatile boolean over;

	@Override
	public String runs(String path, long start, String... capabilities) {
		this.runs.computeIfAbsent(path, (key) -> new LongAdder()).increment();
		for (String capability : capabilities) {
			long without = this.lumoAuth.grants.withoutBefore(start, capability);
			this.latest.accumulateAndGet(without, Math::max);
			if (without > BOUND) {
				this.unauthorized
					.add(path + " ran " + without / 1_000_000 + " ms after '" + capability + "' was revoked");
			}
		}
		return "done";
	}

	@Test
	void nothingRunsWithoutAnAllow() throws Exception {
		((Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME)).setLevel(Level.OFF);
		long seed = Long.getLong("soak.seed", new Random().nextLong());
		double minutes = Double.parseDouble(System.getProperty("soak.minutes", "10"));
		say("Soak of %s minutes, %d threads, -Dsoak.seed=%d", minutes, THREADS, seed);
		try (this.lumoAuth) {
			SoakApplication.runner(this.lumoAuth, this, ALLOW_LIFE).run((context) -> {
				SoakApplication application = new SoakApplication(context);
				ExecutorService threads = Executors.newFixedThreadPool(THREADS);
				for (int i = 0; i < THREADS; i++) {
					Random random = new Random(seed + i + 1);
					threads.execute(() -> work(application, random));
				}
				Figures warm = follow(new SoakPlan(seed, this.lumoAuth), Duration.ofMillis((long) (minutes * 60_000)));
				this.over = true;
				threads.shutdown();
				assertThat(threads.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
				judge(warm, application);
			});
		}
	}

	private void work(SoakApplication application, Random random) {
		SoakApplication.Path[] paths = SoakApplication.Path.values();
		while (!this.over) {
			SoakApplication.Path path = paths[random.nextInt(paths.length)];
			this.calls.increment();
			try {
				path.call(application, System.nanoTime());
				if (path == SoakApplication.Path.SERVICE) {
					this.runs.computeIfAbsent("SERVICE", (key) -> new LongAdder()).increment();
				}
			}
			catch (RuntimeException ex) {
				this.refusals.computeIfAbsent(ex.getClass().getSimpleName(), (key) -> new LongAdder()).increment();
			}
		}
	}

	/**
	 * Carry the plan out.
	 * @return the figures when a tenth of the time was over
	 */
	private Figures follow(SoakPlan plan, Duration duration) throws InterruptedException {
		long start = System.nanoTime();
		long tick = Math.max(duration.toNanos() / 10, 1);
		CountDownLatch never = new CountDownLatch(1);
		Figures warm = null;
		for (int tenth = 1; tenth <= 10; tenth++) {
			while (System.nanoTime() - start < tenth * tick) {
				never.await(plan.next(), TimeUnit.MILLISECONDS);
			}
			Figures figures = Figures.now();
			say("%3d %%: %,d calls, %,d requests to LumoAuth, %s", tenth * 10, this.calls.sum(),
					this.lumoAuth.requests.sum(), figures);
			warm = (warm != null) ? warm : figures;
		}
		return warm;
	}

	private void judge(Figures warm, SoakApplication application) {
		Figures end = Figures.now();
		say("Runs %s", new TreeMap<>(this.runs));
		say("Refused %s", new TreeMap<>(this.refusals));
		say("LumoAuth: %,d requests, %,d of them spoiled, %,d with a token that was revoked",
				this.lumoAuth.requests.sum(), this.lumoAuth.spoiled.sum(), this.lumoAuth.rejected.sum());
		say("Latest run after a revocation: %d ms; an allow lives for %d ms, a request for %d ms",
				this.latest.get() / 1_000_000, ALLOW_LIFE.toMillis(), SoakApplication.READ_TIMEOUT.toMillis());
		say("After a tenth %s; at the end %s", warm, end);
		say("Unauthorized runs: %d", this.unauthorized.size());
		assertThat(this.unauthorized).isEmpty();
		assertThat(this.runs).doesNotContainKey("NEVER_GRANTED")
			.containsKeys("METHOD", "METHOD_OF_SEVERAL", "REACTIVE", "CALLBACK", "CHAT", "SERVICE");
		assertThat(this.lumoAuth.foreign.sum()).as("requests with the agent's own token at the service").isZero();
		assertThat(end.heapMegabytes()).isLessThan(warm.heapMegabytes() + 100);
		assertThat(end.threads()).isLessThan(warm.threads() + 50);
		recovers(application);
	}

	/**
	 * Nothing that was broken stays broken: the longest that LumoAuth is left alone for
	 * is ten seconds.
	 */
	private void recovers(SoakApplication application) {
		this.lumoAuth.faults.clear();
		SoakPlan.CAPABILITIES.forEach(this.lumoAuth.grants::grant);
		List<SoakApplication.Path> paths = new ArrayList<>(List.of(SoakApplication.Path.values()));
		paths.remove(SoakApplication.Path.NEVER_GRANTED);
		long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
		while (!paths.isEmpty() && System.nanoTime() < end) {
			paths.removeIf((path) -> answers(application, path));
		}
		assertThat(paths).as("what stays refused").isEmpty();
	}

	private static boolean answers(SoakApplication application, SoakApplication.Path path) {
		try {
			return !String.valueOf(path.call(application, System.nanoTime())).contains("authorization is unavailable");
		}
		catch (RuntimeException ex) {
			return false;
		}
	}

	@SuppressWarnings("SystemOut")
	private static void say(String format, Object... arguments) {
		System.out.println(String.format(format, arguments));
	}

	/**
	 * What is in use after a collection.
	 *
	 * @param heapMegabytes of the heap
	 * @param threads live ones
	 */
	record Figures(long heapMegabytes, int threads) {

		static Figures now() {
			System.gc();
			return new Figures(ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() >> 20,
					ManagementFactory.getThreadMXBean().getThreadCount());
		}

		@Override
		public String toString() {
			return this.heapMegabytes + " MiB of heap, " + this.threads + " threads";
		}

	}

}
