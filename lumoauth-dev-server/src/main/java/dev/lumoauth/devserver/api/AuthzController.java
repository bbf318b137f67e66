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

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.annotation.JsonProperty;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;
import org.springframework.util.StringUtils;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

import dev.lumoauth.devserver.web.ApiException;
import dev.lumoauth.devserver.web.ApiPaths;

/**
 * The checks {@code authz/check*}: without a prefix, as in LumoAuth's reference pages and
 * SDKs, and in a tenant's paths, as in LumoAuth's guide. A denial is an answer with
 * status 200.
 */
@RestController
@RequestMapping({ ApiPaths.AUTHZ, ApiPaths.TENANT_AUTHZ })
class AuthzController {

	/** The maximum number of permissions in one request. */
	private static final int MAX_PERMISSIONS = 100;

	@PostMapping("/check")
	Map<String, Object> check(Caller caller, @RequestBody(required = false) @Nullable Check check,
			HttpServletRequest request) {
		if (check == null || !StringUtils.hasText(check.permission())) {
			throw ApiException.authz(HttpStatus.BAD_REQUEST, "MISSING_PERMISSION", "'permission' is missing");
		}
		Subject subject = AskedSubject.of(caller, check.subject(), check.userId());
		boolean allowed = caller.decide(subject, check.permission());
		caller.spendACall();
		Decisions.note(request, caller, subject, Map.of(check.permission(), allowed));
		Map<String, Object> answer = new LinkedHashMap<>();
		answer.put("allowed", allowed);
		answer.put("permission", check.permission());
		return complete(answer, subject, check.context());
	}

	@PostMapping("/check-bulk")
	Map<String, Object> checkBulk(Caller caller, @RequestBody(required = false) @Nullable BulkCheck check,
			HttpServletRequest request) {
		Decided decided = decide(caller, check, request);
		Map<String, Object> answer = new LinkedHashMap<>();
		answer.put("results", decided.results());
		return complete(answer, decided.subject(), decided.context());
	}

	@PostMapping("/check-any")
	Map<String, Object> checkAny(Caller caller, @RequestBody(required = false) @Nullable BulkCheck check,
			HttpServletRequest request) {
		Decided decided = decide(caller, check, request);
		return combined(decided, decided.decisions().contains(true));
	}

	@PostMapping("/check-all")
	Map<String, Object> checkAll(Caller caller, @RequestBody(required = false) @Nullable BulkCheck check,
			HttpServletRequest request) {
		Decided decided = decide(caller, check, request);
		return combined(decided, !decided.decisions().contains(false));
	}

	private static Decided decide(Caller caller, @Nullable BulkCheck check, HttpServletRequest request) {
		List<String> permissions = (check != null) ? check.permissions() : null;
		if (check == null || permissions == null || permissions.isEmpty() || permissions.size() > MAX_PERMISSIONS
				|| !permissions.stream().allMatch(StringUtils::hasText)) {
			throw ApiException.authz(HttpStatus.BAD_REQUEST, "INVALID_PERMISSIONS",
					"'permissions' is not a list of 1 to %d names".formatted(MAX_PERMISSIONS));
		}
		Subject subject = AskedSubject.of(caller, check.subject(), check.userId());
		Map<String, Boolean> results = new LinkedHashMap<>();
		permissions.forEach((permission) -> results.put(permission, caller.decide(subject, permission)));
		caller.spendACall();
		Decisions.note(request, caller, subject, results);
		return new Decided(subject, permissions, results, check.context());
	}

	private static Map<String, Object> combined(Decided decided, boolean allowed) {
		Map<String, Object> answer = new LinkedHashMap<>();
		answer.put("allowed", allowed);
		answer.put("permissions", decided.permissions());
		return complete(answer, decided.subject(), decided.context());
	}

	private static Map<String, Object> complete(Map<String, Object> answer, Subject subject,
			@Nullable Map<String, Object> context) {
		subject.describe(answer);
		if (context != null) {
			answer.put("context", context);
		}
		return answer;
	}

	record Check(@Nullable String permission, @Nullable Map<String, Object> context,
			AskedSubject.@Nullable Name subject, @JsonProperty("user_id") @Nullable Object userId) {

	}

	record BulkCheck(@Nullable List<String> permissions, @Nullable Map<String, Object> context,
			AskedSubject.@Nullable Name subject, @JsonProperty("user_id") @Nullable Object userId) {

	}

	private record Decided(Subject subject, List<String> permissions, Map<String, Boolean> results,
			@Nullable Map<String, Object> context) {

		Collection<Boolean> decisions() {
			return this.results.values();
		}

	}

}
