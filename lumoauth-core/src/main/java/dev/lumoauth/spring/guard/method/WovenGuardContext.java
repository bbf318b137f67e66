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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import dev.lumoauth.spring.guard.CapabilityRequirements;
import dev.lumoauth.spring.guard.OnBehalfOfUserAnnotations;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.context.SmartLifecycle;
import org.springframework.core.MethodClassKey;
import org.springframework.util.ConcurrentReferenceHashMap;

/**
 * The guard of one application context around woven methods: the advisors that stand
 * around its beans. It decides from when the context has started until it is stopped or
 * closed; before and after that only while no other context is there, so that beans can
 * call woven methods while they are initialized and destroyed.
 * <p>
 * A post-processor only in order to be there before the first bean.
 */
final class WovenGuardContext implements BeanPostProcessor, InitializingBean, SmartLifecycle, DisposableBean {

	private final CapabilityRequirements requirements;

	private final OnBehalfOfUserAnnotations users;

	private final CapabilityAdvisor capability;

	private final UserAdvisor user;

	/** Held softly and by the context: they keep no class loader alive. */
	private final Map<MethodClassKey, Terms> terms = new ConcurrentReferenceHashMap<>();

	private volatile boolean running;

	/**
	 * Create the guard.
	 * @param requirements finds {@code @RequiresCapability}
	 * @param users finds {@code @OnBehalfOfUser}
	 * @param capability checks methods that require a capability
	 * @param user runs methods that act for the user
	 */
	WovenGuardContext(CapabilityRequirements requirements, OnBehalfOfUserAnnotations users,
			CapabilityAdvisor capability, UserAdvisor user) {
		this.requirements = requirements;
		this.users = users;
		this.capability = capability;
		this.user = user;
	}

	@Override
	public void afterPropertiesSet() {
		WovenGuard.opened(this);
	}

	@Nullable Object call(Method method, @Nullable Object target, @Nullable Object[] arguments, WovenGuard.Body body)
			throws Throwable {
		Class<?> type = (target != null) ? target.getClass() : method.getDeclaringClass();
		Terms terms = terms(method, type);
		return new WovenInvocation(method, target, arguments, terms.annotatedClass(), terms.interceptors(), body)
			.proceed();
	}

	private Terms terms(Method method, Class<?> targetClass) {
		MethodClassKey key = new MethodClassKey(method, targetClass);
		Terms known = this.terms.get(key);
		if (known == null) {
			Class<?> type = WovenMethods.annotatedFor(method, targetClass);
			known = new Terms(type, interceptors(method, type));
			this.terms.put(key, known);
		}
		return known;
	}

	/**
	 * The capability first. It also refuses a method on which nothing is found: the
	 * weaver found something.
	 */
	private List<Object> interceptors(Method method, Class<?> type) {
		boolean asks = this.requirements.find(method, type) != null;
		boolean acts = this.users.isOn(method, type);
		Coroutines.requireGuardable(method, asks, acts);
		List<Object> interceptors = new ArrayList<>();
		if (asks || !acts) {
			interceptors.add(this.capability);
		}
		if (acts) {
			interceptors.add(this.user);
		}
		return List.copyOf(interceptors);
	}

	@Override
	public void start() {
		this.running = true;
		WovenGuard.started(this);
	}

	@Override
	public void stop() {
		this.running = false;
		WovenGuard.opened(this);
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	/**
	 * Before everything else that starts, and stopped after it.
	 */
	@Override
	public int getPhase() {
		return Integer.MIN_VALUE;
	}

	@Override
	public void destroy() {
		WovenGuard.closed(this);
	}

	/**
	 * What there is to do before a method runs.
	 *
	 * @param annotatedClass the class whose annotations count
	 * @param interceptors what checks the call
	 */
	private record Terms(Class<?> annotatedClass, List<Object> interceptors) {

	}

}
