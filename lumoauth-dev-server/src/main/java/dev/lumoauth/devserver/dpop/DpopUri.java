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

package dev.lumoauth.devserver.dpop;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Compares the URI of a proof with that of its request, without the query and the
 * fragment, in the normal form of RFC 3986, section 6.2 (RFC 9449, section 4.3).
 */
final class DpopUri {

	private static final Pattern ENCODED = Pattern.compile("%([0-9A-Fa-f]{2})");

	private static final Pattern UNRESERVED = Pattern.compile("[A-Za-z0-9._~-]");

	private DpopUri() {
	}

	static boolean isSame(@Nullable String htu, String url) {
		String normal = normalize(htu);
		return normal != null && normal.equals(normalize(url));
	}

	private static @Nullable String normalize(@Nullable String text) {
		if (text == null) {
			return null;
		}
		try {
			URI uri = new URI(text).normalize();
			if (uri.getScheme() == null || uri.getHost() == null || uri.getUserInfo() != null) {
				return null;
			}
			String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
			boolean isDefault = uri.getPort() == -1 || (scheme.equals("http") && uri.getPort() == 80)
					|| (scheme.equals("https") && uri.getPort() == 443);
			String path = uri.getRawPath().isEmpty() ? "/" : decodeUnreserved(uri.getRawPath());
			return scheme + "://" + uri.getHost().toLowerCase(Locale.ROOT) + (isDefault ? "" : ":" + uri.getPort())
					+ path;
		}
		catch (URISyntaxException ex) {
			return null;
		}
	}

	private static String decodeUnreserved(String path) {
		return ENCODED.matcher(path).replaceAll((match) -> {
			String decoded = new String(new byte[] { (byte) Integer.parseInt(match.group(1), 16) },
					StandardCharsets.ISO_8859_1);
			return UNRESERVED.matcher(decoded).matches() ? decoded : match.group().toUpperCase(Locale.ROOT);
		});
	}

}
