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

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

import dev.lumoauth.devserver.web.ApiPaths;

/**
 * {@code authz/permissions}: all permissions of the caller, on one page.
 */
@RestController
@RequestMapping({ ApiPaths.AUTHZ, ApiPaths.TENANT_AUTHZ })
class PermissionsController {

	/** LumoAuth's default size of a page. */
	private static final int PAGE = 25;

	@GetMapping("/permissions")
	Map<String, Object> permissions(Caller caller) {
		List<Map<String, Object>> permissions = caller.capabilities()
			.stream()
			.map(PermissionsController::permission)
			.toList();
		caller.spendACall();
		Map<String, Object> answer = new LinkedHashMap<>();
		answer.put("permissions", permissions);
		answer.put("count", permissions.size());
		answer.put("data", permissions);
		answer.put("pagination", Map.of("total", permissions.size(), "page", 1, "limit",
				Math.max(PAGE, permissions.size()), "totalPages", 1, "hasNextPage", false, "hasPreviousPage", false));
		if (caller.subject().user() != null) {
			answer.put("user_id", caller.subject().id());
		}
		return answer;
	}

	/** This server has no roles, so no permission comes from a role. */
	private static Map<String, Object> permission(String slug) {
		Map<String, Object> permission = new LinkedHashMap<>();
		permission.put("slug", slug);
		permission.put("description", null);
		permission.put("source", "direct");
		return permission;
	}

}
