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
 * The hosts to which credentials may go without TLS: those that never leave this machine.
 * Judged by their spelling, without a name service, which could answer anything.
 *
 * @since 0.1.0
 */
public final class Loopback {

	private static final String OCTET = "(25[0-5]|2[0-4]\\d|1?\\d?\\d)";

	private static final Pattern IPV4 = Pattern.compile("127(\\." + OCTET + "){3}");

	private Loopback() {
	}

	/**
	 * Return whether a host is this machine.
	 * @param host the host of a URI, an IPv6 address with its brackets
	 * @return {@code true} for {@code localhost}, {@code 127.0.0.0/8} and {@code [::1]}
	 */
	public static boolean isLoopback(@Nullable String host) {
		return host != null && ("localhost".equals(host.toLowerCase(Locale.ROOT)) || "[::1]".equals(host)
				|| "[0:0:0:0:0:0:0:1]".equals(host) || IPV4.matcher(host).matches());
	}

}
