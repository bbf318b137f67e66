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

package dev.lumoauth.mcpserver.security;

import java.net.URI;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * What can be said of a URL without asking the network.
 */
final class Urls {

	private static final Pattern LOOPBACK = Pattern.compile("localhost|127(?:\\.\\d{1,3}){3}|\\[::1]");

	private Urls() {
	}

	/** Whether what is read there can be believed: over TLS, or from this machine. */
	static boolean isSecure(URI url) {
		if (url.getHost() == null || url.getUserInfo() != null) {
			return false;
		}
		return "https".equalsIgnoreCase(url.getScheme()) || ("http".equalsIgnoreCase(url.getScheme())
				&& LOOPBACK.matcher(url.getHost().toLowerCase(Locale.ROOT)).matches());
	}

	/** Whether it is a scheme, a host and a port, and no more. */
	static boolean isOrigin(URI url) {
		return url.getHost() != null && url.getRawPath().isEmpty() && url.getRawQuery() == null
				&& url.getRawFragment() == null;
	}

	static boolean haveSameOrigin(URI one, URI other) {
		return origin(one).equals(origin(other));
	}

	private static String origin(URI url) {
		String scheme = String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT);
		int port = (url.getPort() >= 0) ? url.getPort() : (scheme.equals("https") ? 443 : 80);
		return scheme + "://" + String.valueOf(url.getHost()).toLowerCase(Locale.ROOT) + ":" + port;
	}

}
