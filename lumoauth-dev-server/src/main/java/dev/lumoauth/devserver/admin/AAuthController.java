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

package dev.lumoauth.devserver.admin;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

import dev.lumoauth.devserver.event.EventKind;
import dev.lumoauth.devserver.event.EventSubject;
import dev.lumoauth.devserver.event.Events;
import dev.lumoauth.devserver.jose.TrustedKeys;
import dev.lumoauth.devserver.state.AAuthIdentity;
import dev.lumoauth.devserver.state.AAuthResource;
import dev.lumoauth.devserver.state.Agent;
import dev.lumoauth.devserver.state.Tenant;
import dev.lumoauth.devserver.state.Tenants;
import dev.lumoauth.devserver.web.ApiException;

/**
 * The part of the admin API that changes which keys sign requests. Not a part of
 * LumoAuth's API.
 */
@RestController
@RequestMapping("/dev/tenants/{tenant}")
class AAuthController {

	private static final String AGENT = "/agents/{id}/aauth-jwks";

	private static final String RESOURCE = "/aauth-resources/{id}/jwks";

	private final Tenants tenants;

	private final Events events;

	AAuthController(Tenants tenants, Events events) {
		this.tenants = tenants;
		this.events = events;
	}

	@PutMapping(path = AGENT, consumes = MediaType.APPLICATION_JSON_VALUE)
	AAuthView setAgentKeys(@PathVariable String tenant, @PathVariable String id, @RequestBody String body) {
		return setAgent(tenant, id, body);
	}

	/**
	 * An agent that trusts the first key that signs starts again, and trusts the next
	 * one.
	 */
	@DeleteMapping(AGENT)
	AAuthView removeAgentKeys(@PathVariable String tenant, @PathVariable String id) {
		return setAgent(tenant, id, null);
	}

	@PutMapping(path = RESOURCE, consumes = MediaType.APPLICATION_JSON_VALUE)
	AAuthView setResourceKeys(@PathVariable String tenant, @PathVariable String id, @RequestBody String body) {
		return set(resource(tenant, id), body);
	}

	@DeleteMapping(RESOURCE)
	AAuthView removeResourceKeys(@PathVariable String tenant, @PathVariable String id) {
		return set(resource(tenant, id), null);
	}

	private AAuthView setAgent(String tenant, String id, @Nullable String body) {
		AAuthView view = set(agent(tenant, id), body);
		this.events.happened(find(tenant), EventKind.CREDENTIALS_CHANGED,
				EventSubject.of(find(tenant).agent(id).orElseThrow()));
		return view;
	}

	private static AAuthView set(AAuthIdentity identity, @Nullable String jwks) {
		identity.setKeys((jwks != null) ? TrustedKeys.of("'%s'".formatted(identity), jwks, null) : null);
		return AAuthView.of(identity);
	}

	private AAuthIdentity agent(String tenant, String id) {
		AAuthIdentity identity = find(tenant).agent(id).map(Agent::aauth).orElse(null);
		if (identity == null) {
			throw ApiException.api(HttpStatus.NOT_FOUND, "not_found", "There is no such agent, or it has no 'aauth'");
		}
		return identity;
	}

	private AAuthIdentity resource(String tenant, String id) {
		return find(tenant).aauthResources()
			.stream()
			.filter((resource) -> resource.id().equals(id))
			.findFirst()
			.map(AAuthResource::identity)
			.orElseThrow(() -> ApiException.api(HttpStatus.NOT_FOUND, "not_found", "There is no such resource"));
	}

	private Tenant find(String tenant) {
		return this.tenants.find(tenant)
			.orElseThrow(() -> ApiException.api(HttpStatus.NOT_FOUND, "tenant_not_found", "There is no such tenant"));
	}

}
