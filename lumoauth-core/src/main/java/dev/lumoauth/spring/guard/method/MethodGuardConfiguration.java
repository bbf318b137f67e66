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
package dev.lumoauth.spring.guard.method;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.concurrent.RememberedBean;
import dev.lumoauth.spring.guard.CallObservations;
import dev.lumoauth.spring.guard.Gate;
import dev.lumoauth.spring.guard.GateSource;
import dev.lumoauth.spring.guard.Guard;
import dev.lumoauth.spring.guard.GuardListener;
import dev.lumoauth.spring.guard.GuardRegister;
import dev.lumoauth.spring.guard.GuardReports;
import dev.lumoauth.spring.guard.GuardRuntime;
import dev.lumoauth.spring.guard.GuardTermsFinder;
import dev.lumoauth.spring.guard.observation.DefaultMethodObservationConvention;
import dev.lumoauth.spring.user.CurrentUser;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Role;
import org.springframework.util.function.SingletonSupplier;

/**
 * The guard around bean methods and woven methods, for an application context of Spring:
 * with it, code that has {@link dev.lumoauth.spring.capability.RequiresCapability} or
 * {@link dev.lumoauth.spring.user.OnBehalfOfUser} runs behind the guard, or the context
 * doesn't start. Spring Boot's auto-configuration imports it; without Spring Boot an
 * application does so itself. It needs a bean of type {@link CapabilityDecisions}, and
 * for code that acts for users one of type {@link CurrentUser}: a call about which no
 * bean decides is refused.
 *
 * @since 0.1.0
 */
@Configuration(proxyBeanMethods = false)
@Import(AutoProxyCreatorRegistrar.class)
public class MethodGuardConfiguration {

	/**
	 * Uses suppliers: what they supply is known later than the guarded beans, and the
	 * registry is created with handlers that may need guarded beans.
	 */
	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static GuardRuntime lumoAuthGuardRuntime(ObjectProvider<CapabilityDecisions> decisions,
			ObjectProvider<CurrentUser> user, ObjectProvider<GuardEnvironment> environment,
			ObjectProvider<GuardListener> listeners, ObjectProvider<ObservationRegistry> registry,
			ObjectProvider<GateSource> gates) {
		GuardReports reports = new GuardReports(() -> {
			GuardEnvironment available = environment.getIfAvailable();
			return (available != null) ? available.agent() : "none";
		}, () -> listeners.orderedStream().toList());
		Supplier<Guard> guard = SingletonSupplier
			.of(() -> new Guard(RememberedBean.of(decisions), RememberedBean.of(user), reports,
					new CallObservations(RememberedBean.unique(registry, () -> ObservationRegistry.NOOP),
							new DefaultMethodObservationConvention()),
					gates(gates)));
		return new GuardRuntime(new GuardTermsFinder(), new GuardRegister(), reports, guard);
	}

	/**
	 * Return the gates of the default agent, which are looked up at the first call.
	 * @param sources have the gates
	 * @return supplies the gates
	 */
	public static Supplier<List<Gate<?>>> gates(ObjectProvider<GateSource> sources) {
		return () -> {
			List<Gate<?>> gates = new ArrayList<>();
			sources.orderedStream().forEach((source) -> {
				Set<Class<?>> decided = gates.stream().map(Gate::term).collect(Collectors.toSet());
				source.gates().stream().filter((gate) -> !decided.contains(gate.term())).forEach(gates::add);
			});
			return gates;
		};
	}

	/**
	 * Without the role, the auto-proxy creator that Boot registers passes it over.
	 */
	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static GuardAdvisor lumoAuthGuardAdvisor(GuardRuntime guards) {
		return GuardAdvisor.forAnnotations(guards.finder(), guards.guard());
	}

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	@Conditional(OnWeaving.class)
	static WovenGuardContext lumoAuthWovenGuardContext(GuardRuntime guards, GuardAdvisor advisor) {
		return new WovenGuardContext(guards, advisor);
	}

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static GuardedBeanPostProcessor lumoAuthGuardedBeanPostProcessor(ConfigurableListableBeanFactory beanFactory,
			GuardRuntime guards, ObjectProvider<GuardEnvironment> environment) {
		// Here, since a bean that is created in the background can't create it, and since
		// looking for it while a bean is created may create a factory that needs that
		// bean.
		return new GuardedBeanPostProcessor(beanFactory, guards.finder(),
				missing(environment.getIfAvailable(), beanFactory), guards.guard());
	}

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static FactoryMethodGuard lumoAuthFactoryMethodGuard(ConfigurableListableBeanFactory beanFactory,
			GuardRuntime guards) {
		return new FactoryMethodGuard(beanFactory, guards.finder(), guards.guard());
	}

	@Bean
	@Lazy(false)
	static GuardedBeansCheck lumoAuthGuardedBeansCheck(GuardRuntime guards, GuardedBeanPostProcessor beans,
			ObjectProvider<BeanClaim> claims, ObjectProvider<StandIns> standIns) {
		return new GuardedBeansCheck(guards, beans.inspection(), () -> claims.orderedStream().toList(),
				() -> standIns.orderedStream().toList());
	}

	private static Supplier<@Nullable String> missing(@Nullable GuardEnvironment environment,
			ConfigurableListableBeanFactory beanFactory) {
		return () -> {
			if (environment != null) {
				return environment.missing();
			}
			return (beanFactory.getBeanNamesForType(CapabilityDecisions.class, true, false).length == 0)
					? "Make a bean of type " + CapabilityDecisions.class.getName() + "." : null;
		};
	}

}
