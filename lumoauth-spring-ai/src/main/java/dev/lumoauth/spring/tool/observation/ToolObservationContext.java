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

package dev.lumoauth.spring.tool.observation;

import java.util.List;
import java.util.Objects;

import dev.lumoauth.spring.guard.GuardedCall;
import dev.lumoauth.spring.guard.GuardedCallContext;

/**
 * Context of the observation of a guarded tool's call. It contains neither the arguments
 * nor the result.
 *
 * @since 0.1.0
 */
public final class ToolObservationContext extends GuardedCallContext {

	private final String tool;

	/**
	 * Create the context.
	 * @param tool the name of the tool as the model sees it
	 * @param capabilities the capabilities that the tool needs; empty for none
	 */
	public ToolObservationContext(String tool, List<String> capabilities) {
		super(capabilities);
		this.tool = tool;
	}

	/**
	 * Create the context of a call.
	 * @param call the call of a tool
	 * @return the context
	 */
	public static ToolObservationContext of(GuardedCall call) {
		return new ToolObservationContext(Objects.requireNonNull(call.tool()), call.capabilities());
	}

	/**
	 * Return the tool.
	 * @return its name as the model sees it
	 */
	public String getTool() {
		return this.tool;
	}

}
