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

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

import com.zaxxer.hikari.HikariDataSource;
import dev.lumoauth.spring.approval.Approval;
import dev.lumoauth.spring.approval.ApprovalCall;
import dev.lumoauth.spring.approval.ApprovalState;
import dev.lumoauth.spring.approval.Impact;
import org.junit.jupiter.api.Test;

import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.ConnectionHolder;
import org.springframework.jdbc.datasource.init.ScriptUtils;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.DefaultTransactionStatus;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The store beside a transaction of JPA.
 */
class JpaTransactionTests {

	@Test
	void theApplicationsJpaTransactionIsNotTouched() throws Exception {
		try (HikariDataSource dataSource = new HikariDataSource()) {
			dataSource.setJdbcUrl("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
			dataSource.setUsername("sa");
			dataSource.setPassword("");
			try (Connection connection = dataSource.getConnection()) {
				ScriptUtils.executeSqlScript(connection, new ClassPathResource("schema.sql", JdbcApprovalStore.class));
			}
			JdbcTemplate jdbc = new JdbcTemplate(dataSource);
			jdbc.execute("create table orders (id int)");
			JdbcApprovalStore store = new JdbcApprovalStore(dataSource);
			Instant now = Instant.now();
			Approval approval = new Approval("apr_1", 0, ApprovalState.PENDING,
					new ApprovalCall("agt_1", "alice", "refund", null, "{}"), "Refund", Impact.HIGH, List.of(),
					List.of(), null, true, null, null, now, now.plusSeconds(60), null, null, null, null, null);
			new TransactionTemplate(new LikeJpa(dataSource)).executeWithoutResult((status) -> {
				jdbc.update("insert into orders values (1)");
				store.putIfAbsent(approval);
				jdbc.update("insert into orders values (2)");
				status.setRollbackOnly();
			});
			assertThat(store.find("apr_1")).isNotNull();
			assertThat(jdbc.queryForObject("select count(*) from orders", Integer.class)).isZero();
		}
	}

	/**
	 * Binds its connection as {@code JpaTransactionManager} does: as a resource of the
	 * data source that is not marked as a transaction.
	 */
	private static final class LikeJpa extends AbstractPlatformTransactionManager {

		private final HikariDataSource dataSource;

		private LikeJpa(HikariDataSource dataSource) {
			this.dataSource = dataSource;
		}

		@Override
		protected Object doGetTransaction() {
			return new Object();
		}

		@Override
		protected void doBegin(Object transaction, TransactionDefinition definition) {
			try {
				Connection connection = this.dataSource.getConnection();
				connection.setAutoCommit(false);
				TransactionSynchronizationManager.bindResource(this.dataSource, new ConnectionHolder(connection));
			}
			catch (SQLException ex) {
				throw new IllegalStateException(ex);
			}
		}

		private Connection connection() {
			return ((ConnectionHolder) TransactionSynchronizationManager.getResource(this.dataSource)).getConnection();
		}

		@Override
		protected void doCommit(DefaultTransactionStatus status) {
			try {
				connection().commit();
			}
			catch (SQLException ex) {
				throw new IllegalStateException(ex);
			}
		}

		@Override
		protected void doRollback(DefaultTransactionStatus status) {
			try {
				connection().rollback();
			}
			catch (SQLException ex) {
				throw new IllegalStateException(ex);
			}
		}

		@Override
		protected void doCleanupAfterCompletion(Object transaction) {
			try (Connection connection = connection()) {
				TransactionSynchronizationManager.unbindResource(this.dataSource);
			}
			catch (SQLException ex) {
				throw new IllegalStateException(ex);
			}
		}

	}

}
