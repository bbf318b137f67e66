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

package dev.lumoauth.spring.http.client;

import java.net.URI;
import java.util.HashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import dev.lumoauth.spring.http.Origin;
import dev.lumoauth.spring.token.TokenTarget;

/**
 * The server of each audience, according to the application: the audience itself, if it
 * is an address, or the configuration. Addresses of requests are not used, because they
 * may come from a model.
 */
final class AudienceOrigins {

	/** Knows only the servers of audiences that are addresses. */
	private static final AudienceOrigins NONE = new AudienceOrigins(Map.of());

	private static final String NO_PLACE = " must not receive tokens: it is neither an absolute https address nor "
			+ "an http address of this machine's loopback host";

	private final Map<String, Origin> configured = new HashMap<>();

	/**
	 * Create the origins.
	 * @param addresses an address of the server of each audience, {@link #check checked}
	 */
	AudienceOrigins(Map<String, URI> addresses) {
		addresses.forEach((audience, address) -> this.configured.put(audience, check(audience, address)));
	}

	/**
	 * Check and return the origin of an audience, by an absolute address of its server.
	 * @throws IllegalArgumentException if the address is neither {@code https} nor on a
	 * loopback host
	 * @throws IllegalStateException if the audience is itself an address, of another
	 * server
	 */
	static Origin check(String audience, URI address) {
		Origin origin = read(address, "The address of " + TokenTarget.label(audience));
		requireSame(audience, NONE.of(audience), origin);
		return origin;
	}

	/**
	 * Return the origin of an audience.
	 * @return the origin, or {@code null} if it is not known
	 * @throws IllegalArgumentException if the audience is an address that no token may be
	 * sent to
	 */
	@Nullable Origin of(String audience) {
		return isAddress(audience) ? read(audience) : this.configured.get(audience);
	}

	/**
	 * Return the origin of an audience for which the application also gives an address.
	 * @throws IllegalStateException if the audience or the configuration says otherwise
	 */
	Origin of(String audience, URI beside) {
		Origin origin = read(beside, "The origin of " + TokenTarget.label(audience));
		requireSame(audience, of(audience), origin);
		return origin;
	}

	private static void requireSame(String audience, @Nullable Origin known, Origin other) {
		if (known != null && !known.equals(other)) {
			throw new IllegalStateException("The address given with the audience is not at " + source(audience));
		}
	}

	/**
	 * Return the server where an audience is known to be, for a message.
	 */
	static String source(String audience) {
		return isAddress(audience) ? "the server of the audience, which is itself an address"
				: "the server that lumoauth.audiences has for " + TokenTarget.label(audience);
	}

	private static Origin read(String audience) {
		try {
			return Origin.of(URI.create(audience));
		}
		catch (IllegalArgumentException ex) {
			throw new IllegalArgumentException("The address given as the audience" + NO_PLACE);
		}
	}

	/**
	 * Read an address. Neither the exception nor its cause repeats the address, because a
	 * model may read them.
	 * @param name the name of the address in the message
	 */
	static Origin read(URI address, String name) {
		try {
			return Origin.of(address);
		}
		catch (IllegalArgumentException ex) {
			throw new IllegalArgumentException(name + NO_PLACE);
		}
	}

	private static boolean isAddress(String audience) {
		return audience.regionMatches(true, 0, "https://", 0, 8) || audience.regionMatches(true, 0, "http://", 0, 7);
	}

}
