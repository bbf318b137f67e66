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

import java.util.List;
import java.util.Locale;

import javax.sql.DataSource;

import dev.lumoauth.spring.agent.AgentFeature;
import dev.lumoauth.spring.agent.AgentRuntimes;
import dev.lumoauth.spring.autoconfigure.LumoAuthAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.config.Activation;
import dev.lumoauth.spring.autoconfigure.config.ConditionalOnActivation;
import dev.lumoauth.spring.autoconfigure.config.ConfigurationProblems;
import dev.lumoauth.spring.autoconfigure.config.InvalidLumoAuthConfigurationException;
import dev.lumoauth.spring.budget.BudgetStore;
import dev.lumoauth.spring.budget.shared.BudgetEngine;
import dev.lumoauth.spring.budget.shared.SharedBudget;
import dev.lumoauth.spring.budget.shared.jdbc.JdbcBudgetEngine;
import dev.lumoauth.spring.budget.shared.redis.RedisBudgetEngine;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.util.StringUtils;

/**
 * Auto-configuration for the budget that the replicas of an application share.
 *
 * @since 0.1.0
 */
@AutoConfiguration(before = LumoAuthAutoConfiguration.class,
		afterName = { "org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration",
				"org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration" })
@ConditionalOnClass(LumoAuthAutoConfiguration.class)
@EnableConfigurationProperties(LumoAuthSharedBudgetProperties.class)
public final class LumoAuthSharedBudgetAutoConfiguration {

	private static final String STORE = "lumoauth.budget.store";

	private static InvalidLumoAuthConfigurationException noRedis() {
		return invalid(STORE + "=redis needs a RedisConnectionFactory, and there is none.",
				"Add spring-boot-starter-data-redis and set spring.data.redis.*, or leave " + STORE + " out.");
	}

	private static InvalidLumoAuthConfigurationException noDatabase() {
		return invalid(STORE + "=jdbc needs a DataSource, and there is none, or none of several is primary.",
				"Add spring-boot-starter-jdbc and the driver of PostgreSQL or H2, and set spring.datasource.*, or leave "
						+ STORE + " out.");
	}

	private static InvalidLumoAuthConfigurationException invalid(String description, String action) {
		ConfigurationProblems problems = new ConfigurationProblems();
		problems.add(description, action);
		return problems.asException();
	}

	/**
	 * Not lazy, whatever the application's default is: errors show at start.
	 */
	@Configuration(proxyBeanMethods = false)
	@Order(0)
	@ConditionalOnProperty(name = STORE, havingValue = "redis")
	@ConditionalOnClass(RedisConnectionFactory.class)
	@ConditionalOnActivation({ Activation.CONFIGURED, Activation.NAMED_ONLY })
	@ConditionalOnMissingBean(BudgetStore.class)
	static class RedisConfiguration {

		@Bean
		@Lazy(false)
		BudgetEngine lumoAuthBudgetEngine(ObjectProvider<RedisConnectionFactory> connectionFactory) {
			RedisConnectionFactory redis = connectionFactory.getIfUnique();
			if (redis == null) {
				throw noRedis();
			}
			return new RedisBudgetEngine(redis);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Order(0)
	@ConditionalOnProperty(name = STORE, havingValue = "jdbc")
	@ConditionalOnClass({ JdbcClient.class, DependsOnDatabaseInitialization.class })
	@ConditionalOnActivation({ Activation.CONFIGURED, Activation.NAMED_ONLY })
	@ConditionalOnMissingBean(BudgetStore.class)
	static class JdbcConfiguration {

		@Bean
		@Lazy(false)
		@DependsOnDatabaseInitialization
		BudgetEngine lumoAuthBudgetEngine(ObjectProvider<DataSource> dataSource) {
			DataSource unique = dataSource.getIfUnique();
			if (unique == null) {
				throw noDatabase();
			}
			return new JdbcBudgetEngine(unique);
		}

	}

	/**
	 * The module of Redis or of databases is missing, or the value has a blank: it is
	 * bound, and no condition knows it.
	 */
	@Configuration(proxyBeanMethods = false)
	@Lazy(false)
	@Order(1)
	@ConditionalOnProperty(name = STORE)
	@ConditionalOnActivation({ Activation.CONFIGURED, Activation.NAMED_ONLY })
	@ConditionalOnMissingBean({ BudgetEngine.class, BudgetStore.class })
	static class WithoutEngineConfiguration {

		WithoutEngineConfiguration(LumoAuthSharedBudgetProperties properties, Environment environment) {
			String store = properties.store().name().toLowerCase(Locale.ROOT);
			if (properties.store() == LumoAuthSharedBudgetProperties.Store.MEMORY) {
				return;
			}
			if (!store.equalsIgnoreCase(environment.getProperty(STORE))) {
				throw invalid(STORE + " is not written as '" + store + "', so no budget would be shared.",
						"Write " + STORE + "=" + store + ", without a blank after it.");
			}
			throw store.equals("redis") ? noRedis() : noDatabase();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Order(2)
	@ConditionalOnBean(BudgetEngine.class)
	@ConditionalOnMissingBean(BudgetStore.class)
	static class SharedConfiguration {

		@Bean
		@Lazy(false)
		SharedBudget lumoAuthSharedBudget(BudgetEngine engine, LumoAuthSharedBudgetProperties properties,
				Environment environment) {
			if (StringUtils.hasText(environment.getProperty("lumoauth.budget.file"))) {
				throw invalid("lumoauth.budget.file and " + STORE + "=" + engine.name() + " are both set.",
						"Leave lumoauth.budget.file out: the replicas share one budget.");
			}
			engine.check();
			return SharedBudget.in(engine, properties.onStoreUnavailable());
		}

		@Bean
		SharedBudgetLifecycle lumoAuthSharedBudgetLifecycle(SharedBudget budget) {
			return new SharedBudgetLifecycle(budget);
		}

		@Bean
		AgentFeature lumoAuthSharedBudgetFeature(SharedBudget budget, BudgetEngine engine) {
			return (agent) -> {
				if (agent.identity() != null) {
					String id = agent.identity().clientId();
					agent.describes("sharedBudget", (runtime) -> budget.describe(id));
					agent.announces((runtime) -> "its budget is shared in " + engine.name());
				}
			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Order(Ordered.LOWEST_PRECEDENCE)
	@ConditionalOnClass(MeterBinder.class)
	@ConditionalOnBean(SharedBudget.class)
	static class MetersConfiguration {

		private static final List<String> LIMITS = List.of("max_tokens_per_day", "max_api_calls_per_hour");

		@Bean
		@ConditionalOnMissingBean(name = "lumoAuthSharedBudgetMeters")
		MeterBinder lumoAuthSharedBudgetMeters(SharedBudget budget, ObjectProvider<AgentRuntimes> agents) {
			return (registry) -> agents.getObject()
				.all()
				.forEach((agent) -> bind(registry, agent.identity().clientId(), budget));
		}

		private static void bind(MeterRegistry registry, String agent, SharedBudget budget) {
			Gauge.builder("lumoauth.budget.replicas", budget, (shared) -> shared.replicas(agent))
				.description("How many replicas share the budget")
				.tag("agent", agent)
				.strongReference(true)
				.register(registry);
			for (String limit : LIMITS) {
				Gauge.builder("lumoauth.budget.held", budget, (shared) -> shared.held(agent, limit))
					.description("What this replica holds of a limit of the shared budget")
					.tag("agent", agent)
					.tag("limit", limit)
					.strongReference(true)
					.register(registry);
			}
		}

	}

}
