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

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.function.Function;

import javax.sql.DataSource;

import dev.lumoauth.spring.approval.Approval;
import dev.lumoauth.spring.approval.ApprovalState;
import dev.lumoauth.spring.approval.ApprovalStore;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.InitializingBean;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.BadSqlGrammarException;
import org.springframework.jdbc.core.simple.JdbcClient;
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

	/** How often the holder may change while a call asks. */
	private static final int MAX_ATTEMPTS = 100;

	private static final Duration DENIALS_KEPT = Duration.ofDays(1);

	private static final String INSERT = """
			insert into lumoauth_approval (id, version, state, held_call, agent, caller, tool, target, arguments, reason,
				impact, audiences, capabilities, conversation_id, reference, task, requested_at, expires_at, decided_at,
				approved_by, agent_message, ended_at, result)
			values (:id, :version, :state, :held_call, :agent, :caller, :tool, :target, :arguments, :reason,
				:impact, :audiences, :capabilities, :conversation_id, :reference, :task, :requested_at, :expires_at,
				:decided_at, :approved_by, :agent_message, :ended_at, :result)
			""";

	private static final String UPDATE = """
			update lumoauth_approval
			set version = :version, state = :state, held_call = :held_call, reference = :reference, task = :task,
				expires_at = :expires_at, decided_at = :decided_at, approved_by = :approved_by,
				agent_message = :agent_message, ended_at = :ended_at, result = :result
			where id = :id and version = :current_version and state = :current_state and held_call = :current_call
			""";

	private static final Log logger = LogFactory.getLog(JdbcApprovalStore.class);

	private final JdbcClient jdbc;

	private final TransactionTemplate ownTransaction;

	/**
	 * Create the store.
	 * @param dataSource the database, with the table {@code lumoauth_approval}
	 */
	public JdbcApprovalStore(DataSource dataSource) {
		this.jdbc = JdbcClient.create(dataSource);
		this.ownTransaction = new TransactionTemplate(new JdbcTransactionManager(dataSource));
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
		}
		catch (DataAccessException | TransactionException ex) {
			logger.warn("The database of approvals does not answer: calls that need an approval fail until it "
					+ "answers again", ex);
		}
	}

	@Override
	public Approval putIfAbsent(Approval approval) {
		for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
			Approval holding = findByCall(approval.call().key());
			if (holding != null) {
				return holding;
			}
			if (insert(approval)) {
				return approval;
			}
		}
		throw new ConcurrencyFailureException("The request " + approval.id() + " could not be stored: in "
				+ MAX_ATTEMPTS + " attempts, other requests held its call and released it");
	}

	private boolean insert(Approval approval) {
		try {
			inOwnTransaction((sql) -> sql.sql(INSERT).params(ApprovalRow.of(approval)).update());
			return true;
		}
		catch (DuplicateKeyException ex) {
			return false;
		}
	}

	@Override
	public boolean replace(Approval current, Approval next) {
		if (!ApprovalStore.isStep(current, next)) {
			return false;
		}
		return inOwnTransaction((sql) -> sql.sql(UPDATE)
			.params(ApprovalRow.of(next))
			.param("current_version", current.version())
			.param("current_state", current.state().name())
			.param("current_call", current.call().key())
			.update()) == 1;
	}

	@Override
	public @Nullable Approval find(String id) {
		return inOwnTransaction((sql) -> sql.sql("select * from lumoauth_approval where id = :id")
			.param("id", id)
			.query(ApprovalRow::read)
			.optional()).orElse(null);
	}

	@Override
	public @Nullable Approval findByCall(String call) {
		return inOwnTransaction((sql) -> sql.sql("select * from lumoauth_approval where held_call = :call")
			.param("call", call)
			.query(ApprovalRow::read)
			.optional()).orElse(null);
	}

	@Override
	public List<Approval> findByState(String agent, ApprovalState state, int limit) {
		return inOwnTransaction((sql) -> sql.sql("""
				select * from lumoauth_approval where agent = :agent and state = :state
				order by requested_at, id fetch first :limit rows only
				""")
			.param("agent", agent)
			.param("state", state.name())
			.param("limit", limit)
			.query(ApprovalRow::read)
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
			.param("agent", agent)
			.param("tool", tool)
			.param("since", ApprovalRow.time(since))
			.param("user", (user != null) ? user : "")
			.param("nobody", user == null)
			.query((row, number) -> row.getObject("ended_at", OffsetDateTime.class).toInstant())
			.list());
	}

	@Override
	public void removeEnded(Instant before) {
		inOwnTransaction((sql) -> sql.sql("""
				delete from lumoauth_approval
				where ended_at < :before and (state <> 'DENIED' or ended_at < :deniedBefore)
				""")
			.param("before", ApprovalRow.time(before))
			.param("deniedBefore", ApprovalRow.time(before.minus(DENIALS_KEPT)))
			.update());
	}

	private <T> T inOwnTransaction(Function<JdbcClient, T> work) {
		try {
			return this.ownTransaction.execute((status) -> work.apply(this.jdbc));
		}
		catch (BadSqlGrammarException ex) {
			if (MissingApprovalTableException.isCauseOf(ex)) {
				throw new MissingApprovalTableException(ex);
			}
			throw ex;
		}
	}

}
