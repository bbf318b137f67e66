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

import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

import com.zaxxer.hikari.HikariDataSource;
import dev.lumoauth.spring.LumoAuthSetupException;
import dev.lumoauth.spring.approval.Approval;
import dev.lumoauth.spring.approval.ApprovalCall;
import dev.lumoauth.spring.approval.ApprovalState;
import dev.lumoauth.spring.approval.ApprovalStore;
import dev.lumoauth.spring.approval.process.ApprovalStoreContract;
import dev.lumoauth.spring.approval.Impact;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.core.io.ClassPathResource;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.init.ScriptUtils;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * What the store keeps in each database.
 */
abstract class JdbcApprovalStoreContract extends ApprovalStoreContract {

	private HikariDataSource dataSource;

	private JdbcTemplate jdbc;

	private JdbcApprovalStore store;

	/**
	 * Return the address of a database with nothing in it.
	 */
	abstract String emptyDatabase() throws Exception;

	/**
	 * Return the name of the schema script.
	 */
	abstract String script();

	@Override
	protected ApprovalStore emptyStore() throws Exception {
		this.dataSource = new HikariDataSource();
		this.dataSource.setJdbcUrl(emptyDatabase());
		this.dataSource.setUsername("postgres");
		this.dataSource.setPassword("");
		this.dataSource.setMaximumPoolSize(20);
		this.jdbc = new JdbcTemplate(this.dataSource);
		runScript();
		this.store = new JdbcApprovalStore(this.dataSource);
		this.store.afterPropertiesSet();
		return this.store;
	}

	private void runScript() throws Exception {
		try (Connection connection = this.dataSource.getConnection()) {
			ScriptUtils.executeSqlScript(connection, new ClassPathResource(script(), JdbcApprovalStore.class));
		}
	}

	@AfterEach
	void closeDataSource() {
		if (this.dataSource != null) {
			this.dataSource.close();
		}
	}

	@Test
	void anotherTenantHasRequestsOfItsOwn() {
		JdbcApprovalStore here = new JdbcApprovalStore(this.dataSource, "https://app.example.com/t/acme");
		JdbcApprovalStore there = new JdbcApprovalStore(this.dataSource, "https://app.example.com/t/other");
		Approval mine = pending("refund");
		assertThat(here.putIfAbsent(mine)).isEqualTo(mine);
		assertThat(here.findByCall(mine.call().key())).isEqualTo(mine);
		assertThat(here.findByState(mine.call().agent(), ApprovalState.PENDING, 10)).containsExactly(mine);
		assertThat(there.findByCall(mine.call().key())).isNull();
		assertThat(there.findByState(mine.call().agent(), ApprovalState.PENDING, 10)).isEmpty();
		assertThat(there.findOpen(mine.call().agent(), mine.requestedAt().plusSeconds(3600), 10)).isEmpty();
		assertThat(there.find(mine.id()).call().agent()).isNotEqualTo(mine.call().agent());
		Approval theirs = pending("refund");
		assertThat(there.putIfAbsent(theirs)).isEqualTo(theirs);
	}

	@Test
	void theScriptCanBeRunAgain() throws Exception {
		Approval kept = pending("refund");
		this.store.putIfAbsent(kept);
		runScript();
		assertThat(this.store.find(kept.id())).isEqualTo(kept);
	}

	@Test
	void whatHasBegunStaysSoWhereTheApplicationRollsBack() {
		this.jdbc.execute("create table orders (id int)");
		Approval approved = approved("refund");
		AtomicReference<Approval> seenElsewhere = new AtomicReference<>();
		transaction().executeWithoutResult((status) -> {
			this.jdbc.update("insert into orders values (1)");
			this.store.putIfAbsent(approved);
			assertThat(this.store.replace(approved, running(approved))).isTrue();
			assertThat(TransactionSynchronizationManager.isActualTransactionActive()).isTrue();
			seenElsewhere.set(onAnotherThread(() -> this.store.find(approved.id())));
			status.setRollbackOnly();
		});
		assertThat(seenElsewhere.get()).isEqualTo(running(approved));
		assertThat(this.store.find(approved.id())).isEqualTo(running(approved));
		assertThat(this.jdbc.queryForObject("select count(*) from orders", Integer.class)).isZero();
	}

