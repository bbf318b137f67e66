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

package dev.lumoauth.spring.approval.jdbc;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;

import com.zaxxer.hikari.HikariDataSource;
import dev.lumoauth.spring.PostgresServer;
import dev.lumoauth.spring.approval.Approval;
import dev.lumoauth.spring.approval.ApprovalCall;
import dev.lumoauth.spring.approval.ApprovalState;
import dev.lumoauth.spring.approval.Impact;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.init.DatabasePopulatorUtils;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Hundreds of approved calls in one PostgreSQL, and two processes that run them, are
 * killed at random moments and start again: none runs twice, and of each it is known how
 * it stands.
 */
@Tag("nightly")
class ApprovalCrashTests {

	private static final int TIMES = Integer.getInteger("tests.times", 1);

	private static final int CALLS = 300 * TIMES;

	/** How often a process says something before it is killed, at the least and most. */
	private static final int MIN_LINES = 20;

	private static final int MAX_LINES = 120;

	/** Then whoever is left runs to the end. */
	private static final int KILLS_EACH = 4 * TIMES;

	@TempDir
	Path directory;

	private final Set<String> killed = ConcurrentHashMap.newKeySet();

	private final Set<String> ended = ConcurrentHashMap.newKeySet();

	@Test
	void noCallRunsTwiceHoweverOftenAProcessDies() throws Exception {
		long seed = System.nanoTime();
		try (PostgresServer server = PostgresServer.start(); HikariDataSource dataSource = new HikariDataSource()) {
			dataSource.setJdbcUrl(server.createDatabase("crash"));
			dataSource.setUsername("postgres");
			DatabasePopulatorUtils.execute(
					new ResourceDatabasePopulator(new ClassPathResource("schema.sql", JdbcApprovalStore.class)),
					dataSource);
			JdbcTemplate jdbc = new JdbcTemplate(dataSource);
			// Without a key, so that a second effect would be there to be seen.
			jdbc.execute("create table effect (call varchar(64) not null, process varchar(64) not null)");
			JdbcApprovalStore store = new JdbcApprovalStore(dataSource);
			List<Approval> approved = approve(store);
			int askedAgain = runAll(dataSource.getJdbcUrl(), store, approved, new Random(seed));

			Map<ApprovalState, List<Approval>> byState = approved.stream()
				.map((each) -> store.find(each.id()))
				.collect(Collectors.groupingBy(Approval::state, TreeMap::new, Collectors.toList()));
			Map<String, Integer> effects = new TreeMap<>();
			jdbc.query("select call, count(*) from effect group by call", (row) -> {
				effects.put(row.getString(1), row.getInt(2));
			});
			String story = "seed " + seed + ", " + this.killed.size() + " killed, asked again " + askedAgain
					+ " times, effects of " + effects.size() + " calls, "
					+ byState.entrySet().stream().map((each) -> each.getKey() + " " + each.getValue().size()).toList();
			System.out.println(story);
			assertThat(effects.values()).as(story).allMatch((count) -> count == 1);
			assertThat(byState.keySet()).as(story)
				.isSubsetOf(ApprovalState.DONE, ApprovalState.FAILED, ApprovalState.RUNNING);
			assertThat(byState.get(ApprovalState.DONE)).as(story)
				.allMatch((done) -> effects.containsKey(done.id()) && "result".equals(done.result()));
			assertThat(byState.get(ApprovalState.FAILED)).as(story)
				.noneMatch((failed) -> effects.containsKey(failed.id()));
			List<Approval> undecided = store.findByState("agt_1", ApprovalState.RUNNING, CALLS);
			assertThat(undecided).as(story)
				.allMatch((running) -> this.killed.contains(running.task()))
				.hasSizeLessThanOrEqualTo(this.killed.size());
			assertThat(jdbc.queryForList("select process from effect", String.class)).as(story)
				.allMatch((process) -> this.killed.contains(process) || this.ended.contains(process));
			assertThat(jdbc.queryForObject("select count(*) from lumoauth_approval", Integer.class)).as(story)
				.isEqualTo(CALLS);
			assertThat(this.killed).as(story).hasSizeGreaterThan(5);
		}
	}

