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

import java.util.Arrays;
import java.util.function.Supplier;

import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.capability.RefusingCapabilityDecisions;
import dev.lumoauth.spring.guard.BeanClaim;
import dev.lumoauth.spring.guard.CapabilityRequirements;
import dev.lumoauth.spring.guard.GuardListener;
import dev.lumoauth.spring.guard.GuardRegister;
import dev.lumoauth.spring.guard.GuardReports;
import dev.lumoauth.spring.guard.OnBehalfOfUserAnnotations;
import dev.lumoauth.spring.guard.method.CapabilityAdvisor;
import dev.lumoauth.spring.guard.method.FactoryMethodGuard;
import dev.lumoauth.spring.guard.method.GuardedBeanPostProcessor;
import dev.lumoauth.spring.guard.method.GuardedBeansCheck;
import dev.lumoauth.spring.guard.method.StandIns;
import dev.lumoauth.spring.guard.method.UserAdvisor;
import dev.lumoauth.spring.guard.method.WeavingNotice;
import dev.lumoauth.spring.guard.method.WovenGuardContext;
import dev.lumoauth.spring.user.CurrentUser;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Role;
import org.springframework.core.env.Environment;

/**
 * Auto-configuration for the guard around bean methods. Whether or not LumoAuth is
 * configured: an annotated method is never open.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = LumoAuthAutoConfiguration.class)
@Import(AutoProxyCreatorRegistrar.class)
public final class LumoAuthMethodSecurityAutoConfiguration {

	private static final String TURN_OFF = " Or set lumoauth.enabled=false: the application then starts, and that code is "
			+ "refused when it is called.";

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static CapabilityRequirements lumoAuthCapabilityRequirements() {
		return new CapabilityRequirements();
	}

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static OnBehalfOfUserAnnotations lumoAuthOnBehalfOfUserAnnotations() {
		return new OnBehalfOfUserAnnotations();
	}

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static GuardRegister lumoAuthGuardRegister() {
		return new GuardRegister();
	}

	/**
	 * Given suppliers: whom it tells, and of whom, is known later than what is guarded.
	 */
	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static GuardReports lumoAuthGuardReports(ObjectProvider<LumoAuthConnection> connection,
			ObjectProvider<GuardListener> listeners) {
		return new GuardReports(() -> {
			LumoAuthConnection available = connection.getIfAvailable();
			String clientId = (available != null) ? available.clientId() : null;
			return (clientId != null) ? clientId : "none";
		}, () -> listeners.orderedStream().toList());
	}

	/**
	 * Without the role, the auto-proxy creator that Boot registers passes it over.
	 */
	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static CapabilityAdvisor lumoAuthCapabilityAdvisor(CapabilityRequirements requirements,
			ObjectProvider<CapabilityDecisions> decisions, GuardReports reports) {
		return CapabilityAdvisor.forAnnotations(requirements, RememberedBean.of(decisions), reports);
	}

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static UserAdvisor lumoAuthUserAdvisor(OnBehalfOfUserAnnotations users, ObjectProvider<CurrentUser> user,
			GuardReports reports) {
		return UserAdvisor.forAnnotations(users, RememberedBean.of(user), reports);
	}

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static WovenGuardContext lumoAuthWovenGuardContext(CapabilityRequirements requirements,
			OnBehalfOfUserAnnotations users, CapabilityAdvisor capability, UserAdvisor user) {
		return new WovenGuardContext(requirements, users, capability, user);
	}

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static GuardedBeanPostProcessor lumoAuthGuardedBeanPostProcessor(ConfigurableListableBeanFactory beanFactory,
			CapabilityRequirements requirements, OnBehalfOfUserAnnotations users, Environment environment,
			ObjectProvider<CapabilityDecisions> decisions, ObjectProvider<CurrentUser> user, GuardReports reports) {
		return new GuardedBeanPostProcessor(beanFactory, requirements, users, notConfigured(environment, beanFactory),
				RememberedBean.of(decisions), RememberedBean.of(user), reports);
	}

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static FactoryMethodGuard lumoAuthFactoryMethodGuard(ConfigurableListableBeanFactory beanFactory,
			ObjectProvider<CapabilityDecisions> decisions, ObjectProvider<CurrentUser> user, GuardReports reports) {
		return new FactoryMethodGuard(beanFactory, RememberedBean.of(decisions), RememberedBean.of(user), reports);
	}

	@Bean
	@Lazy(false)
	GuardedBeansCheck lumoAuthGuardedBeansCheck(ConfigurableListableBeanFactory beanFactory,
			CapabilityRequirements requirements, OnBehalfOfUserAnnotations users, GuardRegister register,
			ObjectProvider<BeanClaim> claims, ObjectProvider<StandIns> standIns, Environment environment) {
		return new GuardedBeansCheck(requirements, users, notConfigured(environment, beanFactory), register,
				() -> claims.orderedStream().toList(), () -> standIns.orderedStream().toList());
	}

	@Bean
	@Lazy(false)
	WeavingNotice lumoAuthWeavingNotice(GuardRegister register, Environment environment) {
		return new WeavingNotice(register, !environment.getProperty("lumoauth.enabled", Boolean.class, true));
	}

	/**
	 * An application that decides by itself needs no LumoAuth.
	 */
	private static Supplier<@Nullable String> notConfigured(Environment environment,
			ConfigurableListableBeanFactory beanFactory) {
		return () -> {
			Activation activation = Activation.of(environment, beanFactory);
			boolean missing = activation == Activation.IDLE || activation == Activation.NAMED_ONLY;
			return (missing && !decides(beanFactory)) ? activation.action() + TURN_OFF : null;
		};
	}

	private static boolean decides(ConfigurableListableBeanFactory beanFactory) {
		return Arrays.stream(beanFactory.getBeanNamesForType(CapabilityDecisions.class, true, false))
			.filter((name) -> !isOfNamedAgent(name, beanFactory))
			.anyMatch((name) -> !beanFactory.isTypeMatch(name, RefusingCapabilityDecisions.class));
	}

	private static boolean isOfNamedAgent(String name, ConfigurableListableBeanFactory beanFactory) {
		return beanFactory.containsBeanDefinition(name)
				&& beanFactory.getBeanDefinition(name) instanceof AbstractBeanDefinition definition
				&& !definition.isDefaultCandidate();
	}

}
