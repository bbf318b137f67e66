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

package dev.lumoauth.devserver.aauth;

import java.io.IOException;
import java.util.Set;
import java.util.stream.Collectors;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.http.HttpStatus;

import dev.lumoauth.devserver.jose.Thumbprints;
import dev.lumoauth.devserver.state.Tenant;
import dev.lumoauth.devserver.state.User;
import dev.lumoauth.devserver.web.HtmlPage;

/**
 * The page on which a user lets an agent use a resource.
 */
final class ConsentPage {

	private ConsentPage() {
	}

	static void write(HttpServletRequest request, HttpServletResponse response, String requestToken,
			Consents.Consent consent) throws IOException {
		AuthGrant grant = consent.grant();
		Tenant tenant = grant.tenant();
		String delegate = grant.delegate();
		String identifier = (grant.agent().aauth() != null) ? grant.agent().aauth().identifier() : "";
		String scopes = grant.scopes().isEmpty() ? "nothing in particular" : String.join(", ", grant.scopes());
		String users = tenant.users().stream().map((user) -> button(user, grant)).collect(Collectors.joining("\n"));
		HtmlPage.write(response, HttpStatus.OK,
				"Let %s use %s".formatted(grant.agent().name(), grant.resource().identifier()),
				"""
						<dl>
						<dt>Agent</dt><dd><code>%s</code>%s</dd>
						<dt>Key of the agent</dt><dd><code>%s</code></dd>
						<dt>Resource</dt><dd><code>%s</code></dd>
						<dt>It asks for</dt><dd>%s</dd>
						</dl>
						<p>There are no passwords here. To allow the request, choose who you are. The text below each
						name says what the agent may then do.</p>
						<form method="post" action="%s">
						<input type="hidden" name="request_token" value="%s">
						<ul>
						%s
						</ul>
						<button name="decline" value="true">Deny</button>
						</form>
						""".formatted(HtmlPage.escape(identifier),
						(delegate != null) ? ", instance <code>" + HtmlPage.escape(delegate) + "</code>" : "",
						HtmlPage.escape(Thumbprints.of(grant.key())), HtmlPage.escape(grant.resource().identifier()),
						HtmlPage.escape(scopes), HtmlPage.escape(request.getRequestURI()),
						HtmlPage.escape(requestToken), users));
	}

	private static String button(User user, AuthGrant grant) {
		Set<String> scopes = ConsentController.permitted(user, grant);
		String permits = scopes.isEmpty() ? "permits none of the requested scopes"
				: "permits " + String.join(", ", scopes);
		return "<li><button name=\"user\" value=\"%s\"><strong>Allow as %s</strong><small>%s</small></button></li>"
			.formatted(HtmlPage.escape(user.username()), HtmlPage.escape(user.name()), HtmlPage.escape(permits));
	}

}
