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

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import jakarta.servlet.http.HttpServletRequest;

import org.springframework.web.util.UrlPathHelper;

/**
 * LumoAuth's two path layouts: {@code /t/{tenant}/api/v1/…} and
 * {@code /orgs/{orgId}/api/v1/…}; and the admin API's {@code /dev/tenants/{tenant}/…}.
 *
 * @since 0.1.0
 */
public final class ApiPaths {

	/** The beginning of a tenant's paths, as a Spring MVC pattern. */
	public static final String TENANT = "/{layout:t|orgs}/{tenant}/api/v1";

	/** The path of checks, for the tenant of the token. */
	public static final String AUTHZ = "/api/v1/authz";

	/** The path of checks below a tenant's path. */
	public static final String TENANT_AUTHZ = TENANT + "/authz";

	/** The path where users log in, below a tenant's path. */
	public static final String AUTHORIZE = "/oauth/authorize";

	/** The path of the token endpoint, below a tenant's path. */
	public static final String TOKEN = "/oauth/token";

	/** The path where users let agents use resources, as a Spring MVC pattern. */
	public static final String CONSENT = "/{layout:t|orgs}/{tenant}/portal/aauth/authorize";

	/** The path of the console. */
	public static final String CONSOLE = "/";

	/** The beginning of the paths of the console's other pages. */
	public static final String CONSOLE_PAGES = "/console/";

	/** The path of the console's session. */
	public static final String CONSOLE_SESSION = "/dev/console/session";

	/** The path of the console's events. */
	public static final String CONSOLE_EVENTS = "/dev/console/events";

	/** The path of what the console shows about a request, without its number. */
	public static final String CONSOLE_REQUESTS = "/dev/console/requests";

	private static final Pattern CONSOLE_FILES = Pattern
		.compile("/|/(?:console|assets)/.*|/dev/console/(?:events|session|requests/.*)");

	private static final String SERVER = ApiPaths.class.getName() + ".server";

	private static final Pattern LUMOAUTH = Pattern.compile("/(?:t|orgs|api|\\.well-known)/.*");

	private static final Pattern ADMIN = Pattern.compile("/dev/tenants/([^/]+)(?:/.*)?");

	private static final Pattern PREFIX = Pattern
		.compile("(/\\.well-known/(?:oauth-authorization-server|openid-configuration|authzen-configuration))?"
				+ "(/(?:t|orgs)/([^/]+)/api/v1)(?:/.*)?");

	private static final Pattern PORTAL = Pattern.compile("/(?:t|orgs)/([^/]+)/portal/.*");

	private ApiPaths() {
	}

	/**
	 * Returns whether a path belongs to LumoAuth's API, and not only to this server.
	 * @param path the path of a request
	 * @return whether LumoAuth has it as well
	 */
	public static boolean isOfLumoAuth(String path) {
		return LUMOAUTH.matcher(path).matches();
	}

	/**
	 * Returns whether a path is a part of the console itself. The requests of its buttons
	 * are not.
	 * @param path the path of a request
	 * @return whether a browser requests it to show the console
	 */
	public static boolean isOfConsole(String path) {
		return CONSOLE_FILES.matcher(path).matches();
	}

	/**
	 * Returns whether a path is the address of one of the console's pages.
	 * @param path the path of a request
	 * @return whether a link can lead there
	 */
	public static boolean isPageOfConsole(String path) {
		return path.equals(CONSOLE) || path.startsWith(CONSOLE_PAGES);
	}

	/**
	 * Finds the tenant that a path belongs to.
	 * @param path the path of a request
	 * @return the tenant's name, or nothing if the path belongs to none
	 */
	public static Optional<String> tenantOf(String path) {
		Matcher matcher = PREFIX.matcher(path);
		if (matcher.matches()) {
			return Optional.of(matcher.group(3));
		}
		Matcher portal = PORTAL.matcher(path);
		if (portal.matches()) {
			return Optional.of(portal.group(1));
		}
		Matcher admin = ADMIN.matcher(path);
		return admin.matches() ? Optional.of(admin.group(1)) : Optional.empty();
	}

	/**
	 * Returns the issuer: the URL of a tenant's resources, as the client wrote it.
	 * @param request a request to one of them, or to their metadata
	 * @return the issuer, without a slash at its end
	 */
	public static String issuerOf(HttpServletRequest request) {
		Matcher matcher = PREFIX.matcher(request.getRequestURI());
		if (!matcher.matches()) {
			throw new IllegalArgumentException("No tenant in the path " + request.getRequestURI());
		}
		return serverOf(request) + matcher.group(2);
	}

	/**
	 * Returns the issuer for a request that is not to one of the tenant's resources.
	 * @param request the request
	 * @param layout {@code t} or {@code orgs}
	 * @param tenant the tenant's name
	 * @return the issuer, without a slash at its end
	 */
	public static String issuerOf(HttpServletRequest request, String layout, String tenant) {
		return "%s/%s/%s/api/v1".formatted(serverOf(request), layout, tenant);
	}

	/**
	 * Returns the URL where a tenant's users let agents use resources.
	 * @param request a request to one of the tenant's resources
	 * @return the URL, in the layout of the request
	 */
	public static String consentOf(HttpServletRequest request) {
		String issuer = issuerOf(request);
		return issuer.substring(0, issuer.length() - "/api/v1".length()) + "/portal/aauth/authorize";
	}

	/**
	 * Sets the server that a request belongs to, if it is not the one in its URL.
	 * @param request the request
	 * @param server scheme, host and port, without a slash at its end
	 */
	public static void setServer(HttpServletRequest request, String server) {
		request.setAttribute(SERVER, server);
	}

	/**
	 * Returns whether a request is sent to an endpoint, in any spelling of its address.
	 * For example, {@code %74oken} is {@code token}.
	 * @param request the request
	 * @param endpoint the end of the path
	 * @return whether the path ends with it
	 */
	public static boolean isAt(HttpServletRequest request, String endpoint) {
		return UrlPathHelper.defaultInstance.getPathWithinApplication(request).endsWith(endpoint);
	}

	/**
	 * Returns the server that a request belongs to, as the client wrote it.
	 * @param request the request
	 * @return scheme, host and port, without a slash at its end
	 */
	public static String serverOf(HttpServletRequest request) {
		if (request.getAttribute(SERVER) instanceof String server) {
			return server;
		}
		String url = request.getRequestURL().toString();
		return url.substring(0, url.length() - request.getRequestURI().length());
	}

}
