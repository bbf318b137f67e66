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

import java.util.List;
import java.util.function.Supplier;

import dev.lumoauth.spring.guard.GuardRegister;
import dev.lumoauth.spring.guard.GuardTermsFinder;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationContextAware;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.event.ContextRefreshedEvent;

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

	private final Runnable guard;

	private @Nullable ApplicationContext context;

	/**
	 * Create the check.
	 * @param finder finds the terms of methods
	 * @param notConfigured what to do about a missing configuration of LumoAuth;
	 * {@code null} if it is configured, or turned off on purpose
	 * @param register records what is guarded
	 * @param claims know which tools are guarded
	 * @param standIns recognize the objects with which a test has replaced beans
	 * @param guard creates what makes the calls, if anything is guarded
	 */
	GuardedBeansCheck(GuardTermsFinder finder, Supplier<@Nullable String> notConfigured, GuardRegister register,
			Supplier<List<BeanClaim>> claims, Supplier<List<StandIns>> standIns, Runnable guard) {
		this.finder = finder;
		this.register = register;
		this.claims = claims;
		this.standIns = standIns;
		this.guard = guard;
		this.inspection = new GuardInspection(finder, notConfigured);
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
			this.guard.run();
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

	private void check(ApplicationContext context, boolean guarded) {
		if (context instanceof ConfigurableApplicationContext configurable) {
			ConfigurableListableBeanFactory beans = configurable.getBeanFactory();
			new ContextCheck(beans, this.finder, this.inspection, this.claims.get(), this.standIns.get(),
					guarded ? this.register : null)
				.check();
		}
	}

}
