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

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import com.zaxxer.hikari.HikariDataSource;
import dev.lumoauth.spring.PostgresServer;
import dev.lumoauth.spring.approval.Approval;
import dev.lumoauth.spring.approval.ApprovalDecidedEvent;
import dev.lumoauth.spring.approval.ApprovalPendingException;
import dev.lumoauth.spring.approval.ApprovalState;
import dev.lumoauth.spring.approval.ScriptedPeople;
import dev.lumoauth.spring.approval.jdbc.JdbcApprovalStore;
import dev.lumoauth.spring.call.Conversation;
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
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Two processes with one PostgreSQL: what one of them leaves when it is killed, the other
 * one takes over, once.
 */
@Tag("nightly")
class ApprovalReplicasTests {

	@TempDir
	Path directory;

	private final ScriptedPeople people = new ScriptedPeople().interval(Duration.ofHours(1));

	private final BlockingQueue<ApprovalDecidedEvent> events = new LinkedBlockingQueue<>();

	private final AtomicInteger runs = new AtomicInteger();

	private PostgresServer server;

	private HikariDataSource dataSource;

	private JdbcApprovalStore store;

	@BeforeEach
	void prepareDatabase() throws Exception {
		this.server = PostgresServer.start();
		this.dataSource = new HikariDataSource();
		this.dataSource.setJdbcUrl(this.server.createDatabase("replicas"));
		this.dataSource.setUsername("postgres");
		DatabasePopulatorUtils.execute(
				new ResourceDatabasePopulator(new ClassPathResource("schema.sql", JdbcApprovalStore.class)),
				this.dataSource);
		this.store = new JdbcApprovalStore(this.dataSource);
	}

	@AfterEach
	void close() {
		this.dataSource.close();
		this.server.close();
	}

	@Test
	void takesOverWhatAKilledProcessLeaves() throws Exception {
		String unasked = killedAt("asking", 1, true, (process) -> {
		});
		String asked = killedAt("asked", 2, false, (process) -> {
		});
		approve(asked);
		String told = killedAt("asked", 3, false, (process) -> {
			approve(newest());
			awaitWord(process, "listening", "within a second");
		});
		assertThat(new JdbcTemplate(this.dataSource).queryForList("select state from lumoauth_approval", String.class))
			.containsExactlyInAnyOrder("PENDING", "APPROVED", "APPROVED");
		try (Approvals next = approvals()) {
			next.start();
			assertThat(List.of(nextId(), nextId(), nextId())).containsExactlyInAnyOrder(unasked, asked, told);
			assertThat(this.store.find(unasked)).returns(ApprovalState.CANCELLED, Approval::state);
			assertThat(this.people.questions()).isEmpty();
			assertThat(next.resume(asked)).isEqualTo("done");
			assertThat(next.resume(told)).isEqualTo("done");
			assertThatExceptionOfType(ApprovalPendingException.class)
				.isThrownBy(() -> Conversation.call("1", () -> next.admit(DyingReplica.refund(1))));
			assertThat(this.people.questions()).hasSize(1);
		}
		assertThat(this.runs).hasValue(2);
		assertThat(this.events).isEmpty();
	}

	/**
	 * As of the time when the killed processes count as dead.
	 */
	private Approvals approvals() {
		Approvals[] here = new Approvals[1];
		here[0] = new ApprovalsBuilder("agt_1", () -> this.people).store(() -> this.store)
			.clock(Clock.offset(Clock.systemUTC(), Duration.ofSeconds(31)))
			.resumable(() -> List.of((approval, isApproved) -> () -> Conversation.call("1", () -> {
				int amount = approval.arguments().contains("1") ? 1 : approval.arguments().contains("2") ? 2 : 3;
				ApprovedCall approved = Objects.requireNonNull(here[0].admit(DyingReplica.refund(amount)));
				return approved.begin().run(() -> {
					this.runs.incrementAndGet();
					return "done";
				}, (result) -> result);
			})))
			.events((event) -> {
				if (event instanceof ApprovalDecidedEvent decided) {
					this.events.add(decided);
				}
			})
			.build();
		return here[0];
	}

	private String nextId() throws InterruptedException {
		ApprovalDecidedEvent decided = Objects.requireNonNull(this.events.poll(60, TimeUnit.SECONDS), "no event");
		assertThat(decided.isToResume()).isTrue();
		return decided.getApproval().id();
	}

	private void approve(String id) {
		Approval asked = Objects.requireNonNull(this.store.find(id));
		Instant now = Instant.now();
		Approval approved = new Approval(id, asked.version() + 1, ApprovalState.APPROVED, asked.call(), asked.reason(),
				asked.impact(), asked.audiences(), asked.capabilities(), asked.conversationId(), true,
				asked.reference(), asked.task(), asked.requestedAt(), now.plusSeconds(300), now, "boss", null, null,
				null);
		assertThat(this.store.replace(asked, approved)).isTrue();
		this.people.decideLike("ref-" + id, ApprovalState.APPROVED);
	}

	private String newest() {
		return Objects.requireNonNull(new JdbcTemplate(this.dataSource)
			.queryForObject("select id from lumoauth_approval order by requested_at desc limit 1", String.class));
	}

	private String killedAt(String word, int amount, boolean whileAsking, Moment moment) throws Exception {
		Path errors = this.directory.resolve(amount + ".txt");
		Path arguments = Files.writeString(this.directory.resolve(amount + ".arguments"),
				"-cp \"" + System.getProperty("java.class.path").replace("\\", "\\\\") + "\"\n");
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "@" + arguments, DyingReplica.class.getName(),
				this.dataSource.getJdbcUrl(), String.valueOf(amount), String.valueOf(whileAsking))
			.redirectError(errors.toFile())
			.start();
		try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
			awaitWord(output, word, read(errors));
			moment.reached(output);
			return newest();
		}
		finally {
			process.destroyForcibly().waitFor();
		}
	}

	/**
	 * Among the lines of the log.
	 */
	private static void awaitWord(BufferedReader process, String word, String otherwise) throws IOException {
		String line = process.readLine();
		while (line != null && !line.equals(word)) {
			line = process.readLine();
		}
		assertThat(line).as(otherwise).isEqualTo(word);
	}

	private static String read(Path file) {
		try {
			return Files.readString(file);
		}
		catch (IOException ex) {
			return ex.toString();
		}
	}

	private interface Moment {

		void reached(BufferedReader process) throws IOException;

	}

}
