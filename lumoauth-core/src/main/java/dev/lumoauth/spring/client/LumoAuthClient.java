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

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import dev.lumoauth.spring.AgentInfo;
import dev.lumoauth.spring.AskResult;
import dev.lumoauth.spring.http.LumoAuthAddresses;
import dev.lumoauth.spring.http.LumoAuthHttp;
import dev.lumoauth.spring.token.LumoAuthTokens;

/**
 * LumoAuth's HTTP API, used as one agent. The client remembers no answer.
 *
 * @since 0.1.0
 */
public class LumoAuthClient {

	private final LumoAuthTokens tokens;

	private final LumoAuthAddresses addresses;

	private final ApiCalls calls;

	private final AuthzApi authz;

	/** Whether LumoAuth was asked for its own id of the agent. */
	private volatile boolean known;

	/**
	 * Create the client.
	 * @param http the connection to LumoAuth
	 * @param tokens the agent's tokens
	 */
	public LumoAuthClient(LumoAuthHttp http, LumoAuthTokens tokens) {
		this.tokens = tokens;
		this.addresses = http.endpoints();
		this.calls = new ApiCalls(http, tokens);
		this.authz = new AuthzApi(this.calls, http, this::isAgent);
	}

	/**
	 * Return what LumoAuth knows about the agent ({@code agents/me}).
	 * @return the agent
	 * @throws dev.lumoauth.spring.LumoAuthUnavailableException if LumoAuth gave no
	 * answer; an answer without an id does not count
	 */
	public AgentInfo me() {
		return this.calls.get(this.addresses.agentsMe(), LumoAuthClient::agent);
	}

	/**
	 * Return whether an id is the agent's. LumoAuth's id of an agent may differ from its
	 * client id, and an opaque token doesn't say it: then LumoAuth is asked, once
	 * ({@code agents/me}).
	 * @param id the id, in any of LumoAuth's spellings
	 * @return whether it is the agent's
	 * @throws dev.lumoauth.spring.LumoAuthException as {@link #me()} does
	 */
	public boolean isAgent(String id) {
		if (!this.known && !this.tokens.isKnownAs(id)) {
			this.tokens.knownAs(me().agentId());
			this.known = true;
		}
		return this.tokens.isKnownAs(id);
	}

	/**
	 * Ask whether an action is allowed ({@code agents/ask}).
	 * @param action the action
	 * @param context what the decision may depend on; may be empty
	 * @return the answer, allowed only for a JSON {@code true}
	 * @throws IllegalArgumentException if the context can't be written as JSON
	 * @throws dev.lumoauth.spring.LumoAuthBudgetExceededException if the agent's budget
	 * is spent
	 * @throws dev.lumoauth.spring.LumoAuthDeniedException if the agent may not ask
	 * @throws dev.lumoauth.spring.LumoAuthUnavailableException if LumoAuth gave no
	 * answer; an answer about another action, or without a boolean {@code allowed}, does
	 * not count
	 */
	public AskResult ask(String action, Map<String, ?> context) {
		Map<String, ?> body = context.isEmpty() ? Map.of("action", action)
				: Map.of("action", action, "context", context);
		return this.calls.post(this.addresses.agentsAsk(), body, (answer) -> {
			answer.requireSameId("action", action);
			return new AskResult(answer.requireBoolean("allowed"), action, answer.text("reason"),
					answer.text("audit_id"));
		});
	}

	/**
	 * Ask whether the agent may call a tool of an MCP server
	 * ({@code agents/me/mcp/authorize}).
	 * @param question the tool and its server
	 * @return {@code true} only for HTTP 200 and a JSON {@code true}, {@code false} for
	 * HTTP 403
	 * @throws dev.lumoauth.spring.LumoAuthUnavailableException if LumoAuth gave no
	 * answer; an answer about another server, tool or agent, or without a boolean
	 * {@code allowed}, does not count
	 * @throws dev.lumoauth.spring.LumoAuthException if LumoAuth did not accept the
	 * question
	 */
	public boolean mcpAuthorize(McpToolQuestion question) {
		return this.authz.mcpAuthorize(question);
	}

	/**
	 * Return whether the agent has a permission ({@code authz/check}).
	 * @param permission the permission
	 * @return {@code true} only for a JSON {@code true}
	 * @throws dev.lumoauth.spring.LumoAuthDeniedException if the agent may not ask
	 * @throws dev.lumoauth.spring.LumoAuthUnavailableException if LumoAuth gave no
	 * answer; an answer about another permission or for another subject, or without a
	 * boolean {@code allowed}, does not count
	 */
	public boolean check(String permission) {
		return this.authz.check(permission);
	}

	/**
	 * Find out which permissions the agent has, with one request for each 100
	 * ({@code authz/check-bulk}), and pass on the answers as they arrive. Answers that
	 * arrived before a failure still count.
	 * @param permissions the permissions
	 * @param results takes each permission that LumoAuth answered with a JSON boolean. A
	 * permission that is not passed on has no answer
	 * @throws dev.lumoauth.spring.LumoAuthDeniedException if the agent may not ask
	 * @throws dev.lumoauth.spring.LumoAuthUnavailableException if LumoAuth gave no answer
	 */
	public void checkBulk(Collection<String> permissions, BiConsumer<String, Boolean> results) {
		this.authz.checkBulk(permissions, results);
	}

	/**
	 * Return the capabilities that are listed in the agent's claims
	 * ({@code oauth/userinfo}).
	 * @return their names; {@code null} if LumoAuth lists none, which is not the same as
	 * an empty list
	 * @throws dev.lumoauth.spring.LumoAuthDeniedException with the error code
	 * {@code insufficient_scope} if {@code openid} is missing
	 * @throws dev.lumoauth.spring.LumoAuthUnavailableException if LumoAuth gave no
	 * answer; an answer without {@code sub} does not count
	 */
	public @Nullable Set<String> capabilities() {
		return userinfo((answer) -> answer.texts("capabilities"));
	}

	/**
	 * Return the budget policy in the agent's claims ({@code oauth/userinfo}).
	 * @return limits and counters, including those that this library does not know,
	 * without the fields that are JSON {@code null}; {@code null} if the agent has no
	 * policy or LumoAuth does not say
	 * @throws dev.lumoauth.spring.LumoAuthDeniedException as {@link #capabilities()} does
	 * @throws dev.lumoauth.spring.LumoAuthUnavailableException as {@link #capabilities()}
	 * does
	 */
	public @Nullable Map<String, Object> budgetPolicy() {
		return userinfo(LumoAuthClient::budgetPolicy);
	}

	/**
	 * Read the agent's claims (OpenID Connect Core section 5.3). Newer LumoAuth wants the
	 * {@code openid} scope for them.
	 */
	private <T extends @Nullable Object> T userinfo(Function<ApiAnswer, T> reader) {
		return this.calls.get(this.addresses.userinfo(), (answer) -> {
			answer.requireText("sub");
			return reader.apply(answer);
		});
	}

	private static @Nullable Map<String, Object> budgetPolicy(ApiAnswer answer) {
		Object policy = answer.fields().get("budget_policy");
		if (policy == null) {
			return null;
		}
		if (!(policy instanceof Map<?, ?> fields)) {
			throw answer.malformed("its 'budget_policy' is not an object");
		}
		Map<String, Object> known = new LinkedHashMap<>();
		fields.forEach((name, value) -> {
			if (value != null) {
				known.put(String.valueOf(name), value);
			}
		});
		return Collections.unmodifiableMap(known);
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
		return Stream.of(values).filter(Objects::nonNull).findFirst().orElse(null);
	}

}
