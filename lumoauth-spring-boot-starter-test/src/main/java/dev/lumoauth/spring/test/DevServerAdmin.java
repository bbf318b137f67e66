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

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.lumoauth.spring.http.LumoAuthJson;
import dev.lumoauth.spring.test.approval.InboxItem;
import org.jspecify.annotations.Nullable;

import org.springframework.core.ParameterizedTypeReference;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestClientException;

/**
 * The dev server's admin API for one agent. It remembers the previous state, to undo
 * changes.
 */
final class DevServerAdmin {

	private static final String AGENT = "/dev/tenants/{tenant}/agents/{agent}";

	private static final String INBOX = "/dev/tenants/{tenant}/inbox";

	private static final ParameterizedTypeReference<Map<String, Object>> JSON = new ParameterizedTypeReference<>() {
	};

	private final RestClient client;

	private final TestConnectionDetails connection;

	private @Nullable Set<String> before;

	private boolean budgetChanged;

	private boolean faulty;

	DevServerAdmin(TestConnectionDetails connection) {
		this.client = RestClient.create(connection.url());
		this.connection = connection;
	}

	synchronized void grant(String... capabilities) {
		changeEach(HttpMethod.PUT, capabilities);
	}

	synchronized void revoke(String... capabilities) {
		changeEach(HttpMethod.DELETE, capabilities);
	}

	private void changeEach(HttpMethod method, String... capabilities) {
		if (this.before == null) {
			this.before = capabilities();
		}
		Arrays.stream(capabilities).forEach((capability) -> change(method, capability));
	}

	private void change(HttpMethod method, String capability) {
		call(method, AGENT + "/capabilities/{capability}", this.connection.tenant(), this.connection.clientId(),
				capability);
	}

	private Set<String> capabilities() {
		Object names = call(HttpMethod.GET, AGENT, this.connection.tenant(), this.connection.clientId())
			.get("capabilities");
		Set<String> capabilities = new LinkedHashSet<>();
		if (names instanceof List<?> list) {
			list.forEach((name) -> capabilities.add(String.valueOf(name)));
		}
		return capabilities;
	}

	synchronized void exhaustBudget() {
		this.budgetChanged = true;
		budget("exhaust");
	}

	private void budget(String operation) {
		call(HttpMethod.POST, AGENT + "/budget/" + operation, this.connection.tenant(), this.connection.clientId());
	}

	synchronized void unavailable(boolean unavailable) {
		this.faulty = unavailable;
		call(unavailable ? HttpMethod.PUT : HttpMethod.DELETE, "/dev/faults" + (unavailable ? "/unavailable" : ""));
	}

	String userToken(String username) {
		return String.valueOf(
				call(HttpMethod.POST, "/dev/tenants/{tenant}/users/{user}/token", this.connection.tenant(), username)
					.get("access_token"));
	}

	/**
	 * Decide pending requests in a user's name.
	 * @param user the user
	 * @param request the name of a tool, or the id of a request
	 * @param decision {@code approve} or {@code deny}
	 * @param message a message to the agent, or {@code null}
	 */
	void decide(String user, String request, String decision, @Nullable String message) {
		List<InboxItem> waiting = InboxItem.waiting(call(HttpMethod.GET, INBOX, this.connection.tenant()));
		List<InboxItem> meant = waiting.stream().filter((item) -> item.is(request)).toList();
		if (meant.isEmpty()) {
			throw new IllegalStateException("No call of '" + request + "' waits for a person at the LumoAuth dev "
					+ "server at " + this.connection.url() + ". The requests that wait: " + waiting);
		}
		Map<String, Object> body = new LinkedHashMap<>();
		body.put("user", user);
		if (message != null) {
			body.put("agent_message", message);
		}
		meant.forEach((item) -> call(HttpMethod.POST, INBOX + "/{id}/" + decision, body, this.connection.tenant(),
				item.id()));
	}

	/**
	 * Restore the previous state.
	 */
	synchronized void undo() {
		if (this.faulty) {
			unavailable(false);
		}
		if (this.budgetChanged) {
			this.budgetChanged = false;
			budget("reset");
		}
		Set<String> before = this.before;
		if (before != null) {
			this.before = null;
			Set<String> now = capabilities();
			now.stream().filter((name) -> !before.contains(name)).forEach((name) -> change(HttpMethod.DELETE, name));
			before.stream().filter((name) -> !now.contains(name)).forEach((name) -> change(HttpMethod.PUT, name));
		}
	}

	private Map<String, Object> call(HttpMethod method, String path, @Nullable Object... variables) {
		return call(method, path, Map.of(), variables);
	}

	private Map<String, Object> call(HttpMethod method, String path, Map<String, Object> body,
			@Nullable Object... variables) {
		try {
			RestClient.RequestBodySpec request = this.client.method(method).uri(path, variables);
			if (!body.isEmpty()) {
				request.contentType(MediaType.APPLICATION_JSON).body(LumoAuthJson.write(body));
			}
			Map<String, Object> answer = request.retrieve().body(JSON);
			return (answer != null) ? answer : Map.of();
		}
		catch (RestClientException ex) {
			throw new IllegalStateException(
					"The LumoAuth dev server at " + this.connection.url() + " did not carry out " + method + " " + path
							+ " with " + Arrays.toString(variables) + ": " + ex.getMessage(),
					ex);
		}
	}

}
