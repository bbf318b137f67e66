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

package dev.lumoauth.demo.chat;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

import dev.lumoauth.spring.approval.Approval;
import dev.lumoauth.spring.approval.ApprovalState;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A call that a person decides about, as the page shows it.
 *
 * @param state the state of the request
 * @param tool the tool to be called
 * @param reason the text that the person reads
 * @param impact how much the call changes
 * @param arguments the arguments as texts to show
 * @param secondsLeft how long the request is valid, in seconds from now
 * @param word the reviewer's message to the agent
 */
record ApprovalCard(ApprovalState state, String tool, String reason, String impact, Map<String, String> arguments,
		long secondsLeft, @Nullable String word) {

	private static final JsonMapper JSON = JsonMapper.builder().build();

	static ApprovalCard of(Approval approval, Instant now) {
		return new ApprovalCard(approval.state(), approval.tool(), approval.reason(), approval.impact().code(),
				arguments(approval.arguments()), Math.max(0, Duration.between(now, approval.expiresAt()).toSeconds()),
				approval.agentMessage());
	}

	private static Map<String, String> arguments(String json) {
		Map<String, String> shown = new LinkedHashMap<>();
		for (Map.Entry<String, JsonNode> argument : JSON.readTree(json).properties()) {
			JsonNode value = argument.getValue();
			shown.put(visible(argument.getKey()), visible(value.isString() ? value.asString() : value.toString()));
		}
		return shown;
	}

	/**
	 * Invisible characters would deceive the reader.
	 */
	private static String visible(String text) {
		return text.replaceAll("[\\p{Cc}\\p{Cf}&&[^\\n\\t]]", "\uFFFD");
	}

}
