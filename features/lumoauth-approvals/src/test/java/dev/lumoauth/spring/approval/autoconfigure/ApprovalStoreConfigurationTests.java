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

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import javax.sql.DataSource;

import dev.lumoauth.spring.LumoAuthSetupException;
import dev.lumoauth.spring.PostgresServer;
import dev.lumoauth.spring.approval.Approval;
import dev.lumoauth.spring.approval.ApprovalCall;
import dev.lumoauth.spring.approval.ApprovalState;
import dev.lumoauth.spring.approval.ApprovalStore;
import dev.lumoauth.spring.approval.Impact;
import dev.lumoauth.spring.approval.autoconfigure.LumoAuthApprovalsProperties.InitializeSchema;
import dev.lumoauth.spring.approval.jdbc.JdbcApprovalStore;
import dev.lumoauth.spring.autoconfigure.config.InvalidLumoAuthConfigurationException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceInitializationAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

/**
 * Approvals in a real PostgreSQL, and in H2.
 */
class ApprovalStoreConfigurationTests {

	private static final String ALWAYS = "lumoauth.approvals.jdbc.initialize-schema=always";

	private static PostgresServer server;

	private final ApplicationContextRunner unconfigured = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class,
				DataSourceTransactionManagerAutoConfiguration.class, JdbcTemplateAutoConfiguration.class,
				DataSourceInitializationAutoConfiguration.class, LumoAuthApprovalsAutoConfiguration.class));

	private final ApplicationContextRunner jdbc = this.unconfigured.withPropertyValues("lumoauth.approvals.store=jdbc");

	@BeforeAll
	static void startServer() throws Exception {
		server = PostgresServer.start();
	}

	@AfterAll
	static void stopServer() {
		if (server != null) {
			server.close();
		}
	}

	@Test
	void isOffByDefault() {
		for (String property : List.of("a=b", "lumoauth.approvals.store=memory")) {
			this.unconfigured.withPropertyValues(property)
				.run((context) -> assertThat(context).hasNotFailed()
					.doesNotHaveBean(ApprovalStore.class)
					.doesNotHaveBean(ApprovalSchemaInitializer.class));
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "redis", "false" })
	void refusesAStoreThatDoesNotExist(String store) {
		this.unconfigured.withPropertyValues("lumoauth.approvals.store=" + store)
			.run((context) -> assertThat(context).getFailure().hasStackTraceContaining("[" + store + "]"));
	}

	@Test
	void isOffWithoutJdbc() {
		this.unconfigured
			.withClassLoader(new FilteredClassLoader("org.springframework.jdbc", "org.springframework.boot.jdbc"))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(ApprovalStore.class));
	}

	@Test
	void keepsApprovalsInAnEmbeddedDatabase() {
		this.jdbc.withPropertyValues("spring.datasource.generate-unique-name=true")
			.run((context) -> expectThatItKeeps(context.getBean(JdbcApprovalStore.class)));
	}

	@Test
	void createsNoTableInADatabaseThatIsSomebodysUnlessToldTo() {
		ApplicationContextRunner postgres = this.jdbc.withPropertyValues(newDatabase());
		postgres.run((context) -> {
			Throwable cause = NestedExceptionUtils.getMostSpecificCause(context.getStartupFailure());
			assertThat(setupException(context.getStartupFailure())).satisfies((ex) -> {
				assertThat(ex.getDescription()).contains("no table 'lumoauth_approval'");
				assertThat(ex.getAction()).contains(ALWAYS);
			});
			assertThat(cause).hasMessageContaining("lumoauth_approval");
		});
		postgres.withPropertyValues(ALWAYS)
			.run((context) -> expectThatItKeeps(context.getBean(JdbcApprovalStore.class)));
		// It is there now, with what is in it.
		postgres.withPropertyValues(ALWAYS)
			.run((context) -> assertThat(
					context.getBean(JdbcApprovalStore.class).findByState("agt_1", ApprovalState.PENDING, 9))
				.hasSize(1));
		postgres.run((context) -> assertThat(context).hasSingleBean(JdbcApprovalStore.class));
	}

	@Test
	void takesATableThatTheApplicationCreates() {
		this.jdbc.withPropertyValues(newDatabase())
			.withPropertyValues("spring.sql.init.mode=always",
					"spring.sql.init.schema-locations=" + "classpath:dev/lumoauth/spring/approval/jdbc/schema.sql")
			.run((context) -> expectThatItKeeps(context.getBean(JdbcApprovalStore.class)));
	}

	@Test
	void replicasThatStartAtOnceCreateOneTable() throws Exception {
		int replicas = 8;
		ExecutorService threads = Executors.newFixedThreadPool(replicas);
		try {
			for (int round = 0; round < 10; round++) {
				String database = server.createDatabase(uniqueName());
				CyclicBarrier start = new CyclicBarrier(replicas);
				Callable<Boolean> replica = () -> {
					DataSource dataSource = new DriverManagerDataSource(database, "postgres", "");
					ApprovalSchemaInitializer initializer = new ApprovalSchemaInitializer(dataSource,
							InitializeSchema.ALWAYS);
					start.await();
					return initializer.initializeDatabase();
				};
				List<Callable<Boolean>> all = new ArrayList<>();
				for (int i = 0; i < replicas; i++) {
					all.add(replica);
				}
				for (Future<Boolean> each : threads.invokeAll(all)) {
					assertThat(each.get()).isTrue();
				}
				expectThatItKeeps(new JdbcApprovalStore(new DriverManagerDataSource(database, "postgres", "")));
			}
		}
		finally {
			threads.shutdownNow();
		}
	}

	@Test
	void asksADatabaseNothingBeforeItCreatesSomethingInIt() {
		this.jdbc
			.withPropertyValues("spring.datasource.url=jdbc:postgresql://127.0.0.1:1/none",
					"spring.datasource.hikari.connection-timeout=250")
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@ParameterizedTest
	@ValueSource(strings = { "org.springframework.jdbc", "org.springframework.boot.jdbc" })
	void refusesToStartWithoutJdbc(String missing) {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(LumoAuthApprovalsAutoConfiguration.class))
			.withPropertyValues("lumoauth.approvals.store=jdbc")
			.withClassLoader(new FilteredClassLoader(missing))
			.run((context) -> expectProblem(context.getStartupFailure(),
					"lumoauth.approvals.store=jdbc needs a DataSource", "spring-boot-starter-jdbc"));
	}

	@Test
	void refusesToStartWithoutADataSource() {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(LumoAuthApprovalsAutoConfiguration.class))
			.withPropertyValues("lumoauth.approvals.store=jdbc")
			.run((context) -> expectProblem(context.getStartupFailure(),
					"lumoauth.approvals.store=jdbc needs a DataSource", "spring.datasource.*"));
	}

	@Test
	void refusesToStartWithTwoDataSourcesOfWhichNoneIsPrimary() {
		this.jdbc.withBean("one", DataSource.class, () -> mock())
			.withBean("two", DataSource.class, () -> mock())
			.run((context) -> expectProblem(context.getStartupFailure(), "none of several is primary",
					"spring.datasource.*"));
	}

	@Test
	void takesAStoreOfTheApplicationsOwn() {
		ApprovalStore own = mock();
		this.jdbc.withPropertyValues("spring.datasource.generate-unique-name=true")
			.withBean(ApprovalStore.class, () -> own)
			.run((context) -> {
				assertThat(context).getBean(ApprovalStore.class).isSameAs(own);
				assertThat(context.getBean(JdbcTemplate.class)
					.queryForList("select table_name from information_schema.tables where table_schema = 'PUBLIC'"))
					.isEmpty();
			});
	}

	private static String[] newDatabase() {
		try {
			return new String[] { "spring.datasource.url=" + server.createDatabase(uniqueName()),
					"spring.datasource.username=postgres", "spring.datasource.password=" };
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static String uniqueName() {
		return "db_" + UUID.randomUUID().toString().replace('-', '_');
	}

	private static void expectThatItKeeps(JdbcApprovalStore store) {
		Approval approval = new Approval("a-1", 0, ApprovalState.PENDING,
				new ApprovalCall("agt_1", null, "refund", null, "{}"), "A reason", Impact.HIGH, List.of(), List.of(),
				null, true, null, null, Instant.EPOCH, Instant.EPOCH, null, null, null, null, null);
		assertThat(store.putIfAbsent(approval)).isEqualTo(approval);
		assertThat(store.find("a-1")).isEqualTo(approval);
	}

	private static LumoAuthSetupException setupException(Throwable failure) {
		Throwable cause = failure;
		while (cause != null && !(cause instanceof LumoAuthSetupException)) {
			cause = cause.getCause();
		}
		return (LumoAuthSetupException) cause;
	}

	private static void expectProblem(Throwable failure, String description, String action) {
		Throwable cause = NestedExceptionUtils.getMostSpecificCause(failure);
		assertThat(cause).isInstanceOfSatisfying(InvalidLumoAuthConfigurationException.class,
				(invalid) -> assertThat(invalid.problems()).singleElement().satisfies((problem) -> {
					assertThat(problem.description()).contains(description);
					assertThat(problem.action()).contains(action);
				}));
	}

}
