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

package dev.lumoauth.spring.token.dpop;

import java.net.URI;
import java.util.Locale;

/**
 * The address of a request as a proof names it: without query and fragment (RFC 9449
 * section 4.2), normalized by its syntax and its scheme (RFC 3986 sections 6.2.2 and
 * 6.2.3), as section 4.3 has servers do before they compare.
 *
 * @param origin the scheme, host and port, the port only if it isn't the scheme's
 * @param path the path, never empty
 */
record TargetUri(String origin, String path) {

	private static final String HEX = "0123456789ABCDEF";

	/**
	 * Normalize an address.
	 * @throws IllegalArgumentException if it is not an absolute address with a host
	 */
	static TargetUri of(URI uri) {
		String origin = origin(uri);
		String path = uri.getRawPath();
		return new TargetUri(origin, (path == null || path.isEmpty()) ? "/" : path(path));
	}

	/**
	 * Return the origin whose nonces count for an address.
	 * @throws IllegalArgumentException if it is not an absolute address with a host
	 */
	static String origin(URI uri) {
		String scheme = uri.getScheme();
		String host = uri.getHost();
		if (scheme == null || host == null) {
			throw new IllegalArgumentException("A proof of possession needs an absolute address with a host");
		}
		scheme = scheme.toLowerCase(Locale.ROOT);
		int port = uri.getPort();
		boolean usual = port < 0 || port == (scheme.equals("https") ? 443 : 80);
		String authority = scheme + "://" + host.toLowerCase(Locale.ROOT);
		return usual ? authority : authority + ":" + port;
	}

	private static String path(String raw) {
		String path = (raw.indexOf('%') >= 0 || !isAscii(raw)) ? escapes(raw) : raw;
		return path.contains("/.") ? withoutDots(path) : path;
	}

	private static boolean isAscii(String text) {
		return text.chars().allMatch((character) -> character < 0x80);
	}

	/**
	 * Normalize escapes: they are in upper case, and characters that need no escape have
	 * none (sections 6.2.2.1, 6.2.2.2). Other characters are sent as escapes of their
	 * UTF-8.
	 */
	private static String escapes(String raw) {
		String ascii = isAscii(raw) ? raw : URI.create(raw).toASCIIString();
		StringBuilder path = new StringBuilder(ascii.length());
		for (int i = 0; i < ascii.length(); i++) {
			char character = ascii.charAt(i);
			if (character != '%' || i + 2 >= ascii.length()) {
				path.append(character);
				continue;
			}
			int octet = Integer.parseInt(ascii, i + 1, i + 3, 16);
			if (isUnreserved(octet)) {
				path.append((char) octet);
			}
			else {
				path.append('%').append(HEX.charAt(octet >> 4)).append(HEX.charAt(octet & 15));
			}
			i += 2;
		}
		return path.toString();
	}

	private static boolean isUnreserved(int octet) {
		return (octet >= 'a' && octet <= 'z') || (octet >= 'A' && octet <= 'Z') || (octet >= '0' && octet <= '9')
				|| octet == '-' || octet == '.' || octet == '_' || octet == '~';
	}

	/**
	 * RFC 3986 section 5.2.4, for a path that begins with a slash.
	 */
	private static String withoutDots(String path) {
		StringBuilder output = new StringBuilder(path.length());
		int start = 0;
		while (start < path.length()) {
			int slash = path.indexOf('/', start + 1);
			int end = (slash < 0) ? path.length() : slash;
			String segment = path.substring(start + 1, end);
			boolean last = slash < 0;
			if (segment.equals("..")) {
				output.setLength(Math.max(output.lastIndexOf("/"), 0));
			}
			else if (!segment.equals(".")) {
				output.append('/').append(segment);
			}
			if (last && (segment.equals(".") || segment.equals(".."))) {
				output.append('/');
			}
			start = end;
		}
		return output.isEmpty() ? "/" : output.toString();
	}

	@Override
	public String toString() {
		return this.origin + this.path;
	}

}
