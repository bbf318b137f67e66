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

package dev.lumoauth.spring.aauth.signature;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * The components of a request that AAuth's profile covers, in their order (RFC 9421
 * section 2).
 */
final class Components {

	static final String METHOD = "@method";

	static final String AUTHORITY = "@authority";

	static final String PATH = "@path";

	static final String QUERY = "@query";

	static final String SIGNATURE_KEY = "signature-key";

	static final String CONTENT_DIGEST = "content-digest";

	static final String CONTENT_TYPE = "content-type";

	static final String AUTHORIZATION = "authorization";

	/** Headers that the profile covers even if they are absent: as empty headers. */
	static final List<String> MAY_BE_ABSENT = List.of(SIGNATURE_KEY, CONTENT_TYPE, AUTHORIZATION);

	private static final List<String> WITHOUT_QUERY = List.of(METHOD, AUTHORITY, PATH, SIGNATURE_KEY, CONTENT_DIGEST,
			CONTENT_TYPE, AUTHORIZATION);

	private static final List<String> WITH_QUERY = List.of(METHOD, AUTHORITY, PATH, QUERY, SIGNATURE_KEY,
			CONTENT_DIGEST, CONTENT_TYPE, AUTHORIZATION);

	private static final Map<String, Integer> DEFAULT_PORTS = Map.of("http", 80, "https", 443);

	private Components() {
	}

	/**
	 * Return the components that have to be covered.
	 * @param query the request's query as it was sent; {@code null} = there is none
	 */
	static List<String> of(@Nullable String query) {
		return (query != null) ? WITH_QUERY : WITHOUT_QUERY;
	}

	/**
	 * Return the authority of a request: in lower case, without the scheme's default port
	 * (section 2.2.3).
	 */
	static String authority(URI uri) {
		return authority(uri.getScheme(), uri.getHost() + ((uri.getPort() >= 0) ? ":" + uri.getPort() : ""));
	}

	/**
	 * Return an authority as it is signed.
	 * @param scheme the scheme of the request
	 * @param host a {@code Host} header. A value with characters outside of ASCII stays
	 * unchanged and fits into no signature base: one of these characters would become a
	 * {@code k} in lower case
	 */
	static String authority(String scheme, String host) {
		if (!HeaderValues.fits(host)) {
			return host;
		}
		String lower = host.toLowerCase(Locale.ROOT);
		Integer port = DEFAULT_PORTS.get(scheme.toLowerCase(Locale.ROOT));
		String suffix = ":" + port;
		return (port != null && lower.endsWith(suffix)) ? lower.substring(0, lower.length() - suffix.length()) : lower;
	}

	/**
	 * Return a path as it is signed (section 2.2.6).
	 */
	static String path(@Nullable String rawPath) {
		return (rawPath == null || rawPath.isEmpty()) ? "/" : rawPath;
	}

	/**
	 * Return the signature base (section 2.5).
	 * @param values the components with their values, in their order
	 * @param params the value of {@code @signature-params}
	 * @throws IllegalArgumentException if a value has a line break, or is not ASCII
	 */
	static byte[] base(Map<String, String> values, String params) {
		StringBuilder base = new StringBuilder(512);
		values.forEach((name, value) -> {
			Assert.isTrue(HeaderValues.fits(value), () -> "The value of " + name + " can't be signed");
			base.append('"').append(name).append("\": ").append(value).append('\n');
		});
		return base.append("\"@signature-params\": ").append(params).toString().getBytes(StandardCharsets.US_ASCII);
	}

}
