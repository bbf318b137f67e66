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

import java.lang.reflect.Method;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import org.springframework.util.function.SingletonSupplier;
import org.springframework.web.service.registry.HttpServiceGroup;

import dev.lumoauth.spring.LumoAuthSetupException;
import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.http.Origin;
import dev.lumoauth.spring.token.TokenTarget;

/**
 * The server to which the tokens of HTTP interfaces are sent: that of their client's base
 * URL, unless the audience is an address or is configured. All sources have to name the
 * same server.
 */
final class HttpServiceOrigins {

	private final LumoAuthHttpClients clients;

	private final Supplier<Optional<URI>> baseUrl;

	private final String setting;

	/**
	 * Create the origins.
	 * @param clients whose tokens are sent
	 * @param baseUrl reads the client's base URL, once
	 * @param setting the property that sets the base URL, for a message
	 */
	HttpServiceOrigins(LumoAuthHttpClients clients, Supplier<@Nullable URI> baseUrl, String setting) {
		this.clients = clients;
		this.baseUrl = SingletonSupplier.of(() -> Optional.ofNullable(baseUrl.get()));
		this.setting = setting;
	}

	/**
	 * Return the property that sets the base URL of a group.
	 */
	static String setting(HttpServiceGroup group) {
		return "spring.http.serviceclient." + group.name() + ".base-url";
	}

	/**
	 * Check the audiences of an interface when its client is made.
	 * @throws LumoAuthSetupException if the server of an audience is not known or must
	 * not receive tokens, or two places name different servers
	 */
	void check(Class<?> serviceType, Map<Method, String> audiences) {
		AudienceOrigins known = known();
		if (known != null) {
			audiences
				.forEach((method, audience) -> origin(known, audience, serviceType.getName() + "." + method.getName()));
		}
	}

	/**
	 * If LumoAuth is turned off, nothing is sent to any server.
	 */
	private @Nullable AudienceOrigins known() {
		try {
			this.clients.tokens();
			return this.clients.origins();
		}
		catch (LumoAuthUnavailableException ex) {
			return null;
		}
	}

	/**
	 * Return the origin of an audience.
	 * @throws LumoAuthSetupException as {@link #check} does
	 */
	Origin of(String audience) {
		return origin(this.clients.origins(), audience, "the client");
	}

	private Origin origin(AudienceOrigins origins, String audience, String place) {
		Origin known;
		Origin origin;
		try {
			known = origins.of(audience);
			origin = this.baseUrl.get()
				.map((base) -> AudienceOrigins.read(base, "The base URL of the client (" + this.setting + ")"))
				.orElse(known);
		}
		catch (IllegalArgumentException ex) {
			throw new LumoAuthSetupException(
					"@LumoAuthAudience of " + place + " can't be used. " + ex.getMessage() + ".",
					"Use an https address. Plain http works for a loopback host only.");
		}
		if (origin == null) {
			throw new LumoAuthSetupException(
					"Nothing says at which server " + TokenTarget.label(audience) + " of " + place
							+ " is: the audience is not an address, and the client has no base URL that can be read.",
					"Set " + this.setting + ", or " + AudienceRequests.PROPERTIES + ".");
		}
		if (known != null && !known.equals(origin)) {
			throw new LumoAuthSetupException(
					"The client of " + place + " has a base URL that is not at " + AudienceOrigins.source(audience)
							+ ".",
					"Correct one of them, or use a separate client for the other server. The base URL is "
							+ this.setting + ".");
		}
		return origin;
	}

}
