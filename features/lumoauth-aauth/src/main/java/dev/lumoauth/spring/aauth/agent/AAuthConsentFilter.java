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

package dev.lumoauth.spring.aauth.agent;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.oauth2.core.OAuth2AuthenticatedPrincipal;
import org.springframework.web.filter.OncePerRequestFilter;

import dev.lumoauth.spring.LumoAuthAuthenticationException;
import dev.lumoauth.spring.LumoAuthDeniedException;
import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.http.LumoAuthJson;
import dev.lumoauth.spring.user.Caller;

/**
 * Sends a user's browser to LumoAuth when an {@link AAuthConsentRequiredException} comes
 * out of a request, and takes it back at the {@code redirect-uri} of the resource. The
 * filter has to come after Spring Security's filters, because it needs to know the user.
 * A consent counts once, for the user and the session that were asked.
 * <p>
 * LumoAuth sends a user back with only a code. The filter can check which request the
 * code answers only if {@code state} or {@code request_token} comes with it.
 *
 * @since 0.1.0
 */
public final class AAuthConsentFilter extends OncePerRequestFilter {

	private static final Log log = LogFactory.getLog(AAuthConsentFilter.class);

	private final AAuthUserTokens tokens;

	/**
	 * Create a filter.
	 * @param tokens the tokens of users
	 */
	public AAuthConsentFilter(AAuthUserTokens tokens) {
		this.tokens = tokens;
	}

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		if (isCallback(request)) {
			takeBack(request, response);
			return;
		}
		try {
			chain.doFilter(request, response);
		}
		catch (ServletException | RuntimeException ex) {
			if (!answer(ex, request, response)) {
				throw ex;
			}
		}
	}

	private static @Nullable AAuthConsentRequiredException find(Throwable failure) {
		Throwable cause = failure;
		for (int depth = 0; cause != null && depth < 20; depth++) {
			if (cause instanceof AAuthConsentRequiredException required) {
				return required;
			}
			cause = cause.getCause();
		}
		return null;
	}

	/**
	 * Answer a request that needs the consent of its user: if the request shows a page to
	 * the user, the browser is sent to LumoAuth; otherwise the request is refused.
	 * @param failure the failure of the request
	 * @return whether the request was answered; {@code false} if the failure has another
	 * cause
	 */
	boolean answer(Throwable failure, HttpServletRequest request, HttpServletResponse response) throws IOException {
		AAuthConsentRequiredException required = find(failure);
		return required != null && ask(required, request, response);
	}

	private boolean ask(AAuthConsentRequiredException required, HttpServletRequest request,
			HttpServletResponse response) throws IOException {
		URI redirectUri = required.target().redirectUri();
		if (response.isCommitted() || redirectUri == null) {
			return false;
		}
		response.resetBuffer();
		if (isNavigation(request) && required.user().equals(Caller.current().name())) {
			PendingConsent.of(required, request, now()).keep(request, redirectUri.getRawPath());
			redirect(response, required.getAuthorizationUri().toString());
		}
		else {
			refuse(response, String.valueOf(required.getMessage()));
		}
		return true;
	}

	/**
	 * Only a request that shows a page can show LumoAuth's page.
	 */
	private static boolean isNavigation(HttpServletRequest request) {
		String accept = request.getHeader(HttpHeaders.ACCEPT);
		String mode = request.getHeader("Sec-Fetch-Mode");
		return request.getMethod().equals("GET") && accept != null && accept.contains(MediaType.TEXT_HTML_VALUE)
				&& (mode == null || mode.equals("navigate"));
	}

	private static void refuse(HttpServletResponse response, String detail) throws IOException {
		response.setStatus(HttpServletResponse.SC_FORBIDDEN);
		response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
		response.setCharacterEncoding(StandardCharsets.UTF_8.name());
		response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
		response.getOutputStream()
			.write(LumoAuthJson.write(Map.of("title", "Forbidden", "status", HttpServletResponse.SC_FORBIDDEN, "detail",
					detail, "code", AAuthConsentRequiredException.CONSENT_REQUIRED)));
	}

	private static void redirect(HttpServletResponse response, String location) {
		response.setStatus(HttpServletResponse.SC_FOUND);
		response.setHeader(HttpHeaders.LOCATION, location);
		response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
		response.setHeader("Referrer-Policy", "no-referrer");
	}

	private boolean isCallback(HttpServletRequest request) {
		return request.getMethod().equals("GET") && this.tokens.targets()
			.all()
			.stream()
			.anyMatch((target) -> target.redirectUri() != null
					&& request.getRequestURI().equals(target.redirectUri().getRawPath()));
	}

	private void takeBack(HttpServletRequest request, HttpServletResponse response) throws IOException {
		PendingConsent pending = PendingConsent.take(request, Caller.current().name(), now());
		AAuthTarget target = (pending != null) ? this.tokens.targets().find(pending.property()) : null;
		String code = PendingConsent.code(request);
		response.setHeader("Referrer-Policy", "no-referrer");
		if (pending == null || target == null || code == null) {
			log.debug((pending == null) ? "Refused: the user of this session was not asked for consent"
					: "Refused: the user has not consented");
			response.sendError(HttpServletResponse.SC_FORBIDDEN);
			return;
		}
		try {
			this.tokens.redeem(target, pending.user(), subject(), code);
			redirect(response, pending.returnTo());
		}
		catch (LumoAuthDeniedException | LumoAuthAuthenticationException ex) {
			log.warn("A user's consent was not redeemed: " + ex.getMessage());
			response.sendError(HttpServletResponse.SC_FORBIDDEN);
		}
		catch (LumoAuthUnavailableException ex) {
			log.warn("A user's consent was not redeemed: " + ex.getMessage());
			response.sendError(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
		}
	}

	/**
	 * Return the {@code sub} of a user who has signed in with LumoAuth, which sends a
	 * user back with only a code: a link with somebody else's code could do the same.
	 * @return the subject; {@code null} if the user has signed in elsewhere
	 */
	private @Nullable String subject() {
		Authentication user = SecurityContextHolder.getContext().getAuthentication();
		if (user == null || !(user.getPrincipal() instanceof OAuth2AuthenticatedPrincipal login)) {
			return null;
		}
		boolean here = this.tokens.targets()
			.lumoAuth()
			.toString()
			.equals(String.valueOf(login.<Object>getAttribute("iss")));
		return (here && login.getAttribute("sub") instanceof String subject) ? subject : null;
	}

	private Instant now() {
		return this.tokens.targets().agent().clock().instant();
	}

}
