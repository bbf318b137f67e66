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

package dev.lumoauth.spring.approval.autoconfigure;

import java.sql.DatabaseMetaData;
import java.util.List;

import javax.sql.DataSource;

import dev.lumoauth.spring.approval.autoconfigure.LumoAuthApprovalsProperties.InitializeSchema;
import dev.lumoauth.spring.autoconfigure.config.ConfigurationProblems;

import org.springframework.boot.jdbc.DatabaseDriver;
import org.springframework.boot.jdbc.EmbeddedDatabaseConnection;
import org.springframework.boot.jdbc.init.DataSourceScriptDatabaseInitializer;
import org.springframework.boot.sql.init.DatabaseInitializationMode;
import org.springframework.boot.sql.init.DatabaseInitializationSettings;
import org.springframework.jdbc.support.JdbcUtils;
import org.springframework.jdbc.support.MetaDataAccessException;

/**
 * Creates the table for approvals. Spring Boot runs this before all beans that depend on
 * the database's initialization.
 */
final class ApprovalSchemaInitializer extends DataSourceScriptDatabaseInitializer {

	private static final String SCRIPT = "classpath:dev/lumoauth/spring/approval/jdbc/schema-%s.sql";

	ApprovalSchemaInitializer(DataSource dataSource, InitializeSchema mode) {
		super(dataSource, settings(dataSource, mode));
	}

	/**
	 * Does not connect to a database in which nothing has to be created.
	 */
	private static DatabaseInitializationSettings settings(DataSource dataSource, InitializeSchema mode) {
		DatabaseInitializationSettings settings = new DatabaseInitializationSettings();
		boolean create = mode == InitializeSchema.ALWAYS
				|| (mode == InitializeSchema.EMBEDDED && EmbeddedDatabaseConnection.isEmbedded(dataSource));
		settings.setMode(create ? DatabaseInitializationMode.ALWAYS : DatabaseInitializationMode.NEVER);
		if (create) {
			// If two replicas create the same table or index at once, PostgreSQL refuses
			// one of
			// them, and then it exists. If it doesn't, the store says so.
			settings.setContinueOnError(true);
			settings.setSchemaLocations(List.of(SCRIPT.formatted(platform(dataSource))));
		}
		return settings;
	}

	private static String platform(DataSource dataSource) {
		String product = product(dataSource);
		DatabaseDriver driver = DatabaseDriver.fromProductName(product);
		if (driver != DatabaseDriver.POSTGRESQL && driver != DatabaseDriver.H2) {
			ConfigurationProblems problems = new ConfigurationProblems();
			problems.add(
					"lumoauth.approvals.store=jdbc creates its table in PostgreSQL and H2, and the DataSource is of "
							+ product + ".",
					"Use one of the two. Or create the table 'lumoauth_approval' yourself, as in"
							+ " dev/lumoauth/spring/approval/jdbc/schema-postgresql.sql in lumoauth-core, and set"
							+ " lumoauth.approvals.jdbc.initialize-schema=never.");
			throw problems.asException();
		}
		return driver.getId();
	}

	private static String product(DataSource dataSource) {
		try {
			return JdbcUtils.extractDatabaseMetaData(dataSource, DatabaseMetaData::getDatabaseProductName);
		}
		catch (MetaDataAccessException ex) {
			throw new IllegalStateException(
					"The database in which lumoauth.approvals.jdbc.initialize-schema=always creates the table "
							+ "for approvals does not answer",
					ex);
		}
	}

}
