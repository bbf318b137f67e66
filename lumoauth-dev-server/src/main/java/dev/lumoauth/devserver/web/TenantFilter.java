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
import java.util.Optional;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

import dev.lumoauth.devserver.state.Tenant;
import dev.lumoauth.devserver.state.Tenants;

/**
 * Finds the tenant of a request, and answers 404 if there is no tenant of that name. Runs
 * before Spring Security, whose authorization server would accept any prefix as an
 * issuer.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 20)
class TenantFilter extends OncePerRequestFilter {

	private final Tenants tenants;

	TenantFilter(Tenants tenants) {
		this.tenants = tenants;
	}

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		Optional<String> name = ApiPaths.tenantOf(request.getRequestURI());
		if (name.isPresent()) {
			Optional<Tenant> tenant = this.tenants.find(name.get());
			if (tenant.isEmpty()) {
				unknown(request.getRequestURI()).writeTo(response);
				return;
			}
			CurrentTenant.set(request, tenant.get());
		}
		chain.doFilter(request, response);
	}

	/** LumoAuth's public documents have a special error code and shape. */
	private static ErrorAnswer unknown(String path) {
		String text = "There is no such tenant; the configuration file of the dev server lists them";
		return path.contains("/.well-known/") ? ErrorAnswer.oauth(HttpStatus.NOT_FOUND, "invalid_tenant", text)
				: ErrorAnswer.api(HttpStatus.NOT_FOUND, "tenant_not_found", text);
	}

}
