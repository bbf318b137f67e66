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

import dev.lumoauth.spring.capability.CapabilityRequirement;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

/**
 * Finds what a call needs.
 */
@FunctionalInterface
interface InvokedRequirement {

	/**
	 * Find the requirement.
	 * @param invocation the call
	 * @return what it needs; {@code null} if nothing is found, and then it is refused:
	 * something was there when the guard was put around it
	 */
	@Nullable CapabilityRequirement find(MethodInvocation invocation);

	static Class<?> targetClass(MethodInvocation invocation) {
		if (invocation instanceof WovenInvocation woven) {
			return woven.annotatedClass();
		}
		Object target = invocation.getThis();
		return (target != null) ? target.getClass() : invocation.getMethod().getDeclaringClass();
	}

}
