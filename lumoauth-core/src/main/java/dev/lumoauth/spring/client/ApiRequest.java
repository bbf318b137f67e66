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
 * @param kind what the request is
 * @param subject the party on whose behalf the agent asks; {@code null} if it asks for
 * itself
 * @param marks what else is to be known of the request and is not sent, see
 * {@link #marked}
 * @since 0.1.0
 */
public record ApiRequest(HttpMethod method, URI endpoint, @Nullable String id, MediaType contentType,
		@Nullable String body, Kind kind, @Nullable TokenSubject subject, Map<String, Object> marks) {

	public static ApiRequest get(URI endpoint) {
		return of(HttpMethod.GET, endpoint, null, Kind.QUESTION);
	}

	/**
	 * A question, or a command that has the same effect however often it is sent.
	 */
	public static ApiRequest post(URI endpoint, Map<String, ?> body) {
		return of(HttpMethod.POST, endpoint, body, Kind.QUESTION);
	}

	/**
	 * A question to which 403 is an answer.
	 */
	public static ApiRequest decide(URI endpoint, Map<String, ?> body) {
		return of(HttpMethod.POST, endpoint, body, Kind.DECISION);
	}

	public static ApiRequest post(URI endpoint) {
		return of(HttpMethod.POST, endpoint, null, Kind.QUESTION);
	}

	/**
	 * A command that has the same effect however often it is sent, and whose answer may
	 * have no body.
	 */
	public static ApiRequest command(URI endpoint, Map<String, ?> body) {
		return of(HttpMethod.POST, endpoint, body, Kind.COMMAND);
	}

	public static ApiRequest delete(URI endpoint) {
		return of(HttpMethod.DELETE, endpoint, null, Kind.COMMAND);
	}

	/**
	 * A command that creates something new each time it is sent.
	 */
	public static ApiRequest create(URI endpoint, Map<String, ?> body) {
		return of(HttpMethod.POST, endpoint, body, Kind.CREATION);
	}

	/**
	 * The same as a form.
	 */
	public static ApiRequest createByForm(URI endpoint, Map<String, String> form) {
		String body = form.entrySet()
			.stream()
			.map((field) -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
			.collect(Collectors.joining("&"));
		return new ApiRequest(HttpMethod.POST, endpoint, null, MediaType.APPLICATION_FORM_URLENCODED, body,
				Kind.CREATION, null, Map.of());
	}

	private static ApiRequest of(HttpMethod method, URI endpoint, @Nullable Map<String, ?> body, Kind kind) {
		String json = (body != null) ? new String(LumoAuthJson.write(body), StandardCharsets.UTF_8) : null;
		return new ApiRequest(method, endpoint, null, MediaType.APPLICATION_JSON, json, kind, null, Map.of());
	}

	public ApiRequest withId(String id) {
		return new ApiRequest(this.method, this.endpoint, id, this.contentType, this.body, this.kind, this.subject,
				this.marks);
	}

	public ApiRequest onBehalfOf(@Nullable TokenSubject subject) {
		return new ApiRequest(this.method, this.endpoint, this.id, this.contentType, this.body, this.kind, subject,
				this.marks);
	}

	/**
	 * Return this request with one more mark.
	 * @param mark a mark, such as {@link LumoAuthHttp#refusedBy}
	 * @return the request
	 */
	public ApiRequest marked(Consumer<Map<String, Object>> mark) {
		Map<String, Object> marks = new HashMap<>(this.marks);
		mark.accept(marks);
		return new ApiRequest(this.method, this.endpoint, this.id, this.contentType, this.body, this.kind, this.subject,
				marks);
	}

	/**
	 * Without the id and the body.
	 */
	@Override
	public String toString() {
		return this.method + " " + this.endpoint;
	}

	/**
	 * The kinds of requests.
	 */
	enum Kind {

		QUESTION, DECISION,

		/**
		 * An answer needs no body.
		 */
		COMMAND,

		/**
		 * Not sent twice.
		 */
		CREATION;

		/**
		 * Return the statuses that are answers. LumoAuth's documents show all three for
		 * requests that create something.
		 */
		Set<Integer> answers() {
			return switch (this) {
				case QUESTION -> Set.of(200);
				case DECISION -> Set.of(200, 403);
				case COMMAND -> Set.of(200, 202, 204);
				case CREATION -> Set.of(200, 201, 202);
			};
		}

	}

}
