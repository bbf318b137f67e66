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

package dev.lumoauth.spring.langchain4j;

import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;

import dev.langchain4j.mcp.client.McpCallContext;
import dev.langchain4j.mcp.client.McpHeadersSupplier;
import dev.lumoauth.spring.user.UserScope;
import dev.lumoauth.spring.user.UserToken;
import org.jspecify.annotations.Nullable;

/**
 * The headers with an agent's token for an MCP server, for the {@code customHeaders} of
 * LangChain4j's MCP transport. The token is looked up for each request. If the call of a
 * tool acts for a user, the token is exchanged on behalf of that user: such a user needs
 * an MCP client of their own, because a session belongs to one of them. A request that
 * the transport makes again on a thread of its own, because the server has lost the
 * session, acts for the same user.
 *
 * @since 0.1.0
 */
public final class McpTokens implements McpHeadersSupplier {

	private final LangChain4jGuard guard;

	private final String audience;

	/** For whom requests act, by what LangChain4j sends. */
	private final Map<Object, @Nullable UserToken> users = Collections.synchronizedMap(new WeakHashMap<>());

	/**
	 * Create the headers.
	 * @param guard the guard of the agent
	 * @param audience the id of the server, such as {@code urn:mcp:financial-data}, or
	 * its resource URI
	 */
	public McpTokens(LangChain4jGuard guard, String audience) {
		this.guard = guard;
		this.audience = audience;
	}

	/**
	 * Return the headers of a request.
	 * @param call what is sent; {@code null} if the transport listens to the server
	 */
	@Override
	public Map<String, String> apply(@Nullable McpCallContext call) {
		UserToken user = (call != null) ? this.users.computeIfAbsent(call.message(), (message) -> UserScope.current())
				: null;
		return (user != null) ? UserScope.call(user, this::headers) : headers();
	}

	private Map<String, String> headers() {
		return Map.of("Authorization", "Bearer " + this.guard.agent().mcpToken(this.audience).getTokenValue());
	}

}
