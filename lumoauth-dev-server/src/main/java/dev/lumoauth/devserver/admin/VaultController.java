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

import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

import dev.lumoauth.devserver.event.EventKind;
import dev.lumoauth.devserver.event.EventSubject;
import dev.lumoauth.devserver.event.Events;
import dev.lumoauth.devserver.state.Connection;
import dev.lumoauth.devserver.state.Connection.State;
import dev.lumoauth.devserver.state.Tenant;
import dev.lumoauth.devserver.state.Tenants;
import dev.lumoauth.devserver.web.ApiException;

/**
 * The part of the admin API that changes the state of a connection to a third party. Not
 * a part of LumoAuth's API.
 */
@RestController
class VaultController {

	private final Tenants tenants;

	private final Events events;

	VaultController(Tenants tenants, Events events) {
		this.tenants = tenants;
		this.events = events;
	}

	@PutMapping(path = "/dev/tenants/{tenant}/connections/{id}/state", consumes = MediaType.APPLICATION_JSON_VALUE)
	Map<String, Object> setState(@PathVariable("tenant") String slug, @PathVariable String id,
			@RequestBody String body) {
		StateChange change = StrictJson.read(body, StateChange.class);
		Tenant tenant = this.tenants.find(slug)
			.orElseThrow(() -> ApiException.api(HttpStatus.NOT_FOUND, "tenant_not_found", "There is no such tenant"));
		Connection connection = tenant.connection(id)
			.orElseThrow(() -> ApiException.api(HttpStatus.NOT_FOUND, "not_found", "There is no such connection"));
		State state = State.of(String.valueOf(change.state()))
			.orElseThrow(() -> new IllegalArgumentException("'state' is not one of " + State.ids()));
		connection.setState(state, change.times());
		if (state == State.GRANT_REVOKED || state == State.DISABLED) {
			tenant.agents()
				.stream()
				.filter(connection::permits)
				.forEach((agent) -> this.events.happened(tenant, EventKind.TOKEN_REVOKED, EventSubject.of(agent)));
		}
		return Map.of("id", id, "state", state.id());
	}

	record StateChange(@Nullable String state, int times) {
	}

}
