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

package dev.lumoauth.devserver.api;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;

import dev.lumoauth.devserver.state.Tenant;
import dev.lumoauth.devserver.web.ApiException;
import dev.lumoauth.devserver.web.CurrentTenant;

/**
 * The key of an administrator: {@code X-API-Key: lmk_…}, or
 * {@code Authorization: ApiKey lmk_…} as in older versions.
 */
final class ApiKeys {

	private static final String HEADER = "X-API-Key";

	private static final String SCHEME = "ApiKey ";

	private ApiKeys() {
	}

	static boolean isPresent(HttpServletRequest request) {
		return request.getHeader(HEADER) != null || legacy(request) != null;
	}

	static StreamOwner administrator(HttpServletRequest request) {
		String key = request.getHeader(HEADER);
		if (key != null && request.getHeader(HttpHeaders.AUTHORIZATION) != null) {
			throw ApiException.api(HttpStatus.BAD_REQUEST, "invalid_request",
					"Both X-API-Key and Authorization name a caller");
		}
		Tenant tenant = CurrentTenant.get();
		String expected = tenant.settings().apiKey();
		String sent = (key != null) ? key : String.valueOf(legacy(request));
		if (expected == null || !MessageDigest.isEqual(expected.getBytes(StandardCharsets.UTF_8),
				sent.getBytes(StandardCharsets.UTF_8))) {
			throw ApiException.api(HttpStatus.UNAUTHORIZED, "unauthorized", "The API key is not the tenant's");
		}
		return new StreamOwner(tenant, null);
	}

	private static @Nullable String legacy(HttpServletRequest request) {
		String authorization = request.getHeader(HttpHeaders.AUTHORIZATION);
		return (authorization != null && authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length()))
				? authorization.substring(SCHEME.length()).trim() : null;
	}

}
