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

package dev.lumoauth.devserver.web;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

import jakarta.servlet.http.HttpServletResponse;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;

/**
 * Status, body and headers of an error.
 *
 * @param status the status
 * @param body the JSON object
 * @param headers further headers
 * @since 0.1.0
 */
public record ErrorAnswer(HttpStatus status, Map<String, Object> body, Map<String, String> headers) {

	private static final JsonMapper JSON = JsonMapper.builder().build();

	public static ErrorAnswer oauth(HttpStatus status, String error, String description) {
		Map<String, Object> body = new LinkedHashMap<>();
		body.put("error", error);
		body.put("error_description", description);
		return new ErrorAnswer(status, body, Map.of());
	}

	public static ErrorAnswer api(HttpStatus status, String error, String message) {
		Map<String, Object> body = new LinkedHashMap<>();
		body.put("error", error);
		body.put("message", message);
		body.put("status", status.value());
		return new ErrorAnswer(status, body, Map.of());
	}

	/**
	 * Returns this answer with one more header.
	 * @param name the header's name
	 * @param value the header's value
	 * @return the answer
	 */
	public ErrorAnswer with(String name, String value) {
		Map<String, String> headers = new LinkedHashMap<>(this.headers);
		headers.put(name, value);
		return new ErrorAnswer(this.status, this.body, headers);
	}

	/**
	 * Returns this answer with one more entry in its body.
	 * @param name the entry's name
	 * @param value the entry's value
	 * @return the answer
	 */
	public ErrorAnswer withEntry(String name, Object value) {
		Map<String, Object> body = new LinkedHashMap<>(this.body);
		body.put(name, value);
		return new ErrorAnswer(this.status, body, this.headers);
	}

	/**
	 * Writes the answer, for filters that run before Spring MVC.
	 * @param response the response
	 * @throws IOException if it could not be written
	 */
	public void writeTo(HttpServletResponse response) throws IOException {
		response.setStatus(this.status.value());
		response.setContentType(MediaType.APPLICATION_JSON_VALUE);
		response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
		this.headers.forEach(response::setHeader);
		response.getOutputStream().write(JSON.writeValueAsBytes(this.body));
	}

}
