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

package dev.lumoauth.spring.autoconfigure.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

import dev.lumoauth.spring.http.PlainHttp;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.util.StringUtils;

/**
 * Rules for {@code lumoauth.url}. Credentials are sent to this address, so it is checked
 * strictly.
 */
final class BaseUrlRule {

	private static final Log logger = LogFactory.getLog(BaseUrlRule.class);

	private static final String EXAMPLE = ", such as https://app.lumoauth.dev.";

	private static final String SWITCH = "lumoauth.plain-http-in-development";

	private static final int MAX_PORT = 65_535;

	/**
	 * A label of a host name that is longer than allowed (RFC 1035 section 2.3.4).
	 */
	private static final Pattern LONG_LABEL = Pattern.compile("[^.]{64}");

	private BaseUrlRule() {
	}

	/**
	 * Read a base URL.
	 * @param value the configured value
	 * @param name its name in a message
	 * @param plainHttp the hosts for which http is allowed
	 * @param problems takes the problems
	 * @return the URL without a trailing slash, or {@code null} if it is not usable
	 */
	static @Nullable URI read(String value, String name, PlainHttp plainHttp, ConfigurationProblems problems) {
		if (!StringUtils.hasText(value)) {
			problems.add(name + " is blank.", "Set " + name + " to the address of LumoAuth" + EXAMPLE);
			return null;
		}
		// The rest may contain credentials, so it is not repeated.
		if (value.contains("@") || value.contains("?") || value.contains("#")) {
			problems.add(name + " has a user name, a query or a fragment (value not shown).",
					"Set " + name + " to scheme, host, port and path only" + EXAMPLE);
			return null;
		}
		URI url = parse(value);
		if (url == null) {
			problems.add(name + " is not an absolute http or https URL: " + ConfigurationProblems.quote(value) + ".",
					"Set " + name + " to an absolute URL" + EXAMPLE);
			return null;
		}
		if (plainHttp == PlainHttp.DEVELOPMENT_NETWORK && !plainHttp.isAllowed(url.getHost())) {
			problems.add(
					SWITCH + " is true, and '" + url.getHost() + "' of " + name
							+ " looks like production, where plain http must never be accepted.",
					"Remove " + SWITCH
							+ ". It works only with a host without a dot, such as http://lumoauth:9000, with a "
							+ "name below .docker.internal, .containers.internal or .test, and with a private "
							+ "IPv4 address.");
			return null;
		}
		if ("http".equals(url.getScheme()) && !plainHttp.isAllowed(url.getHost())) {
			problems.add(
					name + " is http, and '" + url.getHost() + "' is not a loopback host: " + "the agent's secret "
							+ "and tokens would be sent in the clear.",
					"Use https in " + name + ". Plain http works for localhost, 127.0.0.1 and [::1] only."
							+ (PlainHttp.DEVELOPMENT_NETWORK.isAllowed(url.getHost())
									? " Or set " + SWITCH
											+ "=true, if it is a LumoAuth for development in a container's network."
									: ""));
			return null;
		}
		return url;
	}

	/**
	 * Warn, at each start, if secrets may be sent in the clear.
	 * @param url the address
	 * @param plainHttp the hosts for which http is allowed
	 */
	static void warn(URI url, PlainHttp plainHttp) {
		if (plainHttp == PlainHttp.DEVELOPMENT_NETWORK) {
			logger.warn(SWITCH + " is true: the agent's secret and tokens may be sent to LumoAuth at " + url
					+ " in the clear. Never set it in production.");
		}
	}

	private static @Nullable URI parse(String value) {
		try {
			URI url = new URI(StringUtils.trimTrailingCharacter(value, '/'));
			String scheme = (url.getScheme() != null) ? url.getScheme().toLowerCase(Locale.ROOT) : "";
			if (!Set.of("http", "https").contains(scheme) || url.getHost() == null || url.getPort() > MAX_PORT
					|| LONG_LABEL.matcher(url.getHost()).find() || !url.normalize().equals(url)) {
				return null;
			}
			return new URI(scheme + url.toString().substring(scheme.length()));
		}
		catch (URISyntaxException ex) {
			return null;
		}
	}

}
