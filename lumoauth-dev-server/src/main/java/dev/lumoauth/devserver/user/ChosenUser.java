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

package dev.lumoauth.devserver.user;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

import dev.lumoauth.devserver.state.Tenant;
import dev.lumoauth.devserver.state.User;
import dev.lumoauth.devserver.web.ApiPaths;
import dev.lumoauth.devserver.web.CurrentTenant;
import dev.lumoauth.devserver.web.RequestLog;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.http.HttpMethod;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.context.SecurityContextImpl;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Uses the user who was chosen on the login page as the logged-in user, for this request
 * only. There is no session, so the next login asks again. Not a bean: the filter belongs
 * into one filter chain, and Spring Boot would put it before all chains.
 */
public final class ChosenUser extends OncePerRequestFilter {

	/** The form's parameter for the user. */
	static final String PARAMETER = "user";

	/**
	 * Returns the user who has logged in.
	 */
	static Optional<User> of(Tenant tenant) {
		Authentication authentication = SecurityContextHolder.getContext().getAuthentication();
		return (authentication != null) ? tenant.userById(authentication.getName()) : Optional.empty();
	}

	@Override
	protected boolean shouldNotFilter(HttpServletRequest request) {
		return !HttpMethod.POST.matches(request.getMethod()) || !ApiPaths.isAt(request, ApiPaths.AUTHORIZE);
	}

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		String username = request.getParameter(PARAMETER);
		Optional<User> user = (username != null) ? CurrentTenant.get().user(username) : Optional.empty();
		user.ifPresent((chosen) -> {
			RequestLog.note(request, "login of %s".formatted(chosen.username()));
			SecurityContextHolder.setContext(new SecurityContextImpl(
					UsernamePasswordAuthenticationToken.authenticated(chosen.id(), null, List.of())));
		});
		chain.doFilter(request, response);
	}

}
