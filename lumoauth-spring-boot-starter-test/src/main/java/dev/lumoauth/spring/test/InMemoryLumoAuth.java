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

package dev.lumoauth.spring.test;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.lumoauth.spring.http.LumoAuthJson;
import dev.lumoauth.spring.http.LumoAuthRequestFactory;
import dev.lumoauth.spring.test.AgentQuestion.Answer;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.http.client.ClientHttpRequest;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.mock.http.client.MockClientHttpRequest;
import org.springframework.mock.http.client.MockClientHttpResponse;
import org.springframework.util.StringUtils;

/**
 * LumoAuth's HTTP API without HTTP: it answers instead of sending the request.
 */
final class InMemoryLumoAuth implements LumoAuthRequestFactory {

	private static final long TOKENS_PER_DAY = 1_000_000;

	private static final String CONNECTION_TOKEN = "agents/me/connections/[^/]+/token";

	private final TestAgent agent;

	private final TestTokens tokens;

	InMemoryLumoAuth(TestAgent agent) {
		this.agent = agent;
		this.tokens = new TestTokens(agent);
	}

	@Override
	public ClientHttpRequest createRequest(URI uri, HttpMethod httpMethod) {
		return new MockClientHttpRequest(httpMethod, uri) {

			@Override
			protected ClientHttpResponse executeInternal() throws IOException {
				return answer(uri, getHeaders(), getBodyAsBytes());
			}

		};
	}

	private ClientHttpResponse answer(URI uri, HttpHeaders headers, byte[] body) throws IOException {
		AgentAnswers answers = this.agent.answers();
		if (answers.unavailable()) {
			// Takes no time: a request that took too long is not tried again.
			throw new HttpTimeoutException("the test made LumoAuth unavailable");
		}
		String path = uri.getPath();
		String resource = path.substring(path.indexOf("/api/v1/") + "/api/v1/".length());
		return switch (resource) {
			case "oauth/token" ->
				json(200, this.tokens.issue(new String(body, StandardCharsets.UTF_8), headers, answers, uri));
			case "oauth/userinfo" -> userinfo(headers, answers);
			case "agents/me" -> json(200, Map.of("agent_id", TestTokens.subject(headers), "name", "Test Agent",
					"status", "active", "capabilities", answers.named()));
			case "agents/ask" -> ask(LumoAuthJson.read(body), answers);
			case "agents/me/mcp/authorize" -> authorizeTool(LumoAuthJson.read(body), answers);
			case "authz/check" -> check(LumoAuthJson.read(body), answers);
			case "authz/check-bulk" -> checkBulk(LumoAuthJson.read(body), answers);
			default -> resource.matches(CONNECTION_TOKEN)
					? connectionToken(StringUtils.tokenizeToStringArray(resource, "/")[3], headers,
							LumoAuthJson.read(body))
					: json(404, Map.of("error", "not_found"));
		};
	}

	private ClientHttpResponse check(Map<String, Object> question, AgentAnswers answers) {
		String permission = String.valueOf(question.get("permission"));
		return json(200, Map.of("allowed", decide(permission, answers), "permission", permission));
	}

	private ClientHttpResponse checkBulk(Map<String, Object> question, AgentAnswers answers) {
		Map<String, Boolean> results = new LinkedHashMap<>();
		if (question.get("permissions") instanceof List<?> permissions) {
			permissions.forEach((name) -> results.put(String.valueOf(name), decide(String.valueOf(name), answers)));
		}
		return json(200, Map.of("results", results));
	}

	private ClientHttpResponse ask(Map<String, Object> question, AgentAnswers answers) {
		if (answers.budget() == AgentBudget.EXHAUSTED) {
			return json(429, Map.of("error", "budget_exceeded"));
		}
		String action = String.valueOf(question.get("action"));
		boolean allowed = decide(action, answers);
		return json(200, Map.of("allowed", allowed, "action", action, "reason",
				allowed ? "The test grants it" : "The test does not grant it"));
	}

	private ClientHttpResponse authorizeTool(Map<String, Object> question, AgentAnswers answers) {
		String tool = String.valueOf(question.get("tool"));
		boolean allowed = answers.allowsTool(tool);
		this.agent.record(AgentQuestion.capability("mcp-tool:" + question.get("server_id") + "/" + tool,
				allowed ? Answer.YES : Answer.NO));
		return json(allowed ? 200 : 403, Map.of("allowed", allowed));
	}

	/**
	 * A token that names its connection and its user.
	 */
	private static ClientHttpResponse connectionToken(String connection, HttpHeaders headers,
			Map<String, Object> question) {
		Object user = question.get("user_id");
		return json(200,
				Map.of("access_token",
						"token-of-" + connection + "-for-" + ((user != null) ? user : TestTokens.subject(headers)),
						"token_type", "Bearer", "scopes", List.of()));
	}

	private boolean decide(String capability, AgentAnswers answers) {
		boolean allowed = answers.allows(capability);
		this.agent.record(AgentQuestion.capability(capability, allowed ? Answer.YES : Answer.NO));
		return allowed;
	}

	private ClientHttpResponse userinfo(HttpHeaders headers, AgentAnswers answers) {
		AgentBudget budget = answers.budget();
		this.agent.record(AgentQuestion.budget((budget != AgentBudget.UNKNOWN) ? Answer.YES : Answer.NO));
		if (budget == AgentBudget.UNKNOWN) {
			return json(403, Map.of("error", "insufficient_scope"));
		}
		Map<String, Object> policy = Map.of("max_tokens_per_day", TOKENS_PER_DAY, "tokens_used_today",
				(budget == AgentBudget.EXHAUSTED) ? TOKENS_PER_DAY : 0);
		return json(200, Map.of("sub", TestTokens.subject(headers), "capabilities", new ArrayList<>(answers.named()),
				"budget_policy", policy));
	}

	private static ClientHttpResponse json(int status, Map<String, ?> fields) {
		MockClientHttpResponse response = new MockClientHttpResponse(LumoAuthJson.write(fields), status);
		response.getHeaders().setContentType(MediaType.APPLICATION_JSON);
		return response;
	}

}
