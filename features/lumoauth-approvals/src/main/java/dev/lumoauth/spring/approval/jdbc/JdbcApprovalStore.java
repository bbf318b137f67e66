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

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;

import javax.sql.DataSource;

import dev.lumoauth.spring.LumoAuthSetupException;
import dev.lumoauth.spring.approval.Approval;
import dev.lumoauth.spring.approval.ApprovalCall;
import dev.lumoauth.spring.approval.ApprovalHolder;
import dev.lumoauth.spring.approval.ApprovalState;
import dev.lumoauth.spring.approval.ApprovalStore;
import dev.lumoauth.spring.approval.OpenApproval;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.InitializingBean;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.BadSqlGrammarException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Keeps requests in a database: PostgreSQL, or H2. Replicas that share the database run
 * an approved call once in total.
 * <p>
 * Each step is a separate transaction, whatever transaction the application has on the
 * thread. A started call counts as started for everyone at once, even if the
 * application's transaction is rolled back. A thread with a transaction therefore needs a
 * second connection for a moment: the pool has to be larger than the number of threads
 * that hold a connection.
 * <p>
 * A unique column ensures that a call has one holder; the column is {@code null} if a
 * request doesn't hold its call. If the database gives no answer, Spring's
 * {@link DataAccessException} or {@link TransactionException} is thrown, and nothing
 * runs.
 *
 * @since 0.1.0
 */
public final class JdbcApprovalStore implements ApprovalStore, InitializingBean {

	/** No such table or column: PostgreSQL's two, then H2's. */
	private static final Set<String> NO_TABLE = Set.of("42P01", "42703", "42S02", "42S03", "42S04", "42S22");

	/** How often the holder may change while a call asks. */
	private static final int MAX_ATTEMPTS = 100;

	/** Less than half of the time after which a process counts as dead. */
	private static final Duration MAX_DIFFERENCE = Duration.ofSeconds(10);

	private static final Duration DENIALS_KEPT = Duration.ofDays(1);

	private static final String INSERT = """
			insert into lumoauth_approval (id, version, state, held_call, agent, caller, tool, target, arguments, reason,
				impact, audiences, capabilities, conversation_id, reference, task, requested_at, expires_at, decided_at,
				approved_by, agent_message, ended_at, result, holder, held_until, told)
			values (:id, :version, :state, :held_call, :agent, :caller, :tool, :target, :arguments, :reason,
				:impact, :audiences, :capabilities, :conversation_id, :reference, :task, :requested_at, :expires_at,
				:decided_at, :approved_by, :agent_message, :ended_at, :result, :holder, :held_until, 'PENDING')
			""";

	private static final String UPDATE = """
			update lumoauth_approval
			set version = :version, state = :state, held_call = :held_call, reference = :reference, task = :task,
				expires_at = :expires_at, decided_at = :decided_at, approved_by = :approved_by,
				agent_message = :agent_message, ended_at = :ended_at, result = :result,
				holder = coalesce(:holder, holder), held_until = coalesce(:held_until, held_until),
				told = coalesce(:told, told)
			where id = :id and version = :current_version and state = :current_state and held_call = :current_call
			""";

	/** {@link OpenApproval#isFree}. */
	private static final String FREE = "(held_until < :now or (held_until is null and requested_at < :unheld))";

	private static final String CLAIM = """
			update lumoauth_approval set holder = :holder, held_until = :held_until, told = coalesce(told, 'PENDING')
			where id = :id and (holder = :holder or %s)
			""".formatted(FREE);

	private static final String RENEW = """
			update lumoauth_approval set held_until = :held_until
			where holder = :holder and (state in ('PENDING', 'APPROVED', 'RUNNING') or told = 'PENDING')
			""";

	/** The event of an earlier step may end later. */
	private static final String TOLD = """
			update lumoauth_approval set told = :told where id = :id and coalesce(told, 'PENDING') in ('PENDING', 'APPROVED')
			""";

	/** Each line can use an index. */
	private static final String OPEN = """
			select * from lumoauth_approval
			where agent = :agent and (state = 'APPROVED'
				or (state = 'PENDING' and (reference is null or %s))
				or (told = 'PENDING' and state <> 'PENDING')
				or (told = 'APPROVED' and state in ('EXPIRED', 'CANCELLED')))
			order by requested_at, id fetch first :limit rows only
			""".formatted(FREE);

	private static final Log logger = LogFactory.getLog(JdbcApprovalStore.class);

