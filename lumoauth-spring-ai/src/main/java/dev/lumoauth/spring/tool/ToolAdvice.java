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

package dev.lumoauth.spring.tool;

import java.lang.reflect.Method;
import java.lang.reflect.UndeclaredThrowableException;

import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.tool.ToolCallback;
import org.springframework.util.ReflectionUtils;

import dev.lumoauth.spring.guard.GuardTerms;
import dev.lumoauth.spring.guard.tool.ToolInput;

/**
 * The guard in the proxy of a bean that is a tool callback, so that the bean stays an
 * object of its own class. A call by any of its {@code call} methods is decided once,
 * before other advisors run.
 *
 * @param guarded the tool behind the guard
 * @param handedOut guards the tools that other methods of the bean return
 */
record ToolAdvice(GuardedToolCallback guarded, HandedOutTools handedOut) implements MethodInterceptor {

	@Override
	public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
		if (!isCall(invocation)) {
			return this.handedOut.of(invocation);
		}
		try {
			GuardTerms now = this.guarded.toolTerms();
			ToolInput input = toolInput(invocation, now);
			return this.guarded.guard(input, now, () -> {
				if (input != null) {
					invocation.getArguments()[0] = input.received();
				}
				return proceed(invocation);
			});
		}
		catch (UndeclaredThrowableException ex) {
			throw ex.getUndeclaredThrowable();
		}
	}

	/**
	 * Recognizes a call by the method's name and its return type, because the class may
	 * have more such methods than the interface.
	 */
	private static boolean isCall(MethodInvocation invocation) {
		return invocation.getMethod().getName().equals("call")
				&& invocation.getMethod().getReturnType() == String.class;
	}

	/**
	 * Returns the input for the methods of the interface. For other methods, the meaning
	 * of the arguments is not known.
	 */
	private @Nullable ToolInput toolInput(MethodInvocation invocation, GuardTerms now) {
		Method method = invocation.getMethod();
		boolean known = ReflectionUtils.findMethod(ToolCallback.class, method.getName(),
				method.getParameterTypes()) != null;
		return (known && invocation.getArguments()[0] instanceof String input) ? this.guarded.input(input, now) : null;
	}

	@SuppressWarnings("NullAway") // The guard returns the tool's answer as it is.
	private static String proceed(MethodInvocation invocation) {
		try {
			return (String) invocation.proceed();
		}
		catch (RuntimeException | Error ex) {
			throw ex;
		}
		catch (Throwable ex) {
			throw new UndeclaredThrowableException(ex);
		}
	}

}
