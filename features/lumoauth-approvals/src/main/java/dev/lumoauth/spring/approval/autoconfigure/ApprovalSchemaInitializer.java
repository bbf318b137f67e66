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

import java.util.List;

import javax.sql.DataSource;

import dev.lumoauth.spring.approval.autoconfigure.LumoAuthApprovalsProperties.InitializeSchema;

import org.springframework.boot.jdbc.init.DataSourceScriptDatabaseInitializer;
import org.springframework.boot.sql.init.DatabaseInitializationMode;
import org.springframework.boot.sql.init.DatabaseInitializationSettings;

/**
 * Creates the table for approvals. Spring Boot runs this before all beans that depend on
 * the database's initialization.
 */
final class ApprovalSchemaInitializer extends DataSourceScriptDatabaseInitializer {

	ApprovalSchemaInitializer(DataSource dataSource, InitializeSchema mode) {
		super(dataSource, settings(mode));
	}

	private static DatabaseInitializationSettings settings(InitializeSchema mode) {
		DatabaseInitializationSettings settings = new DatabaseInitializationSettings();
		settings.setMode(DatabaseInitializationMode.valueOf(mode.name()));
		// If two replicas create the same table or index at once, PostgreSQL refuses one
		// of
		// them, and then it exists. If it doesn't, the store says so.
		settings.setContinueOnError(true);
		settings.setSchemaLocations(List.of("classpath:dev/lumoauth/spring/approval/jdbc/schema.sql"));
		return settings;
	}

}
