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

package dev.lumoauth.spring.token;

import java.net.URI;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.util.Assert;

import dev.lumoauth.spring.http.Origin;

/**
 * Decides which request gets a token and for which audience, for all clients: each
 * audience's token is sent to one origin only, which the application configures. A model
 * whose tool made the request may read the exceptions, so they name no address.
 */
final class AudienceRequests implements TokenRequests {

	/** Names the request attribute with the audience. */
	static final String AUDIENCE = AudienceRequests.class.getName() + ".AUDIENCE";

	/** What to set so that the server of an audience is known. */
	static final String PROPERTIES = "lumoauth.audiences.<name>.audience to the audience and "
			+ "lumoauth.audiences.<name>.url to the address of its server";

	private static final Log logger = LogFactory.getLog(AudienceRequests.class);

	private final Supplier<LumoAuthTokens> tokens;

	private final @Nullable String audience;

	private final boolean optional;

	private final Function<String, Origin> origins;

	private AudienceRequests(Supplier<LumoAuthTokens> tokens, @Nullable String audience, boolean optional,
			Function<String, Origin> origins) {
		this.tokens = tokens;
		this.audience = audience;
		this.optional = optional;
		this.origins = origins;
	}

	/**
	 * For a client of one server.
	 * @throws IllegalStateException if nothing says where the server is, or two places
	 * say it differently
	 */
	static AudienceRequests forAudience(LumoAuthTokens tokens, String audience, @Nullable URI beside) {
		Assert.hasText(audience, "The audience must not be blank");
		Origin origin = (beside != null) ? tokens.origins().of(audience, beside)
				: known(tokens, audience, "Give the address of the server with the audience, or set ");
		return new AudienceRequests(() -> tokens, audience, false, (name) -> origin);
	}

	static AudienceRequests forAttribute(LumoAuthTokens tokens) {
		return new AudienceRequests(() -> tokens, null, false, (name) -> known(tokens, name, "Set "));
	}

	/**
	 * For a client that several HTTP interfaces share. Some of them may name no audience.
	 */
	static AudienceRequests forHttpServices(Supplier<LumoAuthTokens> tokens, HttpServiceOrigins origins) {
		return new AudienceRequests(tokens, null, true, origins::of);
	}

	private static Origin known(LumoAuthTokens tokens, String audience, String action) {
		Origin origin = tokens.origins().of(audience);
		Assert.state(origin != null, () -> "Nothing says at which server " + AudienceOrigins.label(audience)
				+ " is, so no token is sent. " + action + PROPERTIES);
		return origin;
	}

	@Override
	public @Nullable RequestAuthorization authorization(URI uri, HttpHeaders headers, Map<String, Object> attributes,
			Supplier<Sender> sender) {
		String name = audience(uri, headers, attributes);
		if (name == null) {
			return null;
		}
		Sender by = sender.get();
		LumoAuthTokens all = this.tokens.get();
		return new ExchangeAuthorization(all, all.target(name), by.user(), by.call(), this.origins.apply(name));
	}

	private @Nullable String audience(URI uri, HttpHeaders headers, Map<String, Object> attributes) {
		String name = (this.audience != null) ? this.audience : (String) attributes.get(AUDIENCE);
		if (name == null) {
			if (this.optional) {
				return null;
			}
			throw new IllegalStateException("The request names no audience, and a request is not sent without a "
					+ "token: set the audience with .attributes(LumoAuthTokens.audience(\"…\"))");
		}
		checkOrigin(name, this.origins.apply(name), uri);
		boolean callersOwn = headers.containsHeader(HttpHeaders.AUTHORIZATION);
		return callersOwn ? null : name;
	}

	private static void checkOrigin(String audience, Origin expected, URI uri) {
		if (!leadsTo(expected, uri)) {
			logger.debug("Not sent: the token for '" + audience + "' belongs to " + expected + ", the request leads to "
					+ uri.getScheme() + "://" + uri.getHost() + ":" + uri.getPort());
			throw new IllegalStateException("The request leads to another server than that of "
					+ AudienceOrigins.label(audience) + ", and is not sent: use a separate client for each server");
		}
	}

	static boolean leadsTo(Origin expected, URI uri) {
		try {
			return expected.equals(Origin.of(uri));
		}
		catch (IllegalArgumentException ex) {
			return false;
		}
	}

}
