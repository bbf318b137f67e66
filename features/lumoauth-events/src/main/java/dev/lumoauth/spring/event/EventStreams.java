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

package dev.lumoauth.spring.event;

import java.net.URI;
import java.util.Map;

import dev.lumoauth.spring.client.ApiCalls;
import dev.lumoauth.spring.client.ApiRequest;
import dev.lumoauth.spring.http.LumoAuthHttp;
import dev.lumoauth.spring.token.LumoAuthTokens;

/**
 * LumoAuth's streams of events ({@code ssf/stream}, {@code ssf/verify}; Shared Signals
 * Framework 1.0 section 8.1).
 *
 * @since 0.1.0
 */
public final class EventStreams {

	private static final String STREAM_ID = "stream_id";

	private final ApiCalls calls;

	private final URI stream;

	private final URI streamOfId;

	private final URI verify;

	/**
	 * Create the interface for an agent.
	 * @param http the connection to LumoAuth
	 * @param tokens the agent's tokens
	 */
	public EventStreams(LumoAuthHttp http, LumoAuthTokens tokens) {
		this.calls = new ApiCalls(http, tokens);
		this.stream = http.endpoints().endpoint("ssf/stream");
		this.streamOfId = http.endpoints().endpoint("ssf/stream?stream_id=:id");
		this.verify = http.endpoints().endpoint("ssf/verify");
	}

	/**
	 * Create a stream of LumoAuth's events ({@code ssf/stream}). Sent once.
	 * @param request the stream
	 * @return the id of the stream
	 * @throws dev.lumoauth.spring.LumoAuthDeniedException if the agent may not create a
	 * stream
	 * @throws dev.lumoauth.spring.LumoAuthUnavailableException if LumoAuth gave no
	 * answer; an answer without an id does not count
	 */
	public String create(Request request) {
		Map<String, Object> delivery = Map.of("method", "urn:ietf:rfc:8935", "endpoint_url", request.endpoint(),
				"authorization_token", request.authorizationToken());
		return this.calls.call(
				ApiRequest.create(this.stream, Map.of("delivery", delivery, "events_requested",
						EventTypes.securityEvents(), "audience", request.audience())),
				(answer) -> answer.requireId(STREAM_ID));
	}

	/**
	 * Let LumoAuth send an event that shows whether a stream works ({@code ssf/verify}).
	 * @param id the stream's id
	 * @param state the state that the event has to carry
	 * @throws dev.lumoauth.spring.LumoAuthDeniedException if LumoAuth does not know it
	 * @throws dev.lumoauth.spring.LumoAuthUnavailableException if LumoAuth gave no answer
	 */
	public void verify(String id, String state) {
		this.calls.call(ApiRequest.command(this.verify, Map.of(STREAM_ID, id, "state", state)), (answer) -> id);
	}

	/**
	 * Delete a stream of events ({@code ssf/stream}).
	 * @param id the stream's id
	 * @throws dev.lumoauth.spring.LumoAuthDeniedException if LumoAuth does not know it
	 * @throws dev.lumoauth.spring.LumoAuthUnavailableException if LumoAuth gave no answer
	 */
	public void delete(String id) {
		this.calls.call(ApiRequest.delete(this.streamOfId).withId(id), (answer) -> id);
	}

	/**
	 * A stream.
	 *
	 * @param endpoint the address to which LumoAuth sends the events
	 * @param authorizationToken the token that LumoAuth sends with them
	 * @param audience the audience of the events
	 * @since 0.1.0
	 */
	public record Request(String endpoint, String authorizationToken, String audience) {

		/**
		 * Without the token.
		 */
		@Override
		public String toString() {
			return "Request[" + this.endpoint + "]";
		}

	}

}
