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

package org.springframework.ai.guarded;

import java.util.List;

import io.micrometer.observation.ObservationRegistry;

import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.tool.ToolCallback;

/**
 * An application's model in a package of Spring AI's. It has the application's registry
 * and a tool, and does nothing with either that a guard could rely on.
 */
public class OwnModel implements ChatModel {

	private final ObservationRegistry registry;

	private final List<ToolCallback> tools;

	public OwnModel(ObservationRegistry registry, List<ToolCallback> tools) {
		this.registry = registry;
		this.tools = tools;
	}

	@Override
	public ChatResponse call(Prompt prompt) {
		return new ChatResponse(List.of());
	}

	@Override
	public String toString() {
		return "OwnModel[" + this.registry + ", " + this.tools.size() + "]";
	}

}
