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

package dev.lumoauth.spring.http;

import java.net.URI;
import java.util.Locale;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * The scheme, host and port of an address (RFC 6454 section 4), and whether credentials
 * may travel to it: over {@code https}, or over {@code http} to this machine.
 *
 * @param scheme {@code http} or {@code https}
 * @param host the host in lower case, an IPv6 address in brackets
 * @param port the port, the scheme's default made explicit
 * @since 0.1.0
 */
public record Origin(String scheme, String host, int port) {

	/**
	 * Each part is at most 255: an invalid address would be resolved as a name.
	 */
	private static final Pattern LOOPBACK_IPV4 = Pattern.compile("127(\\.(25[0-5]|2[0-4]\\d|1?\\d?\\d)){3}");

	/**
	 * Return the origin of an absolute address.
	 * @param uri an absolute {@code https} address, or {@code http} to a loopback host
	 * @return its origin
	 * @throws IllegalArgumentException if credentials must not be sent there
	 */
	public static Origin of(URI uri) {
		return of(uri, PlainHttp.LOOPBACK);
	}

	/**
	 * Return the origin of an absolute address.
	 * @param uri an absolute {@code https} address, or {@code http} to a host that is
	 * allowed
	 * @param plainHttp to which hosts {@code http} is allowed
	 * @return its origin
	 * @throws IllegalArgumentException if credentials must not be sent there
	 */
	static Origin of(URI uri, PlainHttp plainHttp) {
		String scheme = (uri.getScheme() != null) ? uri.getScheme().toLowerCase(Locale.ROOT) : "";
		String host = uri.getHost();
		if (host == null || !(scheme.equals("https") || scheme.equals("http"))) {
			throw new IllegalArgumentException("'" + withoutUserInfo(uri) + "' is not an absolute https address");
		}
		Origin origin = new Origin(scheme, host.toLowerCase(Locale.ROOT), port(uri, scheme));
		if (scheme.equals("http") && !plainHttp.isAllowed(origin.host())) {
			throw new IllegalArgumentException("'" + origin + "' is neither https nor on this machine's loopback "
					+ "address: credentials would travel in clear text. Use https");
		}
		return origin;
	}

	/**
	 * Return whether an address is at this origin.
	 * @param uri any address
	 * @return whether it is; {@code false} also if credentials must not be sent there
	 */
	public boolean isOf(URI uri) {
		try {
			return equals(of(uri));
		}
		catch (IllegalArgumentException ex) {
			return false;
		}
	}

	private static int port(URI uri, String scheme) {
		if (uri.getPort() >= 0) {
			return uri.getPort();
		}
		return scheme.equals("https") ? 443 : 80;
	}

	/**
	 * Return whether a host is this machine by its very name. No name is resolved: what a
	 * resolver says can change between the check and the request.
	 * @param host the host, an IPv6 address with or without its brackets
	 * @return whether the host is {@code localhost}, {@code ::1} or in 127.0.0.0/8
	 */
	public static boolean isLoopback(@Nullable String host) {
		if (host == null) {
			return false;
		}
		String name = host.toLowerCase(Locale.ROOT);
		return name.equals("localhost") || name.equals("[::1]") || name.equals("::1")
				|| LOOPBACK_IPV4.matcher(name).matches();
	}

	private static String withoutUserInfo(URI uri) {
		return uri.toString().replaceAll("//[^/@]*@", "//");
	}

	@Override
	public String toString() {
		boolean defaultPort = this.port == (this.scheme.equals("https") ? 443 : 80);
		return this.scheme + "://" + this.host + (defaultPort ? "" : ":" + this.port);
	}

}
