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

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;

import dev.lumoauth.spring.guard.Guard;
import dev.lumoauth.spring.guard.GuardConfigurationException;
import dev.lumoauth.spring.guard.GuardLayer;
import dev.lumoauth.spring.guard.GuardRegister;
import dev.lumoauth.spring.guard.GuardRuntime;
import dev.lumoauth.spring.guard.GuardTerms;
import dev.lumoauth.spring.guard.GuardTermsFinder;
import dev.lumoauth.spring.guard.SourceLine;
import dev.lumoauth.spring.guard.ToolTypes;
import dev.lumoauth.spring.reflect.SameMethod;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.framework.ProxyConfig;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationContextAware;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.event.ContextRefreshedEvent;
import org.springframework.util.Assert;

/**
 * Refuses to start an application with an unguarded annotated bean: a bean that was
 * created before the guard, was registered as an object, or has a form that no guard
 * knows. The check covers this context, its parents, and each child context when it is
 * refreshed, unless those have their own check. Beans of this context that are created
 * later are checked by their definition.
 */
final class GuardedBeansCheck
		implements SmartInitializingSingleton, ApplicationListener<ContextRefreshedEvent>, ApplicationContextAware {

	private final GuardTermsFinder finder;

	private final GuardInspection inspection;

	private final GuardRegister register;

	private final Supplier<List<BeanClaim>> claims;

	private final Supplier<List<StandIns>> standIns;

	private final Supplier<Guard> guard;

	private @Nullable ApplicationContext context;

	/**
	 * Create the check.
	 * @param guards what the guards share
	 * @param inspection has seen the beans when they were made
	 * @param claims know which tools are guarded
	 * @param standIns recognize the objects with which a test has replaced beans
	 */
	GuardedBeansCheck(GuardRuntime guards, GuardInspection inspection, Supplier<List<BeanClaim>> claims,
			Supplier<List<StandIns>> standIns) {
		this.finder = guards.finder();
		this.register = guards.register();
		this.guard = guards.guard();
		this.claims = claims;
		this.standIns = standIns;
		this.inspection = inspection;
	}

	@Override
	public void setApplicationContext(ApplicationContext context) {
		this.context = context;
	}

	/**
	 * {@inheritDoc}
	 * @throws dev.lumoauth.spring.guard.GuardConfigurationException if an annotated bean
	 * is not guarded
	 */
	@Override
	public void afterSingletonsInstantiated() {
		ApplicationContext own = this.context;
		if (own == null) {
			throw new IllegalStateException("Not in an application context");
		}
		check(own, true);
		for (ApplicationContext parent = own.getParent(); parent != null; parent = parent.getParent()) {
			checkForeign(parent);
		}
		if (!this.register.isEmpty()) {
			Assert.notNull(this.guard.get(), "There is no guard");
		}
	}

	/**
	 * {@inheritDoc}
	 * <p>
	 * A child context publishes its events to its parents as well. An exception keeps it
	 * from starting. It is closed too, since the application may have an error handler
	 * for all exceptions of listeners.
	 * @throws dev.lumoauth.spring.guard.GuardConfigurationException if an annotated bean
	 * of a child context is not guarded
	 */
	@Override
	public void onApplicationEvent(ContextRefreshedEvent event) {
		if (event.getApplicationContext() != this.context) {
			checkChild(event.getApplicationContext());
		}
	}

	private void checkChild(ApplicationContext child) {
		try {
			checkForeign(child);
		}
		catch (RuntimeException ex) {
			if (child instanceof ConfigurableApplicationContext configurable) {
				configurable.close();
			}
			throw ex;
		}
	}

	/**
	 * On the thread that refreshes the child context, even if the application's events
	 * are handled by other threads: there, an exception would stop nothing.
	 */
	@Override
	public boolean supportsAsyncExecution() {
		return false;
	}

	private void checkForeign(ApplicationContext context) {
		if (context.getBeanNamesForType(GuardedBeansCheck.class, false, false).length == 0) {
			check(context, false);
		}
	}

	private void check(ApplicationContext context, boolean own) {
		if (context instanceof ConfigurableApplicationContext configurable) {
			new ContextCheck(configurable.getBeanFactory(), own).check();
		}
	}

	/**
	 * One check of all beans of a context: every annotated bean has to have a guard.
	 */
	private final class ContextCheck {

		private final ConfigurableListableBeanFactory beanFactory;

		/** Whether the guard stands around beans that are created later. */
		private final boolean own;

		private final List<BeanClaim> claims = GuardedBeansCheck.this.claims.get();

		private final List<StandIns> standIns = GuardedBeansCheck.this.standIns.get();

		private ContextCheck(ConfigurableListableBeanFactory beanFactory, boolean own) {
			this.beanFactory = beanFactory;
			this.own = own;
		}

		/**
		 * Look at all beans.
		 * @throws GuardConfigurationException if one is not guarded
		 */
		void check() {
			Set<String> names = new LinkedHashSet<>(Arrays.asList(this.beanFactory.getBeanDefinitionNames()));
			names.addAll(Arrays.asList(this.beanFactory.getSingletonNames()));
			for (String name : names) {
				check(name);
			}
		}

		private void check(String name) {
			BeanDefinition definition = this.beanFactory.containsBeanDefinition(name)
					? this.beanFactory.getMergedBeanDefinition(name) : null;
			if (definition != null && definition.isAbstract()) {
				return;
			}
			Object bean = existing(name);
			if (bean != null && isStandIn(bean)) {
				return;
			}
			// A scoped proxy stands for the bean behind it, which has its own definition.
			boolean standsForAnother = GuardCoverage.isScopedProxy(bean);
			if (!standsForAnother) {
				checkFactoryMethod(name, bean);
			}
			Class<?> type = (bean != null) ? AopProxyUtils.ultimateTargetClass(bean)
					: this.beanFactory.getType(name, false);
			if (type == null || !GuardedBeansCheck.this.inspection.mentions(type)) {
				return;
			}
			List<Method> guarded = GuardedBeansCheck.this.inspection.inspect(type);
			if (!standsForAnother) {
				note(GuardLayer.WOVEN, name, type, GuardedBeansCheck.this.inspection.woven(type));
			}
			if (guarded.isEmpty()) {
				return;
			}
			if (definition != null && !this.beanFactory.isFactoryBean(name)) {
				GuardedBeansCheck.this.inspection.requireNotCalledByContainer(definition, type);
			}
			if (bean != null && !standsForAnother) {
				GuardedBeansCheck.this.inspection.requireGuarded(name, bean, type, guarded);
			}
			if (bean == null && (!this.own || isSynthetic(definition))) {
				Method method = guarded.get(0);
				throw GuardInspection.unguarded(name, "method " + GuardInspection.place(method), terms(method, type));
			}
			if (!standsForAnother) {
				note(GuardLayer.BEAN_METHOD, name, type, guarded);
			}
		}

		/**
		 * Spring shows a synthetic bean to no post-processor, so it never gets a guard.
		 */
		private static boolean isSynthetic(@Nullable BeanDefinition definition) {
			return definition instanceof AbstractBeanDefinition each && each.isSynthetic();
		}

		private boolean isStandIn(Object bean) {
			for (StandIns each : this.standIns) {
				if (each.contains(bean)) {
					return true;
				}
			}
			return false;
		}

		private void note(GuardLayer layer, String name, Class<?> type, List<Method> guarded) {
			SameMethod methods = new SameMethod(type);
			guarded.forEach(
					(method) -> note(layer, name + "." + methods.mostSpecific(method).getName(), terms(method, type)));
		}

		private GuardTerms terms(Method guarded, Class<?> type) {
			return Objects.requireNonNullElse(GuardedBeansCheck.this.finder.find(guarded, type), GuardTerms.NONE);
		}

		private void note(GuardLayer layer, String name, GuardTerms terms) {
			if (this.own) {
				GuardedBeansCheck.this.register.place(layer, null).note(name, terms);
			}
		}

		/**
		 * Return the bean if it exists already, so that the check creates no bean. An
		 * exception is a {@code FactoryBean}, which says little about the object that it
		 * makes.
		 */
		private @Nullable Object existing(String name) {
			Object bean = this.beanFactory.getSingleton(name);
			if (!(bean instanceof FactoryBean<?> factory)) {
				return bean;
			}
			// A factory of proxies does not say what is behind the proxy.
			boolean concerned = factory instanceof ProxyConfig
					|| GuardedBeansCheck.this.inspection.mentions(factory.getObjectType());
			return (factory.isSingleton() && concerned) ? this.beanFactory.getBean(name) : null;
		}

		private void checkFactoryMethod(String name, @Nullable Object bean) {
			GuardTerms terms = GuardedBeansCheck.this.finder.findOnBeanMethod(this.beanFactory, name);
			if (bean != null && ToolTypes.hasTool(bean)) {
				checkTools(name, bean, terms);
				return;
			}
			if (terms == null) {
				return;
			}
			GuardedBeansCheck.this.inspection.requireConfigured(() -> "The @Bean method of '" + name + "'" + line(name),
					terms);
			if ((bean == null && this.own)
					|| (bean != null && ToolTypes.isContainer(bean.getClass()) && bean == ToolTypes.emptied(bean))) {
				return;
			}
			GuardTerms kept = (bean != null) ? GuardCoverage.ofBeanMethod(bean) : null;
			if (kept == null || !kept.includes(terms)) {
				throw GuardInspection.unguarded(name, "its @Bean method", terms);
			}
			note(GuardLayer.BEAN, name, terms);
		}

		/**
		 * The guards of tools say whether they guard these tools.
		 */
		private void checkTools(String name, Object bean, @Nullable GuardTerms ofBeanMethod) {
			boolean annotated = ofBeanMethod != null
					|| GuardedBeansCheck.this.inspection.mentions(AopProxyUtils.ultimateTargetClass(bean));
			if (annotated) {
				GuardedBeansCheck.this.inspection.requireConfigured(() -> "The tool bean '" + name + "'" + line(name),
						Objects.requireNonNullElse(ofBeanMethod, GuardTerms.NONE));
			}
			boolean guarded = this.claims.isEmpty() ? !annotated
					: this.claims.stream().allMatch((claim) -> claim.guards(bean, ofBeanMethod));
			if (!guarded) {
				throw new GuardConfigurationException("The tool bean '" + name + "'" + line(name)
						+ " requires a capability or acts for the user, and is not guarded: it was created before the "
						+ "guard was there, was put into the context by hand, or its context has no guard.",
						"Make it by a @Bean method of its own, and let no BeanPostProcessor or BeanFactoryPostProcessor "
								+ "depend on it. A child context needs LumoAuth's auto-configuration as well.");
			}
		}

		private String line(String name) {
			return this.beanFactory.containsBeanDefinition(name)
					? SourceLine.of(GuardTermsFinder.beanMethod(this.beanFactory, name)) : "";
		}

	}

}
