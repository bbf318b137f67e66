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

import com.google.adk.agents.ReadonlyContext;
import com.google.adk.tools.BaseTool;
import com.google.adk.tools.BaseToolset;
import com.google.adk.tools.ToolContext;
import com.google.adk.tools.mcp.McpToolset;
import com.google.adk.tools.mcp.StreamableHttpServerParameters;
import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import com.google.common.cache.RemovalNotification;
import dev.lumoauth.spring.guard.GuardTerms;
import dev.lumoauth.spring.guard.RefusalText;
import dev.lumoauth.spring.http.Origin;
import dev.lumoauth.spring.token.LumoAuthTokens;
import dev.lumoauth.spring.token.TokenTarget;
import dev.lumoauth.spring.user.Caller;
import dev.lumoauth.spring.user.UserToken;
import io.modelcontextprotocol.spec.McpSchema;
import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.core.Single;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.util.Assert;
import org.springframework.util.ClassUtils;

/**
 * The tools of an MCP server, over streamable HTTP. Each party has a session of its own:
 * the agent, or each user for whom it acts. Each request carries the party's token for
 * the server.
 *
 * @param url the server's address
 * @param target the target of the tokens
 * @param terms the terms of each tool
 * @param tokens the agent's tokens
 * @param adk knows the policy, and makes the calls
 * @param parties the parties, by their names
 */
record McpServerTools(URI url, TokenTarget target, GuardTerms terms, LumoAuthTokens tokens, AdkTools adk,
		Cache<String, McpServerTools.Party> parties) implements BaseToolset {

	private static final Log logger = LogFactory.getLog(McpServerTools.class);

	/**
	 * Create the tools. A party that does nothing for half an hour needs a new session,
	 * as does the one that was idle for the longest time if there are more than 1,000.
	 */
	static McpServerTools of(URI url, String audience, GuardTerms terms, LumoAuthTokens tokens, AdkTools adk) {
		Origin.of(url);
		Class<?> schema = ClassUtils.getMethod(McpSchema.Tool.class, "inputSchema").getReturnType();
		Assert.state(schema == McpSchema.JsonSchema.class, "ADK needs the MCP SDK 1.1, and the class path has another "
				+ "one, such as Spring AI's: call MCP servers by Spring AI, or in an application of its own");
		return new McpServerTools(url, tokens.target(audience), terms, tokens, adk,
				CacheBuilder.newBuilder()
					.maximumSize(1000)
					.expireAfterAccess(Duration.ofMinutes(30))
					.removalListener((RemovalNotification<String, Party> gone) -> gone.getValue().toolset.close())
					.build());
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
			UserToken user = (this.terms.onBehalfOfUser() && context != null) ? this.adk.calls().userOf(context) : null;
			if (user == null && this.terms.onBehalfOfUser()) {
				return Flowable.empty();
			}
			Party party = this.parties.get(name(user), Party::new);
			party.user = user;
			return party.toolset.getTools(context)
				.<BaseTool>map((tool) -> party.new ServerTool(tool))
				.toList()
				.doOnSuccess((tools) -> party.tools = tools)
				.onErrorReturn((failure) -> {
					logger.warn("The tools of " + this.target.audience() + " could not be listed", failure);
					return party.tools;
				})
				.flattenAsFlowable((tools) -> tools);
		});
	}

	private static String name(@Nullable UserToken user) {
		return (user != null) ? Objects.requireNonNull(Caller.of(user).name()) : "";
	}

	@Override
	public void close() {
		this.parties.invalidateAll();
	}

	/**
	 * A party with its session. ADK reads the headers for each request again.
	 */
	final class Party extends AbstractMap<String, String> {

		private final McpToolset toolset = new McpToolset(
				StreamableHttpServerParameters.builder().url(url().toString()).headers(this).build());

		private volatile List<BaseTool> tools = List.of();

		private volatile @Nullable UserToken user;

		private OAuth2AccessToken token() {
			return tokens().exchange(target(), this.user);
		}

		@Override
		public Set<Entry<String, String>> entrySet() {
			Map<String, String> headers = new HashMap<>();
			tokens().attachment().attach(token(), "POST", url(), null, headers::put);
			return headers.entrySet();
		}

		/**
		 * Without the token, since ADK may show what it connects with.
		 */
		@Override
		public String toString() {
			return "the headers for " + url();
		}

		/**
		 * A tool of the server. A model reads the server's answer. Of any other failure
		 * it reads only that the server is unavailable.
		 */
		private final class ServerTool extends GuardedTool {

			private ServerTool(BaseTool mcp) {
				super(mcp, Objects.requireNonNull(GuardTerms.both(terms(), adk().policy().apply(mcp))), adk().calls());
			}

			/**
			 * Whichever session the party has when a person has decided.
			 */
			@Override
			Object code() {
				return offeredBy(url().toString());
			}

			@Override
			Single<Map<String, Object>> run(Map<String, Object> arguments, ToolContext context) {
				if (this.call.terms().onBehalfOfUser()
						&& !McpServerTools.name(Party.this.user).equals(Caller.current().name())) {
					throw ToolCalls.notPermitted(this, "it was listed for another user: list the tools in each run");
				}
				OAuth2AccessToken token = token();
				// The server may not have accepted it.
				return super.run(arguments, context).doOnError((failure) -> tokens().discard(token));
			}

			/**
			 * {@inheritDoc}
			 * <p>
			 * Whoever decided about the call learns of its failure before.
			 */
			@Override
			public Single<Map<String, Object>> runAsync(Map<String, Object> args, ToolContext toolContext) {
				return super.runAsync(args, toolContext).onErrorResumeNext((failure) -> {
					if (RefusalText.of(failure) != null) {
						return Single.error(failure);
					}
					logger.warn("The call of the MCP tool '" + name() + "' failed", failure);
					return Single.just(Map.of("error", RefusalText.SERVER_UNAVAILABLE));
				});
			}

		}

	}

}
