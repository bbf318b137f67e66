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
import java.util.Collections;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.context.SecurityContextHolderStrategy;
import org.springframework.security.web.authentication.WebAuthenticationDetailsSource;
import org.springframework.security.web.context.RequestAttributeSecurityContextRepository;
import org.springframework.security.web.context.SecurityContextRepository;
import org.springframework.web.filter.OncePerRequestFilter;

import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.aauth.resource.RequestAuthenticator.PresentedCaller;

/**
 * Authenticates requests that agents have signed with AAuth. The filter itself allows or
 * refuses no access: a caller with an auth token becomes an {@link AAuthAuthentication},
 * and the application's rules decide what the caller may do:
 *
 * <pre class="code">
 * &#064;Bean
 * SecurityFilterChain agents(HttpSecurity http, AAuthResource aauth) {
 *     return http.securityMatcher("/api/**")
 *         .csrf((csrf) -&gt; csrf.disable()) // no browser sends these requests
 *         .sessionManagement((sessions) -&gt; sessions.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
 *         .addFilterBefore(new AAuthAuthenticationFilter(aauth), AnonymousAuthenticationFilter.class)
 *         .exceptionHandling((errors) -&gt; errors.authenticationEntryPoint(new AAuthEntryPoint(aauth)))
 *         .authorizeHttpRequests((requests) -&gt; requests.anyRequest().hasAuthority("SCOPE_read"))
 *         .build();
 * }</pre>
 *
 * Agents need a separate chain: {@code oauth2ResourceServer} in the same chain would
 * refuse their tokens. A request without information about its sender passes unchanged.
 * Invalid information is answered with 401, information that can't be checked now with
 * 503, a body over {@link AAuthResource#maxBodySize()} with 413.
 * <p>
 * The body is read here, and can be read again behind this filter, as a stream or as
 * text. A form and a body of several parts are answered with 415, because the container
 * and other filters read them before their signature is checked: agents send JSON. So is
 * refused what other code has read before this filter. Behind a proxy, its {@code Host}
 * has to be the one to which the agent sent the request, or has to be listed in
 * {@code lumoauth.aauth.resource.authorities}. A signature counts for the request that
 * arrived, not for what {@code X-Forwarded-*} headers make of the request. A request
 * whose method, path, query or token a filter in front has changed is refused.
 *
 * @since 0.1.0
 */
public final class AAuthAuthenticationFilter extends OncePerRequestFilter {

	private final AAuthResource resource;

	private final SecurityContextHolderStrategy contexts = SecurityContextHolder.getContextHolderStrategy();

	/** For later dispatches: asynchronous ones, and those of errors. */
	private final SecurityContextRepository repository = new RequestAttributeSecurityContextRepository();

	private final WebAuthenticationDetailsSource details = new WebAuthenticationDetailsSource();

	/**
	 * Create the filter.
	 * @param resource the service
	 */
	public AAuthAuthenticationFilter(AAuthResource resource) {
		this.resource = resource;
	}

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		HttpServletRequest checked;
		try {
			checked = check(request, response);
		}
		catch (RefusedRequestException | LumoAuthUnavailableException ex) {
			write(this.resource.authenticator().refusal(ex), response);
			return;
		}
		chain.doFilter(checked, response);
	}

	private HttpServletRequest check(HttpServletRequest request, HttpServletResponse response) throws IOException {
		RequestAuthenticator authenticator = this.resource.authenticator();
		PresentedCaller caller = authenticator.presented((name) -> Collections.list(request.getHeaders(name)));
		if (caller == null) {
			return request;
		}
		SentRequest sent = SentRequest.of(request);
		BufferedBodyRequest buffered = buffer(request);
		AAuthAuthentication authentication = authenticator.check(caller, sent, buffered.body());
		if (authentication == null) {
			request.setAttribute(AAuthResource.CALLER, caller);
			return buffered;
		}
		authentication.setDetails(this.details.buildDetails(request));
		SecurityContext context = this.contexts.createEmptyContext();
		context.setAuthentication(authentication);
		this.contexts.setContext(context);
		this.repository.saveContext(context, request, response);
		return buffered;
	}

	private BufferedBodyRequest buffer(HttpServletRequest request) throws IOException {
		int max = this.resource.maxBodySize();
		byte[] body = (request.getContentLengthLong() <= max) ? request.getInputStream().readNBytes(max + 1)
				: new byte[0];
		if (request.getContentLengthLong() > max || body.length > max) {
			throw new RefusedRequestException(Refusal.TOO_LARGE, "The body has more than " + max + " bytes");
		}
		if (body.length == 0 && request.getContentLengthLong() > 0) {
			throw new RefusedRequestException(Refusal.SIGNATURE,
					"The body was read in front of this filter, and can't be checked");
		}
		return new BufferedBodyRequest(request, body);
	}

	static void write(Refusal refusal, HttpServletResponse response) throws IOException {
		byte[] body = refusal.body();
		response.setStatus(refusal.status());
		refusal.headers().forEach(response::setHeader);
		response.setContentLength(body.length);
		response.getOutputStream().write(body);
	}

}
