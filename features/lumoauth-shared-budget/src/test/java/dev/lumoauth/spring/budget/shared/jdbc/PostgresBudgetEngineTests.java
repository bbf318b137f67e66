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

import javax.sql.DataSource;

import dev.lumoauth.spring.PostgresServer;
import dev.lumoauth.spring.budget.shared.BudgetEngine;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

import org.springframework.jdbc.datasource.DriverManagerDataSource;

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
