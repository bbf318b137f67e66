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
import java.util.List;
import java.util.Map;
import java.util.Objects;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;
import org.springframework.util.StringUtils;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

import dev.lumoauth.devserver.state.Agent;
import dev.lumoauth.devserver.web.ApiException;
import dev.lumoauth.devserver.web.ApiPaths;

/**
 * {@code agents/register}: an agent registers with its name. The capabilities that it
 * names are not granted. They become switches in the console, and the switches are off.
 */
@RestController
class RegistrationController {

	@PostMapping(ApiPaths.TENANT + "/agents/register")
	Map<String, Object> register(Caller caller, @RequestBody(required = false) @Nullable Registration registration) {
		if (registration == null || !StringUtils.hasText(registration.name())) {
			throw ApiException.api(HttpStatus.BAD_REQUEST, "validation_error", "'name' is missing");
		}
		Agent agent = caller.subject().agent();
		if (agent == null || caller.actor() != null || caller.taskId() != null
				|| (registration.clientId() != null && !registration.clientId().equals(agent.id()))) {
			throw ApiException.api(HttpStatus.FORBIDDEN, "access_denied",
					"An agent can only register itself; the configuration file of the dev server lists the agents");
		}
		agent.rename(registration.name());
		if (registration.capabilities() != null) {
			registration.capabilities().stream().filter(Objects::nonNull).forEach(agent::asked);
		}
		Map<String, Object> answer = new LinkedHashMap<>();
		answer.put("success", true);
		answer.put("agent_id", agent.id());
		answer.put("name", agent.name());
		answer.put("workload_identity", agent.credentials().workloadIdentity());
		return answer;
	}

	record Registration(@Nullable String name, @JsonProperty("client_id") @Nullable String clientId,
			@Nullable List<@Nullable String> capabilities) {

	}

}
