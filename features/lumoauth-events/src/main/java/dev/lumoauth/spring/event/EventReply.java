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

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;

import dev.lumoauth.spring.http.LumoAuthJson;

/**
 * The answer to a request with an event. It is the same for all events that are refused
 * for one reason, and does not say what was expected.
 *
 * @param status the HTTP status
 * @param body a JSON object (RFC 8935 section 2.3); {@code null} = nothing
 * @param retryAfter after how many seconds to send it again; {@code null} = not specified
 * @param code its name in a meter
 * @since 0.1.0
 */
public record EventReply(int status, @Nullable String body, @Nullable Integer retryAfter, String code) {

	static final EventReply TAKEN = new EventReply(202, null, null, "taken");

	static final EventReply TOO_LARGE = new EventReply(413, null, null, "too_large");

	static final EventReply TOO_MANY = new EventReply(429, null, 1, "too_many");

	/** The event has to be sent again: it was not applied, or not by all listeners. */
	static final EventReply UNAVAILABLE = new EventReply(503, null, 5, "unavailable");

	static final EventReply INVALID_REQUEST = refused("invalid_request", "The event can't be read, or is not current");

	static final EventReply INVALID_KEY = refused("invalid_key", "The event's signature is not one of the issuer's");

	static final EventReply INVALID_ISSUER = refused("invalid_issuer", "The event is of another issuer");

	static final EventReply INVALID_AUDIENCE = refused("invalid_audience", "The event is for somebody else");

	static final EventReply AUTHENTICATION_FAILED = refused("authentication_failed",
			"The sender could not be authenticated");

	/**
	 * Return the headers of the answer.
	 * @return the headers
	 */
	public HttpHeaders headers() {
		HttpHeaders headers = new HttpHeaders();
		if (this.retryAfter != null) {
			headers.set(HttpHeaders.RETRY_AFTER, this.retryAfter.toString());
		}
		if (this.body != null) {
			headers.setContentType(MediaType.APPLICATION_JSON);
		}
		return headers;
	}

	private static EventReply refused(String error, String description) {
		Map<String, String> body = new LinkedHashMap<>();
		body.put("err", error);
		body.put("description", description);
		return new EventReply(400, new String(LumoAuthJson.write(body), StandardCharsets.UTF_8), null, error);
	}

}
