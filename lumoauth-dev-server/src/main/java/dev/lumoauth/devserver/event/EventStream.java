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

package dev.lumoauth.devserver.event;

import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.lumoauth.devserver.state.Agent;
import dev.lumoauth.devserver.state.Tenant;

/**
 * A stream of Shared Signals, pushed (RFC 8935).
 *
 * @param id its id
 * @param tenant the tenant of its events
 * @param owner the agent that created it, {@code null} if an administrator created it
 * @param issuer {@code iss} of its events
 * @param audience {@code aud} of its events
 * @param url the address that they are sent to
 * @param authorizationToken the token that they are sent with, or {@code null}
 * @param requested the events that were requested, empty for all
 * @param createdAt when it was created
 * @since 0.1.0
 */
public record EventStream(String id, Tenant tenant, @Nullable Agent owner, String issuer, List<String> audience,
		URI url, @Nullable String authorizationToken, Set<String> requested, Instant createdAt) implements EventTarget {

	/**
	 * Returns the events that are sent.
	 * @return the URIs of the requested events that this server knows
	 */
	public List<String> delivered() {
		return EventKind.SUPPORTED.stream()
			.filter((uri) -> this.requested.isEmpty() || this.requested.contains(uri))
			.toList();
	}

	/** Events that were not requested are not sent. */
	boolean takes(EventKind kind) {
		return kind == EventKind.UNKNOWN || delivered().contains(kind.uri());
	}

	@Override
	public String toString() {
		return this.id;
	}

}
