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
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import org.springframework.aop.framework.ReflectiveMethodInvocation;

/**
 * The execution of a woven method, as interceptors see it. In the end it runs the
 * method's own code, on the arguments of the call.
 */
final class WovenInvocation extends ReflectiveMethodInvocation {

	private final WovenGuard.Body body;

	private final Class<?> annotatedClass;

	WovenInvocation(Method method, @Nullable Object target, @Nullable Object[] arguments, Class<?> annotatedClass,
			List<Object> interceptors, WovenGuard.Body body) {
		super(Objects.requireNonNullElse(target, method), target, method, arguments, annotatedClass, interceptors);
		this.annotatedClass = annotatedClass;
		this.body = body;
	}

	/**
	 * Return the class whose annotations count.
	 * @see WovenMethods#annotatedFor(Method, Class)
	 */
	Class<?> annotatedClass() {
		return this.annotatedClass;
	}

	@Override
	protected @Nullable Object invokeJoinpoint() throws Throwable {
		return this.body.run();
	}

}
