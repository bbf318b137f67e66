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

import dev.lumoauth.spring.budget.shared.BudgetEngine;
import org.junit.jupiter.api.BeforeAll;

import org.springframework.jdbc.datasource.DriverManagerDataSource;

class H2BudgetEngineTests extends JdbcEngineContract {

	private static DataSource database;

	@BeforeAll
	static void start() {
		database = new DriverManagerDataSource("jdbc:h2:mem:budgets;DB_CLOSE_DELAY=-1");
		schema(database);
	}

	@Override
	DataSource emptyDatabase() {
		return new DriverManagerDataSource("jdbc:h2:mem:empty");
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
