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

package dev.lumoauth.devserver.config;

import java.net.URI;
import java.util.Set;

/**
 * The addresses to which the dev server sends requests: only addresses of this machine.
 *
 * @since 0.1.0
 */
public final class LocalAddress {

	private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

	private LocalAddress() {
	}

	/**
	 * Reads an address of this machine.
	 * @param name what the address is called in an error
	 * @param text the address
	 * @return the address
	 * @throws IllegalArgumentException if the address is on another machine, or is not an
	 * address
	 */
	public static URI read(String name, String text) {
		return check(name, URI.create(text));
	}

	/**
	 * Checks that an address is one of this machine.
	 * @param name what the address is called in an error
	 * @param uri the address
	 * @return the address
	 * @throws IllegalArgumentException if the address is on another machine
	 */
	public static URI check(String name, URI uri) {
		String scheme = String.valueOf(uri.getScheme());
		if (!(scheme.equals("http") || scheme.equals("https")) || uri.getHost() == null
				|| !LOOPBACK.contains(uri.getHost()) || uri.getRawUserInfo() != null) {
			throw new IllegalArgumentException(
					name + " is not an address of this machine, and the dev server sends nothing elsewhere");
		}
		return uri;
	}

}
