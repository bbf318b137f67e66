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

package dev.lumoauth.devserver;

import java.net.http.HttpResponse;
import java.util.Base64;
import java.util.Map;

import tools.jackson.databind.json.JsonMapper;

/**
 * What the server answered.
 */
public record Answer(int status, HttpResponse<String> response) {

	private static final JsonMapper JSON = JsonMapper.builder().build();

	public String body() {
		return this.response.body();
	}

	public Map<String, Object> json() {
		return read(body());
	}

	public Object get(String name) {
		return json().get(name);
	}

	public String accessToken() {
		Object token = get("access_token");
		if (token == null) {
			throw new AssertionError("No token in " + this.status + " " + body());
		}
		return token.toString();
	}

	public String header(String name) {
		return this.response.headers().firstValue(name).orElse(null);
	}

	/**
	 * The claims of the access token, not verified.
	 */
	public Map<String, Object> claims() {
		return claims("access_token");
	}

	/**
	 * The claims of another token of the answer, not verified.
	 */
	public Map<String, Object> claims(String name) {
		String token = name.equals("access_token") ? accessToken() : get(name).toString();
		return read(new String(Base64.getUrlDecoder().decode(token.split("\\.")[1])));
	}

	@SuppressWarnings("unchecked")
	private static Map<String, Object> read(String json) {
		return JSON.readValue(json, Map.class);
	}

}
