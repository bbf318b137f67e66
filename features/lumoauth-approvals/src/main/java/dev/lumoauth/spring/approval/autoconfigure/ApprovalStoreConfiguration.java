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

import javax.sql.DataSource;

import dev.lumoauth.spring.approval.ApprovalStore;
import dev.lumoauth.spring.approval.jdbc.JdbcApprovalStore;
import dev.lumoauth.spring.autoconfigure.config.ConfigurationProblems;
import dev.lumoauth.spring.autoconfigure.config.LumoAuthConnection;
import dev.lumoauth.spring.autoconfigure.config.InvalidLumoAuthConfigurationException;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.jdbc.init.DataSourceScriptDatabaseInitializer;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Approvals in a database.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty(name = "lumoauth.approvals.store", havingValue = "jdbc")
class ApprovalStoreConfiguration {

	private static InvalidLumoAuthConfigurationException noDatabase() {
		ConfigurationProblems problems = new ConfigurationProblems();
		problems.add(
				"lumoauth.approvals.store=jdbc needs a DataSource, and there is none, or none of several is primary.",
				"Add spring-boot-starter-jdbc and the driver of PostgreSQL or H2, and set spring.datasource.*, or leave"
						+ " lumoauth.approvals.store out.");
		return problems.asException();
	}

	@Configuration(proxyBeanMethods = false)
	@Order(0)
	@ConditionalOnClass({ JdbcClient.class, DataSourceScriptDatabaseInitializer.class })
	@ConditionalOnMissingBean(ApprovalStore.class)
	static class JdbcConfiguration {

		private final ObjectProvider<DataSource> dataSource;

		JdbcConfiguration(ObjectProvider<DataSource> dataSource) {
			this.dataSource = dataSource;
		}

		@Bean
		ApprovalSchemaInitializer lumoAuthApprovalSchemaInitializer(LumoAuthApprovalsProperties properties) {
			return new ApprovalSchemaInitializer(requiredDataSource(), properties.jdbc().initializeSchema());
		}

		/**
		 * Not lazy, whatever the application's default is: a missing table shows at
		 * start.
		 */
		@Bean
		@Lazy(false)
		@DependsOnDatabaseInitialization
		JdbcApprovalStore lumoAuthApprovalStore(ObjectProvider<LumoAuthConnection> connection) {
			LumoAuthConnection known = connection.getIfAvailable();
			return new JdbcApprovalStore(requiredDataSource(), (known != null) ? known.addresses().issuer() : "");
		}

		private DataSource requiredDataSource() {
			DataSource unique = this.dataSource.getIfUnique();
			if (unique == null) {
				throw noDatabase();
			}
			return unique;
		}

	}

	/**
	 * One of the two modules is missing.
	 */
	@Configuration(proxyBeanMethods = false)
	@Lazy(false)
	@Order(Ordered.LOWEST_PRECEDENCE)
	@ConditionalOnMissingBean(ApprovalStore.class)
	static class WithoutJdbcConfiguration {

		WithoutJdbcConfiguration() {
			throw noDatabase();
		}

	}

}