	private final JdbcClient jdbc;

	private final TransactionTemplate ownTransaction;

	private final String tenant;

	/**
	 * Create the store.
	 * @param dataSource the database, with the table {@code lumoauth_approval}
	 */
	public JdbcApprovalStore(DataSource dataSource) {
		this(dataSource, "");
	}

	/**
	 * Create the store of one tenant. An agent of another tenant with the same client id
	 * has requests of its own in the same table.
	 * @param dataSource the database, with the table {@code lumoauth_approval}
	 * @param tenant the address of the tenant or organization at LumoAuth
	 */
	public JdbcApprovalStore(DataSource dataSource, String tenant) {
		this.tenant = tenant.isEmpty() ? "" : tenant + " ";
		// Not the application's data source, to which JPA binds a connection that a step
		// here would go on with, and commit.
		DataSource own = new DelegatingDataSource((dataSource instanceof TransactionAwareDataSourceProxy aware)
				? Objects.requireNonNull(aware.getTargetDataSource()) : dataSource);
		this.jdbc = JdbcClient.create(own);
		this.ownTransaction = new TransactionTemplate(new JdbcTransactionManager(own));
		this.ownTransaction.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
		// A transaction that waited for another one's step has to see that step, whatever
		// the database's default is.
		this.ownTransaction.setIsolationLevel(TransactionDefinition.ISOLATION_READ_COMMITTED);
	}

	/**
	 * Check that the table exists. A database that gives no answer may do so later.
	 * @throws dev.lumoauth.spring.LumoAuthSetupException if the table does not exist
	 */
	@Override
	public void afterPropertiesSet() {
		try {
			find("");
			claim("", new ApprovalHolder("", Instant.EPOCH), Instant.EPOCH);
			compareClocks();
		}
		catch (DataAccessException | TransactionException ex) {
			logger.warn("The database of approvals does not answer: calls that need an approval fail until it "
					+ "answers again", ex);
		}
	}

	/**
	 * Whose clock is ahead takes the requests of processes that are alive.
	 */
	private void compareClocks() {
		OffsetDateTime theirs = inOwnTransaction(
				(sql) -> sql.sql("select current_timestamp").query(OffsetDateTime.class).single());
		Duration ahead = Duration.between(theirs.toInstant(), Instant.now());
		if (ahead.abs().compareTo(MAX_DIFFERENCE) > 0) {
			logger.warn("The clock of this machine and that of the approvals' database differ by "
					+ ahead.abs().toSeconds() + " s. Set the clocks, for example with NTP: a process whose clock is "
					+ "ahead takes over requests of processes that are alive, and their chats go on twice.");
		}
	}

