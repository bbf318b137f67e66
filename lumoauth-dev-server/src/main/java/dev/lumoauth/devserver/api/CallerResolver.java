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

import java.util.List;
import java.util.Optional;
import java.util.Set;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.core.MethodParameter;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.util.Assert;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;

import dev.lumoauth.devserver.oauth.AccessTokenException;
import dev.lumoauth.devserver.oauth.AccessTokens;
import dev.lumoauth.devserver.oauth.AgentsTokens;
import dev.lumoauth.devserver.oauth.IssuedToken;
import dev.lumoauth.devserver.state.Agent;
import dev.lumoauth.devserver.state.Tenant;
import dev.lumoauth.devserver.state.Tenants;
import dev.lumoauth.devserver.web.ApiException;
import dev.lumoauth.devserver.web.CurrentTenant;
import dev.lumoauth.devserver.web.ErrorAnswer;
import dev.lumoauth.devserver.web.RateLimiter;

/**
 * Resolves a controller's {@link Caller} argument, an agent, a user, or an agent that
 * acts for one of them, from the access token; or the {@link IssuedToken} itself. The
 * token has to belong to the tenant in the path, and its audience has to be LumoAuth. A
 * token that was exchanged for another server is not accepted here.
 */
class CallerResolver implements HandlerMethodArgumentResolver {

	/** The paths that an MCP server may call with the token that it received. */
	private static final Set<Class<?>> FOR_AUDIENCES = Set.of(AuthzController.class, AuthZenController.class,
			McpController.class);

	private final Tenants tenants;

	private final AccessTokens accessTokens;

	private final AgentsTokens agentsTokens;

	private final RateLimiter limiter;

	CallerResolver(Tenants tenants, AccessTokens accessTokens, AgentsTokens agentsTokens, RateLimiter limiter) {
		this.agentsTokens = agentsTokens;
		this.tenants = tenants;
		this.accessTokens = accessTokens;
		this.limiter = limiter;
	}

	@Override
	public boolean supportsParameter(MethodParameter parameter) {
		return parameter.getParameterType() == Caller.class || parameter.getParameterType() == IssuedToken.class
				|| parameter.getParameterType() == StreamOwner.class;
	}

	@Override
	public Object resolveArgument(MethodParameter parameter, @Nullable ModelAndViewContainer container,
			NativeWebRequest webRequest, @Nullable WebDataBinderFactory binderFactory) {
		HttpServletRequest request = webRequest.getNativeRequest(HttpServletRequest.class);
		HttpServletResponse response = webRequest.getNativeResponse(HttpServletResponse.class);
		Assert.state(request != null && response != null, "Not a servlet request");
		boolean oauth = parameter.getContainingClass() == UserinfoController.class;
		if (parameter.getParameterType() == StreamOwner.class && ApiKeys.isPresent(request)) {
			return ApiKeys.administrator(request);
		}
		if (ApiKeys.isPresent(request)) {
			throw missing(oauth,
					"An API key is not accepted here. Send an access token: Authorization: Bearer <token>");
		}
		if (!this.accessTokens.isPresent(request)) {
			throw missing(oauth, "The Authorization header is missing");
		}
		IssuedToken token = token(request, response, oauth, FOR_AUDIENCES.contains(parameter.getContainingClass()));
		ErrorAnswer refusal = this.limiter.refuse(token.id(), response);
		if (refusal != null) {
			throw ApiException.of(refusal);
		}
		if (parameter.getParameterType() == IssuedToken.class) {
			if (token.taskId() != null) {
				throw ApiException.oauth(HttpStatus.FORBIDDEN, "insufficient_scope",
						"A just-in-time token does not identify its agent");
			}
			return token;
		}
		Caller caller = caller(token)
			.orElseThrow(() -> invalid(oauth, "invalid_token", "The token's subject is not there"));
		return (parameter.getParameterType() == StreamOwner.class)
				? new StreamOwner(caller.tenant(), JitCallers.agentByItself(caller)) : caller;
	}

	private IssuedToken token(HttpServletRequest request, HttpServletResponse response, boolean oauth,
			boolean forAudiences) {
		try {
			return this.accessTokens.find(request, response, CurrentTenant.of(request), forAudiences);
		}
		catch (AccessTokenException ex) {
			throw invalid(oauth, ex.error(), ex.description()).with(HttpHeaders.WWW_AUTHENTICATE, ex.challenge());
		}
	}

	private Optional<Caller> caller(IssuedToken token) {
		Tenant tenant = this.tenants.find(token.tenant()).orElseThrow();
		Agent holder = tenant.agent(token.clientId()).orElse(null);
		List<String> audience = token.isForAnAudience() ? token.audience() : List.of();
		if (token.taskId() != null && holder != null) {
			String user = token.onBehalfOf();
			return (user == null)
					? Optional.of(new Caller(tenant, Subject.of(holder), token.scopes(), null, true, token.taskId(),
							audience))
					: tenant.userById(user)
						.map((found) -> new Caller(tenant, Subject.of(found), token.scopes(), holder, true,
								token.taskId(), audience));
		}
		// The client is the current actor, whatever names the claim act has.
		Agent actor = (token.actor() != null) ? tenant.agent(token.clientId()).orElseThrow() : null;
		return tenant.agent(token.subject())
			.map(Subject::of)
			.or(() -> tenant.userById(token.subject()).map(Subject::of))
			.map((subject) -> new Caller(tenant, subject, token.scopes(), actor,
					holder != null || this.agentsTokens.contains(token), null, audience));
	}

	private static ApiException missing(boolean oauth, String message) {
		ApiException exception = oauth ? ApiException.oauth(HttpStatus.BAD_REQUEST, "invalid_request", message)
				: ApiException.api(HttpStatus.UNAUTHORIZED, "unauthorized", message);
		return oauth ? exception : exception.with(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
	}

	private static ApiException invalid(boolean oauth, String error, String message) {
		return (oauth ? ApiException.oauth(HttpStatus.UNAUTHORIZED, error, message)
				: ApiException.api(HttpStatus.UNAUTHORIZED, error, message))
			.with(HttpHeaders.WWW_AUTHENTICATE, "Bearer error=\"invalid_token\"");
	}

}
