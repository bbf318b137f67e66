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
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Real processes: what a rolling restart costs behind 30 token requests a minute, and how
 * many checks replicas send, with Redis and without it. It needs {@code redis-server} on
 * the path.
 */
public final class FleetHarness {

	private static final Path DEV_SERVER = Path.of("..", "lumoauth-dev-server", "target", "lumoauth-dev-server.jar");

	private static final long CALL_INTERVAL = 1_000;

	/** How many replicas are replaced at a time. */
	private static final int SURGE = 10;

	private FleetHarness() {
	}

	/**
	 * Print the figures.
	 * @param args how many processes are restarted, how often, how many ask for checks,
	 * and for how many minutes; 20, 2, 10 and 2 if left out
	 * @throws Exception if something doesn't start
	 */
	public static void main(String... args) throws Exception {
		int[] sizes = { 20, 2, 10, 2 };
		for (int i = 0; i < args.length; i++) {
			sizes[i] = Integer.parseInt(args[i]);
		}
		System.out.println("| rolling restart | minutes | calls | refused | longest time without an answer "
				+ "| token requests | most in a minute | answered 429 | what models read |");
		System.out.println("|---|---|---|---|---|---|---|---|---|");
		for (boolean shared : List.of(false, true)) {
			restart(DEV_SERVER, sizes[0], sizes[1], shared, true).close();
		}
		System.out.println();
		System.out.println("| decisions | processes | calls a minute | checks a minute | refused |");
		System.out.println("|---|---|---|---|---|");
		for (boolean shared : List.of(false, true)) {
			checks(DEV_SERVER, sizes[2], Duration.ofMinutes(sizes[3]), shared, true).close();
		}
	}

	/**
	 * With waits that are longer than the first answer takes while the processors start
	 * other processes.
	 */
	private static ProcessFleet fleet(Path devServer, boolean shared) throws IOException {
		List<String> properties = new ArrayList<>(
				List.of("--lumoauth.max-wait=20s", "--lumoauth.read-timeout=20s", "--lumoauth.connect-timeout=20s"));
		if (shared) {
			properties.add("--lumoauth.capabilities.store=redis");
		}
		return new ProcessFleet(devServer, shared, properties);
	}

	/**
	 * Restart a fleet in the way of Kubernetes: some new processes are started, and as
	 * many old ones end when the new ones have made their first call.
	 * @param devServer the dev server's jar
	 * @param size how many processes
	 * @param rounds how often each is replaced
	 * @param shared whether there is a Redis
	 * @param print whether to print a line
	 * @return the fleet, which is still there
	 */
	static ProcessFleet restart(Path devServer, int size, int rounds, boolean shared, boolean print)
			throws IOException, InterruptedException {
		ProcessFleet fleet = fleet(devServer, shared);
		long start = System.currentTimeMillis();
		List<ProcessFleet.Replica> running = new ArrayList<>();
		for (int round = 0; round <= rounds; round++) {
			for (int i = 0; i < size; i += SURGE) {
				List<ProcessFleet.Replica> next = new ArrayList<>();
				for (int j = 0; j < Math.min(SURGE, size - i); j++) {
					next.add(fleet.start("tool", CALL_INTERVAL));
				}
				for (ProcessFleet.Replica each : next) {
					each.awaitReady();
				}
				if (round > 0) {
					List<ProcessFleet.Replica> old = running.subList(0, next.size());
					old.forEach(ProcessFleet.Replica::close);
					old.clear();
				}
				running.addAll(next);
			}
		}
		Thread.sleep(5 * CALL_INTERVAL);
		if (print) {
			long refused = fleet.calls().stream().filter((call) -> !call.isAnswer()).count();
			System.out.printf(Locale.ROOT, "| %s | %.1f | %,d | %,d | %.1f s | %,d | %,d | %,d | %s |%n",
					shared ? "with Redis" : "without", (System.currentTimeMillis() - start) / 60e3,
					fleet.calls().size(), refused, fleet.longestWithoutAnswer() / 1e3,
					fleet.requests("oauth/token").size(), fleet.mostInAMinute("oauth/token"),
					fleet.requests("oauth/token").stream().filter((request) -> request.status() == 429).count(),
					String.join(" / ", fleet.words()));
		}
		return fleet;
	}

	/**
	 * Let replicas ask about five capabilities, ten times a second each.
	 * @param devServer the dev server's jar
	 * @param size how many processes
	 * @param time for how long
	 * @param shared whether they share decisions
	 * @param print whether to print a line
	 * @return the fleet, which is still there
	 */
	static ProcessFleet checks(Path devServer, int size, Duration time, boolean shared, boolean print)
			throws IOException, InterruptedException {
		ProcessFleet fleet = fleet(devServer, shared);
		List<ProcessFleet.Replica> replicas = new ArrayList<>();
		for (int i = 0; i < size; i++) {
			replicas.add(fleet.start("checks", 100));
			if (i % 2 == 1) {
				replicas.get(i).awaitReady();
			}
		}
		for (ProcessFleet.Replica replica : replicas) {
			replica.awaitReady();
		}
		long start = System.currentTimeMillis();
		Thread.sleep(time.toMillis());
		double minutes = (System.currentTimeMillis() - start) / 60e3;
		if (print) {
			List<ProcessFleet.Call> calls = fleet.calls().stream().filter((call) -> call.start() >= start).toList();
			System.out.printf(Locale.ROOT, "| %s | %d | %,.0f | %,.1f | %d |%n", shared ? "shared" : "each its own",
					size, calls.size() / minutes,
					fleet.requests("authz/").stream().filter((request) -> request.time() >= start).count() / minutes,
					calls.stream().filter((call) -> !call.isAnswer()).count());
		}
		return fleet;
	}

}
