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

import dev.lumoauth.spring.concurrent.BackgroundWork;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Objects;

import io.micrometer.observation.ObservationRegistry;
import dev.lumoauth.spring.ActorOrder;
import dev.lumoauth.spring.approval.ApprovalChannel;
import dev.lumoauth.spring.approval.ApprovalStore;
import dev.lumoauth.spring.budget.BudgetListener;
import dev.lumoauth.spring.budget.BudgetStore;
import dev.lumoauth.spring.capability.CallerDecisions;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.capability.CapabilityObservationConvention;
import dev.lumoauth.spring.capability.ToolQuestions;
import dev.lumoauth.spring.guard.GuardRegister;
import dev.lumoauth.spring.http.LumoAuthRequestFactory;
import dev.lumoauth.spring.revocation.Revocation;
import dev.lumoauth.spring.revocation.RevocationListener;
import dev.lumoauth.spring.token.TargetTokens;
import dev.lumoauth.spring.token.cache.SharedTokens;
import dev.lumoauth.spring.token.cache.TokenObservationConvention;
import dev.lumoauth.spring.token.credentials.AgentCredentials;
import dev.lumoauth.spring.token.workload.PlatformTokenSource;
import dev.lumoauth.spring.user.CurrentUser;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.http.client.ClientHttpRequestFactoryBuilder;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.thread.Threading;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.util.Assert;
import org.springframework.util.StringUtils;

