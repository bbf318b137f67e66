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

package dev.lumoauth.devserver.oauth;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.http.HttpStatus;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.web.filter.OncePerRequestFilter;

import dev.lumoauth.devserver.web.ApiPaths;
import dev.lumoauth.devserver.web.ErrorAnswer;
import dev.lumoauth.devserver.web.RequestLog;

/**
 * Makes the token endpoint accept a JSON object instead of a form, as LumoAuth's endpoint
 * does. A list stands for a parameter that is sent more than once. Not a bean: the filter
 * belongs into one filter chain, and Spring Boot would put it before all chains.
 */
final class JsonTokenRequests extends OncePerRequestFilter {

	private static final int MAX_BYTES = 65_536;

	private static final JsonMapper JSON = JsonMapper.builder()
		.enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
		.enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
		.build();

	@Override
	protected boolean shouldNotFilter(HttpServletRequest request) {
		return !ApiPaths.isAt(request, OAuthSecurity.TOKEN) || !isJson(request.getContentType());
	}

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		byte[] body = request.getInputStream().readNBytes(MAX_BYTES + 1);
		Map<String, String[]> parameters;
		try {
			parameters = parameters(body);
		}
		catch (IllegalArgumentException ex) {
			RequestLog.note(request, "invalid_request");
			ErrorAnswer.oauth(HttpStatus.BAD_REQUEST, "invalid_request", String.valueOf(ex.getMessage()))
				.writeTo(response);
			return;
		}
		chain.doFilter(new JsonTokenRequest(request, parameters), response);
	}

	private static Map<String, String[]> parameters(byte[] body) {
		if (body.length > MAX_BYTES) {
			throw new IllegalArgumentException("The body is longer than %,d bytes".formatted(MAX_BYTES));
		}
		Map<String, String[]> parameters = new LinkedHashMap<>();
		for (Map.Entry<String, JsonNode> property : read(body).properties()) {
			if (!property.getValue().isNull()) {
				parameters.put(property.getKey(), texts(property.getValue()));
			}
		}
		return parameters;
	}

	private static JsonNode read(byte[] body) {
		try {
			JsonNode json = JSON.readTree(body);
			if (json.isObject()) {
				return json;
			}
		}
		catch (JacksonException ex) {
			// Jackson's message repeats the body, and a secret in it.
		}
		throw new IllegalArgumentException("The body is not one JSON object that names each parameter once");
	}

	private static String[] texts(JsonNode value) {
		List<String> texts = new ArrayList<>();
		for (JsonNode text : value.isArray() ? value.values() : List.of(value)) {
			if (!text.isString()) {
				throw new IllegalArgumentException("A parameter is neither a text nor a list of texts");
			}
			texts.add(text.asString());
		}
		return texts.toArray(String[]::new);
	}

	private static boolean isJson(@Nullable String contentType) {
		try {
			return contentType != null && MediaType.APPLICATION_JSON.includes(MediaType.parseMediaType(contentType));
		}
		catch (InvalidMediaTypeException ex) {
			return false;
		}
	}

}