	@Test
	void aRequestThatIsThereAlreadyLeavesTheApplicationsTransactionAlone() {
		this.jdbc.execute("create table orders (id int)");
		Approval first = approved("refund");
		this.store.putIfAbsent(first);
		transaction().executeWithoutResult((status) -> {
			this.jdbc.update("insert into orders values (1)");
			assertThat(this.store.putIfAbsent(pending("refund"))).isEqualTo(first);
			assertThat(this.store.replace(first, running(first))).isTrue();
			assertThat(this.store.replace(first, running(first))).isFalse();
			this.jdbc.update("insert into orders values (2)");
		});
		assertThat(this.jdbc.queryForObject("select count(*) from orders", Integer.class)).isEqualTo(2);
	}

	@Test
	void aStepThatIsNotTakenLeavesNothing() {
		this.jdbc.execute("create table orders (id int)");
		Approval approved = approved("refund");
		this.store.putIfAbsent(approved);
		Approval running = running(approved);
		this.store.replace(approved, running);
		Map<String, Object> before = this.jdbc.queryForMap("select * from lumoauth_approval");
		Approval stale = with(approved, running.version(), ApprovalState.APPROVED);
		Approval finished = with(approved, running.version(), ApprovalState.DONE);
		transaction().executeWithoutResult((status) -> {
			this.jdbc.update("insert into orders values (1)");
			assertThat(this.store.replace(approved, running)).isFalse();
			assertThat(this.store.replace(stale, running(stale))).isFalse();
			assertThat(this.store.replace(finished, running(finished))).isFalse();
			// Nobody has to wait for a lock.
			assertThat(onAnotherThread(() -> this.store.find(approved.id()))).isEqualTo(running);
			this.jdbc.update("insert into orders values (2)");
		});
		assertThat(this.jdbc.queryForMap("select * from lumoauth_approval")).isEqualTo(before);
		assertThat(this.jdbc.queryForObject("select count(*) from orders", Integer.class)).isEqualTo(2);
		assertThat(this.store.replace(running, done(running, "x"))).isTrue();
	}

	private static Approval with(Approval of, long version, ApprovalState state) {
		return new Approval(of.id(), version, state, of.call(), of.reason(), of.impact(), of.audiences(),
				of.capabilities(), null, true, null, null, of.requestedAt(), of.expiresAt(), null, null, null, null,
				null);
	}

	@Test
	void readsAndWritesWithinATransactionThatIsReadOnlyOrFrozen() {
		TransactionTemplate readOnly = transaction();
		readOnly.setReadOnly(true);
		readOnly.setIsolationLevel(TransactionDefinition.ISOLATION_SERIALIZABLE);
		Approval approved = approved("refund");
		readOnly.executeWithoutResult((status) -> {
			this.jdbc.queryForObject("select count(*) from lumoauth_approval", Integer.class);
			onAnotherThread(() -> this.store.putIfAbsent(approved));
			assertThat(this.store.putIfAbsent(pending("refund"))).isEqualTo(approved);
			assertThat(this.store.replace(approved, running(approved))).isTrue();
		});
		assertThat(this.store.find(approved.id())).isEqualTo(running(approved));
	}

	@Test
	void worksOnConnectionsThatDoNotCommitByThemselves() throws Exception {
		this.dataSource.close();
		this.dataSource = new HikariDataSource();
		this.dataSource.setJdbcUrl(emptyDatabase());
		this.dataSource.setUsername("postgres");
		this.dataSource.setPassword("");
		runScript();
		HikariDataSource manual = new HikariDataSource();
		manual.setJdbcUrl(this.dataSource.getJdbcUrl());
		manual.setUsername("postgres");
		manual.setPassword("");
		manual.setAutoCommit(false);
		try (manual) {
			Approval pending = pending("refund");
			new JdbcApprovalStore(manual).putIfAbsent(pending);
			assertThat(new JdbcApprovalStore(this.dataSource).find(pending.id())).isEqualTo(pending);
		}
	}

	@Test
	void keepsAResultWhateverIsInIt() {
		Approval running = running(approved("refund"));
		this.store.putIfAbsent(running);
		assertThat(this.store.replace(running, done(running, "a\0b\ud800c😀"))).isTrue();
		assertThat(this.store.find(running.id()).result()).isEqualTo("a\uFFFDb\uFFFDc😀");
	}

	@Test
	void timesHaveMicroseconds() {
		Instant precise = Instant.parse("2026-05-04T10:00:00.123456999Z");
		Approval pending = pending("refund");
		Approval approval = new Approval(pending.id(), 0, ApprovalState.PENDING, pending.call(), "r", Impact.LOW,
				List.of(), List.of(), null, true, null, null, precise, precise.plus(Duration.ofDays(40_000)), null,
				null, null, null, null);
		this.store.putIfAbsent(approval);
		Approval read = this.store.find(approval.id());
		assertThat(read.requestedAt()).isEqualTo("2026-05-04T10:00:00.123456Z");
		assertThat(read.expiresAt()).isEqualTo(read.requestedAt().plus(Duration.ofDays(40_000)));
	}

