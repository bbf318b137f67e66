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

import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpSession;
import org.jspecify.annotations.Nullable;

import org.springframework.web.util.WebUtils;

/**
 * A consent that a user was asked for, which the session remembers until the user is sent
 * back.
 *
 * @param property the property below which the resource is configured
 * @param user the user who was asked
 * @param requestToken LumoAuth's token of the request; {@code null} if LumoAuth gave none
 * @param returnTo the page that the user wanted: a path of this application
 * @param expiresAt until when the user may come back
 */
record PendingConsent(String property, String user, @Nullable String requestToken, String returnTo,
		Instant expiresAt) implements Serializable {

	/** The maximum time that LumoAuth waits. */
	private static final Duration LIFE = Duration.ofMinutes(10);

	private static final long serialVersionUID = 1L;

	private static final int MAX_RETURN = 2000;

	private static final int MAX_CODE = 2048;

	static PendingConsent of(AAuthConsentRequiredException required, HttpServletRequest request, Instant now) {
		Instant latest = now.plus(LIFE);
		return new PendingConsent(required.target().property(), required.user(), required.requestToken(),
				returnTo(request), required.expiresAt().isBefore(latest) ? required.expiresAt() : latest);
	}

	/**
	 * Return the path of a request, or this application's first page if a browser could
	 * interpret the path as the address of another server.
	 */
	private static String returnTo(HttpServletRequest request) {
		String query = request.getQueryString();
		String path = request.getRequestURI() + ((query != null) ? "?" + query : "");
		boolean local = path.startsWith("/") && !path.startsWith("//") && path.length() <= MAX_RETURN
				&& path.chars().allMatch((letter) -> letter > ' ' && letter < 0x7F && letter != '\\');
		return local ? path : request.getContextPath() + "/";
	}

	/**
	 * Remember the consent, replacing another one for the same address.
	 */
	void keep(HttpServletRequest request, String redirectPath) {
		request.getSession().setAttribute(attribute(redirectPath), this);
	}

	/**
	 * Take out the consent from which a user returns, which works once.
	 * @param request the request with which the user returns, to the address of the
	 * request
	 * @param user the user
	 * @param now the time
	 * @return the consent; {@code null} if this user was not asked in this session, or
	 * too long ago
	 */
	static @Nullable PendingConsent take(HttpServletRequest request, @Nullable String user, Instant now) {
		HttpSession session = request.getSession(false);
		if (session == null) {
			return null;
		}
		String attribute = attribute(request.getRequestURI());
		synchronized (WebUtils.getSessionMutex(session)) {
			if (!(session.getAttribute(attribute) instanceof PendingConsent pending)
					|| !pending.isAnsweredBy(request, user, now)) {
				return null;
			}
			session.removeAttribute(attribute);
			return pending;
		}
	}

	private boolean isAnsweredBy(HttpServletRequest request, @Nullable String user, Instant now) {
		return this.user.equals(user) && now.isBefore(this.expiresAt) && isSame(request, "request_token")
				&& isSame(request, "state");
	}

	private boolean isSame(HttpServletRequest request, String parameter) {
		String[] values = request.getParameterValues(parameter);
		return values == null || (values.length == 1 && values[0].equals(this.requestToken));
	}

	/**
	 * Return the code with which a user returns; {@code null} if the user has not
	 * consented.
	 */
	static @Nullable String code(HttpServletRequest request) {
		String[] codes = request.getParameterValues("code");
		boolean consented = request.getParameter("error") == null && codes != null && codes.length == 1
				&& !codes[0].isBlank() && codes[0].length() <= MAX_CODE;
		return consented ? codes[0] : null;
	}

	private static String attribute(String redirectPath) {
		return PendingConsent.class.getName() + redirectPath;
	}

	/**
	 * Without the request token and the user.
	 */
	@Override
	public String toString() {
		return "PendingConsent[" + this.property + ", expiresAt=" + this.expiresAt + "]";
	}

}
