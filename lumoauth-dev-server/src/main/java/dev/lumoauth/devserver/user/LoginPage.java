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

package dev.lumoauth.devserver.user;

import java.io.IOException;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

import dev.lumoauth.devserver.state.Tenant;
import dev.lumoauth.devserver.state.User;
import dev.lumoauth.devserver.web.CurrentTenant;
import dev.lumoauth.devserver.web.HtmlPage;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.http.HttpStatus;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationCodeRequestAuthenticationToken;

/**
 * The page for choosing a user, and the error page: HTML without a script. Everything
 * that comes from a request or from the configuration file is escaped.
 */
public final class LoginPage {

	void write(HttpServletRequest request, HttpServletResponse response,
			OAuth2AuthorizationCodeRequestAuthenticationToken authorizationRequest) throws IOException {
		Tenant tenant = CurrentTenant.get();
		String client = authorizationRequest.getClientId();
		String title = tenant.agent(client)
			.map((agent) -> "Let %s act for you".formatted(agent.name()))
			.or(() -> tenant.application(client).map((application) -> "Log in to " + application.name()))
			.orElse(client);
		Set<String> requested = authorizationRequest.getScopes();
		String users = tenant.users().stream().map((user) -> button(user, requested)).collect(Collectors.joining("\n"));
		HtmlPage.write(response, HttpStatus.OK, title, """
				<p>There are no passwords here. Choose who you are. The text below each name says what the
				application and its agents may then do.</p>
				<form method="post" action="%s">
				%s
				<ul>
				%s
				</ul>
				<button name="%s" value="true">Decline</button>
				</form>
				""".formatted(HtmlPage.escape(request.getRequestURI()), hidden(request), users,
				LoginEntryPoint.DECLINE));
	}

	void writeError(HttpServletResponse response, HttpStatus status, String message) throws IOException {
		HtmlPage.write(response, status, "This login cannot continue", """
				<p>%s</p>
				<p>The request that the application sent is at fault. Its settings for this server and the
				<code>redirect-uris</code> of the dev server's configuration file have to agree.</p>
				""".formatted(HtmlPage.escape(message)));
	}

	private static String button(User user, Set<String> requested) {
		Set<String> scopes = new TreeSet<>(user.scopes());
		if (!requested.isEmpty()) {
			scopes.retainAll(requested);
		}
		String permits = scopes.isEmpty() ? "permits none of the requested scopes"
				: "permits " + String.join(", ", scopes);
		return "<li><button name=\"%s\" value=\"%s\"><strong>%s</strong><small>%s</small></button></li>".formatted(
				ChosenUser.PARAMETER, HtmlPage.escape(user.username()), HtmlPage.escape(user.name()),
				HtmlPage.escape(permits));
	}

	/** The authorization request again, because the server doesn't keep it. */
	private static String hidden(HttpServletRequest request) {
		return request.getParameterMap()
			.entrySet()
			.stream()
			.filter((parameter) -> !parameter.getKey().equals(ChosenUser.PARAMETER))
			.map((parameter) -> "<input type=\"hidden\" name=\"%s\" value=\"%s\">"
				.formatted(HtmlPage.escape(parameter.getKey()), HtmlPage.escape(parameter.getValue()[0])))
			.collect(Collectors.joining("\n"));
	}

}
