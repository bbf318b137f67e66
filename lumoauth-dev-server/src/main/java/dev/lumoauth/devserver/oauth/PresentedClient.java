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

package dev.lumoauth.devserver.oauth;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

import dev.lumoauth.devserver.web.CurrentTenant;
import dev.lumoauth.devserver.workload.Workloads;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import org.springframework.util.StringUtils;

/**
 * Finds the client that a request names. Nothing is verified.
 */
@Component
class PresentedClient {

	private static final String BASIC = "Basic ";

	private final TokenStore store;

	private final Workloads workloads;

	PresentedClient(TokenStore store, Workloads workloads) {
		this.store = store;
		this.workloads = workloads;
	}

	/**
	 * Returns the client id of HTTP Basic or of the form. Without one, returns the client
	 * that the assertion names, to which the exchanged token or the actor's token was
	 * issued, or that the platform's token identifies.
	 */
	@Nullable String idOf(HttpServletRequest request) {
		String authorization = request.getHeader(HttpHeaders.AUTHORIZATION);
		if (authorization != null && authorization.regionMatches(true, 0, BASIC, 0, BASIC.length())) {
			return basicUser(authorization.substring(BASIC.length()).trim());
		}
		String clientId = request.getParameter("client_id");
		if (StringUtils.hasText(clientId)) {
			return clientId;
		}
		String assertion = request.getParameter("client_assertion");
		if (assertion != null) {
			return ClientAssertions.subjectOf(assertion);
		}
		String actor = request.getParameter("actor_token");
		String token = StringUtils.hasText(actor) ? actor : request.getParameter("subject_token");
		return (token != null) ? this.store.find(CurrentTenant.get(), token)
			.map(IssuedToken::clientId)
			.orElseGet(() -> this.workloads.claimedBy(token, CurrentTenant.get())) : null;
	}

	private static @Nullable String basicUser(String credentials) {
		try {
			String decoded = new String(Base64.getDecoder().decode(credentials), StandardCharsets.UTF_8);
			int colon = decoded.indexOf(':');
			return (colon > 0) ? URLDecoder.decode(decoded.substring(0, colon), StandardCharsets.UTF_8) : null;
		}
		catch (IllegalArgumentException ex) {
			return null;
		}
	}

}
