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

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

import dev.lumoauth.devserver.state.Tenant;

/**
 * The tenant of the request that is being answered.
 *
 * @since 0.1.0
 */
public final class CurrentTenant {

	private static final String ATTRIBUTE = CurrentTenant.class.getName();

	private CurrentTenant() {
	}

	static void set(HttpServletRequest request, Tenant tenant) {
		request.setAttribute(ATTRIBUTE, tenant);
	}

	/**
	 * Returns the tenant of a request.
	 * @param request the request
	 * @return the tenant, or {@code null} if its path names none
	 */
	public static @Nullable Tenant of(HttpServletRequest request) {
		return (Tenant) request.getAttribute(ATTRIBUTE);
	}

	/**
	 * Returns the tenant of the request that this thread answers, for Spring
	 * Authorization Server's interfaces, which are not given the request.
	 * @return the tenant
	 * @throws IllegalStateException if there is no request, or its path names no tenant
	 */
	public static Tenant get() {
		Tenant tenant = of(request());
		if (tenant == null) {
			throw new IllegalStateException("The path of this request names no tenant");
		}
		return tenant;
	}

	/**
	 * Returns the answer to the request that this thread answers.
	 * @return the answer
	 */
	public static HttpServletResponse response() {
		HttpServletResponse response = ((ServletRequestAttributes) RequestContextHolder.currentRequestAttributes())
			.getResponse();
		if (response == null) {
			throw new IllegalStateException("This request has no answer");
		}
		return response;
	}

	/**
	 * Returns the request that this thread answers.
	 * @return the request
	 */
	public static HttpServletRequest request() {
		return ((ServletRequestAttributes) RequestContextHolder.currentRequestAttributes()).getRequest();
	}

}
