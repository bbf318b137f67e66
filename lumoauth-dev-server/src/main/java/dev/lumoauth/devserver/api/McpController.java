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

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

import com.fasterxml.jackson.annotation.JsonProperty;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;
import org.springframework.util.StringUtils;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

import dev.lumoauth.devserver.state.Agent;
import dev.lumoauth.devserver.state.Audience;
import dev.lumoauth.devserver.web.ApiException;
import dev.lumoauth.devserver.web.ApiPaths;

/**
 * Says whether an agent may call a tool of an MCP server. The agent asks, or the server
 * asks with the token that it received.
 */
@RestController
class McpController {

	@PostMapping(ApiPaths.TENANT + "/agents/me/mcp/authorize")
	Map<String, Object> authorize(Caller caller, @RequestBody(required = false) @Nullable ToolCall call,
			HttpServletRequest request) {
		String id = (call != null) ? call.serverId() : null;
		String tool = (call != null) ? call.tool() : null;
		if (!StringUtils.hasText(id) || !StringUtils.hasText(tool)) {
			throw ApiException.api(HttpStatus.BAD_REQUEST, "validation_error", "'server_id' and 'tool' are needed");
		}
		Optional<Audience> server = caller.tenant()
			.audiences()
			.stream()
			.filter((audience) -> audience.names().contains(id))
			.findFirst();
		Agent agent = caller.agent().orElse(null);
		boolean allowed = server.filter((audience) -> caller.mayCall(audience, tool)).isPresent();
		caller.spendACall();
		Decisions.note(request, caller, caller.subject(), "tool %s of %s".formatted(tool, id), allowed);
		if (agent == null || !allowed) {
			throw ApiException.api(HttpStatus.FORBIDDEN, "access_denied", "The agent may not call this tool");
		}
		Map<String, Object> answer = new LinkedHashMap<>();
		answer.put("allowed", true);
		answer.put("agent_id", agent.id());
		answer.put("resource",
				server.map((audience) -> (audience.resource() != null) ? audience.resource().toString() : audience.id())
					.orElseThrow());
		return answer;
	}

	record ToolCall(@JsonProperty("server_id") @Nullable String serverId, @Nullable String tool) {
	}

}
