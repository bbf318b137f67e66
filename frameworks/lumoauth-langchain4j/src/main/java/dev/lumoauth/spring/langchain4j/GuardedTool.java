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

package dev.lumoauth.spring.langchain4j;

import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.internal.JsonSchemaElementUtils;
import dev.langchain4j.service.tool.DefaultToolExecutor;
import dev.langchain4j.service.tool.ToolExecutor;
import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.guard.CallArguments;
import dev.lumoauth.spring.guard.GuardConfigurationException;
import dev.lumoauth.spring.guard.GuardTerms;
import dev.lumoauth.spring.guard.GuardTermsFinder;
import dev.lumoauth.spring.guard.GuardedCall;
import dev.lumoauth.spring.guard.IdentifiedCode;
import dev.lumoauth.spring.guard.method.GuardCoverage;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.support.AopUtils;
import org.springframework.util.ReflectionUtils;

/**
 * A tool of an AI service, and the terms on which it runs.
 *
 * @param specification what the model is told of the tool
 * @param executor runs the tool
 * @param object the object whose method runs; {@code null} if it is not known, or
 * something else runs
 * @param method the method that runs, or {@code null}
 * @param terms the terms of the tool, or {@code null} for none
 */
record GuardedTool(ToolSpecification specification, ToolExecutor executor, @Nullable Object object,
		@Nullable Method method, @Nullable GuardTerms terms) implements IdentifiedCode {

	static final GuardTermsFinder FINDER = new GuardTermsFinder();

	private static final int MAX_SAID = 100;

	private static final Set<String> SAID = ConcurrentHashMap.newKeySet();

	/**
	 * Find the terms of a tool. The guard of another agent around the tool stays.
	 * @param added further terms, or {@code null}
	 * @param guard decides about the tool, if there is one
	 */
	static GuardedTool of(ToolSpecification specification, ToolExecutor executor, @Nullable GuardTerms added,
			@Nullable LangChain4jGuard guard) {
		if (executor instanceof GuardedToolExecutor guarded && guarded.guard() == guard) {
			GuardedTool inner = guarded.tool();
			return new GuardedTool(specification, inner.executor(), inner.object(), inner.method(),
					GuardTerms.both(inner.terms(), added));
		}
		GuardTerms terms = GuardTerms.both(ofObject(executor, ToolExecutor.class), added);
		if (!(executor instanceof DefaultToolExecutor calls)) {
			return new GuardedTool(specification, executor, null, null, terms);
		}
		Method method = calls.originalMethod();
		Object object = calledBy(executor, Object.class, "object");
		Method called = calledBy(executor, Method.class, "methodToInvoke");
		terms = GuardTerms.both(terms, ofMethod(method, object));
		terms = GuardTerms.both(terms, (called != null) ? ofMethod(called, object) : null);
		return new GuardedTool(specification, executor, object, method, terms);
	}

	/**
	 * Look at what an executor calls: the object's class may have annotations that the
	 * method of its interface or superclass has not.
	 * @return the value; {@code null} behind a proxy whose target is not known
	 */
	private static <T> @Nullable T calledBy(ToolExecutor executor, Class<T> type, String name) {
		Object target = executor;
		for (Object each = executor; each != null; each = AopProxyUtils.getSingletonTarget(each)) {
			target = each;
		}
		Field field = ReflectionUtils.findField(DefaultToolExecutor.class, name);
		if (field == null) {
			throw new GuardConfigurationException("This version of LangChain4j calls tools in another way.",
					"Use LangChain4j 1.19.");
		}
		ReflectionUtils.makeAccessible(field);
		return type.cast(ReflectionUtils.getField(field, target));
	}

	private static @Nullable GuardTerms ofMethod(Method method, @Nullable Object object) {
		return (object != null) ? GuardTerms.both(FINDER.find(method, AopUtils.getTargetClass(object)),
				GuardCoverage.ofBeanMethod(object)) : FINDER.find(method, method.getDeclaringClass());
	}

	/**
	 * Find the terms of an object that is called by an interface of LangChain4j.
	 */
	static @Nullable GuardTerms ofObject(Object object, Class<?> contract) {
		Class<?> type = AopUtils.getTargetClass(object);
		GuardTerms terms = GuardCoverage.ofBeanMethod(object);
		for (Method method : FINDER.mentions(type) ? contract.getMethods() : new Method[0]) {
			terms = GuardTerms.both(terms, FINDER.find(method, type));
		}
		return terms;
	}

	String name() {
		return this.specification.name();
	}

	/**
	 * Return the call of this tool. If the object is a bean with a guard of its own, the
	 * bean does not decide again.
	 */
	GuardedCall call(GuardTerms terms) {
		return (this.method != null && this.object != null)
				? GuardedCall.ofTool(name(), terms, this.method, this.object) : GuardedCall.ofTool(name(), terms);
	}

	String schema() {
		return (this.specification.parameters() != null)
				? CallArguments.of(JsonSchemaElementUtils.toMap(this.specification.parameters())).canonical() : "{}";
	}

	/**
	 * {@inheritDoc} A server may describe its tool in another way tomorrow. Then it is
	 * another tool.
	 */
	@Override
	public List<? extends @Nullable Object> identity() {
		return Arrays.asList((this.object != null) ? this.object : this.executor, this.method, this.specification);
	}

	/**
	 * Refuse if no guard decides about annotated code.
	 */
	static LangChain4jGuard required(@Nullable LangChain4jGuard guard, String code) {
		if (guard != null) {
			return guard;
		}
		sayOnce(code + " requires a capability or acts for the user, and nothing decides about it, so its calls are "
				+ "refused. Call LangChain4jGuard.of(agent).install() before, or start the application with "
				+ "LumoAuth's auto-configuration.");
		throw new LumoAuthUnavailableException("No LangChain4jGuard is installed", null);
	}

	static void sayOnce(String message) {
		if (SAID.size() < MAX_SAID && SAID.add(message)) {
			LogFactory.getLog(LangChain4jGuard.class).warn(message);
		}
	}

}