	private static List<Approval> approve(JdbcApprovalStore store) {
		List<Approval> approved = new ArrayList<>();
		Instant now = Instant.now();
		for (int i = 0; i < CALLS; i++) {
			approved.add(approval("call-" + i, i, now));
			store.putIfAbsent(approved.get(i));
		}
		return approved;
	}

	private static Approval approval(String id, int call, Instant now) {
		return new Approval(id, 0, ApprovalState.APPROVED,
				new ApprovalCall("agt_1", "user-1", "refund", null, "{\"n\":" + call + "}"), "Refund", Impact.HIGH,
				List.of(), List.of(), null, true, "ref", null, now, now.plusSeconds(3_600), now, null, null, null,
				null);
	}

	/**
	 * Return how often a model asked for one of the calls again meanwhile.
	 */
	private int runAll(String database, JdbcApprovalStore store, List<Approval> approved, Random random)
			throws Exception {
		CountDownLatch over = new CountDownLatch(1);
		ExecutorService threads = Executors.newFixedThreadPool(3);
		try {
			Future<Integer> again = threads.submit(() -> askAgain(store, approved, over));
			List<Future<?>> slots = new ArrayList<>();
			for (int slot = 0; slot < 2; slot++) {
				String name = "process-" + slot;
				Random own = new Random(random.nextLong());
				slots.add(threads.submit(() -> {
					keepRunning(database, name, own);
					return null;
				}));
			}
			for (Future<?> slot : slots) {
				slot.get();
			}
			over.countDown();
			return again.get();
		}
		finally {
			over.countDown();
			threads.shutdownNow();
		}
	}

	private static int askAgain(JdbcApprovalStore store, List<Approval> approved, CountDownLatch over)
			throws InterruptedException {
		Map<String, Approval> byCall = approved.stream()
			.collect(Collectors.toMap((each) -> each.call().key(), Function.identity()));
		Random random = new Random();
		int asked = 0;
		// As fast as possible, it would take the machine from those that run the calls.
		while (!over.await(1, TimeUnit.MILLISECONDS)) {
			int call = random.nextInt(CALLS);
			Approval holding = store.putIfAbsent(approval("again-" + asked++, call, Instant.now()));
			assertThat(holding.id()).isEqualTo(byCall.get(holding.call().key()).id()).isEqualTo("call-" + call);
		}
		return asked;
	}

	private void keepRunning(String database, String name, Random random) throws IOException {
		for (int start = 0; start <= KILLS_EACH; start++) {
			String process = name + "-" + start;
			boolean toTheEnd = start == KILLS_EACH;
			int lines = toTheEnd ? Integer.MAX_VALUE : MIN_LINES + random.nextInt(MAX_LINES - MIN_LINES);
			if (run(database, process, lines)) {
				return;
			}
		}
	}

	/**
	 * Return whether the process came to its end.
	 */
	private boolean run(String database, String name, int lines) throws IOException {
		Path errors = this.directory.resolve(name + ".txt");
		Path arguments = Files.writeString(this.directory.resolve(name + ".arguments"),
				"-cp \"" + System.getProperty("java.class.path").replace("\\", "\\\\") + "\"\n");
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "@" + arguments, CallRunner.class.getName(), database,
				name)
			.redirectError(errors.toFile())
			.start();
		try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
			int read = 0;
			while (read < lines && output.readLine() != null) {
				read++;
			}
			if (read == lines) {
				process.destroyForcibly();
			}
			// Else all it had to say has been read, and it ends.
			int status = process.onExit().join().exitValue();
			if (status == 0) {
				this.ended.add(name);
				return true;
			}
			this.killed.add(name);
			assertThat(status).as(() -> name + ": " + read(errors)).isEqualTo(128 + 9);
			return false;
		}
		finally {
			process.destroyForcibly();
		}
	}

	private static String read(Path file) {
		try {
			return Files.readString(file);
		}
		catch (IOException ex) {
			return ex.toString();
		}
	}

}
