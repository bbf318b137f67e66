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

import java.util.Locale;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * To which hosts credentials may travel over plain {@code http}. No name is resolved:
 * what a resolver says can change between the check and the request.
 *
 * @since 0.1.0
 */
public enum PlainHttp {

	/**
	 * To this machine only: {@code localhost}, {@code ::1} and 127.0.0.0/8.
	 */
	LOOPBACK,

	/**
	 * Also to what only a network for development has: a name without a dot, such as that
	 * of a container; a name below {@code .docker.internal}, {@code .containers.internal}
	 * or {@code .test}; a private IPv4 address (RFC 1918). Every other host looks like
	 * production.
	 */
	DEVELOPMENT_NETWORK;

	/**
	 * Names of two letters are countries' domains, and those without a letter in front
	 * may be read as an address.
	 */
	private static final Pattern NAME = Pattern
		.compile("[a-z](?:[a-z0-9-]*[a-z0-9])?(?:\\.docker\\.internal|\\.containers\\.internal|\\.test)|"
				+ "[a-z][a-z0-9-]+[a-z0-9]");

	/** Each part is at most 255: an invalid address would be resolved as a name. */
	private static final String PART = "(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";

	private static final Pattern PRIVATE_ADDRESS = Pattern
		.compile("(?:10\\." + PART + "|172\\.(?:1[6-9]|2\\d|3[01])|192\\.168)\\." + PART + "\\." + PART);

	/**
	 * Return whether credentials may travel to a host over plain {@code http}.
	 * @param host the host, an IPv6 address with or without its brackets
	 * @return whether that is so
	 */
	public boolean isAllowed(@Nullable String host) {
		return Origin.isLoopback(host) || (this == DEVELOPMENT_NETWORK && host != null && isOfDevelopment(host));
	}

	private static boolean isOfDevelopment(String host) {
		String name = host.toLowerCase(Locale.ROOT);
		return NAME.matcher(name).matches() || PRIVATE_ADDRESS.matcher(name).matches();
	}

}
