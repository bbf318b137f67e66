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

package dev.lumoauth.mcpserver.security;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import jakarta.servlet.http.HttpServletRequest;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Says where tokens for this server come from (RFC 9728). The {@code resource} of an
 * answer is the URL that it was asked for by, without the well-known part, as section 3.3
 * has the client compare it: the server's origin, or its MCP endpoint.
 */
@RestController
class MetadataController {

	private final ServerProperties properties;

	private final Resource resource;

	MetadataController(ServerProperties properties, Resource resource) {
		this.properties = properties;
		this.resource = resource;
	}

	@GetMapping({ Resource.WELL_KNOWN, Resource.WELL_KNOWN + Resource.ENDPOINT })
	Map<String, Object> metadata(HttpServletRequest request) {
		Map<String, Object> metadata = new LinkedHashMap<>();
		metadata.put("resource", this.resource.identifierFor(request));
		metadata.put("resource_name", "Financial data");
		metadata.put("authorization_servers", List.of(this.properties.authorizationServer()));
		metadata.put("scopes_supported", List.of(this.properties.requiredScope()));
		metadata.put("bearer_methods_supported", List.of("header"));
		if (this.properties.dpopRequired()) {
			metadata.put("dpop_bound_access_tokens_required", true);
			metadata.put("dpop_signing_alg_values_supported", Challenges.PROOF_ALGORITHMS);
		}
		return metadata;
	}

}
