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

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.stream.LongStream;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.lumoauth.spring.LumoAuthException;
import dev.lumoauth.spring.http.LumoAuthAddresses;
import dev.lumoauth.spring.http.LumoAuthHttp;
import dev.lumoauth.spring.token.LumoAuthTokens;
import dev.lumoauth.spring.redis.StoredTokens;
import dev.lumoauth.spring.token.cache.SharedTokens;
import dev.lumoauth.spring.token.credentials.AgentCredentials;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * What LumoAuth's token endpoint sees of 1 to 1,000 replicas of an application, and how
 * many tool calls go without a token: when all of them start, in the hours after, and
 * when LumoAuth comes back after ten minutes. The tokens are this library's own; the
 * clock, LumoAuth and the tool calls are made up: each replica calls a tool of one server
 * every 15 seconds.
 */
public final class FleetSimulation {

	private static final long MINUTE = 60_000;

	private static final long OUTAGE = 175 * MINUTE;

	private static final long OUTAGE_END = 185 * MINUTE;

	private static final long END = 240 * MINUTE;

	private static final long CALL_INTERVAL = 15_000;

	private final VirtualClock clock = new VirtualClock();

	private final VirtualLumoAuth lumoAuth;

	private final Random random = new Random(42);

	private final long[] refused = new long[(int) (END / MINUTE)];

	private final long[] calls = new long[(int) (END / MINUTE)];

	private final int replicas;

	private final long rollOut;

	private final @Nullable SharedTokens shared;

	private final int jitter;

	private FleetSimulation(int replicas, long rollOut, int jitter, boolean shared) {
		this.replicas = replicas;
		this.jitter = jitter;
		this.lumoAuth = new VirtualLumoAuth(this.clock, jitter);
		this.rollOut = rollOut;
		this.shared = shared ? new StoredTokens(new MapTokenStore(),
				"a key of thirty-two bytes or more".getBytes(StandardCharsets.UTF_8), Duration.ofSeconds(1), this.clock,
				(wait) -> {
				}) : null;
	}

	/**
	 * Print the figures.
	 * @param args how many replicas, each size; 1, 10, 100 and 1,000 if left out
	 * @throws IOException never
	 */
	public static void main(String... args) throws IOException {
		((Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)).setLevel(Level.ERROR);
		List<Integer> sizes = (args.length > 0) ? List.of(args).stream().map(Integer::valueOf).toList()
				: List.of(1, 10, 100, 1000);
		System.out.println(
				"| replicas | start within | lives differ by | tokens | most requests a minute: start | later | after an outage "
						+ "| minutes until all have tokens: start | after an outage | tool calls refused: start | later | after |");
		System.out.println("|---|---|---|---|---|---|---|---|---|---|---|---|");
		for (int size : sizes) {
			new FleetSimulation(size, 10_000, 0, false).run();
			new FleetSimulation(size, 10_000, 720, false).run();
			new FleetSimulation(size, 30 * MINUTE, 0, false).run();
			new FleetSimulation(size, 30 * MINUTE, 720, false).run();
			new FleetSimulation(size, 10_000, 0, true).run();
		}
		System.out.println();
		AllowTtlSimulation.print();
	}

	private void run() {
		PriorityQueue<Call> queue = new PriorityQueue<>(Comparator.comparingLong(Call::time));
		for (int i = 0; i < this.replicas; i++) {
			queue.add(new Call((long) (this.random.nextDouble() * this.rollOut), replica()));
		}
		for (Call call = queue.poll(); call != null && call.time() < END; call = queue.poll()) {
			this.clock.millis(call.time());
			this.lumoAuth.down(call.time() >= OUTAGE && call.time() < OUTAGE_END);
			int minute = (int) (call.time() / MINUTE);
			this.calls[minute]++;
			try {
				call.replica().exchange("urn:mcp:financial-data");
			}
			catch (LumoAuthException ex) {
				this.refused[minute]++;
			}
			queue.add(new Call(call.time() + CALL_INTERVAL, call.replica()));
		}
		print();
	}

	private LumoAuthTokens replica() {
		LumoAuthHttp http = LumoAuthHttp
			.builder(LumoAuthAddresses.forTenant(URI.create("https://lumoauth.example.com"), "acme-corp"), "agt_fleet",
					this.lumoAuth)
			.clock(this.clock)
			.pause((wait) -> {
			})
			.build();
		return LumoAuthTokens.builder()
			.clock(this.clock)
			.executor(Runnable::run)
			.sharedTokens(this.shared)
			.build(http, AgentCredentials.clientSecretPost("agt_fleet", "a-secret"));
	}

	private void print() {
		int start = (int) (this.rollOut / MINUTE) + 30;
		int outage = (int) (OUTAGE / MINUTE);
		int back = (int) (OUTAGE_END / MINUTE);
		int end = (int) (END / MINUTE);
		System.out.printf(Locale.ROOT, "| %,d | %s | %d min | %s | %,d | %,d | %,d | %d | %d | %s | %s | %s |%n",
				this.replicas, (this.rollOut < MINUTE) ? "10 s" : (this.rollOut / MINUTE) + " min", this.jitter / 60,
				(this.shared != null) ? "shared" : "each its own", most(0, start), most(start, outage), most(back, end),
				lastRefused(0, start), Math.max(0, lastRefused(back, end) - back), refused(0, start),
				refused(start, outage), refused(back, end));
	}

	private int most(int from, int to) {
		return LongStream.range(from, to).mapToInt(this.lumoAuth::requests).max().orElse(0);
	}

	/**
	 * The minute after the last one in which a call was refused.
	 */
	private int lastRefused(int from, int to) {
		for (int minute = to - 1; minute >= from; minute--) {
			if (this.refused[minute] > 0) {
				return minute + 1;
			}
		}
		return from;
	}

	private String refused(int from, int to) {
		long all = sum(this.calls, from, to);
		long some = sum(this.refused, from, to);
		return String.format(Locale.ROOT, "%.2f %%", (all > 0) ? 100.0 * some / all : 0.0);
	}

	private static long sum(long[] values, int from, int to) {
		return LongStream.range(from, to).map((index) -> values[(int) index]).sum();
	}

	/**
	 * A tool call to come.
	 *
	 * @param time when
	 * @param replica whose
	 */
	private record Call(long time, LumoAuthTokens replica) {

	}

}
