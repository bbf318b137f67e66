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

package dev.lumoauth.spring.approval.springai;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import com.zaxxer.hikari.HikariDataSource;
import dev.lumoauth.spring.PostgresServer;
import dev.lumoauth.spring.approval.jdbc.JdbcApprovalStore;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.init.DatabasePopulatorUtils;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Three processes with one PostgreSQL, each of which is replaced by a new one while
 * people decide about a hundred waiting calls.
 */
@Tag("nightly")
class RollingRestartTests {

	private static final int CALLS = 100;

	private static final Duration PACE = Duration.ofMillis(150);

	@TempDir
	Path directory;

	private final List<Replica> replicas = new ArrayList<>();

	/**
	 * How many calls people decide about, so that each process is stopped among
	 * decisions.
	 */
	private final AtomicInteger allowed = new AtomicInteger(CALLS / 8);

	private PostgresServer server;

	private HikariDataSource dataSource;

	private JdbcTemplate database;

	@BeforeEach
	void prepareDatabase() throws Exception {
		this.server = PostgresServer.start();
		this.dataSource = new HikariDataSource();
		this.dataSource.setJdbcUrl(this.server.createDatabase("restarts"));
		this.dataSource.setUsername("postgres");
		DatabasePopulatorUtils.execute(
				new ResourceDatabasePopulator(new ClassPathResource("schema.sql", JdbcApprovalStore.class)),
				this.dataSource);
		this.database = new JdbcTemplate(this.dataSource);
		this.database.execute("create table decided (reference varchar(200) primary key, state varchar(20))");
		this.database.execute("create table refunded (amount int)");
		this.database.execute("create table went_on (conversation varchar(20), answer varchar(2000))");
	}

	@AfterEach
	void close() {
		this.replicas.forEach((replica) -> replica.process.destroyForcibly());
		this.dataSource.close();
		this.server.close();
	}

	@Test
	void eachCallRunsOnceAndEachChatGoesOnOnce() throws Exception {
		for (int i = 0; i < 3; i++) {
			start();
		}
		for (int amount = 1; amount <= CALLS; amount++) {
			this.replicas.get(amount % 3).ask(amount);
		}
		for (int amount = 1; amount <= CALLS; amount++) {
			this.replicas.get(amount % 3).await("Approval pending: Refund ");
		}
		ScheduledExecutorService people = Executors.newSingleThreadScheduledExecutor();
		Instant begin = Instant.now();
		try {
			people.scheduleAtFixedRate(this::decideOne, 0, PACE.toMillis(), TimeUnit.MILLISECONDS);
			for (Replica old : List.copyOf(this.replicas)) {
				start();
				int decided = count("select count(*) from decided");
				this.allowed.addAndGet(CALLS / 4);
				Awaitility.await()
					.atMost(Duration.ofMinutes(2))
					.until(() -> count("select count(*) from decided") > decided + CALLS / 8);
				old.stop();
			}
			Duration restarted = Duration.between(begin, Instant.now());
			int decided = count("select count(*) from decided");
			this.allowed.set(CALLS);
			Awaitility.await()
				.atMost(Duration.ofMinutes(4))
				.until(() -> count("select count(distinct conversation) from went_on") == CALLS);
			System.out.printf(
					"Restarted in %d s, with %d of %d decided; all went on after %d s; %d by a second event%n",
					restarted.toSeconds(), decided, CALLS, Duration.between(begin, Instant.now()).toSeconds(),
					count("select count(*) from went_on") - CALLS);
		}
		finally {
			people.shutdownNow();
			System.out
				.println(this.database.queryForList("select state, count(*) from lumoauth_approval group by state"));
		}
		List<Integer> approved = IntStream.rangeClosed(1, CALLS).filter((amount) -> amount % 10 != 0).boxed().toList();
		assertThat(this.database.queryForList("select amount from refunded order by amount", Integer.class))
			.isEqualTo(approved);
		assertThat(
				this.database.queryForList("select conversation from went_on order by conversation::int", String.class))
			.isEqualTo(IntStream.rangeClosed(1, CALLS).mapToObj(String::valueOf).toList());
		assertThat(count("select count(*) from went_on where answer like '%refunded%'")).isEqualTo(approved.size());
	}

	/**
	 * Each tenth call is denied.
	 */
	private void decideOne() {
		if (count("select count(*) from decided") >= this.allowed.get()) {
			return;
		}
		this.database.update("""
				insert into decided (reference, state)
				select reference, case when conversation_id like '%0' then 'DENIED' else 'APPROVED' end
				from lumoauth_approval where state = 'PENDING' and reference not in (select reference from decided)
				order by id limit 1""");
	}

	private int count(String query) {
		Integer count = this.database.queryForObject(query, Integer.class);
		return (count != null) ? count : 0;
	}

	private void start() throws IOException {
		Replica replica = new Replica("replica-" + this.replicas.size());
		this.replicas.add(replica);
		replica.await("ready");
	}

	private final class Replica {

		private final Path errors;

		private final Process process;

		private final BufferedReader output;

		private final BufferedWriter input;

		private Replica(String name) throws IOException {
			this.errors = RollingRestartTests.this.directory.resolve(name + ".txt");
			Path arguments = Files.writeString(RollingRestartTests.this.directory.resolve(name + ".arguments"),
					"-cp \"" + System.getProperty("java.class.path").replace("\\", "\\\\") + "\"\n");
			this.process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
					"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "@" + arguments, RestartedReplica.class.getName(),
					RollingRestartTests.this.dataSource.getJdbcUrl(), name)
				.redirectError(this.errors.toFile())
				.start();
			this.output = this.process.inputReader(StandardCharsets.UTF_8);
			this.input = this.process.outputWriter(StandardCharsets.UTF_8);
		}

		private void ask(int amount) throws IOException {
			this.input.write(amount + "\n");
			this.input.flush();
		}

		/**
		 * Among the lines of the log.
		 */
		private void await(String beginning) throws IOException {
			String line = this.output.readLine();
			while (line != null && !line.startsWith(beginning)) {
				System.out.println(line);
				line = this.output.readLine();
			}
			assertThat(line).as(Files.readString(this.errors)).startsWith(beginning);
		}

		/**
		 * As Kubernetes does.
		 */
		private void stop() throws IOException {
			this.process.toHandle().destroy(); // with its output left open
			this.output.lines().forEach(System.out::println);
			assertThat(this.process.onExit().join().exitValue()).as(Files.readString(this.errors)).isEqualTo(128 + 15);
		}

	}

}
