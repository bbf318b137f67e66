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
import java.util.function.BiConsumer;
import java.util.function.Predicate;

import org.springframework.security.oauth2.core.OAuth2AccessToken;

import dev.lumoauth.spring.http.LumoAuthHttp;

/**
 * LumoAuth's decisions about a party, asked with the token of that party. The token is
 * the subject of each question and is never replaced by another one. LumoAuth's refusal
 * for one party says nothing about others.
 *
 * @since 0.1.0
 */
public final class SubjectClient {

	private final LumoAuthHttp http;

	private final ApiCalls calls;

	/**
	 * Create the client of a party.
	 * @param http the connection to LumoAuth, which no agent of this application uses
	 * @param token the party's token, sent unchanged
	 */
	public SubjectClient(LumoAuthHttp http, OAuth2AccessToken token) {
		this.http = http;
		this.calls = new ApiCalls(http, (subject) -> token, (refused) -> false);
	}

	/**
	 * Return whether the party has a permission ({@code authz/check}).
	 * @param permission the permission
	 * @param subject whether the {@code subject_id} of an answer is the party's
	 * @return {@code true} only for a JSON {@code true}
	 * @throws dev.lumoauth.spring.LumoAuthAuthenticationException if LumoAuth does not
	 * accept the token
	 * @throws dev.lumoauth.spring.LumoAuthDeniedException if the party may not ask
	 * @throws dev.lumoauth.spring.LumoAuthUnavailableException if LumoAuth gave no
	 * answer; an answer about somebody else does not count
	 */
	public boolean check(String permission, Predicate<String> subject) {
		return new AuthzApi(this.calls, this.http, subject).check(permission);
	}

	/**
	 * Find out which permissions the party has, with one request for each 100
	 * ({@code authz/check-bulk}).
	 * @param permissions the permissions
	 * @param subject as for {@link #check}
	 * @param results takes each permission that LumoAuth answered with a JSON boolean
	 * @throws dev.lumoauth.spring.LumoAuthAuthenticationException as {@link #check} does
	 * @throws dev.lumoauth.spring.LumoAuthDeniedException as {@link #check} does
	 * @throws dev.lumoauth.spring.LumoAuthUnavailableException as {@link #check} does
	 */
	public void checkBulk(Collection<String> permissions, Predicate<String> subject,
			BiConsumer<String, Boolean> results) {
		new AuthzApi(this.calls, this.http, subject).checkBulk(permissions, results);
	}

	/**
	 * Return whether the party may call a tool of an MCP server
	 * ({@code agents/me/mcp/authorize}).
	 * @param question the tool and its server, with the names of the party
	 * @return as {@link LumoAuthClient#mcpAuthorize}
	 * @throws dev.lumoauth.spring.LumoAuthAuthenticationException as {@link #check} does
	 * @throws dev.lumoauth.spring.LumoAuthUnavailableException as
	 * {@link LumoAuthClient#mcpAuthorize} does
	 */
	public boolean mcpAuthorize(McpToolQuestion question) {
		return new AuthzApi(this.calls, this.http, (subject) -> false).mcpAuthorize(question);
	}

}
