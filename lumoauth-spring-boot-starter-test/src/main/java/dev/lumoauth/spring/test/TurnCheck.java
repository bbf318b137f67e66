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

package dev.lumoauth.spring.test;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

import dev.lumoauth.spring.capability.CapabilityDecision;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.token.LumoAuthTokens;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.framework.ProxyFactory;
import org.springframework.beans.factory.config.BeanPostProcessor;

/**
 * Protects the caches of a test's application from code that works for no test, or for
 * another one: the check comes before the caches. The test's own questions therefore
 * never wait for such a question.
 */
final class TurnCheck implements BeanPostProcessor {

	private final TestAgent agent;

	TurnCheck(TestAgent agent) {
		this.agent = agent;
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (bean instanceof CapabilityDecisions) {
			return proxy(bean, CapabilityDecisions.class, this::decide);
		}
		return (bean instanceof LumoAuthTokens) ? proxy(bean, null, this::token) : bean;
	}

	/**
	 * Proxies only the type's interface, if there is one.
	 */
	private static Object proxy(Object bean, @Nullable Class<?> type, MethodInterceptor interceptor) {
		ProxyFactory factory = new ProxyFactory();
		factory.setTarget(bean);
		if (type != null) {
			factory.addInterface(type);
		}
		factory.setProxyTargetClass(type == null);
		factory.addAdvice(interceptor);
		return factory.getProxy(bean.getClass().getClassLoader());
	}

	private @Nullable Object decide(MethodInvocation invocation) throws Throwable {
		NoTurnException noTurn = this.agent.noTurn();
		if (noTurn == null) {
			return invocation.proceed();
		}
		CapabilityDecision unavailable = CapabilityDecision.unavailable(noTurn);
		return switch (invocation.getMethod().getName()) {
			case "decide" -> unavailable;
			case "decideEach" -> each(invocation.getArguments()[0], unavailable);
			case "known", "decideKnown" -> null;
			default -> invocation.proceed();
		};
	}

	private static Map<String, CapabilityDecision> each(@Nullable Object capabilities, CapabilityDecision decision) {
		Map<String, CapabilityDecision> decisions = new LinkedHashMap<>();
		if (capabilities instanceof Collection<?> names) {
			names.forEach((name) -> decisions.put(String.valueOf(name), decision));
		}
		return decisions;
	}

	private @Nullable Object token(MethodInvocation invocation) throws Throwable {
		NoTurnException noTurn = this.agent.noTurn();
		if (noTurn == null) {
			return invocation.proceed();
		}
		return switch (invocation.getMethod().getName()) {
			case "agentToken", "exchange" -> throw noTurn;
			case "cached" -> null;
			default -> invocation.proceed();
		};
	}

}
