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
import java.util.List;
import java.util.Map;

import dev.lumoauth.spring.guard.GuardLayer;
import dev.lumoauth.spring.guard.GuardRegister;
import dev.lumoauth.spring.guard.GuardRuntime;
import dev.lumoauth.spring.guard.GuardTerms;
import dev.lumoauth.spring.guard.GuardTermsFinder;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.context.SmartLifecycle;
import org.springframework.core.MethodClassKey;
import org.springframework.util.ConcurrentReferenceHashMap;
import org.springframework.util.ReflectionUtils;

/**
 * The guard of one application context around woven methods: the advisor that stands
 * around its beans. It decides from when the context has started until it is stopped or
 * closed; before and after that, it decides only while there is no other context, so that
 * beans can call woven methods while they are initialized and destroyed.
 * <p>
 * It is a post-processor only to exist before the first bean.
 */
final class WovenGuardContext implements BeanPostProcessor, InitializingBean, SmartLifecycle, DisposableBean {

	private static final Log logger = LogFactory.getLog(WovenGuardContext.class);

	private final GuardTermsFinder finder;

	private final List<Object> interceptors;

	/** Held softly and by the context: they keep no class loader alive. */
	private final Map<MethodClassKey, Class<?>> annotated = new ConcurrentReferenceHashMap<>();

	private final GuardRegister register;

	private volatile boolean running;

	/**
	 * Create the guard.
	 * @param guards finds the terms of methods, and records what is guarded
	 * @param advisor hands calls to the guard
	 */
	WovenGuardContext(GuardRuntime guards, GuardAdvisor advisor) {
		this.finder = guards.finder();
		this.register = guards.register();
		this.interceptors = List.of(advisor);
	}

	@Override
	public void afterPropertiesSet() {
		WovenGuard.opened(this);
	}

	@Nullable Object call(Method method, @Nullable Object target, @Nullable Object[] arguments, WovenGuard.Body body)
			throws Throwable {
		Class<?> type = (target != null) ? target.getClass() : method.getDeclaringClass();
		return new WovenInvocation(method, target, arguments, annotatedFor(method, type), this.interceptors, body)
			.proceed();
	}

	/**
	 * The advisor also refuses a method on which it finds no annotation, because the
	 * weaver has found one.
	 */
	private Class<?> annotatedFor(Method method, Class<?> targetClass) {
		MethodClassKey key = new MethodClassKey(method, targetClass);
		Class<?> known = this.annotated.get(key);
		if (known == null) {
			known = WovenMethods.annotatedFor(method, targetClass);
			GuardTerms terms = this.finder.find(method, known);
			if (terms != null) {
				Coroutines.requireGuardable(method, terms);
			}
			this.annotated.put(key, known);
		}
		return known;
	}

	@Override
	public void start() {
		this.running = true;
		WovenGuard.started(this);
		OnWeaving.modules().forEach(this::log);
	}

	/**
	 * Say whether the aspects are woven: as classes are loaded, the weaver weaves the
	 * module's probe as well.
	 */
	private void log(Weaving weaving) {
		Method probe = ReflectionUtils.findMethod(weaving.getClass(), "probe");
		boolean active = probe != null && WovenMethods.isWoven(probe);
		if (active || this.register.all().stream().anyMatch((guarded) -> guarded.layer() == GuardLayer.WOVEN)) {
			logger.info("LumoAuth guards methods by proxies and, woven "
					+ (active ? "as classes are loaded" : "when they were compiled") + ", by the aspects ("
					+ weaving.module() + ").");
		}
		else {
			logger.warn("LumoAuth guards methods by proxies only, as far as it can see: " + weaving.module()
					+ " is on the class path, but no weaver is active and no bean is woven. Start Java with "
					+ "-javaagent:aspectjweaver.jar, or weave the application when it is compiled, with "
					+ weaving.module() + " among the aspect libraries.");
		}
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

}
