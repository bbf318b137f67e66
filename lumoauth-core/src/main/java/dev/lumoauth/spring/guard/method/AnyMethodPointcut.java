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

import dev.lumoauth.spring.guard.ToolTypes;

import org.springframework.aop.support.StaticMethodMatcherPointcut;
import org.springframework.util.ReflectionUtils;

/**
 * Every method except those that each object has. For a tool, the methods that describe
 * it, call it or provide tools are also excluded, because the tool guard handles them.
 */
final class AnyMethodPointcut extends StaticMethodMatcherPointcut {

	@Override
	public boolean matches(Method method, Class<?> targetClass) {
		return method.getDeclaringClass() != Object.class
				&& !(ToolTypes.isTool(targetClass) && isOfTools(method, targetClass));
	}

	private static boolean isOfTools(Method method, Class<?> type) {
		return ToolTypes.isToolMethod(method, type) || ReflectionUtils.isObjectMethod(method)
				|| ToolTypes.speaksOfTools(GuardInspection.returnType(method, type));
	}

}
