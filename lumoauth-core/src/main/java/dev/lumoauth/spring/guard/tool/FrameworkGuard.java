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

package dev.lumoauth.spring.guard.tool;

import dev.lumoauth.spring.guard.Guard;
import dev.lumoauth.spring.guard.GuardLayer;
import dev.lumoauth.spring.guard.GuardRegister;

/**
 * The guard of one agent around the tools of an agent framework.
 *
 * @param calls makes the calls of the tools
 * @param onDenied what happens to a refused call
 * @param hideDenied whether tools that the agent may not use are hidden from the model
 * @param place where the tools are noted
 * @since 0.1.0
 */
public record FrameworkGuard(Guard calls, OnRefusal onDenied, boolean hideDenied, GuardRegister.Place place) {

	/**
	 * Create the guard of an agent of an application without Spring Boot: it tells the
	 * model of refusals and hides denied tools.
	 * @param calls makes the calls of the tools
	 * @return the guard
	 */
	public static FrameworkGuard of(Guard calls) {
		return new FrameworkGuard(calls, OnRefusal.TELL_MODEL, true,
				new GuardRegister.Place(null, GuardLayer.TOOL_CALLING_MANAGER, null));
	}

}
