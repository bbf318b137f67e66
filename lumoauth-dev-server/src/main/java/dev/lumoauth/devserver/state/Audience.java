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

package dev.lumoauth.devserver.state;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.lumoauth.devserver.config.AudienceProperties;

/**
 * A server for which a token can be exchanged.
 *
 * @param id its id, sent as {@code audience}
 * @param resource its URI, sent as {@code resource} (RFC 8707), if it has one
 * @param clients the clients that may request a token, empty for all
 * @param scopes the scopes that a token for it can have, empty for all
 * @param tokenLifetime the longest lifetime of a token for it, {@code null} for no limit
 * @param dpopRequired whether a token for it has to be bound to the key of a DPoP proof
 * @since 0.1.0
 */
public record Audience(String id, @Nullable URI resource, Set<String> clients, Set<String> scopes,
		@Nullable Duration tokenLifetime, boolean dpopRequired) {

	static Audience of(AudienceProperties properties) {
		return new Audience(properties.id(), properties.resource(), properties.clients(), properties.scopes(),
				properties.tokenLifetime(), properties.dpopBoundAccessTokensRequired());
	}

	/**
	 * Returns the {@code aud} of a token for this server: both of its names, because the
	 * server may look for either.
	 * @return the id and, if there is one, the resource URI
	 */
	public List<String> names() {
		List<String> names = new ArrayList<>();
		names.add(this.id);
		if (this.resource != null) {
			names.add(this.resource.toString());
		}
		return names;
	}

	public boolean permits(Agent client) {
		return this.clients.isEmpty() || this.clients.contains(client.id());
	}

}
