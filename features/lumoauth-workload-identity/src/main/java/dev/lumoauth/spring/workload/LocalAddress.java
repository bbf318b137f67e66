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

package dev.lumoauth.spring.workload;

import java.net.URI;
import java.util.function.Predicate;
import java.util.regex.Pattern;

import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.http.Excerpt;
import dev.lumoauth.spring.http.Origin;

/**
 * An address that a platform gives in an environment variable. Only its text is checked:
 * no name is resolved.
 */
final class LocalAddress {

	private static final Pattern LINK_LOCAL = Pattern.compile("169\\.254(\\.(25[0-5]|2[0-4]\\d|1?\\d?\\d)){2}");

	private LocalAddress() {
	}

	/**
	 * Return the address.
	 * @param variable the variable's name
	 * @param value its value
	 * @param documented whether the platform documents this host
	 * @param where what the platform documents, in words
	 * @return the address
	 * @throws LumoAuthUnavailableException if it is another address
	 */
	static URI of(String variable, String value, Predicate<String> documented, String where) {
		URI uri = parse(variable, value);
		if (!"http".equalsIgnoreCase(uri.getScheme()) || uri.getHost() == null || !documented.test(uri.getHost())) {
			throw refused(variable, value, "the platform documents " + where);
		}
		return uri;
	}

	static URI parse(String variable, String value) {
		try {
			URI uri = URI.create(value);
			if (uri.getRawUserInfo() == null && uri.getRawFragment() == null) {
				return uri;
			}
			throw refused(variable, uri.getScheme() + "://…@" + uri.getHost(), "it has a user name or a fragment");
		}
		catch (IllegalArgumentException ex) {
			throw refused(variable, value, "it is not an address");
		}
	}

	static LumoAuthUnavailableException refused(String variable, String value, String reason) {
		return new LumoAuthUnavailableException("The environment variable '" + variable + "' is '"
				+ Excerpt.of(value.replaceFirst("([^/?#]*(//[^/?#]*)?).*", "$1"))
				+ "', and no token is asked for there: " + reason + ". Leave the variable as the platform sets it",
				null);
	}

	static boolean isLoopbackOrLinkLocal(String host) {
		return Origin.isLoopback(host) || LINK_LOCAL.matcher(host).matches();
	}

}