/**
 * Auto-configuration for the application's identity at LumoAuth.
 * <p>
 * Publishes beans of this library's own types only: a bean of one of Spring Security's
 * OAuth 2.0 types would switch off Boot's configuration of the application's own logins.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = SslAutoConfiguration.class)
@EnableConfigurationProperties({ LumoAuthProperties.class, LumoAuthApprovalsProperties.class })
@Import({ IdentityConfiguration.class, NamedAgentsRegistrar.class })
public final class LumoAuthAutoConfiguration {

	/**
	 * Available even if the application has no identity, since it only serves to read
	 * tokens.
	 */
	@Bean
	@ConditionalOnMissingBean
	ActorOrder lumoAuthActorOrder(LumoAuthProperties properties) {
		return properties.getActorOrder();
	}

	/**
	 * Lazy, except for what finds errors: an application pays for what it uses.
	 */
	@Lazy
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnActivation({ Activation.CONFIGURED, Activation.NAMED_ONLY, Activation.SERVER_ONLY })
	static class ConnectionConfiguration {

		@Bean
		@ConditionalOnMissingBean(LumoAuthConnectionDetails.class)
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
				LumoAuthApprovalsProperties approvals, ObjectProvider<SslBundles> sslBundles, Environment environment,
				ListableBeanFactory beanFactory, OwnCredentials own) {
			ConfigurationValidator validator = new ConfigurationValidator(properties, approvals, environment,
					sslBundles.getIfAvailable(), own);
			return (Activation.of(environment, beanFactory) == Activation.CONFIGURED) ? validator.validate(details)
					: validator.validateNamedOnly(details);
		}

		@Bean
		static BeansWithoutListeners lumoAuthBeansWithoutListeners() {
			return new BeansWithoutListeners();
		}

		@Bean
		OwnCredentials lumoAuthOwnCredentials(ObjectProvider<AgentCredentials> credentials,
				ObjectProvider<PlatformTokenSource> platform) {
			return new OwnCredentials(credentials, platform);
		}

		@Bean
		BackgroundWork lumoAuthBackgroundWork() {
			return new BackgroundWork();
		}

		@Bean(NamedAgentsRegistrar.FACTORY)
		AgentParts lumoAuthAgentParts(LumoAuthConnection connection, LumoAuthProperties properties,
				ObjectProvider<LumoAuthRequestFactory> requestFactory,
				ObjectProvider<ClientHttpRequestFactoryBuilder<?>> requestFactoryBuilder,
				ObjectProvider<SslBundles> sslBundles, AgentObservations observations, BackgroundWork backgroundWork,
				ObjectProvider<SharedTokens> sharedTokens, ObjectProvider<BudgetStore> budgetStore,
				ObjectProvider<GuardRegister> guards, ObjectProvider<TargetTokens> targetTokens,
				ObjectProvider<ToolQuestions> toolQuestions, ObjectProvider<CurrentUser> currentUser,
				ApprovalWiring approvals, OwnCredentials own, ObjectProvider<CallerDecisions> callers) {
			AgentCredentialsFactory credentials = new AgentCredentialsFactory(connection.addresses().issuer(), own::all,
					own::source, sslBundles::getObject, new PlatformsOfThisMachine(properties), Clock.systemUTC());
			return new AgentParts(connection, properties,
					(bundle) -> LumoAuthRequestFactories.create(properties, bundle, requestFactory,
							requestFactoryBuilder, sslBundles),
					credentials,
					new AgentProofs(sslBundles::getObject, Clock.systemUTC(), sharedTokens.getIfAvailable() != null),
					observations, backgroundWork, Clock.systemUTC(), sharedTokens.getIfAvailable(),
					budgetStore.getIfAvailable(), targetTokens::getIfAvailable, toolQuestions::getIfAvailable,
					currentUser::getObject, () -> guards.getIfAvailable(GuardRegister::new).all(), approvals,
					callers::getIfAvailable);
		}

		/**
		 * Not lazy, whatever the application's default is: errors show at start.
		 */
		@Bean
		@Lazy(false)
		@Conditional(OnBudgetFile.class)
		@ConditionalOnMissingBean
		BudgetStore lumoAuthBudgetStore(LumoAuthProperties properties) {
			String file = properties.getBudget().getFile();
			Assert.state(file != null, "There is no file");
			return BudgetStore.inFile(Path.of(file));
		}

		/**
		 * Not lazy, whatever the application's default is: errors show at start.
		 */
		@Bean
		@Lazy(false)
		@Conditional(OnCallers.class)
		CallerDecisions lumoAuthCallerDecisions(LumoAuthConnection connection, LumoAuthProperties properties,
				ObjectProvider<LumoAuthRequestFactory> requestFactory,
				ObjectProvider<ClientHttpRequestFactoryBuilder<?>> requestFactoryBuilder,
				ObjectProvider<SslBundles> sslBundles, AgentObservations observations, Environment environment) {
			CallerSettings settings = CallerSettings.of(environment);
			Assert.state(settings != null, "There are no callers to decide for");
			return AgentParts
				.callerDecisions(
						settings, connection, properties, (bundle) -> LumoAuthRequestFactories.create(properties,
								bundle, requestFactory, requestFactoryBuilder, sslBundles),
						observations, Clock.systemUTC());
		}

		@Bean
		ApprovalWiring lumoAuthApprovalWiring(LumoAuthApprovalsProperties properties,
				ObjectProvider<ApprovalStore> store, ApplicationEventPublisher events,
				ObjectProvider<ApprovalsCustomizer> customizers, Environment environment,
				ConfigurableListableBeanFactory beanFactory) {
			return new ApprovalWiring(properties, store, events, Clock.systemUTC(), customizers,
					Threading.VIRTUAL.isActive(environment), beanFactory);
		}

		@Bean
		KnownAgents lumoAuthKnownAgents(BeanFactory beanFactory, Environment environment) {
			return new KnownAgents(beanFactory, environment);
		}

		@Bean
		ApprovalCounts lumoAuthApprovalCounts(KnownAgents agents, BackgroundWork backgroundWork) {
			return new ApprovalCounts(agents::all, backgroundWork.executor(), System::nanoTime,
					ApprovalCounts.PATIENCE);
		}

		@Bean
		ApprovalsStart lumoAuthApprovalsStart(KnownAgents agents, ApprovalWiring wiring,
				BackgroundWork backgroundWork) {
			return new ApprovalsStart(() -> wiring.isKept() ? agents.all() : List.of(), backgroundWork.executor());
		}

		/**
		 * Not lazy, whatever the application's default is: errors show at start.
		 */
		@Bean
		@Lazy(false)
		AgentStart lumoAuthAgentStart(LumoAuthConnection connection, LumoAuthProperties properties,
				ObjectProvider<GuardRegister> guards, ApprovalWiring approvals, ObjectProvider<ApprovalChannel> channel,
				KnownAgents agents, ObjectProvider<BackgroundWork> backgroundWork) {
			return new AgentStart(connection, properties, () -> guards.getIfAvailable(GuardRegister::new).all(),
					() -> approvals.channelCode(channel.getIfAvailable()), agents,
					(asking) -> backgroundWork.getObject().executor().execute(asking));
		}

		@Bean
		RevocationListener lumoAuthConnectionsRevocation(KnownAgents agents) {
			return (revocation) -> {
				if (revocation.effect() != Revocation.Effect.DECISIONS) {
					agents.all()
						.stream()
						.map(KnownAgent::connections)
						.filter(Objects::nonNull)
						.forEach((connections) -> connections.forget(revocation::concerns));
				}
			};
		}

		@Bean
		AgentMemory lumoAuthAgentMemory(KnownAgents agents) {
			return new AgentMemory(agents);
		}

		@Bean
		AgentObservations lumoAuthAgentObservations(ObjectProvider<ObservationRegistry> registry,
				ObjectProvider<CapabilityObservationConvention> capabilityConvention,
				ObjectProvider<TokenObservationConvention> tokenConvention,
				ObjectProvider<BudgetListener> budgetListeners) {
			return new AgentObservations(registry, capabilityConvention, tokenConvention, budgetListeners);
		}

	}

	/**
	 * There are no decisions for a default agent, but there are decisions for callers.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnActivation({ Activation.IDLE, Activation.NAMED_ONLY, Activation.SERVER_ONLY })
	@Conditional(OnCallers.class)
	static class CallersOnlyConfiguration {

		@Bean
		@ConditionalOnMissingBean(CapabilityDecisions.class)
		CapabilityDecisions lumoAuthCapabilityDecisions(Environment environment, ListableBeanFactory beanFactory,
				ObjectProvider<CallerDecisions> callers) {
			Activation activation = Activation.of(environment, beanFactory);
			CapabilityDecisions refusing = new RefusingCapabilityDecisions(
					activation.reason() + ". " + activation.action());
			CallerDecisions available = callers.getIfAvailable();
			return (available != null) ? available.or(refusing) : refusing;
		}

	}

	/**
	 * There is nothing to ask, so there is never an allow. The application starts only if
	 * none of its beans needs one; calls of guarded objects that are not beans are
	 * refused.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnActivation({ Activation.IDLE, Activation.NAMED_ONLY, Activation.SERVER_ONLY })
	static class IdleConfiguration {

		@Bean
		@Conditional(OnNoCallers.class)
		@ConditionalOnMissingBean(CapabilityDecisions.class)
		RefusingCapabilityDecisions lumoAuthCapabilityDecisions(Environment environment,
				ListableBeanFactory beanFactory) {
			Activation activation = Activation.of(environment, beanFactory);
			return new RefusingCapabilityDecisions(activation.reason() + ". " + activation.action());
		}

		@Bean
		@Lazy(false)
		@ConditionalOnActivation(Activation.IDLE)
		IdleNotice lumoAuthIdleNotice() {
			return new IdleNotice();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnActivation(Activation.DISABLED)
	static class DisabledConfiguration {

		private static final Log logger = LogFactory.getLog(LumoAuthAutoConfiguration.class);

		@Bean
		@Lazy(false)
		@ConditionalOnMissingBean(CapabilityDecisions.class)
		RefusingCapabilityDecisions lumoAuthCapabilityDecisions() {
			String reason = Activation.DISABLED.reason();
			logger.warn(reason + ": code that requires a capability is refused.");
			return new RefusingCapabilityDecisions(reason + ".");
		}

	}

	/**
	 * Matches if the usage of budgets is kept in a file. An empty property is none.
	 */
	static class OnBudgetFile implements Condition {

		@Override
		public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
			return StringUtils.hasText(context.getEnvironment().getProperty("lumoauth.budget.file"));
		}

	}

	/**
	 * Matches if there are decisions for callers of the application's MCP server.
	 */
	static class OnCallers implements Condition {

		@Override
		public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
			return CallerSettings.of(context.getEnvironment()) != null;
		}

	}

	/**
	 * Matches if there are decisions for agents only.
	 */
	static class OnNoCallers extends OnCallers {

		@Override
		public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
			return !super.matches(context, metadata);
		}

	}

}
