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

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.web.filter.OncePerRequestFilter;

import dev.lumoauth.devserver.state.Tenant;
import dev.lumoauth.devserver.web.ApiPaths;
import dev.lumoauth.devserver.web.CurrentTenant;
import dev.lumoauth.devserver.web.ErrorAnswer;
import dev.lumoauth.devserver.web.RateLimiter;
import dev.lumoauth.devserver.web.RequestLog;

/**
 * Limits the requests of a client to the token endpoint, including failing requests. Not
 * a bean: the filter belongs into one filter chain, and Spring Boot would put it before
 * all chains.
 */
final class TokenRateFilter extends OncePerRequestFilter {

	private final RateLimiter limiter;

	private final PresentedClient presentedClient;

	TokenRateFilter(RateLimiter limiter, PresentedClient presentedClient) {
		this.limiter = limiter;
		this.presentedClient = presentedClient;
	}

	@Override
	protected boolean shouldNotFilter(HttpServletRequest request) {
		return !ApiPaths.isAt(request, OAuthSecurity.TOKEN);
	}

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		Tenant tenant = CurrentTenant.get();
		String id = this.presentedClient.idOf(request);
		// Unknown client ids share one count, so that they can't fill the memory.
		String client = (id != null && tenant.hasClient(id)) ? id : "";
		ErrorAnswer refusal = this.limiter.refuse(tenant.slug() + "/" + client, response);
		if (refusal != null) {
			RequestLog.note(request, "too_many_requests " + client);
			refusal.writeTo(response);
			return;
		}
		chain.doFilter(request, response);
	}

}
