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

package dev.lumoauth.spring.guard;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.function.Supplier;

import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.capability.CapabilityRequirement;
import org.jspecify.annotations.Nullable;

/**
 * A call that a guard has just allowed, on its way to the guard next to the code, which
 * need not ask again. It counts for one call of one method of one object on this thread:
 * whoever guards that call may take it, and what the method calls is decided anew.
 *
 * @since 0.1.0
 */
public final class DecidedCall {

	private static final ThreadLocal<@Nullable DecidedCall> NEXT = new ThreadLocal<>();

	private final CapabilityDecisions decisions;

	private final CapabilityRequirement requirement;

	private final @Nullable Object target;

	private final Method method;

	private @Nullable Object takenBy;

	private DecidedCall(CapabilityDecisions decisions, CapabilityRequirement requirement, @Nullable Object target,
			Method method) {
		this.decisions = decisions;
		this.requirement = requirement;
		this.target = target;
		this.method = method;
	}

	/**
	 * Make a call that was allowed.
	 * @param decisions who allowed it
	 * @param requirement what was asked for
	 * @param target the object whose method is called next, or {@code null} for a static
	 * method
	 * @param method the method that is called next
	 * @param call makes the call
	 * @param <T> the type of its result
	 * @return its result
	 */
	public static <T> T run(CapabilityDecisions decisions, CapabilityRequirement requirement, @Nullable Object target,
			Method method, Supplier<T> call) {
		DecidedCall outer = NEXT.get();
		NEXT.set(new DecidedCall(decisions, requirement, target, method));
		try {
			return call.get();
		}
		finally {
			if (outer != null) {
				NEXT.set(outer);
			}
			else {
				NEXT.remove();
			}
		}
	}

	/**
	 * Return whether this very call was allowed by the guard before. The first call that
	 * asks uses that up.
	 * @param decisions who decides here
	 * @param requirement what is asked for here
	 * @param target the object whose method is called, or {@code null} for a static
	 * method
	 * @param method the method that is called
	 * @param call stands for the call, the same object for each guard around it
	 * @return {@code false} if the call has to be decided
	 */
	public static boolean take(CapabilityDecisions decisions, CapabilityRequirement requirement,
			@Nullable Object target, Method method, Object call) {
		DecidedCall next = NEXT.get();
		if (next == null || (next.takenBy != null && next.takenBy != call)
				|| !next.covers(decisions, requirement, target, method)) {
			return false;
		}
		next.takenBy = call;
		return true;
	}

	private boolean covers(CapabilityDecisions decisions, CapabilityRequirement requirement, @Nullable Object target,
			Method method) {
		boolean same = Modifier.isStatic(method.getModifiers()) ? this.method.equals(method) : this.target == target;
		return this.decisions == decisions && same && this.method.getName().equals(method.getName())
				&& this.method.getParameterCount() == method.getParameterCount()
				&& this.requirement.includes(requirement);
	}

}
