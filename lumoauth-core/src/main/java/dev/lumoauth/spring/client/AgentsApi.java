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

package dev.lumoauth.spring.client;

import java.net.URI;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.lumoauth.spring.AgentInfo;
import dev.lumoauth.spring.AskResult;
import dev.lumoauth.spring.http.LumoAuthAddresses;

/**
 * LumoAuth's API for agents about themselves ({@code agents/me}, {@code agents/ask}).
 */
final class AgentsApi {

	private final ApiCalls calls;

	private final URI me;

	private final URI ask;

	private final URI mcpAuthorize;

	AgentsApi(ApiCalls calls, LumoAuthAddresses addresses) {
		this.calls = calls;
		this.me = addresses.agentsMe();
		this.ask = addresses.agentsAsk();
		this.mcpAuthorize = addresses.mcpAuthorize();
	}

	/**
	 * See {@link LumoAuthClient#me()}.
	 */
	AgentInfo me() {
		return this.calls.get(this.me, AgentsApi::agent);
	}

	/**
	 * Reads all three shapes that LumoAuth documents: an {@code identity} with the agent
	 * in it, the agent's fields at the top with {@code scopes} for capabilities, and
	 * {@code subject_type} with {@code id} and a tenant that is an object.
	 */
	private static AgentInfo agent(ApiAnswer answer) {
		Map<?, ?> identity = answer.object("identity");
		Map<?, ?> source = identity.isEmpty() ? answer.fields() : identity;
		String id = first(ApiAnswer.text(source, "agent_id"), ApiAnswer.text(source, "id"), answer.text("agent_id"));
		if (id == null) {
			throw answer.malformed("it has no 'agent_id'");
		}
		String tenant = first(ApiAnswer.text(source, "tenant"), ApiAnswer.text(answer.object("tenant"), "slug"),
				ApiAnswer.text(answer.object("workspace"), "slug"));
		Set<String> capabilities = answer.texts("capabilities");
		if (capabilities == null) {
			capabilities = answer.texts("scopes");
		}
		return new AgentInfo(id, first(ApiAnswer.text(source, "name"), answer.text("name")), tenant,
				ApiAnswer.text(source, "status"), (capabilities != null) ? capabilities : Set.of());
	}

	private static @Nullable String first(@Nullable String... values) {
		for (String value : values) {
			if (value != null) {
				return value;
			}
		}
		return null;
	}

	/**
	 * See {@link LumoAuthClient#ask}.
	 */
	AskResult ask(String action, Map<String, ?> context) {
		Map<String, ?> body = context.isEmpty() ? Map.of("action", action)
				: Map.of("action", action, "context", context);
		return this.calls.post(this.ask, body, (answer) -> {
			answer.requireEcho("action", action);
			return new AskResult(answer.requireBoolean("allowed"), action, answer.text("reason"),
					answer.text("audit_id"));
		});
	}

	/**
	 * See {@link LumoAuthClient#mcpAuthorize}.
	 */
	boolean mcpAuthorize(McpToolQuestion question) {
		ApiRequest request = ApiRequest.decide(this.mcpAuthorize,
				Map.of("server_id", question.serverId(), "tool", question.tool()));
		return this.calls.call(request, (answer) -> decision(question, answer));
	}

	private static boolean decision(McpToolQuestion question, ApiAnswer answer) {
		if (answer.isRefusal()) {
			return false;
		}
		answer.requireEcho("server_id", question.serverId());
		answer.requireEcho("tool", question.tool());
		answer.requireOneOf("resource", (name) -> name.equals(question.serverId()) || question.sameServer().test(name),
				question.toCheck());
		answer.requireOneOf("agent_id", question.sameAgent(), null);
		return answer.requireBoolean("allowed");
	}

}
