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

package dev.lumoauth.spring.budget.shared.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Timestamp;
import java.time.Duration;
import java.util.Optional;

import javax.sql.DataSource;

import dev.lumoauth.spring.LumoAuthSetupException;
import dev.lumoauth.spring.budget.shared.BudgetEngine;
import dev.lumoauth.spring.budget.shared.BudgetStoreException;
import dev.lumoauth.spring.budget.shared.SharedCount;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.BadSqlGrammarException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Keeps shared budgets in a database, PostgreSQL or H2, in the table
 * {@code lumoauth_budget}: a row for each tenant, agent, limit and period. A row is read,
 * and replaced if nobody else has replaced it in between. Rows of ended periods are
 * deleted when a new period begins.
 *
 * @since 0.1.0
 */
public final class JdbcBudgetEngine implements BudgetEngine {

	private static final int ATTEMPTS = 50;

	/** Nobody waits longer than a second for an answer. */
	private static final int NETWORK_TIMEOUT = (int) Duration.ofSeconds(2).toMillis();

	private static final long KEPT = Duration.ofDays(1).toMillis();

	private static final String READ = """
			select current_timestamp as instant, b.version, b.state
			from (select 1 as one) o left join lumoauth_budget b on b.id = :id
			""";

	private static final String REPLACE = """
			update lumoauth_budget set version = version + 1, state = :state where id = :id and version = :version
			""";

	private static final String INSERT = """
			insert into lumoauth_budget (id, version, state, ends_at) values (:id, 0, :state, :ends_at)
			""";

	private static final Log logger = LogFactory.getLog(JdbcBudgetEngine.class);

	private final JdbcClient jdbc;

	/** A pool may hand out connections that commit nothing by themselves. */
	private final TransactionTemplate transaction;

	/**
	 * Create the engine.
	 * @param dataSource the database, with the table {@code lumoauth_budget}
	 */
	public JdbcBudgetEngine(DataSource dataSource) {
		this.jdbc = JdbcClient.create(dataSource);
		this.transaction = new TransactionTemplate(new TimedTransactions(dataSource));
	}

	@Override
	public Answer exchange(Ask ask) {
		Key key = ask.key();
		String id = String.join("\n", key.tenant(), key.agent(), key.limit(), key.since().toString());
		try {
			for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
				Optional<Answer> answer = attempt(id, ask);
				if (answer.isPresent()) {
					return answer.get();
				}
			}
		}
		catch (DataAccessException | TransactionException ex) {
			throw new BudgetStoreException("The database does not answer (" + ex.getClass().getSimpleName() + ")", ex);
		}
		catch (IllegalArgumentException ex) {
			throw new BudgetStoreException(
					"A row of the table lumoauth_budget has something else than a budget: delete the row", ex);
		}
		throw new BudgetStoreException("The row of the budget has changed " + ATTEMPTS + " times in a row", null);
	}

	/**
	 * Return the answer; empty if another replica was faster.
	 */
	private Optional<Answer> attempt(String id, Ask ask) {
		try {
			return this.transaction.execute((status) -> {
				Row row = this.jdbc.sql(READ)
					.param("id", id)
					.query((result, number) -> new Row(result.getTimestamp("instant"), result.getLong("version"),
							result.getString("state")))
					.single();
				SharedCount count = SharedCount.of((row.state() != null) ? row.state() : "");
				Answer answer = count.exchange(ask, row.instant().getTime());
				boolean done = !answer.current()
						|| replace(id, row, count, ask.key().until().toEpochMilli(), answer.now());
				return done ? Optional.of(answer) : Optional.<Answer>empty();
			});
		}
		catch (DuplicateKeyException | ConcurrencyFailureException ex) {
			return Optional.empty();
		}
	}

	private boolean replace(String id, Row row, SharedCount count, long endsAt, long now) {
		if (Thread.currentThread().isInterrupted()) {
			// A later question may have been answered.
			throw new BudgetStoreException("The question was given up", null);
		}
		if (row.state() != null) {
			return this.jdbc.sql(REPLACE)
				.param("id", id)
				.param("version", row.version())
				.param("state", count.toString())
				.update() == 1;
		}
		this.jdbc.sql(INSERT).param("id", id).param("state", count.toString()).param("ends_at", endsAt).update();
		this.jdbc.sql("delete from lumoauth_budget where ends_at < :before").param("before", now - KEPT).update();
		return true;
	}

	@Override
	public void check() {
		try {
			this.jdbc
				.sql("update lumoauth_budget set version = version, state = state, ends_at = ends_at where id = ''")
				.update();
		}
		catch (BadSqlGrammarException ex) {
			throw new LumoAuthSetupException(
					"lumoauth.budget.store=jdbc needs the table 'lumoauth_budget', and the database has none, or one "
							+ "that the application may not write.",
					"Have your migrations run dev/lumoauth/spring/budget/shared/jdbc/schema.sql of "
							+ "lumoauth-shared-budget, or set spring.sql.init.mode=always and "
							+ "spring.sql.init.schema-locations="
							+ "classpath:dev/lumoauth/spring/budget/shared/jdbc/schema.sql.",
					ex);
		}
		catch (DataAccessException ex) {
			logger.debug("The database does not answer yet", ex);
		}
	}

	@Override
	public String name() {
		return "jdbc";
	}

	/**
	 * Gives up a connection that has died without a word. An interrupt doesn't end the
	 * read of a socket.
	 */
	private static final class TimedTransactions extends JdbcTransactionManager {

		TimedTransactions(DataSource dataSource) {
			super(dataSource);
		}

		@Override
		protected void prepareTransactionalConnection(Connection connection, TransactionDefinition definition)
				throws SQLException {
			super.prepareTransactionalConnection(connection, definition);
			try {
				Timeout before = new Timeout(connection, connection.getNetworkTimeout());
				connection.setNetworkTimeout(Runnable::run, NETWORK_TIMEOUT);
				TransactionSynchronizationManager.bindResource(this, before);
			}
			catch (SQLFeatureNotSupportedException ex) {
				logger.debug("The driver has no timeout for the network", ex);
			}
		}

		@Override
		protected void doCleanupAfterCompletion(Object transaction) {
			if (TransactionSynchronizationManager.unbindResourceIfPossible(this) instanceof Timeout before) {
				try {
					before.connection().setNetworkTimeout(Runnable::run, before.millis());
				}
				catch (SQLException ex) {
					logger.debug("The connection is closed", ex);
				}
			}
			super.doCleanupAfterCompletion(transaction);
		}

		private record Timeout(Connection connection, int millis) {

		}

	}

	private record Row(Timestamp instant, long version, @Nullable String state) {

	}

}
