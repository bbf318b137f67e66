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
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;

import dev.lumoauth.spring.http.LumoAuthHttp;
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
 * @param marks what else is to be known of the request and is not sent, see
 * {@link #marked}
 * @since 0.1.0
 */
public record ApiRequest(HttpMethod method, URI endpoint, @Nullable String id, MediaType contentType,
		@Nullable String body, Set<Integer> answers, boolean repeatable, @Nullable TokenSubject subject,
		Map<String, Object> marks) {

	private static final Map<String, Object> NONE = Map.of();

	private static final Set<Integer> OK = Set.of(200);

	private static final Set<Integer> DECIDED = Set.of(200, 403);

	/** LumoAuth's documents show all three for requests that create something. */
	private static final Set<Integer> CREATED = Set.of(200, 201, 202);

	/** The statuses of answers that need no body. */
	private static final Set<Integer> DONE = Set.of(200, 202, 204);

	public static ApiRequest get(URI endpoint) {
		return new ApiRequest(HttpMethod.GET, endpoint, null, MediaType.APPLICATION_JSON, null, OK, true, null, NONE);
	}

	/**
	 * A question, or a command that has the same effect however often it is sent.
	 */
	public static ApiRequest post(URI endpoint, Map<String, ?> body) {
		return new ApiRequest(HttpMethod.POST, endpoint, null, MediaType.APPLICATION_JSON, json(body), OK, true, null,
				NONE);
	}

	/**
	 * A question to which 403 is an answer.
	 */
	public static ApiRequest decide(URI endpoint, Map<String, ?> body) {
		return new ApiRequest(HttpMethod.POST, endpoint, null, MediaType.APPLICATION_JSON, json(body), DECIDED, true,
				null, NONE);
	}

	public static ApiRequest post(URI endpoint) {
		return new ApiRequest(HttpMethod.POST, endpoint, null, MediaType.APPLICATION_JSON, null, OK, true, null, NONE);
	}

	/**
	 * A command that has the same effect however often it is sent, and whose answer may
	 * have no body.
	 */
	public static ApiRequest command(URI endpoint, Map<String, ?> body) {
		return new ApiRequest(HttpMethod.POST, endpoint, null, MediaType.APPLICATION_JSON, json(body), DONE, true, null,
				NONE);
	}

	public static ApiRequest delete(URI endpoint) {
		return new ApiRequest(HttpMethod.DELETE, endpoint, null, MediaType.APPLICATION_JSON, null, DONE, true, null,
				NONE);
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
	public static ApiRequest create(URI endpoint, Map<String, ?> body) {
		return new ApiRequest(HttpMethod.POST, endpoint, null, MediaType.APPLICATION_JSON, json(body), CREATED, false,
				null, NONE);
	}

	/**
	 * The same as a form.
	 */
	public static ApiRequest createByForm(URI endpoint, Map<String, String> form) {
		String body = form.entrySet()
			.stream()
			.map((field) -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
			.collect(Collectors.joining("&"));
		return new ApiRequest(HttpMethod.POST, endpoint, null, MediaType.APPLICATION_FORM_URLENCODED, body, CREATED,
				false, null, NONE);
	}

	private static String json(Map<String, ?> body) {
		return new String(LumoAuthJson.write(body), StandardCharsets.UTF_8);
	}

	public ApiRequest withId(String id) {
		return new ApiRequest(this.method, this.endpoint, id, this.contentType, this.body, this.answers,
				this.repeatable, this.subject, this.marks);
	}

	public ApiRequest onBehalfOf(@Nullable TokenSubject subject) {
		return new ApiRequest(this.method, this.endpoint, this.id, this.contentType, this.body, this.answers,
				this.repeatable, subject, this.marks);
	}

	/**
	 * Return this request with one more mark.
	 * @param mark a mark, such as {@link LumoAuthHttp#refusedBy}
	 * @return the request
	 */
	public ApiRequest marked(Consumer<Map<String, Object>> mark) {
		Map<String, Object> marks = new HashMap<>(this.marks);
		mark.accept(marks);
		return new ApiRequest(this.method, this.endpoint, this.id, this.contentType, this.body, this.answers,
				this.repeatable, this.subject, marks);
	}

	/**
	 * Without the id and the body.
	 */
	@Override
	public String toString() {
		return this.method + " " + this.endpoint;
	}

}
