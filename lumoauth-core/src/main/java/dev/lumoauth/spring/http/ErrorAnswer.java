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

package dev.lumoauth.spring.http;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.client.ClientHttpResponse;

/**
 * An error in LumoAuth's format. LumoAuth's endpoints use five formats, and the proxies
 * in front of them use others: this class reads what they have in common.
 *
 * @param status the HTTP status
 * @param headers the response's headers
 * @param fields the body's fields; empty if it is not a JSON object
 * @param body the body as text
 */
record ErrorAnswer(int status, HttpHeaders headers, Map<String, Object> fields, String body) {

	private static final Set<String> RATE_LIMITS = Set.of("too_many_requests", "rate_limit_exceeded", "rate_limited",
			"slow_down");

	private static final Pattern CODE = Pattern.compile("[a-z][a-z0-9]*(_[a-z0-9]+)*|[A-Z][A-Z0-9]*(_[A-Z0-9]+)*");

	static ErrorAnswer read(ClientHttpResponse response) throws IOException {
		byte[] body = response.getBody().readAllBytes();
		return new ErrorAnswer(response.getStatusCode().value(), response.getHeaders(), fields(body),
				new String(body, StandardCharsets.UTF_8));
	}

	private static Map<String, Object> fields(byte[] body) {
		try {
			return LumoAuthJson.read(body);
		}
		catch (IllegalArgumentException ex) {
			return Map.of();
		}
	}

	/**
	 * Return the error code: {@code error} is a text on some endpoints and {@code true}
	 * on others.
	 */
	@Nullable String code() {
		return firstText("code", "error");
	}

	@Nullable String message() {
		return firstText("error_description", "message", "detail", "error");
	}

	boolean hasCode(String code) {
		return code.equals(code());
	}

	/**
	 * Return whether the error is about the proof of possession, according to the body,
	 * or to the challenge if the body has no code (RFC 9449 sections 7.1 and 8).
	 */
	boolean hasProofError(String code) {
		if (this.status != 400 && this.status != 401) {
			return false;
		}
		return code.equals(this.fields.get("error")) || (code() == null && this.status == 401
				&& Challenge.of(this.headers.getOrEmpty(HttpHeaders.WWW_AUTHENTICATE))
					.stream()
					.anyMatch((challenge) -> challenge.is("dpop", code)));
	}

	/**
	 * Return whether the agent's budget is spent. This is a 429 as well, and only its
	 * text distinguishes it from a rate limit.
	 */
	boolean isBudgetExceeded() {
		if (this.status != 429 || (code() != null && RATE_LIMITS.contains(code()))) {
			return false;
		}
		return texts("code", "error", "error_description", "message", "detail")
			.map((text) -> text.toLowerCase(Locale.ROOT))
			.anyMatch((text) -> text.contains("budget") && (text.contains("exceed") || text.contains("exhaust")));
	}

	/**
	 * Return whether the error is in LumoAuth's format, and not from a proxy or another
	 * server. All of LumoAuth's errors have {@code error}, with either a code or the
	 * message and the status. Codes are words in one case, joined by underscores: "Not
	 * Found" is not a code.
	 */
	boolean isInLumoAuthsWords() {
		Object error = this.fields.get("error");
		if (Boolean.TRUE.equals(error)) {
			return this.fields.get("message") instanceof String
					&& Integer.valueOf(this.status).equals(this.fields.get("status"));
		}
		String code = code();
		return error instanceof String && code != null && CODE.matcher(code).matches();
	}

	/**
	 * Return what LumoAuth answered, for a message.
	 */
	String describe(Set<String> secrets) {
		String code = code();
		String message = message();
		StringBuilder answer = new StringBuilder("HTTP ").append(this.status);
		if (code != null) {
			answer.append(", ").append(Excerpt.of(code, secrets));
		}
		if (message != null && !message.equals(code)) {
			answer.append(": ").append(Excerpt.of(message, secrets));
		}
		return answer.toString();
	}

	private @Nullable String firstText(String... names) {
		return texts(names).findFirst().orElse(null);
	}

	private Stream<String> texts(String... names) {
		return Stream.of(names)
			.map(this.fields::get)
			.filter(String.class::isInstance)
			.map(String.class::cast)
			.filter((text) -> !text.isBlank());
	}

	/**
	 * Without the body, which may repeat a secret.
	 */
	@Override
	public String toString() {
		return "ErrorAnswer[status=" + this.status + "]";
	}

}
