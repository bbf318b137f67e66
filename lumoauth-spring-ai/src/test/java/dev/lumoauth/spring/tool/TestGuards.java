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

import java.util.List;

import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.guard.Gate;
import dev.lumoauth.spring.guard.Guard;
import dev.lumoauth.spring.guard.GuardLayer;
import dev.lumoauth.spring.guard.GuardRegister;
import dev.lumoauth.spring.guard.GuardReports;
import dev.lumoauth.spring.guard.GuardTermsFinder;
import dev.lumoauth.spring.guard.tool.OnRefusal;

/**
 * Guards around tools that no context has.
 */
public final class TestGuards {

	private TestGuards() {
	}

	/**
	 * Create a guard by which a model is told of refusals, without users.
	 */
	public static ToolGuard of(CapabilityDecisions decisions) {
		return of(decisions, List.of());
	}

	/**
	 * Create a guard with a further gate, for tools that need no capability.
	 */
	public static ToolGuard gated(Gate<?> gate) {
		Guard guard = new Guard(FakeDecisions::new, () -> {
			throw new IllegalStateException();
		}, GuardReports.NONE, null, () -> List.of(gate));
		return new ToolGuard(guard, new GuardTermsFinder(), List::of, OnRefusal.TELL_MODEL, true,
				new GuardRegister().place(GuardLayer.TOOL_GUARD, null));
	}

	public static ToolGuard of(CapabilityDecisions decisions, List<ToolPolicy> policies) {
		Guard guard = new Guard(() -> decisions, () -> {
			throw new IllegalStateException();
		}, GuardReports.NONE, null, List::of);
		return new ToolGuard(guard, new GuardTermsFinder(), () -> policies, OnRefusal.TELL_MODEL, true,
				new GuardRegister().place(GuardLayer.TOOL_GUARD, null));
	}

}
