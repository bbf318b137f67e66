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

package dev.lumoauth.devserver.api;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;
import org.springframework.util.StringUtils;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

import dev.lumoauth.devserver.state.Agent;
import dev.lumoauth.devserver.web.ApiException;
import dev.lumoauth.devserver.web.ApiPaths;
import dev.lumoauth.devserver.web.RequestLog;

/**
 * {@code authz/check} and {@code authz/check-bulk}: without a prefix, as LumoAuth's
 * current API has them, and after {@code /t/{tenant}/api/v1} as its guide does. A denial
 * is an answer with status 200.
 */
@RestController
class AuthzController {

	private static final String AUTHZ = "/api/v1/authz";

	private static final String LEGACY_AUTHZ = ApiPaths.LEGACY_TENANT + "/authz";

	/** As many permissions as one request may name. */
	private static final int MAX_PERMISSIONS = 100;

	/** What a caller needs to ask about another subject than itself. */
	private static final List<String> ASK_ABOUT_OTHERS = List.of("authz:check", "authz.check");

	@PostMapping({ AUTHZ + "/check", LEGACY_AUTHZ + "/check" })
	Map<String, Object> check(Caller caller, @RequestBody(required = false) @Nullable Check check,
			HttpServletRequest request) {
		if (check == null || !StringUtils.hasText(check.permission())) {
			throw ApiException.authz(HttpStatus.BAD_REQUEST, "MISSING_PERMISSION", "'permission' is missing");
		}
		Subject subject = subject(caller, check.subject());
		boolean allowed = decide(caller, subject, check.permission());
		caller.agent().budget().spend(0, 1);
		Decisions.note(request, caller, check.permission(), allowed);
		Map<String, Object> answer = new LinkedHashMap<>();
		answer.put("allowed", allowed);
		answer.put("permission", check.permission());
		return complete(answer, subject, check.context());
	}

	@PostMapping({ AUTHZ + "/check-bulk", LEGACY_AUTHZ + "/check-bulk" })
	Map<String, Object> checkBulk(Caller caller, @RequestBody(required = false) @Nullable BulkCheck check,
			HttpServletRequest request) {
		List<String> permissions = (check != null) ? check.permissions() : null;
		if (check == null || permissions == null || permissions.isEmpty() || permissions.size() > MAX_PERMISSIONS
				|| !permissions.stream().allMatch(StringUtils::hasText)) {
			throw ApiException.authz(HttpStatus.BAD_REQUEST, "INVALID_PERMISSIONS",
					"'permissions' is not a list of 1 to %d names".formatted(MAX_PERMISSIONS));
		}
		Subject subject = subject(caller, check.subject());
		Map<String, Boolean> results = new LinkedHashMap<>();
		permissions.forEach((permission) -> results.put(permission, decide(caller, subject, permission)));
		caller.agent().budget().spend(0, 1);
		RequestLog.note(request, "%s: %s".formatted(caller.agent(), results));
		Map<String, Object> answer = new LinkedHashMap<>();
		answer.put("results", results);
		return complete(answer, subject, check.context());
	}

	private static boolean decide(Caller caller, Subject subject, String permission) {
		if (subject.isAgent(caller.agent())) {
			caller.agent().asked(permission);
			return caller.has(permission);
		}
		Optional<Agent> other = "agent".equals(subject.type()) ? caller.tenant().agent(subject.id()) : Optional.empty();
		return other.isPresent() && other.get().hasCapability(permission);
	}

	private static Subject subject(Caller caller, @Nullable Subject subject) {
		if (subject == null) {
			return new Subject("agent", caller.agent().id());
		}
		if (!StringUtils.hasText(subject.type()) || !StringUtils.hasText(subject.id())) {
			throw ApiException.authz(HttpStatus.BAD_REQUEST, "MISSING_FIELDS", "'subject' needs 'type' and 'id'");
		}
		if (!subject.isAgent(caller.agent()) && ASK_ABOUT_OTHERS.stream().noneMatch(caller::has)) {
			throw ApiException.api(HttpStatus.FORBIDDEN, "insufficient_permissions",
					"Only a caller with 'authz:check' may ask about another subject");
		}
		return subject;
	}

	private static Map<String, Object> complete(Map<String, Object> answer, Subject subject,
			@Nullable Map<String, Object> context) {
		answer.put("subject_type", subject.type());
		answer.put("subject_id", subject.id());
		if (context != null) {
			answer.put("context", context);
		}
		return answer;
	}

	record Check(@Nullable String permission, @Nullable Map<String, Object> context, @Nullable Subject subject) {

	}

	record BulkCheck(@Nullable List<String> permissions, @Nullable Map<String, Object> context,
			@Nullable Subject subject) {

	}

	record Subject(String type, String id) {

		boolean isAgent(Agent agent) {
			return "agent".equals(this.type) && agent.id().equals(this.id);
		}

	}

}