	@Override
	public Approval putIfAbsent(Approval approval, @Nullable ApprovalHolder holder) {
		for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
			Approval holding = findByCall(approval.call().key());
			if (holding != null) {
				return holding;
			}
			if (insert(approval, holder)) {
				return approval;
			}
		}
		throw new ConcurrencyFailureException("The request " + approval.id() + " could not be stored: in "
				+ MAX_ATTEMPTS + " attempts, other requests held its call and released it");
	}

	private boolean insert(Approval approval, @Nullable ApprovalHolder holder) {
		try {
			inOwnTransaction((sql) -> sql.sql(INSERT).params(row(approval)).params(ApprovalRow.of(holder)).update());
			return true;
		}
		catch (DuplicateKeyException ex) {
			return false;
		}
	}

	@Override
	public boolean replace(Approval current, Approval next, @Nullable ApprovalHolder holder) {
		if (!ApprovalStore.isStep(current, next)) {
			return false;
		}
		return inOwnTransaction((sql) -> sql.sql(UPDATE)
			.params(row(next))
			.params(ApprovalRow.of(holder))
			.param("told", (holder != null && next.state() != ApprovalState.RUNNING) ? next.state().name() : null)
			.param("current_version", current.version())
			.param("current_state", current.state().name())
			.param("current_call", held(current.call().key()))
			.update()) == 1;
	}

	@Override
	public @Nullable Approval find(String id) {
		return inOwnTransaction((sql) -> sql.sql("select * from lumoauth_approval where id = :id")
			.param("id", id)
			.query((row, number) -> ApprovalRow.read(row, this.tenant))
			.optional()).orElse(null);
	}

	@Override
	public @Nullable Approval findByCall(String call) {
		return inOwnTransaction((sql) -> sql.sql("select * from lumoauth_approval where held_call = :call")
			.param("call", held(call))
			.query((row, number) -> ApprovalRow.read(row, this.tenant))
			.optional()).orElse(null);
	}

	@Override
	public List<Approval> findByState(String agent, ApprovalState state, int limit) {
		return inOwnTransaction((sql) -> sql.sql("""
				select * from lumoauth_approval where agent = :agent and state = :state
				order by requested_at, id fetch first :limit rows only
				""")
			.param("agent", this.tenant + agent)
			.param("state", state.name())
			.param("limit", limit)
			.query((row, number) -> ApprovalRow.read(row, this.tenant))
			.list());
	}

	@Override
	public List<Instant> findDenials(String agent, @Nullable String user, String tool, Instant since) {
		return inOwnTransaction((sql) -> sql.sql("""
				select ended_at from lumoauth_approval
				where agent = :agent and state = 'DENIED' and tool = :tool and ended_at >= :since
					and (caller = :user or (caller is null and :nobody))
				order by ended_at desc fetch first 100 rows only
				""")
			.param("agent", this.tenant + agent)
			.param("tool", tool)
			.param("since", ApprovalRow.time(since))
			.param("user", (user != null) ? user : "")
			.param("nobody", user == null)
			.query((row, number) -> row.getObject("ended_at", OffsetDateTime.class).toInstant())
			.list());
	}

	@Override
	public boolean claim(String id, ApprovalHolder holder, Instant now) {
		return inOwnTransaction((sql) -> sql.sql(CLAIM)
			.param("id", id)
			.params(ApprovalRow.of(holder))
			.param("now", ApprovalRow.time(now))
			.param("unheld", ApprovalRow.time(now.minus(OpenApproval.UNHELD)))
			.update()) == 1;
	}

	@Override
	public void renew(ApprovalHolder holder) {
		inOwnTransaction((sql) -> sql.sql(RENEW).params(ApprovalRow.of(holder)).update());
	}

	@Override
	public void told(String id, ApprovalState decision) {
		inOwnTransaction((sql) -> sql.sql(TOLD).param("id", id).param("told", decision.name()).update());
	}

	@Override
	public List<OpenApproval> findOpen(String agent, Instant now, int limit) {
		return inOwnTransaction((sql) -> sql.sql(OPEN)
			.param("agent", this.tenant + agent)
			.param("now", ApprovalRow.time(now))
			.param("unheld", ApprovalRow.time(now.minus(OpenApproval.UNHELD)))
			.param("limit", limit)
			.query((row, number) -> ApprovalRow.readOpen(row, this.tenant))
			.list());
	}

	@Override
	public void removeEnded(String agent, Instant before) {
		inOwnTransaction((sql) -> sql.sql("""
				delete from lumoauth_approval
				where agent = :agent and ended_at < :before and (state <> 'DENIED' or ended_at < :deniedBefore)
				""")
			.param("agent", this.tenant + agent)
			.param("before", ApprovalRow.time(before))
			.param("deniedBefore", ApprovalRow.time(before.minus(DENIALS_KEPT)))
			.update());
	}

	private Map<String, @Nullable Object> row(Approval approval) {
		Map<String, @Nullable Object> row = ApprovalRow.of(approval);
		row.put("agent", this.tenant + approval.call().agent());
		row.put("held_call", approval.holding() ? held(approval.call().key()) : null);
		return row;
	}

	/**
	 * Return the key of a call among those of all tenants.
	 */
	private String held(String key) {
		return this.tenant.isEmpty() ? key : new ApprovalCall(this.tenant, null, key, null, "").key();
	}

	private <T> T inOwnTransaction(Function<JdbcClient, T> work) {
		try {
			return this.ownTransaction.execute((status) -> work.apply(this.jdbc));
		}
		catch (BadSqlGrammarException ex) {
			SQLException cause = ex.getSQLException();
			if (cause == null || cause.getSQLState() == null || !NO_TABLE.contains(cause.getSQLState())) {
				throw ex;
			}
			throw new LumoAuthSetupException(
					"Approvals are kept in a database that has no table 'lumoauth_approval', or one without a column that"
							+ " is needed.",
					"Set lumoauth.approvals.jdbc.initialize-schema=always, or have your migrations run"
							+ " dev/lumoauth/spring/approval/jdbc/schema.sql" + " of lumoauth-approvals.",
					ex);
		}
	}

}