	@Test
	void keepsNothingOfARequestThatDoesNotFit() {
		Approval pending = pending("refund");
		ApprovalCall call = new ApprovalCall("x".repeat(256), null, "refund", null, "{}");
		Approval tooLong = new Approval(pending.id(), 0, ApprovalState.PENDING, call, "r", Impact.LOW, List.of(),
				List.of(), null, true, null, null, pending.requestedAt(), pending.expiresAt(), null, null, null, null,
				null);
		assertThatExceptionOfType(DataIntegrityViolationException.class)
			.isThrownBy(() -> this.store.putIfAbsent(tooLong));
		assertThat(this.store.find(tooLong.id())).isNull();
	}

	@Test
	void saysWhatToDoAboutAMissingTable() {
		this.jdbc.execute("drop table lumoauth_approval");
		Approval approved = approved("refund");
		List<Runnable> all = List.of(() -> this.store.afterPropertiesSet(), () -> this.store.find("a"),
				() -> this.store.putIfAbsent(approved), () -> this.store.findByState("agt_1", ApprovalState.DONE, 1),
				() -> this.store.replace(approved, running(approved)),
				() -> this.store.removeEnded("agt_1", Instant.EPOCH));
		for (Runnable each : all) {
			assertThatExceptionOfType(LumoAuthSetupException.class).isThrownBy(each::run).satisfies((ex) -> {
				assertThat(ex.getDescription()).contains("no table 'lumoauth_approval'");
				assertThat(ex.getAction()).contains("lumoauth.approvals.jdbc.initialize-schema=always")
					.contains("dev/lumoauth/spring/approval/jdbc/schema.sql");
			});
		}
	}

	@Test
	void saysWhatToDoAboutAMissingColumn() {
		this.jdbc.execute("alter table lumoauth_approval drop column task");
		Approval pending = pending("refund");
		assertThatExceptionOfType(LumoAuthSetupException.class).isThrownBy(() -> this.store.putIfAbsent(pending))
			.withMessageContaining("without a column");
	}

	@Test
	void startsWhereTheDatabaseIsDownAndThenKeepsNothing() {
		HikariDataSource down = new HikariDataSource();
		down.setJdbcUrl("jdbc:postgresql://127.0.0.1:1/none");
		down.setConnectionTimeout(250);
		down.setInitializationFailTimeout(-1);
		try (down) {
			JdbcApprovalStore noAnswer = new JdbcApprovalStore(down);
			assertThatNoException().isThrownBy(noAnswer::afterPropertiesSet);
			assertThatExceptionOfType(RuntimeException.class).isThrownBy(() -> noAnswer.putIfAbsent(pending("refund")))
				.isNotInstanceOf(LumoAuthSetupException.class);
		}
	}

	@Test
	void hasTheColumnsThatTheRowHas() {
		Map<String, Object> row = ApprovalRow.of(pending("refund"));
		this.store.putIfAbsent(pending("refund"));
		List<String> columns = new ArrayList<>(this.jdbc.queryForMap("select * from lumoauth_approval").keySet());
		columns.replaceAll(String::toLowerCase);
		columns.removeAll(List.of("holder", "held_until", "told"));
		assertThat(columns).containsExactlyInAnyOrderElementsOf(row.keySet());
	}

	@Test
	void aCallIsHeldOnceWhateverTheCodeDoes() {
		Approval first = pending("refund");
		this.store.putIfAbsent(first);
		assertThatExceptionOfType(DataAccessException.class).isThrownBy(() -> this.jdbc.update("""
				insert into lumoauth_approval (id, version, state, held_call, agent, tool, arguments, reason, impact,
					audiences, capabilities, requested_at, expires_at)
				select 'other', version, state, held_call, agent, tool, arguments, reason, impact, audiences,
					capabilities, requested_at, expires_at
				from lumoauth_approval
				"""));
	}

	private TransactionTemplate transaction() {
		return new TransactionTemplate(new DataSourceTransactionManager(this.dataSource));
	}

	private static <T> T onAnotherThread(Supplier<T> work) {
		AtomicReference<T> result = new AtomicReference<>();
		CountDownLatch done = new CountDownLatch(1);
		new Thread(() -> {
			result.set(work.get());
			done.countDown();
		}).start();
		try {
			assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
		return result.get();
	}

}
