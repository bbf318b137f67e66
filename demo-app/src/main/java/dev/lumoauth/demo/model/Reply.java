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

package dev.lumoauth.demo.model;

import java.util.Map;

/**
 * What the scripted model says next.
 */
sealed interface Reply {

	/**
	 * The model calls a tool.
	 *
	 * @param id the id of the call
	 * @param tool the name of the tool
	 * @param arguments the arguments of the call
	 */
	record ToolCall(String id, String tool, Map<String, String> arguments) implements Reply {
	}

	/**
	 * The model answers.
	 *
	 * @param text the answer
	 */
	record Answer(String text) implements Reply {
	}

}
