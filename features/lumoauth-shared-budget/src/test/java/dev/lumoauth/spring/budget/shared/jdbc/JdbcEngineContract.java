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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

import javax.sql.DataSource;

import dev.lumoauth.spring.LumoAuthSetupException;
import dev.lumoauth.spring.budget.shared.BudgetEngine;
import dev.lumoauth.spring.budget.shared.BudgetStoreException;
import dev.lumoauth.spring.budget.shared.EngineContract;
import org.junit.jupiter.api.Test;

import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

abstract class JdbcEngineContract extends EngineContract {

	abstract DataSource emptyDatabase() throws Exception;

	abstract DataSource database();

	static void schema(DataSource database) {
		// Twice, as two replicas would.
		for (int i = 0; i < 2; i++) {
			new ResourceDatabasePopulator(new ClassPathResource("schema.sql", JdbcBudgetEngine.class))
				.execute(database);
		}
	}

	@Test
	void aDatabaseWithoutTheTableIsRefused() throws Exception {
		DataSource empty = emptyDatabase();
		assertThatExceptionOfType(LumoAuthSetupException.class).isThrownBy(() -> new JdbcBudgetEngine(empty).check())
			.withMessageContaining("lumoauth.budget.store=jdbc")
			.withMessageContaining("lumoauth_budget")
			.withMessageContaining("dev/lumoauth/spring/budget/shared/jdbc/schema.sql");
	}

	/**
	 * As with {@code spring.datasource.hikari.auto-commit=false}.
	 */
	@Test
	void connectionsThatCommitNothingByThemselves() {
		BudgetEngine engine = new JdbcBudgetEngine(new DelegatingDataSource(database()) {

			@Override
			public Connection getConnection() throws SQLException {
				Connection connection = super.getConnection();
				connection.setAutoCommit(false);
				return connection;
			}

		});
		BudgetEngine.Key key = key("agt_no_commit", serverTime());
		long granted = 0;
		for (int i = 0; i < 10; i++) {
			granted += engine.exchange(new BudgetEngine.Ask(key, "replica-" + i, 0, 0, 0, 0, 1, 1, 5L, 0, 0, false))
				.granted();
		}
		assertThat(granted).isEqualTo(5);
	}

	/**
	 * As with PostgreSQL's {@code default_transaction_isolation}.
	 */
	@Test
	void transactionsThatSeeOneState() throws Exception {
		BudgetEngine engine = new JdbcBudgetEngine(new DelegatingDataSource(database()) {

			@Override
			public Connection getConnection() throws SQLException {
				Connection connection = super.getConnection();
				connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
				return connection;
			}

		});
		BudgetEngine.Key key = key("agt_repeatable", serverTime());
		AtomicLong granted = new AtomicLong();
		ExecutorService threads = Executors.newFixedThreadPool(6);
		try {
			List<Callable<Long>> replicas = new ArrayList<>();
			for (int i = 0; i < 6; i++) {
				String replica = "replica-" + i;
				replicas.add(() -> {
					long used = 0;
					for (int call = 0; call < 20; call++) {
						used += engine
							.exchange(new BudgetEngine.Ask(key, replica, used, used, 0, 0, 1, 1, 60L, 0, 0, false))
							.granted();
					}
					return granted.addAndGet(used);
				});
			}
			for (Future<Long> each : threads.invokeAll(replicas)) {
				each.get();
			}
		}
		finally {
			threads.shutdownNow();
		}
		assertThat(granted.get()).isEqualTo(60);
	}

	/**
	 * It would put back what the replica had before later questions.
	 */
	@Test
	void aQuestionThatWasGivenUpWritesNothing() {
		BudgetEngine engine = new JdbcBudgetEngine(new DelegatingDataSource(database()) {

			@Override
			public Connection getConnection() throws SQLException {
				Connection connection = super.getConnection();
				Thread.currentThread().interrupt();
				return connection;
			}

		});
		BudgetEngine.Key key = key("agt_late", serverTime());
		take(key, "a", 60, 0, 100L);
		BudgetEngine.Ask late = new BudgetEngine.Ask(key, "a", 0, 0, 0, 0, 0, 0, 100L, 0, 0, false);
		try {
			assertThatExceptionOfType(BudgetStoreException.class).isThrownBy(() -> engine.exchange(late))
				.withMessageContaining("given up");
		}
		finally {
			assertThat(Thread.interrupted()).isTrue();
		}
		assertThat(take(key, "b", 0, 60, 100L).granted()).isZero();
	}

	@Test
	void aRowOfSomethingElseIsNoBudget() {
		long now = serverTime();
		take(key("agt_foreign", now), "a", 0, 1, 100L);
		new JdbcTemplate(database())
			.update("update lumoauth_budget set state = 'a text' where id like '%agt_foreign%'");
		assertThatExceptionOfType(BudgetStoreException.class)
			.isThrownBy(() -> take(key("agt_foreign", now), "a", 0, 1, 100L))
			.withMessageContaining("delete the row");
	}

	@Test
	void endedPeriodsAreDeleted() {
		JdbcTemplate jdbc = new JdbcTemplate(database());
		jdbc.update("insert into lumoauth_budget (id, version, state, ends_at) values ('old', 0, '5', 1)");
		take(key("agt_new", serverTime()), "a", 0, 1, 100L);
		assertThat(jdbc.queryForList("select id from lumoauth_budget where id = 'old'")).isEmpty();
	}

}
