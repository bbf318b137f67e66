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

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

import dev.lumoauth.spring.http.LumoAuthHttp;

/**
 * LumoAuth's decisions ({@code authz/check}, {@code authz/check-bulk},
 * {@code agents/me/mcp/authorize}). The subject is that of the token. A denial is an
 * answer; a 403 to a permission check says that the agent may not ask.
 *
 * @param calls asks LumoAuth
 * @param http the connection to LumoAuth
 * @param subject whether the id of an answer is that of the token's subject
 */
record AuthzApi(ApiCalls calls, LumoAuthHttp http, Predicate<String> subject) {

	/**
	 * The maximum number of permissions in one request.
	 */
	static final int SLICE = 100;

	/**
	 * See {@link LumoAuthClient#check}.
	 */
	boolean check(String permission) {
		return this.http.askCheck((check) -> this.calls.post(check, Map.of("permission", permission), (answer) -> {
			answer.requireSameId("permission", permission);
			answer.requireOneOf("subject_id", this.subject, null);
			return answer.requireBoolean("allowed");
		}));
	}

	/**
	 * See {@link LumoAuthClient#checkBulk}.
	 */
	void checkBulk(Collection<String> permissions, BiConsumer<String, Boolean> results) {
		List<String> names = new ArrayList<>(new LinkedHashSet<>(permissions));
		for (int start = 0; start < names.size(); start += SLICE) {
			List<String> slice = names.subList(start, Math.min(start + SLICE, names.size()));
			this.http
				.askCheckBulk((checkBulk) -> this.calls.post(checkBulk, Map.of("permissions", slice),
						(answer) -> results(answer, slice)))
				.forEach(results);
		}
	}

	/**
	 * See {@link LumoAuthClient#mcpAuthorize}.
	 */
	boolean mcpAuthorize(McpToolQuestion question) {
		ApiRequest request = ApiRequest.decide(this.http.endpoints().mcpAuthorize(),
				Map.of("server_id", question.serverId(), "tool", question.tool()));
		return this.calls.call(request, (answer) -> {
			if (answer.isRefusal()) {
				return false;
			}
			answer.requireSameId("server_id", question.serverId());
			answer.requireSameId("tool", question.tool());
			answer.requireOneOf("resource",
					(name) -> name.equals(question.serverId()) || question.sameServer().test(name), question.toCheck());
			answer.requireOneOf("agent_id", question.sameAgent(), null);
			return answer.requireBoolean("allowed");
		});
	}

	private Map<String, Boolean> results(ApiAnswer answer, List<String> asked) {
		answer.requireOneOf("subject_id", this.subject, null);
		if (!(answer.fields().get("results") instanceof Map<?, ?> results)) {
			throw answer.malformed("its 'results' are missing or not an object");
		}
		Map<String, Boolean> booleans = new LinkedHashMap<>();
		for (String name : asked) {
			if (results.get(name) instanceof Boolean allowed) {
				booleans.put(name, allowed);
			}
		}
		if (booleans.size() < asked.size()) {
			// If one result is missing, the others are still used.
			answer.malformed("its 'results' lack a boolean for a permission asked about");
		}
		return booleans;
	}

}
