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

import dev.lumoauth.spring.guard.GuardedCall;
import dev.lumoauth.spring.guard.GuardedCallContext;

/**
 * Context of the observation of a guarded method's call. It contains neither the
 * arguments nor the result.
 *
 * @since 0.1.0
 */
public final class MethodObservationContext extends GuardedCallContext {

	private final Method method;

	/**
	 * Create the context.
	 * @param method the method
	 * @param capabilities the capabilities that the method needs; empty for none
	 */
	public MethodObservationContext(Method method, List<String> capabilities) {
		super(capabilities);
		this.method = method;
	}

	static MethodObservationContext of(GuardedCall call) {
		return new MethodObservationContext(Objects.requireNonNull(call.method()), call.capabilities());
	}

	/**
	 * Return the method.
	 * @return the method, as its class or an interface declares it
	 */
	public Method getMethod() {
		return this.method;
	}

}
