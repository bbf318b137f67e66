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

import com.fasterxml.jackson.annotation.JsonProperty;

import dev.lumoauth.devserver.state.Agent;

/**
 * A stream as the admin API and the console show it: without its authorization token.
 *
 * @param id its id
 * @param url the address that events are sent to
 * @param owner the creator
 * @param audience the audience of its events
 * @param events how many events it has
 * @param createdAt when it was created
 * @since 0.1.0
 */
public record StreamView(String id, URI url, String owner, List<String> audience, int events,
		@JsonProperty("created_at") Instant createdAt) {

	/**
	 * Describes a stream.
	 * @param stream the stream
	 * @return the view
	 */
	public static StreamView of(EventStream stream) {
		Agent owner = stream.owner();
		return new StreamView(stream.id(), stream.url(), (owner != null) ? owner.id() : "an administrator",
				stream.audience(), stream.delivered().size(), stream.createdAt());
	}

}
