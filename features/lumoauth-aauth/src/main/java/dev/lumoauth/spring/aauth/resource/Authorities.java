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

package dev.lumoauth.spring.aauth.resource;

import java.net.URI;
import java.util.Collection;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The names by which a service may be called: a request that was signed for another
 * service is not accepted (RFC 9421 section 7.5.2).
 */
final class Authorities {

	private final String scheme;

	private final Set<String> names;

	/**
	 * Create the names.
	 * @param resource the service's identifier
	 * @param names the names; empty = the name in the identifier
	 */
	Authorities(URI resource, Collection<String> names) {
		this.scheme = resource.getScheme().toLowerCase(Locale.ROOT);
		Collection<String> given = names.isEmpty() ? Set.of(resource.getRawAuthority()) : names;
		this.names = given.stream().map(this::canonical).collect(Collectors.toUnmodifiableSet());
	}

	/**
	 * Return the scheme by which the service is called from outside, whatever scheme the
	 * last proxy uses.
	 */
	String scheme() {
		return this.scheme;
	}

	boolean contains(String host) {
		return this.names.contains(canonical(host));
	}

	private String canonical(String name) {
		String port = this.scheme.equals("https") ? ":443" : ":80";
		String lower = name.toLowerCase(Locale.ROOT);
		return lower.endsWith(port) ? lower.substring(0, lower.length() - port.length()) : lower;
	}

	@Override
	public String toString() {
		return this.names.toString();
	}

}
