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

package dev.lumoauth.devserver.console;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

import dev.lumoauth.devserver.event.Delivery;
import dev.lumoauth.devserver.event.EventKind;
import dev.lumoauth.devserver.event.EventStreams;
import dev.lumoauth.devserver.event.StreamView;
import dev.lumoauth.devserver.event.WebhookView;
import dev.lumoauth.devserver.event.Webhooks;
import dev.lumoauth.devserver.state.Connection;
import dev.lumoauth.devserver.state.Tenant;

/**
 * The console's content about events and connections. Contains no secret and no token.
 *
 * @param fault the fault of events that is switched on, or {@code null}
 * @param kinds the kinds of events
 * @param tenants the receivers, by tenant
 * @param deliveries the deliveries, the most recent first
 */
record EventsState(@Nullable FaultState fault, List<KindState> kinds, List<TenantEvents> tenants,
		List<Delivery> deliveries) {

	static EventsState of(@Nullable FaultState fault, Collection<Tenant> tenants, EventStreams streams,
			Webhooks webhooks, List<Delivery> deliveries) {
		return new EventsState(fault,
				Arrays.stream(EventKind.values()).map((kind) -> new KindState(kind.id(), kind.type())).toList(),
				tenants.stream()
					.map((tenant) -> new TenantEvents(tenant.slug(),
							streams.list(tenant).stream().map(StreamView::of).toList(),
							webhooks.list(tenant).stream().map(WebhookView::of).toList(),
							tenant.connections().stream().map(ConnectionState::of).toList()))
					.toList(),
				deliveries);
	}

	/**
	 * A kind of event.
	 */
	record KindState(String id, String type) {
	}

	/**
	 * The receivers of a tenant's events, and its connections.
	 */
	record TenantEvents(String slug, List<StreamView> streams, List<WebhookView> webhooks,
			List<ConnectionState> connections) {
	}

	/**
	 * A connection.
	 */
	record ConnectionState(String id, String state, @JsonProperty("states") List<String> allStates,
			List<String> details) {

		static ConnectionState of(Connection connection) {
			List<String> users = List.copyOf(new TreeSet<>(connection.settings().users()));
			return new ConnectionState(connection.id(), connection.state().id(), Connection.State.ids(),
					List.of("scopes " + String.join(", ", new TreeSet<>(connection.settings().scopes())),
							users.isEmpty() ? "the agent's own token" : "granted by " + String.join(", ", users)));
		}

	}

}
