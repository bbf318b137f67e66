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
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;

import dev.lumoauth.spring.http.LumoAuthJson;
import dev.lumoauth.spring.token.TokenSubject;

/**
 * A request to LumoAuth's API.
 *
 * @param method the method
 * @param endpoint the endpoint
 * @param id the id in the endpoint's address, or {@code null} if there is none
 * @param contentType the body's type
 * @param body the body, or {@code null} if there is none
 * @param answers the statuses that are answers
 * @param repeatable whether it may be sent twice
 * @param subject the party on whose behalf the agent asks; {@code null} if it asks for
 * itself
 */
record ApiRequest(HttpMethod method, URI endpoint, @Nullable String id, MediaType contentType, @Nullable String body,
		Set<Integer> answers, boolean repeatable, @Nullable TokenSubject subject) {

	private static final Set<Integer> OK = Set.of(200);

	private static final Set<Integer> DECIDED = Set.of(200, 403);

	/** LumoAuth's documents show all three for requests that create something. */
	private static final Set<Integer> CREATED = Set.of(200, 201, 202);

	/** The statuses of answers that need no body. */
	private static final Set<Integer> DONE = Set.of(200, 202, 204);

	static ApiRequest get(URI endpoint) {
		return new ApiRequest(HttpMethod.GET, endpoint, null, MediaType.APPLICATION_JSON, null, OK, true, null);
	}

	/**
	 * A question, or a command that has the same effect however often it is sent.
	 */
	static ApiRequest post(URI endpoint, Map<String, ?> body) {
		return new ApiRequest(HttpMethod.POST, endpoint, null, MediaType.APPLICATION_JSON, json(body), OK, true, null);
	}

	/**
	 * A question to which 403 is an answer.
	 */
	static ApiRequest decide(URI endpoint, Map<String, ?> body) {
		return new ApiRequest(HttpMethod.POST, endpoint, null, MediaType.APPLICATION_JSON, json(body), DECIDED, true,
				null);
	}

	static ApiRequest post(URI endpoint) {
		return new ApiRequest(HttpMethod.POST, endpoint, null, MediaType.APPLICATION_JSON, null, OK, true, null);
	}

	/**
	 * A command that has the same effect however often it is sent, and whose answer may
	 * have no body.
	 */
	static ApiRequest command(URI endpoint, Map<String, ?> body) {
		return new ApiRequest(HttpMethod.POST, endpoint, null, MediaType.APPLICATION_JSON, json(body), DONE, true,
				null);
	}

	static ApiRequest delete(URI endpoint) {
		return new ApiRequest(HttpMethod.DELETE, endpoint, null, MediaType.APPLICATION_JSON, null, DONE, true, null);
	}

	/**
	 * Return whether an answer may have no body.
	 */
	boolean isAnsweredByNothing() {
		return this.answers == DONE;
	}

	/**
	 * A command that creates something new each time it is sent.
	 */
	static ApiRequest create(URI endpoint, Map<String, ?> body) {
		return new ApiRequest(HttpMethod.POST, endpoint, null, MediaType.APPLICATION_JSON, json(body), CREATED, false,
				null);
	}

	/**
	 * The same as a form.
	 */
	static ApiRequest createByForm(URI endpoint, Map<String, String> form) {
		String body = form.entrySet()
			.stream()
			.map((field) -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
			.collect(Collectors.joining("&"));
		return new ApiRequest(HttpMethod.POST, endpoint, null, MediaType.APPLICATION_FORM_URLENCODED, body, CREATED,
				false, null);
	}

	private static String json(Map<String, ?> body) {
		return new String(LumoAuthJson.write(body), StandardCharsets.UTF_8);
	}

	ApiRequest withId(String id) {
		return new ApiRequest(this.method, this.endpoint, id, this.contentType, this.body, this.answers,
				this.repeatable, this.subject);
	}

	ApiRequest onBehalfOf(@Nullable TokenSubject subject) {
		return new ApiRequest(this.method, this.endpoint, this.id, this.contentType, this.body, this.answers,
				this.repeatable, subject);
	}

	/**
	 * Without the id and the body.
	 */
	@Override
	public String toString() {
		return this.method + " " + this.endpoint;
	}

}
