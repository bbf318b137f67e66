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

package dev.lumoauth.devserver.approval;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.stereotype.Component;

import dev.lumoauth.devserver.config.LocalAddress;

/**
 * Announces a person's decision at the request's {@code callback_url}, once and without
 * waiting. It is not known what LumoAuth sends. This server sends what the agent could
 * request.
 *
 * @since 0.1.0
 */
@Component
public class DecisionCallbacks {

	private static final Logger log = LoggerFactory.getLogger(DecisionCallbacks.class);

	private static final Duration PATIENCE = Duration.ofSeconds(5);

	private static final JsonMapper JSON = JsonMapper.builder().build();

	private final HttpClient http = HttpClient.newBuilder().connectTimeout(PATIENCE).build();

	/**
	 * Reads an address.
	 * @param text the address, or {@code null}
	 * @return the address, or {@code null}
	 * @throws IllegalArgumentException if the address is not on this machine. An agent
	 * must not be able to make this server send requests elsewhere
	 */
	public static @Nullable URI read(@Nullable String text) {
		if (text == null) {
			return null;
		}
		return LocalAddress.read("'callback_url'", text);
	}

	@SuppressWarnings("FutureReturnValueIgnored")
	void announce(ApprovalRequest request) {
		URI callback = request.asked().callback();
		if (callback == null) {
			return;
		}
		HttpRequest post = HttpRequest.newBuilder(callback)
			.timeout(PATIENCE)
			.header("Content-Type", "application/json")
			.POST(BodyPublishers.ofString(JSON.writeValueAsString(describe(request))))
			.build();
		this.http.sendAsync(post, BodyHandlers.discarding()).whenComplete((response, failure) -> {
			if (failure != null) {
				log.info("The callback of {} did not answer", request.id());
			}
		});
	}

	private static Map<String, Object> describe(ApprovalRequest request) {
		Map<String, Object> body = new LinkedHashMap<>();
		body.put("request_id", request.id());
		body.put("status", request.state().id());
		body.put("risk_level", request.asked().risk().id());
		body.put("task_id", request.asked().taskId());
		if (request.state() == ApprovalState.APPROVED) {
			body.put("granted_ttl", request.decided().grantedTtl());
		}
		body.put("has_notes", request.decided().notes() != null);
		body.put("agent_message", request.decided().agentMessage());
		return body;
	}

}
