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

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import dev.lumoauth.spring.PostgresServer;
import dev.lumoauth.spring.RedisServer;
import dev.lumoauth.spring.budget.shared.jdbc.JdbcBudgetEngine;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Real processes with a real store: what they use together. Each prints its figures.
 */
@Tag("nightly")
class FleetProcessesTests {

	private static final long NEVER = 1_000_000_000;

	@TempDir
	private Path directory;

	private final AtomicInteger done = new AtomicInteger();

	private final AtomicInteger begun = new AtomicInteger();

	private final AtomicLong used = new AtomicLong();

	private final AtomicLong beyond = new AtomicLong();

	private final List<Long> nanos = Collections.synchronizedList(new ArrayList<>());

	@ParameterizedTest
	@ValueSource(ints = { 1, 3, 5 })
	void useTwentyThousandTokens(int replicas) throws Exception {
		try (RedisServer redis = RedisServer.start(this.directory)) {
			run(String.valueOf(redis.port()), replicas, 0, 20_000, NEVER, 500, 500, 50, 0);
			print("tokens, redis, %d replicas".formatted(replicas), 20_000, this.used.get());
			assertThat(this.used.get()).isBetween(18_000L, 20_000L);
		}
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void areKilledAndHaveWrongClocksAndUseMoreThanExpected(boolean jdbc) throws Exception {
		if (jdbc) {
			try (PostgresServer postgres = PostgresServer.start()) {
				String url = postgres.createDatabase("budgets");
				new ResourceDatabasePopulator(new ClassPathResource("schema.sql", JdbcBudgetEngine.class))
					.execute(new DriverManagerDataSource(url, "postgres", ""));
				killed(url);
			}
		}
		else {
			try (RedisServer redis = RedisServer.start(this.directory)) {
				killed(String.valueOf(redis.port()));
			}
		}
	}

	private void killed(String store) throws Exception {
		run(store, 5, 3, 1_000_000, NEVER, 500, 900, 300, 0);
		print("tokens, kills, clocks, estimates too low", 1_000_000, this.used.get());
		assertThat(this.used.get()).isLessThanOrEqualTo(1_000_000 + this.beyond.get());
	}

	@Test
	void neverMakeMoreCallsAnHour() throws Exception {
		try (RedisServer redis = RedisServer.start(this.directory)) {
			run(String.valueOf(redis.port()), 5, 3, NEVER, 1_000, 1, 1, 300, 0);
			print("calls, kills, clocks", 1_000, this.begun.get());
			assertThat(this.begun.get()).isBetween(700, 1_000);
		}
	}

	@Test
	void reserveTwoHundredTimesASecond() throws Exception {
		try (RedisServer redis = RedisServer.start(this.directory)) {
			run(String.valueOf(redis.port()), 1, 0, NEVER, NEVER, 500, 500, 50, 20);
			List<Long> sorted = this.nanos.stream().sorted().toList();
			System.out.printf(Locale.ROOT, "reservation: %d calls, median %d us, p99 %d us, most %d us%n",
					sorted.size(), sorted.get(sorted.size() / 2) / 1000, sorted.get(sorted.size() * 99 / 100) / 1000,
					sorted.get(sorted.size() - 1) / 1000);
			assertThat(sorted).hasSizeGreaterThan(1000);
		}
	}

	/**
	 * Run replicas until each is done or killed. Whoever is killed is replaced by
	 * another.
	 */
	private void run(String store, int replicas, int kills, long tokens, long calls, long estimate, long most,
			long millis, int seconds) throws Exception {
		List<Process> processes = new ArrayList<>();
		List<Thread> readers = new ArrayList<>();
		try {
			for (int i = 0; i < replicas; i++) {
				int skew = (kills > 0) ? (i % 3 - 1) * 5 : 0;
				start(processes, readers, store, tokens, calls, estimate, most, millis, skew, seconds);
			}
			for (int i = 0; i < kills; i++) {
				int enough = this.begun.get() + 60;
				while (this.begun.get() < enough && this.done.get() == 0) {
					TimeUnit.MILLISECONDS.sleep(5);
				}
				// Unlike the process itself, the handle leaves what was printed to be
				// read.
				processes.get(i).toHandle().destroyForcibly();
				System.out.printf(Locale.ROOT, "killed after %,d calls%n", this.begun.get());
				start(processes, readers, store, tokens, calls, estimate, most, millis, 5, seconds);
			}
			while (this.done.get() < replicas) {
				TimeUnit.MILLISECONDS.sleep(50);
			}
			for (Process process : processes) {
				process.getOutputStream().close();
			}
			for (Thread reader : readers) {
				reader.join(60_000);
			}
		}
		finally {
			processes.forEach(Process::destroyForcibly);
		}
	}

	private void start(List<Process> processes, List<Thread> readers, String store, Object... arguments)
			throws Exception {
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
						"-XX:+UseSerialGC", "-Xmx128m", "-cp", System.getProperty("java.class.path"),
						FleetProcess.class.getName(), store));
		for (Object argument : arguments) {
			command.add(String.valueOf(argument));
		}
		Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
		processes.add(process);
		Thread reader = new Thread(() -> read(process));
		reader.start();
		readers.add(reader);
	}

	private void read(Process process) {
		try (BufferedReader lines = process.inputReader()) {
			for (String line = lines.readLine(); line != null; line = lines.readLine()) {
				String[] words = line.split(" ", -1);
				switch (words[0]) {
					case "begin" -> {
						this.begun.incrementAndGet();
						this.nanos.add(Long.parseLong(words[1]));
					}
					case "end" -> {
						this.used.addAndGet(Long.parseLong(words[1]));
						this.beyond.addAndGet(Long.parseLong(words[2]));
					}
					case "done" -> this.done.incrementAndGet();
					default -> {
						// what a library prints
					}
				}
			}
		}
		catch (IOException ex) {
			// It was killed.
		}
	}

	private void print(String what, long limit, long used) {
		System.out.printf(Locale.ROOT, "%s: limit %,d, used %,d, beyond the estimates %,d%n", what, limit, used,
				this.beyond.get());
	}

}
