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
import java.net.URI;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.util.UriComponentsBuilder;

import dev.lumoauth.devserver.state.User;
import dev.lumoauth.devserver.web.ApiPaths;
import dev.lumoauth.devserver.web.CurrentTenant;
import dev.lumoauth.devserver.web.HtmlPage;
import dev.lumoauth.devserver.web.RequestLog;

/**
 * Asks a user whether an agent may use a resource. There is no session: the user is the
 * one who is chosen on the page. Requests from another site's page are refused before
 * they arrive here.
 */
@RestController
class ConsentController {

	static final String REDIRECT = "/aauth/agent/auth";

	private static final String REQUEST_TOKEN = "request_token";

	private static final String USER = "user";

	private static final String DECLINE = "decline";

	private final Consents consents;

	ConsentController(Consents consents) {
		this.consents = consents;
	}

	@GetMapping(ApiPaths.TENANT + REDIRECT)
	ResponseEntity<Void> redirect(@RequestParam(name = REQUEST_TOKEN, required = false) @Nullable String requestToken,
			HttpServletRequest request) {
		if (requestToken == null || find(requestToken) == null) {
			throw AAuthErrors.invalidRequest("The request_token is missing, unknown, expired or used already");
		}
		return ResponseEntity.status(HttpStatus.FOUND)
			.location(URI.create(ApiPaths.consentOf(request) + "?" + REQUEST_TOKEN + "=" + requestToken))
			.build();
	}

	@GetMapping(ApiPaths.CONSENT)
	void page(@RequestParam(name = REQUEST_TOKEN, defaultValue = "") String requestToken, HttpServletRequest request,
			HttpServletResponse response) throws IOException {
		Consents.Consent consent = find(requestToken);
		if (consent == null) {
			writeError(response);
			return;
		}
		RequestLog.note(request, "consent page for " + consent.grant().agent().id());
		ConsentPage.write(request, response, requestToken, consent);
	}

	@PostMapping(path = ApiPaths.CONSENT, consumes = MediaType.APPLICATION_FORM_URLENCODED_VALUE)
	void decide(@RequestParam(name = REQUEST_TOKEN, defaultValue = "") String requestToken,
			@RequestParam(name = USER, required = false) @Nullable String username,
			@RequestParam(name = DECLINE, required = false) @Nullable String decline, HttpServletRequest request,
			HttpServletResponse response) throws IOException {
		Optional<User> user = (username != null && decline == null) ? CurrentTenant.get().user(username)
				: Optional.empty();
		Consents.Consent consent = find(requestToken);
		if (consent == null || (user.isEmpty() && decline == null)
				|| this.consents.requests().take(requestToken) == null) {
			writeError(response);
			return;
		}
		AuthGrant grant = consent.grant();
		Set<String> scopes = user.map((found) -> permitted(found, grant)).orElse(Set.of());
		if (user.isEmpty() || (scopes.isEmpty() && !grant.scopes().isEmpty())) {
			RequestLog.note(request, "no consent to " + grant.agent().id());
			send(response, consent.redirectUri(), "error", "access_denied");
			return;
		}
		RequestLog.note(request, "consent of %s to %s".formatted(user.get().username(), grant.agent().id()));
		send(response, consent.redirectUri(), "code",
				this.consents.codes().issue(new Consents.Consent(grant.by(user.get(), scopes), consent.redirectUri())));
	}

	static Set<String> permitted(User user, AuthGrant grant) {
		Set<String> scopes = new TreeSet<>(grant.scopes());
		scopes.retainAll(user.scopes());
		return scopes;
	}

	private Consents.@Nullable Consent find(String requestToken) {
		Consents.Consent consent = this.consents.requests().find(requestToken);
		return (consent != null && consent.grant().tenant() == CurrentTenant.get()) ? consent : null;
	}

	private static void send(HttpServletResponse response, String redirectUri, String name, String value) {
		response.setStatus(HttpStatus.SEE_OTHER.value());
		response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
		response.setHeader(HttpHeaders.LOCATION,
				UriComponentsBuilder.fromUriString(redirectUri).queryParam(name, value).build(true).toUriString());
	}

	private static void writeError(HttpServletResponse response) throws IOException {
		HtmlPage.write(response, HttpStatus.BAD_REQUEST, "This consent cannot continue", """
				<p>The request is unknown, was already answered, or is more than %d minutes old. Start again in
				the application.</p>
				""".formatted(Consents.REQUEST_LIFETIME.toMinutes()));
	}

}
