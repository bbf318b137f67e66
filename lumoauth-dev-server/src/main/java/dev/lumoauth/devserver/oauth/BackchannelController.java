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

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.http.CacheControl;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2ClientAuthenticationToken;
import org.springframework.util.StringUtils;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

import dev.lumoauth.devserver.approval.ApprovalKind;
import dev.lumoauth.devserver.approval.ApprovalRequest;
import dev.lumoauth.devserver.approval.Approvals;
import dev.lumoauth.devserver.approval.Asked;
import dev.lumoauth.devserver.approval.AuthorizationDetails;
import dev.lumoauth.devserver.approval.JitTask;
import dev.lumoauth.devserver.approval.JitTasks;
import dev.lumoauth.devserver.approval.RiskAssessment;
import dev.lumoauth.devserver.state.Agent;
import dev.lumoauth.devserver.state.Tenant;
import dev.lumoauth.devserver.state.User;
import dev.lumoauth.devserver.web.ApiException;
import dev.lumoauth.devserver.web.ApiPaths;
import dev.lumoauth.devserver.web.CurrentTenant;
import dev.lumoauth.devserver.web.RequestLog;

/**
 * {@code oauth/bc-authorize} (OpenID Connect CIBA Core 1.0, section 7): an agent asks a
 * user to approve authorization details (RFC 9396). The user's device is the console's
 * inbox. Logins by CIBA are not supported.
 */
@RestController
class BackchannelController {

	private static final Duration LIFETIME = Duration.ofMinutes(5);

	private static final int TTL = 600;

	private static final int MAX_MESSAGE = 480;

	private static final List<String> HINTS = List.of("login_hint", "login_hint_token", "id_token_hint");

	private static final JsonMapper JSON = JsonMapper.builder().build();

	private final Approvals approvals;

	private final JitTasks tasks;

	BackchannelController(Approvals approvals, JitTasks tasks) {
		this.approvals = approvals;
		this.tasks = tasks;
	}

	@PostMapping(ApiPaths.TENANT + OAuthSecurity.BACKCHANNEL)
	ResponseEntity<Map<String, Object>> ask(HttpServletRequest http) {
		Tenant tenant = CurrentTenant.get();
		Agent agent = agent(tenant);
		User user = user(http, tenant);
		AuthorizationDetails details = details(http.getParameter("authorization_details"));
		if (details.locationNotFor(tenant, agent).isPresent()) {
			throw refused(HttpStatus.FORBIDDEN, OAuth2ErrorCodes.ACCESS_DENIED,
					"'locations' names a server that is not for this agent");
		}
		String message = http.getParameter("binding_message");
		if (message != null && message.length() > MAX_MESSAGE) {
			throw refused(HttpStatus.BAD_REQUEST, "invalid_binding_message",
					"'binding_message' is longer than %d characters".formatted(MAX_MESSAGE));
		}
		Duration lifetime = lifetime(http.getParameter("requested_expiry"));
		JitTask task = this.tasks.begin(tenant, agent, user, null, message, "ciba");
		ApprovalRequest request = this.approvals.ask(new Asked(ApprovalKind.CIBA, tenant, agent, user, task.id(),
				message, RiskAssessment.of(details, task), details.all(), TTL, lifetime, null));
		RequestLog.note(http, "%s asks %s".formatted(agent.id(), user.username()));
		Map<String, Object> answer = new LinkedHashMap<>();
		answer.put("auth_req_id", request.handle());
		answer.put("expires_in", lifetime.toSeconds());
		answer.put("interval", CibaPolls.INTERVAL.toSeconds());
		return ResponseEntity.ok().cacheControl(CacheControl.noStore()).body(answer);
	}

	private static Agent agent(Tenant tenant) {
		OAuth2ClientAuthenticationToken client = (OAuth2ClientAuthenticationToken) SecurityContextHolder.getContext()
			.getAuthentication();
		Agent agent = tenant.agent((client != null) ? Clients.registered(client).getClientId() : "")
			.orElseThrow(() -> refused(HttpStatus.FORBIDDEN, OAuth2ErrorCodes.UNAUTHORIZED_CLIENT,
					"Only an agent can ask a user, not an application"));
		if (!agent.hasCapability(TokenExchangeGrant.DELEGATE)) {
			throw refused(HttpStatus.FORBIDDEN, OAuth2ErrorCodes.ACCESS_DENIED,
					"The agent may not act for users: it lacks the capability " + TokenExchangeGrant.DELEGATE);
		}
		return agent;
	}

	private static User user(HttpServletRequest http, Tenant tenant) {
		List<String> hints = HINTS.stream().filter((hint) -> StringUtils.hasText(http.getParameter(hint))).toList();
		if (!hints.equals(HINTS.subList(0, 1))) {
			throw refused(HttpStatus.BAD_REQUEST, OAuth2ErrorCodes.INVALID_REQUEST,
					"Exactly one hint is needed, and the dev server supports login_hint only");
		}
		return tenant.userByHint(http.getParameter("login_hint").trim())
			.orElseThrow(() -> refused(HttpStatus.BAD_REQUEST, "unknown_user_id", "There is no such user"));
	}

	private static AuthorizationDetails details(@Nullable String text) {
		try {
			List<?> list = JSON.readValue(StringUtils.hasText(text) ? text : "[]", List.class);
			if (list.size() == 1) {
				return AuthorizationDetails.of(list.get(0));
			}
		}
		catch (JacksonException | IllegalArgumentException ex) {
			// The message is the same for all errors in them.
		}
		throw refused(HttpStatus.BAD_REQUEST, "invalid_authorization_details",
				"'authorization_details' is not a JSON array with one object that has a 'type'");
	}

	private static Duration lifetime(@Nullable String seconds) {
		if (seconds == null) {
			return LIFETIME;
		}
		if (!seconds.matches("[1-9]\\d{0,8}")) {
			throw refused(HttpStatus.BAD_REQUEST, OAuth2ErrorCodes.INVALID_REQUEST,
					"'requested_expiry' is not a number of seconds");
		}
		return Duration.ofSeconds(Math.min(Long.parseLong(seconds), LIFETIME.toSeconds()));
	}

	private static ApiException refused(HttpStatus status, String error, String description) {
		return ApiException.oauth(status, error, description);
	}

}
