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

import java.io.Serial;
import java.sql.SQLException;
import java.util.Set;

import dev.lumoauth.spring.LumoAuthSetupException;

import org.springframework.jdbc.BadSqlGrammarException;

/**
 * The database has no table for approvals, or an older one.
 */
final class MissingApprovalTableException extends LumoAuthSetupException {

	@Serial
	private static final long serialVersionUID = 1L;

	/** No such table or column: PostgreSQL's two, then H2's. */
	private static final Set<String> STATES = Set.of("42P01", "42703", "42S02", "42S03", "42S04", "42S22");

	MissingApprovalTableException(Throwable cause) {
		super("Approvals are kept in a database that has no table 'lumoauth_approval', or one without a column that"
				+ " is needed.",
				"Set lumoauth.approvals.jdbc.initialize-schema=always, or have your migrations run"
						+ " dev/lumoauth/spring/approval/jdbc/schema-postgresql.sql (schema-h2.sql for H2)"
						+ " of lumoauth-core.");
		initCause(cause);
	}

	static boolean isCauseOf(BadSqlGrammarException ex) {
		SQLException cause = ex.getSQLException();
		return cause != null && cause.getSQLState() != null && STATES.contains(cause.getSQLState());
	}

}
