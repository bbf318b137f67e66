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

import dev.lumoauth.spring.LumoAuthSetupException;
import dev.lumoauth.spring.guard.GuardTerms;
import org.jspecify.annotations.Nullable;

/**
 * A model was about to be offered a tool that needs a capability, or that acts for the
 * user, on a path without a check. The model call is refused: no tool runs unchecked.
 *
 * @since 0.1.0
 */
public class UnguardedToolException extends LumoAuthSetupException {

	private static final String ACTION = "Use the auto-configured ChatClient.Builder instead of "
			+ "ChatClient.create(chatModel) or ChatClient.builder(chatModel), make the tool object a bean with "
			+ "overridable methods, or guard the callbacks yourself: inject dev.lumoauth.spring.tool.ToolGuard and "
			+ "offer toolGuard.guard(List.of(ToolCallbacks.from(tools))).";

	UnguardedToolException(String toolName, @Nullable GuardTerms terms) {
		super("Tool '" + toolName + "' "
				+ ((terms != null) ? terms : "is a private, static or final method behind a bean's proxy")
				+ ", but nothing on this path checks it, so the model call was refused.", ACTION);
	}

}
