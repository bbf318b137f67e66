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

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import jakarta.servlet.http.HttpServletRequest;

import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

import dev.lumoauth.devserver.jose.KeyFinder;
import dev.lumoauth.devserver.jose.TrustedKeys;
import dev.lumoauth.devserver.oauth.TenantKeys;
import dev.lumoauth.devserver.state.AAuthIdentity;
import dev.lumoauth.devserver.state.AAuthResource;
import dev.lumoauth.devserver.state.Agent;
import dev.lumoauth.devserver.web.ApiException;
import dev.lumoauth.devserver.web.ApiPaths;
import dev.lumoauth.devserver.web.CurrentTenant;

/**
 * The metadata and keys of the agents and resources that are known here. They include
 * this server's keys, because it issues tokens for delegates and resource tokens.
 */
@RestController
class PartyMetadataController {

	private static final String AGENT = ApiPaths.TENANT + "/aauth/agents/{id}";

	private static final String RESOURCE = ApiPaths.TENANT + "/aauth/resources/{id}";

	private final KeyFinder keys;

	private final TenantKeys ownKeys;

	PartyMetadataController(KeyFinder keys, TenantKeys ownKeys) {
		this.keys = keys;
		this.ownKeys = ownKeys;
	}

	@GetMapping(ApiPaths.TENANT + "/.well-known/aauth-agent")
	List<Map<String, Object>> agents(HttpServletRequest request) {
		return CurrentTenant.get()
			.agents()
			.stream()
			.filter((agent) -> agent.aauth() != null)
			.map((agent) -> metadata(agent, request))
			.toList();
	}

	@GetMapping(ApiPaths.TENANT + "/.well-known/aauth-resource")
	List<Map<String, Object>> resources(HttpServletRequest request) {
		return CurrentTenant.get().aauthResources().stream().map((resource) -> metadata(resource, request)).toList();
	}

	@GetMapping(AGENT + "/metadata")
	Map<String, Object> agent(@PathVariable String id, HttpServletRequest request) {
		return metadata(agent(id), request);
	}

	@GetMapping(AGENT + "/jwks.json")
	Map<String, Object> agentKeys(@PathVariable String id) {
		return keys(identity(agent(id)));
	}

	@GetMapping(RESOURCE + "/metadata")
	Map<String, Object> resource(@PathVariable String id, HttpServletRequest request) {
		return metadata(resource(id), request);
	}

	@GetMapping(RESOURCE + "/jwks.json")
	Map<String, Object> resourceKeys(@PathVariable String id) {
		return keys(resource(id).identity());
	}

	private static Map<String, Object> metadata(Agent agent, HttpServletRequest request) {
		Map<String, Object> metadata = new LinkedHashMap<>();
		metadata.put("agent", identity(agent).identifier());
		metadata.put("jwks_uri", ApiPaths.issuerOf(request) + "/aauth/agents/" + agent.id() + "/jwks.json");
		if (!agent.consentRedirectUris().isEmpty()) {
			metadata.put("redirect_uris", agent.consentRedirectUris());
		}
		metadata.put("name", agent.name());
		return metadata;
	}

	private static Map<String, Object> metadata(AAuthResource resource, HttpServletRequest request) {
		Map<String, Object> metadata = new LinkedHashMap<>();
		metadata.put("resource", resource.identifier());
		metadata.put("jwks_uri", ApiPaths.issuerOf(request) + "/aauth/resources/" + resource.id() + "/jwks.json");
		if (!resource.scopes().isEmpty()) {
			metadata.put("supported_scopes", resource.scopes());
		}
		return metadata;
	}

	private Map<String, Object> keys(AAuthIdentity identity) {
		TrustedKeys trusted = identity.keys();
		List<JWK> all = new ArrayList<>((trusted != null) ? this.keys.keys(trusted, null) : List.of());
		all.addAll(this.ownKeys.publicKeys().getKeys());
		return new JWKSet(all).toJSONObject(true);
	}

	private static AAuthIdentity identity(Agent agent) {
		AAuthIdentity identity = agent.aauth();
		if (identity == null) {
			throw notFound();
		}
		return identity;
	}

	private static Agent agent(String id) {
		return CurrentTenant.get()
			.agent(id)
			.filter((agent) -> agent.aauth() != null)
			.orElseThrow(PartyMetadataController::notFound);
	}

	private static AAuthResource resource(String id) {
		return CurrentTenant.get()
			.aauthResources()
			.stream()
			.filter((resource) -> resource.id().equals(id))
			.findFirst()
			.orElseThrow(PartyMetadataController::notFound);
	}

	private static ApiException notFound() {
		return ApiException.api(HttpStatus.NOT_FOUND, "not_found", "There is no such AAuth agent or resource");
	}

}
