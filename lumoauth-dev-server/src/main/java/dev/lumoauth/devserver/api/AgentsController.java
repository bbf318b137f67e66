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

package dev.lumoauth.devserver.api;

import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;
import org.springframework.util.StringUtils;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

import dev.lumoauth.devserver.state.Agent;
import dev.lumoauth.devserver.web.ApiException;
import dev.lumoauth.devserver.web.ApiPaths;
import dev.lumoauth.devserver.web.RequestLog;

/**
 * {@code agents/me} and {@code agents/ask}.
 */
@RestController
@RequestMapping(ApiPaths.TENANT + "/agents")
class AgentsController {

	@GetMapping("/me")
	Map<String, Object> me(Caller caller, @PathVariable String layout) {
		String slug = caller.tenant().slug();
		Map<String, Object> identity = new LinkedHashMap<>();
		identity.put("id", caller.subject().id());
		identity.put("type", caller.subject().type());
		identity.put("tenant", slug);
		Agent agent = caller.subject().agent();
		if (agent != null) {
			identity.put("agent_id", agent.id());
			identity.put("status", "active");
		}
		Map<String, Object> me = new LinkedHashMap<>();
		me.put("identity", identity);
		me.put("capabilities", caller.capabilities());
		me.put("workspace", Map.of("slug", slug, "api_base", "/%s/%s/api/v1/".formatted(layout, slug)));
		return me;
	}

	@PostMapping("/ask")
	Map<String, Object> ask(Caller caller, @RequestBody(required = false) @Nullable Question question,
			HttpServletRequest request) {
		if (question == null || !StringUtils.hasText(question.action())) {
			throw ApiException.api(HttpStatus.BAD_REQUEST, "validation_error", "'action' is missing");
		}
		if (caller.agent().filter((agent) -> agent.budget().isExhausted()).isPresent()) {
			RequestLog.note(request, "budget_exceeded " + caller);
			throw ApiException.oauth(HttpStatus.TOO_MANY_REQUESTS, "budget_exceeded",
					"The agent's budget is exhausted until it resets or is increased");
		}
		caller.spendACall();
		boolean allowed = caller.decide(caller.subject(), question.action());
		Decisions.note(request, caller, caller.subject(), question.action(), allowed);
		Map<String, Object> answer = new LinkedHashMap<>();
		answer.put("allowed", allowed);
		answer.put("action", question.action());
		answer.put("context", (question.context() != null) ? question.context() : Map.of());
		answer.put("reason", "The %s %s the capability".formatted(caller.subject().type(), allowed ? "has" : "lacks"));
		answer.put("audit_id", HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong()));
		return answer;
	}

	record Question(@Nullable String action, @Nullable Map<String, Object> context) {

	}

}
