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
import java.time.Duration;

import javax.sql.DataSource;

import dev.lumoauth.spring.PostgresServer;
import dev.lumoauth.spring.budget.shared.BudgetEngine;
import dev.lumoauth.spring.budget.shared.BudgetStoreException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

class PostgresBudgetEngineTests extends JdbcEngineContract {

	private static PostgresServer server;

	private static DataSource database;

	@BeforeAll
	static void start() throws Exception {
		server = PostgresServer.start();
		database = new DriverManagerDataSource(server.createDatabase("budgets"), "postgres", "");
		schema(database);
	}

	@AfterAll
	static void stop() {
		if (server != null) {
			server.close();
		}
	}

	/**
	 * A lock keeps the server silent, as a connection is that has died without a word.
	 */
	@Test
	void aConnectionThatSaysNothingIsGivenUpAfterTwoSeconds() throws Exception {
		BudgetEngine.Key key = key("agt_silent", serverTime());
		take(key, "a", 0, 1, 100L);
		try (Connection lock = database.getConnection()) {
			lock.setAutoCommit(false);
			lock.createStatement().execute("select * from lumoauth_budget for update");
			assertTimeoutPreemptively(Duration.ofSeconds(30),
					() -> assertThatExceptionOfType(BudgetStoreException.class)
						.isThrownBy(() -> take(key, "a", 0, 1, 100L)));
		}
		assertThat(take(key, "b", 0, 99, 100L).granted()).isEqualTo(99);
	}

	@Test
	void theConnectionsOwnTimeoutIsKept() throws Exception {
		SingleConnectionDataSource one = new SingleConnectionDataSource(database.getConnection(), true);
		try (Connection connection = one.getConnection()) {
			connection.setNetworkTimeout(Runnable::run, 60_000);
			new JdbcBudgetEngine(one).exchange(
					new BudgetEngine.Ask(key("agt_timeout", serverTime()), "a", 0, 0, 0, 0, 1, 1, 5L, 0, 0, false));
			assertThat(connection.getNetworkTimeout()).isEqualTo(60_000);
		}
		finally {
			one.destroy();
		}
	}

	@Override
	DataSource emptyDatabase() throws Exception {
		return new DriverManagerDataSource(server.createDatabase("empty"), "postgres", "");
	}

	@Override
	DataSource database() {
		return database;
	}

	@Override
	protected BudgetEngine engine() {
		return new JdbcBudgetEngine(database);
	}

}
