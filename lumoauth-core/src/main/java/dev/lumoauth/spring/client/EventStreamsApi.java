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

package dev.lumoauth.spring.client;

import java.net.URI;
import java.util.List;
import java.util.Map;

import dev.lumoauth.spring.http.LumoAuthAddresses;

/**
 * LumoAuth's streams of events ({@code ssf/stream}, {@code ssf/verify}; Shared Signals
 * Framework 1.0 section 8.1).
 */
final class EventStreamsApi {

	private static final String STREAM_ID = "stream_id";

	private final ApiCalls calls;

	private final URI stream;

	private final URI streamOfId;

	private final URI verify;

	EventStreamsApi(ApiCalls calls, LumoAuthAddresses addresses) {
		this.calls = calls;
		this.stream = addresses.ssfStream();
		this.streamOfId = addresses.ssfStreamOfId();
		this.verify = addresses.ssfVerify();
	}

	/**
	 * See {@link LumoAuthClient#createEventStream}.
	 */
	EventStream create(URI endpoint, String authorizationToken, String audience, List<String> events) {
		Map<String, Object> delivery = Map.of("method", "urn:ietf:rfc:8935", "endpoint_url", endpoint.toString(),
				"authorization_token", authorizationToken);
		return this.calls.call(
				ApiRequest.create(this.stream,
						Map.of("delivery", delivery, "events_requested", events, "audience", audience)),
				EventStreamsApi::read);
	}

	/**
	 * See {@link LumoAuthClient#eventStream}.
	 */
	EventStream get(String id) {
		return this.calls.call(ApiRequest.get(this.streamOfId).withId(id), (answer) -> {
			answer.requireSameId(STREAM_ID, id);
			return read(answer);
		});
	}

	private static EventStream read(ApiAnswer answer) {
		return new EventStream(answer.requireId(STREAM_ID), answer.text("status"));
	}

	/**
	 * See {@link LumoAuthClient#verifyEventStream}.
	 */
	void verify(String id, String state) {
		this.calls.call(ApiRequest.command(this.verify, Map.of(STREAM_ID, id, "state", state)), (answer) -> id);
	}

	/**
	 * See {@link LumoAuthClient#deleteEventStream}.
	 */
	void delete(String id) {
		this.calls.call(ApiRequest.delete(this.streamOfId).withId(id), (answer) -> id);
	}

}
