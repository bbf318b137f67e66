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

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

import jakarta.servlet.http.HttpServletRequest;

import org.springframework.http.CacheControl;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import dev.lumoauth.devserver.web.ApiPaths;

/**
 * The metadata of the policy decision point (AuthZEN Authorization API 1.0, section 9):
 * of the one that infers the tenant from the token, and of a tenant's. A tenant's is
 * before its path as in AuthZEN, and after it like LumoAuth's other metadata.
 */
@RestController
class AuthZenMetadataController {

	private static final String METADATA = "/.well-known/authzen-configuration";

	@GetMapping(METADATA)
	ResponseEntity<Map<String, Object>> metadata(HttpServletRequest request) {
		String server = ApiPaths.serverOf(request);
		return metadata(server, server + ApiPaths.AUTHZ);
	}

	@GetMapping({ METADATA + ApiPaths.TENANT, ApiPaths.TENANT + METADATA })
	ResponseEntity<Map<String, Object>> metadataOfTenant(HttpServletRequest request) {
		String issuer = ApiPaths.issuerOf(request);
		return metadata(issuer, issuer + "/authz");
	}

	private static ResponseEntity<Map<String, Object>> metadata(String decisionPoint, String authz) {
		Map<String, Object> metadata = new LinkedHashMap<>();
		metadata.put("policy_decision_point", decisionPoint);
		metadata.put("access_evaluation_endpoint", authz + "/v1/evaluation");
		return ResponseEntity.ok().cacheControl(CacheControl.maxAge(Duration.ofHours(1)).cachePublic()).body(metadata);
	}

}
