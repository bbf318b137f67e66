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

package dev.lumoauth.spring.adk;

import java.net.URI;
import java.time.Duration;
import java.util.AbstractMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import com.google.adk.agents.ReadonlyContext;
import com.google.adk.tools.BaseTool;
import com.google.adk.tools.BaseToolset;
import com.google.adk.tools.ToolContext;
import com.google.adk.tools.mcp.McpToolset;
import com.google.adk.tools.mcp.StreamableHttpServerParameters;
import dev.lumoauth.spring.guard.GuardTerms;
import dev.lumoauth.spring.guard.IdentifiedCode;
import dev.lumoauth.spring.guard.RefusalText;
import dev.lumoauth.spring.http.Origin;
import dev.lumoauth.spring.token.LumoAuthTokens;
import dev.lumoauth.spring.token.TokenTarget;
import dev.lumoauth.spring.user.Caller;
import dev.lumoauth.spring.user.UserToken;
import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.core.Single;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.security.oauth2.core.OAuth2AccessToken;

/**
 * The tools of an MCP server, over streamable HTTP. Each party has a session of its own:
 * the agent, or each user for whom it acts. Each request carries the party's token for
 * the server.
 */
final class McpServerTools implements BaseToolset {

	private static final Log logger = LogFactory.getLog(McpServerTools.class);

	private static final long IDLE = Duration.ofMinutes(30).toNanos();

	private final URI url;

	private final TokenTarget target;

	private final GuardTerms terms;

	private final LumoAuthTokens tokens;

	private final ToolCalls calls;

	private final Map<String, Party> parties = new ConcurrentHashMap<>();

	/**
	 * Create the tools.
	 * @param url the server's address
	 * @param target the target of the tokens
	 * @param terms the terms of each tool
	 * @param tokens the agent's tokens
	 * @param calls makes the calls
	 */
	McpServerTools(URI url, TokenTarget target, GuardTerms terms, LumoAuthTokens tokens, ToolCalls calls) {
		Origin.of(url);
		this.url = url;
		this.target = target;
		this.terms = terms;
		this.tokens = tokens;
		this.calls = calls;
	}

	/**
	 * {@inheritDoc}
	 * <p>
	 * None for a session without a user, if the tools act for the user. If the server
	 * can't be asked, for instance because it no longer accepts the agent, those that it
	 * had: whoever calls one is told why that is not possible.
	 */
	@Override
	public Flowable<BaseTool> getTools(@Nullable ReadonlyContext context) {
		return Flowable.defer(() -> {
			UserToken user = (this.terms.onBehalfOfUser() && context != null) ? this.calls.userOf(context) : null;
			if (user == null && this.terms.onBehalfOfUser()) {
				return Flowable.empty();
			}
			Party party = party(user);
			return party.toolset.getTools(context)
				.<BaseTool>map((tool) -> new ServerTool(tool, party))
				.toList()
				.doOnSuccess((tools) -> party.tools = tools)
				.onErrorReturn((failure) -> {
					logger.warn("The tools of " + this.target.audience() + " could not be listed", failure);
					return party.tools;
				})
				.flattenAsFlowable((tools) -> tools);
		});
	}

	private Party party(@Nullable UserToken user) {
		long now = System.nanoTime();
		this.parties.forEach((name, party) -> {
			if (now - party.used > IDLE && this.parties.remove(name, party)) {
				party.toolset.close();
			}
		});
		String name = (user != null) ? Objects.requireNonNull(Caller.of(user).name()) : "";
		Party party = this.parties.computeIfAbsent(name, Party::new);
		party.used = now;
		party.user = user;
		return party;
	}

	@Override
	public void close() {
		this.parties.values().forEach((party) -> party.toolset.close());
		this.parties.clear();
	}

	/**
	 * A party with its session. ADK reads the headers for each request again.
	 */
	private final class Party extends AbstractMap<String, String> {

		private final McpToolset toolset = new McpToolset(
				StreamableHttpServerParameters.builder().url(McpServerTools.this.url.toString()).headers(this).build());

		private volatile List<BaseTool> tools = List.of();

		private volatile @Nullable UserToken user;

		private volatile long used;

		private final String name;

		private Party(String name) {
			this.name = name;
		}

		private OAuth2AccessToken token() {
			return McpServerTools.this.tokens.exchange(McpServerTools.this.target, this.user);
		}

		@Override
		public Set<Entry<String, String>> entrySet() {
			Map<String, String> headers = new HashMap<>();
			McpServerTools.this.tokens.attachment()
				.attach(token(), "POST", McpServerTools.this.url, null, headers::put);
			return headers.entrySet();
		}

	}

	/**
	 * A tool of the server. A model reads the server's answer. Of any other failure it
	 * reads only that the server is unavailable.
	 */
	private final class ServerTool extends GuardedTool {

		private final Party party;

		private ServerTool(BaseTool tool, Party party) {
			super(tool, McpServerTools.this.terms, McpServerTools.this.calls);
			this.party = party;
		}

		/**
		 * ADK makes a new object for each request to the model.
		 */
		@Override
		Object code() {
			return (IdentifiedCode) () -> List.of(McpServerTools.this.url.toString(), name(), description(),
					ToolCalls.schema(this));
		}

		@Override
		Single<Map<String, Object>> run(Map<String, Object> arguments, ToolContext context) {
			if (this.terms.onBehalfOfUser() && !this.party.name.equals(Caller.current().name())) {
				throw ToolCalls.notPermitted(this, "it was listed for another user: list the tools in each run");
			}
			OAuth2AccessToken token = this.party.token();
			return super.run(arguments, context).onErrorResumeNext((failure) -> {
				// The server may not have accepted it.
				McpServerTools.this.tokens.discard(token);
				logger.warn("The call of the MCP tool '" + name() + "' failed", failure);
				return (RefusalText.of(failure) != null) ? Single.error(failure)
						: Single.just(Map.of("error", RefusalText.SERVER_UNAVAILABLE));
			});
		}

	}

}
