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

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

import jakarta.servlet.http.HttpServletRequest;

import org.springframework.http.CacheControl;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import dev.lumoauth.devserver.jose.MessageSignatures;
import dev.lumoauth.devserver.oauth.TenantKeys;
import dev.lumoauth.devserver.state.Tenant;
import dev.lumoauth.devserver.state.Tenants;
import dev.lumoauth.devserver.web.ApiPaths;
import dev.lumoauth.devserver.web.CurrentTenant;

/**
 * The issuer's metadata and keys. The metadata is at the organization's path, as in
 * LumoAuth's specification. The first tenant's metadata is also at the server's root,
 * where LumoAuth's SDKs look.
 */
@RestController
class IssuerMetadataController {

	private static final String METADATA = "/.well-known/aauth-issuer";

	private static final String JWKS = "/aauth/jwks.json";

	private final Tenants tenants;

	private final TenantKeys keys;

	IssuerMetadataController(Tenants tenants, TenantKeys keys) {
		this.tenants = tenants;
		this.keys = keys;
	}

	@GetMapping(ApiPaths.TENANT + METADATA)
	ResponseEntity<Map<String, Object>> metadata(HttpServletRequest request) {
		return cached(metadata(ApiPaths.issuerOf(request), CurrentTenant.get()));
	}

	@GetMapping(METADATA)
	ResponseEntity<Map<String, Object>> rootMetadata(HttpServletRequest request) {
		Tenant first = this.tenants.all().iterator().next();
		return cached(metadata(ApiPaths.issuerOf(request, "orgs", first.slug()), first));
	}

	@GetMapping(ApiPaths.TENANT + JWKS)
	ResponseEntity<Map<String, Object>> keys() {
		return cached(this.keys.publicKeys().toJSONObject(true));
	}

	private static Map<String, Object> metadata(String issuer, Tenant tenant) {
		TreeSet<String> scopes = new TreeSet<>();
		tenant.aauthResources().forEach((resource) -> scopes.addAll(resource.scopes()));
		Map<String, Object> metadata = new LinkedHashMap<>();
		metadata.put("aauth_version", "1.0");
		metadata.put("issuer", issuer);
		metadata.put("jwks_uri", issuer + JWKS);
		metadata.put("agent_token_endpoint", issuer + "/aauth/agent/token");
		metadata.put("agent_auth_endpoint", issuer + ConsentController.REDIRECT);
		metadata.put("agent_signing_algs_supported", MessageSignatures.ALGORITHMS);
		metadata.put("token_signing_algs_supported", List.of("RS256"));
		metadata.put("request_types_supported", List.of("auth", "code", "exchange", "refresh"));
		metadata.put("scopes_supported", scopes);
		return metadata;
	}

	static <T> ResponseEntity<T> cached(T body) {
		return ResponseEntity.ok().cacheControl(CacheControl.maxAge(Duration.ofHours(1)).cachePublic()).body(body);
	}

}
