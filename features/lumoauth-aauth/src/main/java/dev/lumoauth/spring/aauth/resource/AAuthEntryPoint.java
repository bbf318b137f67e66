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

package dev.lumoauth.spring.aauth.resource;

import java.io.IOException;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.security.core.AuthenticationException;
import org.springframework.security.web.AuthenticationEntryPoint;

/**
 * Tells callers without an auth token how to get one: the answer is 401 with
 * {@code Agent-Auth: httpsig}. An agent that has signed its request and identified itself
 * also gets a resource token and the issuer of auth tokens. For the application's
 * security configuration; see {@link AAuthAuthenticationFilter}.
 *
 * @since 0.1.0
 */
public final class AAuthEntryPoint implements AuthenticationEntryPoint {

	private final AAuthResource resource;

	/**
	 * Create the entry point.
	 * @param resource the service
	 */
	public AAuthEntryPoint(AAuthResource resource) {
		this.resource = resource;
	}

	@Override
	public void commence(HttpServletRequest request, HttpServletResponse response, AuthenticationException reason)
			throws IOException {
		AAuthAuthenticationFilter.write(this.resource.challenge(request.getAttribute(AAuthResource.CALLER)), response);
	}

}
