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

package dev.lumoauth.spring.budget.shared.autoconfigure;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

import dev.lumoauth.spring.BudgetStatus;
import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.RedisServer;
import dev.lumoauth.spring.agent.AgentRuntimes;
import dev.lumoauth.spring.autoconfigure.LumoAuthAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.config.InvalidLumoAuthConfigurationException;
import dev.lumoauth.spring.budget.AdmittedCall;
import dev.lumoauth.spring.budget.BudgetExhaustedException;
import dev.lumoauth.spring.budget.BudgetMonitor;
import dev.lumoauth.spring.budget.BudgetSource;
import dev.lumoauth.spring.budget.BudgetStore;
import dev.lumoauth.spring.budget.shared.SharedBudget;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceInitializationAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.env.MapPropertySource;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What an application gets that shares its budget with others.
 */
@ExtendWith(OutputCaptureExtension.class)
class SharedBudgetConfigurationTests {

	private static final String TOKENS = "max_tokens_per_day";

	private static RedisServer redis;

	private final Map<String, Object> policy = Map.of(TOKENS, 10_000, "max_api_calls_per_hour", 100_000);

	private final AtomicReference<Map<String, Object>> lumoAuth = new AtomicReference<>(this.policy);

	private final ApplicationContextRunner bare = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DataRedisAutoConfiguration.class, LumoAuthAutoConfiguration.class,
				LumoAuthSharedBudgetAutoConfiguration.class))
		.withBean(BudgetSource.class, () -> this.lumoAuth::get)
		.withPropertyValues("lumoauth.tenant=acme-corp", "lumoauth.client-id=agt_1",
				"lumoauth.client-secret=s3cret-MARKER", "lumoauth.verify-at-start=off");

	private ApplicationContextRunner replica;

	@BeforeAll
	static void start(@TempDir Path directory) throws Exception {
		redis = RedisServer.start(directory);
	}

	@AfterAll
	static void stop() {
		if (redis != null) {
			redis.close();
		}
	}

	/** Each test has a tenant of its own. */
	private ApplicationContextRunner replica(String tenant) {
		return this.bare.withPropertyValues("lumoauth.tenant=" + tenant, "lumoauth.budget.store=redis",
				"spring.data.redis.port=" + redis.port());
	}

	@Test
	void isOffByDefault() {
		this.bare.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(BudgetStore.class));
		this.bare.withPropertyValues("lumoauth.budget.store=memory")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(BudgetStore.class));
	}

	@Test
	void replicasUseOneLimitTogether() {
		this.replica = replica("together");
		this.replica.run((left) -> this.replica.run((right) -> {
			int begun = 0;
			for (int i = 0; i < 20; i++) {
				begun += chat(left, 1000, 1000) ? 1 : 0;
				begun += chat(right, 1000, 1000) ? 1 : 0;
			}
			assertThat(begun).isEqualTo(10);
			assertThatExceptionOfType(BudgetExhaustedException.class)
				.isThrownBy(() -> AdmittedCall.begin(monitor(left), "gpt-5", 1000, null))
				.satisfies((ex) -> {
					assertThat(ex.getLimitName()).isEqualTo(TOKENS);
					assertThat(ex.getUsed()).isEqualTo(10_000L);
					assertThat(ex.getLimit()).isEqualTo(10_000L);
				});
		}));
	}

	@Test
	void aRestartGoesOnWhereTheOthersAre() {
		this.replica = replica("restart");
		this.replica.run((context) -> {
			chat(context, 1000, 700);
			chat(context, 1000, 700);
		});
		this.replica.run((context) -> {
			BudgetStatus status = monitor(context).status();
			assertThat(status.limit(TOKENS)).isNotNull()
				.satisfies((limit) -> assertThat(limit.used()).isEqualTo(1400L));
			int begun = 0;
			while (chat(context, 1000, 1000)) {
				begun++;
			}
			assertThat(begun).isEqualTo(8);
		});
	}

	@Test
	void aLimitThatChangesCountsAtOnce() {
		this.replica = replica("changed");
		this.replica.run((context) -> {
			while (chat(context, 1000, 1000)) {
				// until it is used up
			}
			this.lumoAuth.set(Map.of(TOKENS, 12_000, "max_api_calls_per_hour", 100_000));
			monitor(context).refresh();
			Awaitility.await().until(() -> chat(context, 1000, 1000));
			this.lumoAuth.set(Map.of(TOKENS, 5_000, "max_api_calls_per_hour", 100_000));
			monitor(context).refresh();
			this.replica.run((other) -> assertThat(chat(other, 1000, 1000)).isFalse());
			assertThat(chat(context, 1000, 1000)).isFalse();
		});
	}

	@Test
	void lumoAuthsOwnFigureWinsWhereItIsHigher() {
		this.lumoAuth.set(Map.of(TOKENS, 10_000, "tokens_used_today", 8_500));
		this.replica = replica("figure");
		this.replica.run((context) -> {
			assertThat(chat(context, 1000, 1000)).isTrue();
			assertThat(chat(context, 1000, 1000)).isFalse();
			assertThat(chat(context, 500, 500)).isTrue();
		});
	}

	@Test
	void saysHowManyShareAndWhatThisOneHolds() {
		this.replica = replica("described");
		this.replica.withBean(SimpleMeterRegistry.class).run((left) -> this.replica.run((right) -> {
			chat(right, 100, 100);
			AdmittedCall call = AdmittedCall.begin(monitor(left), "gpt-5", 100, null);
			SimpleMeterRegistry registry = left.getBean(SimpleMeterRegistry.class);
			left.getBeansOfType(MeterBinder.class).values().forEach((binder) -> binder.bindTo(registry));
			assertThat(registry.get("lumoauth.budget.replicas").tag("agent", "agt_1").gauge().value()).isEqualTo(2);
			assertThat(registry.get("lumoauth.budget.held").tag("limit", TOKENS).gauge().value())
				.isEqualTo(left.getBean(SharedBudget.class).held("agt_1", TOKENS))
				.isGreaterThanOrEqualTo(100);
			Map<String, Object> described = left.getBean(AgentRuntimes.class).main().describe();
			assertThat(described).extractingByKey("sharedBudget")
				.asInstanceOf(InstanceOfAssertFactories.MAP)
				.containsEntry("store", "redis")
				.containsEntry("available", true)
				.containsEntry("replicas", 2)
				.containsKeys("since", "holds");
			call.end(100);
		}));
	}

	@Test
	void aProcessThatEndsGivesBackWhatItHolds() {
		this.replica = replica("ended");
		this.replica.run((context) -> chat(context, 100, 100));
		this.replica.run((context) -> {
			StringRedisTemplate template = new StringRedisTemplate(context.getBean(RedisConnectionFactory.class));
			assertThat(template.keys("*ended*")).isNotEmpty()
				.allSatisfy((key) -> assertThat(template.opsForHash().entries(key))
					.allSatisfy((field, value) -> assertThat(value.toString()).doesNotMatch("\\d+ \\d+ [1-9]\\d* .*")));
		});
	}

	@Test
	void anUnknownStoreIsRefused() {
		this.bare.withPropertyValues("lumoauth.budget.store=reddis")
			.run((context) -> assertThat(context.getStartupFailure()).rootCause().hasMessageContaining("reddis"));
	}

	@Test
	void redisWithoutAConnectionIsRefused() {
		ApplicationContextRunner without = new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(LumoAuthAutoConfiguration.class, LumoAuthSharedBudgetAutoConfiguration.class))
			.withPropertyValues("lumoauth.tenant=acme-corp", "lumoauth.client-id=agt_1", "lumoauth.client-secret=s",
					"lumoauth.budget.store=redis");
		expectProblem(without, "lumoauth.budget.store=redis needs a RedisConnectionFactory",
				"spring-boot-starter-data-redis");
		expectProblem(without.withClassLoader(new FilteredClassLoader("org.springframework.data.redis")),
				"lumoauth.budget.store=redis needs a RedisConnectionFactory", "spring-boot-starter-data-redis");
	}

	@Test
	void jdbcWithoutADatabaseIsRefused() {
		ApplicationContextRunner without = this.bare.withPropertyValues("lumoauth.budget.store=jdbc");
		expectProblem(without, "lumoauth.budget.store=jdbc needs a DataSource", "spring-boot-starter-jdbc");
		expectProblem(without.withClassLoader(new FilteredClassLoader(JdbcClient.class)),
				"lumoauth.budget.store=jdbc needs a DataSource", "spring-boot-starter-jdbc");
	}

	/**
	 * As a properties file keeps it.
	 */
	@Test
	void aBlankAfterTheStoreIsRefused() {
		ApplicationContextRunner blank = replica("blank").withInitializer((context) -> context.getEnvironment()
			.getPropertySources()
			.addFirst(new MapPropertySource("blank", Map.of("lumoauth.budget.store", "redis "))));
		expectProblem(blank, "lumoauth.budget.store is not written as 'redis'", "without a blank");
	}

	@Test
	void aFileBesideASharedStoreIsRefused() {
		expectProblem(replica("file").withPropertyValues("lumoauth.budget.file=/tmp/budget"),
				"lumoauth.budget.file and lumoauth.budget.store=redis", "Leave lumoauth.budget.file out");
	}

	@Test
	void aDatabaseIsSharedOnceItHasTheTable() {
		ApplicationContextRunner database = this.bare
			.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class,
					DataSourceInitializationAutoConfiguration.class))
			.withPropertyValues("lumoauth.budget.store=jdbc",
					"spring.datasource.url=jdbc:h2:mem:shared;DB_CLOSE_DELAY=-1");
		database.run((context) -> assertThat(context.getStartupFailure()).rootCause().isNotNull());
		ApplicationContextRunner created = database.withPropertyValues("spring.sql.init.mode=always",
				"spring.sql.init.schema-locations=classpath:dev/lumoauth/spring/budget/shared/jdbc/schema.sql");
		created.run((left) -> created.run((right) -> {
			int begun = 0;
			for (int i = 0; i < 20; i++) {
				begun += chat(left, 1000, 1000) ? 1 : 0;
				begun += chat(right, 1000, 1000) ? 1 : 0;
			}
			assertThat(begun).isEqualTo(10);
		}));
	}

	@Test
	void aStoreThatIsAwayIsSaidOnceAndShown(@TempDir Path directory, CapturedOutput output) throws Exception {
		RedisServer own = RedisServer.start(directory);
		ApplicationContextRunner alone = replica("away").withPropertyValues("spring.data.redis.port=" + own.port());
		try {
			alone.run((left) -> alone.run((right) -> {
				// Both know that there are two.
				chat(right, 1000, 1000);
				chat(left, 1000, 1000);
				chat(right, 1000, 1000);
				own.close();
				int begun = 0;
				for (int i = 0; i < 20; i++) {
					begun += chat(left, 1000, 1000) ? 1 : 0;
				}
				assertThat(begun).as("what it holds, and half of what was left").isBetween(3, 4);
				Awaitility.await()
					.until(() -> "usage_not_kept".equals(monitor(left).lastKnown().reason())
							|| monitor(left).lastKnown().isExhausted());
				assertThat(output).containsOnlyOnce("lumoauth.budget.on-store-unavailable=divide decides");
			}));
		}
		finally {
			own.close();
		}
		assertThat(output).doesNotContain("MARKER");
	}

	@Test
	void aStoreThatNeverAnsweredRefusesAndSaysSo() {
		replica("never").withPropertyValues("spring.data.redis.port=1")
			.run((context) -> assertThatExceptionOfType(LumoAuthUnavailableException.class)
				.isThrownBy(() -> AdmittedCall.begin(monitor(context), "gpt-5", 1000, null))
				.withMessageContaining("does not know its share"));
		replica("never").withPropertyValues("spring.data.redis.port=1", "lumoauth.budget.on-store-unavailable=stop")
			.run((context) -> assertThatExceptionOfType(LumoAuthUnavailableException.class)
				.isThrownBy(() -> AdmittedCall.begin(monitor(context), "gpt-5", 1000, null))
				.withMessageContaining("lumoauth.budget.on-store-unavailable=stop"));
		replica("never").withPropertyValues("spring.data.redis.port=1", "lumoauth.budget.on-store-unavailable=allow")
			.run((context) -> assertThat(chat(context, 1000, 1000)).isTrue());
	}

	private static BudgetMonitor monitor(ApplicationContext context) {
		return context.getBean(BudgetMonitor.class);
	}

	/**
	 * Make a model call.
	 * @return whether the budget has allowed it
	 */
	private static boolean chat(ApplicationContext context, long expected, long used) {
		try {
			AdmittedCall.begin(monitor(context), "gpt-5", expected, null).end(used);
			return true;
		}
		catch (BudgetExhaustedException ex) {
			return false;
		}
	}

	private static void expectProblem(ApplicationContextRunner runner, String description, String action) {
		runner.run((context) -> {
			Throwable cause = NestedExceptionUtils.getMostSpecificCause(context.getStartupFailure());
			assertThat(cause).isInstanceOfSatisfying(InvalidLumoAuthConfigurationException.class,
					(invalid) -> assertThat(invalid.problems()).singleElement().satisfies((problem) -> {
						assertThat(problem.description()).contains(description).doesNotContain("MARKER");
						assertThat(problem.action()).contains(action);
					}));
		});
	}

}
