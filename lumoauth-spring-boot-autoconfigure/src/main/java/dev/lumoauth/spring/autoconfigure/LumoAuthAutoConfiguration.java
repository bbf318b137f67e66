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

package dev.lumoauth.spring.autoconfigure;

import java.nio.file.Path;
import java.time.Clock;

import dev.lumoauth.spring.LumoAuthAgent;
import dev.lumoauth.spring.agent.AgentFeature;
import dev.lumoauth.spring.agent.AgentRuntimes;
import dev.lumoauth.spring.autoconfigure.config.Activation;
import dev.lumoauth.spring.autoconfigure.config.ConditionalOnActivation;
import dev.lumoauth.spring.autoconfigure.config.ConditionalOnMissingPart;
import dev.lumoauth.spring.autoconfigure.config.LumoAuthConnection;
import dev.lumoauth.spring.autoconfigure.config.LumoAuthConnectionDetails;
import dev.lumoauth.spring.autoconfigure.config.LumoAuthProperties;
import dev.lumoauth.spring.autoconfigure.config.PropertiesLumoAuthConnectionDetails;
import dev.lumoauth.spring.budget.BudgetMonitor;
import dev.lumoauth.spring.budget.BudgetStore;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.client.LumoAuthClient;
import dev.lumoauth.spring.guard.GuardRuntime;
import dev.lumoauth.spring.http.LumoAuthHttp;
import dev.lumoauth.spring.token.LumoAuthTokens;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.env.Environment;
import org.springframework.util.Assert;

/**
 * Auto-configuration for the application's identity at LumoAuth.
 * <p>
 * Publishes beans of this library's own types only: a bean of one of Spring Security's
 * OAuth 2.0 types would switch off Boot's configuration of the application's own logins.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = SslAutoConfiguration.class)
@EnableConfigurationProperties(LumoAuthProperties.class)
@Import(NamedIdentityBeans.class)
public final class LumoAuthAutoConfiguration {

	@Bean
	@ConditionalOnWebApplication
	LumoAuthProblemDetailAdvice lumoAuthProblemDetailAdvice() {
		return new LumoAuthProblemDetailAdvice(Clock.systemUTC());
	}

	/**
	 * Lazy, except for what finds errors: an application pays for what it uses. No bean
	 * sends a request before it is used. The parts of the default agent are beans so that
	 * an application can inject or replace them.
	 */
	@Lazy
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnActivation({ Activation.CONFIGURED, Activation.NAMED_ONLY, Activation.SERVER_ONLY })
	static class ConnectionConfiguration {

		@Bean
		@ConditionalOnMissingPart(LumoAuthConnectionDetails.class)
		PropertiesLumoAuthConnectionDetails lumoAuthConnectionDetails(LumoAuthProperties properties,
				Environment environment) {
			return new PropertiesLumoAuthConnectionDetails(properties, environment);
		}

		/**
		 * Not lazy, whatever the application's default is: errors show at start.
		 */
		@Bean
		@Lazy(false)
		LumoAuthConnection lumoAuthConnection(LumoAuthConnectionDetails details, LumoAuthProperties properties,
				ObjectProvider<SslBundles> sslBundles, Environment environment, ListableBeanFactory beanFactory) {
			return LumoAuthConnection.of(details, properties, sslBundles.getIfAvailable(), environment, beanFactory);
		}

		@Bean
		ConfiguredIdentity lumoAuthConfiguredIdentity(LumoAuthConnection connection, LumoAuthProperties properties,
				Environment environment, ListableBeanFactory beanFactory) {
			return new ConfiguredIdentity(connection, properties, Activation.of(environment, beanFactory).refusal(),
					beanFactory, Clock.systemUTC());
		}

		@Bean(NamedAgentBeans.RUNTIMES)
		AgentRuntimes lumoAuthAgentRuntimes(LumoAuthConnection connection, LumoAuthProperties properties,
				ObjectProvider<AgentFeature> features, Environment environment, BeanFactory beanFactory) {
			return ConfiguredAgents.create(connection, properties.agents(), features.orderedStream().toList(),
					environment, beanFactory);
		}

		@Bean
		@ConditionalOnMissingPart
		CapabilityDecisions lumoAuthCapabilityDecisions(AgentRuntimes agents) {
			return agents.main().own(CapabilityDecisions.class);
		}

		@Bean
		@ConditionalOnActivation(Activation.CONFIGURED)
		@ConditionalOnMissingPart
		LumoAuthHttp lumoAuthHttp(AgentRuntimes agents) {
			return agents.main().own(LumoAuthHttp.class);
		}

		@Bean
		@ConditionalOnActivation(Activation.CONFIGURED)
		@ConditionalOnMissingPart
		LumoAuthTokens lumoAuthTokens(AgentRuntimes agents) {
			return agents.main().own(LumoAuthTokens.class);
		}

		@Bean
		@ConditionalOnActivation(Activation.CONFIGURED)
		@ConditionalOnMissingPart
		LumoAuthClient lumoAuthClient(AgentRuntimes agents) {
			return agents.main().own(LumoAuthClient.class);
		}

		/**
		 * {@link AgentRuntimes} closes the parts.
		 */
		@Bean(destroyMethod = "")
		@ConditionalOnActivation(Activation.CONFIGURED)
		@ConditionalOnMissingPart
		BudgetMonitor lumoAuthBudgetMonitor(AgentRuntimes agents) {
			return agents.main().own(BudgetMonitor.class);
		}

		@Bean
		@ConditionalOnActivation(Activation.CONFIGURED)
		@ConditionalOnMissingPart
		LumoAuthAgent lumoAuthAgent(AgentRuntimes agents) {
			return agents.main().own(LumoAuthAgent.class);
		}

		/**
		 * Not lazy, whatever the application's default is: errors show at start.
		 */
		@Bean
		@Lazy(false)
		@Conditional(OnBudgetFile.class)
		@ConditionalOnMissingBean
		BudgetStore lumoAuthBudgetStore(LumoAuthProperties properties) {
			String file = properties.budget().file();
			Assert.state(file != null, "There is no file");
			return BudgetStore.inFile(Path.of(file));
		}

		/**
		 * Not lazy, whatever the application's default is: errors show at start.
		 */
		@Bean
		@Lazy(false)
		AgentLifecycle lumoAuthAgentLifecycle(LumoAuthConnection connection, LumoAuthProperties properties,
				ObjectProvider<GuardRuntime> guards, ObjectProvider<AgentRuntimes> agents,
				ConfigurableApplicationContext context) {
			return new AgentLifecycle(connection, properties, () -> GuardRuntime.guarded(guards.getIfAvailable()),
					agents::getObject, context);
		}

	}

	/**
	 * There is nothing to ask, so there is never an allow. If LumoAuth is not configured,
	 * the application starts only if none of its beans needs an allow. Calls of guarded
	 * code are refused.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnActivation({ Activation.IDLE, Activation.DISABLED })
	static class NoIdentityConfiguration {

		@Bean
		@ConditionalOnMissingPart(CapabilityDecisions.class)
		RefusingCapabilityDecisions lumoAuthCapabilityDecisions(Environment environment,
				ListableBeanFactory beanFactory) {
			return new RefusingCapabilityDecisions(Activation.of(environment, beanFactory).refusal());
		}

		@Bean
		@Lazy(false)
		NoIdentityNotice lumoAuthNoIdentityNotice(ObjectProvider<RefusingCapabilityDecisions> decisions,
				Environment environment, ListableBeanFactory beanFactory) {
			return new NoIdentityNotice(Activation.of(environment, beanFactory), decisions);
		}

	}

}
