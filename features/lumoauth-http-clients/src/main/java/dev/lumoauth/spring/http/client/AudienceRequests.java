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
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.util.Assert;

import dev.lumoauth.spring.http.Origin;
import dev.lumoauth.spring.token.RequestAuthorization;
import dev.lumoauth.spring.token.RequestAuthorizer;
import dev.lumoauth.spring.token.TokenTarget;

/**
 * Decides which request gets a token and for which audience, for all clients: each
 * audience's token is sent to one origin only, which the application configures. A model
 * whose tool made the request may read the exceptions, so they name no address.
 */
record AudienceRequests(LumoAuthHttpClients clients, @Nullable String audience, boolean optional,
		Function<String, Origin> origins) implements RequestAuthorizer {

	/** Names the request attribute with the audience. */
	static final String AUDIENCE = AudienceRequests.class.getName() + ".AUDIENCE";

	/** What to set so that the server of an audience is known. */
	static final String PROPERTIES = "lumoauth.audiences.<name>.audience to the audience and "
			+ "lumoauth.audiences.<name>.url to the address of its server";

	/**
	 * For a client of one server.
	 * @throws IllegalStateException if nothing says where the server is, or two places
	 * say it differently
	 */
	static AudienceRequests forAudience(LumoAuthHttpClients clients, String audience, @Nullable URI beside) {
		Assert.hasText(audience, "The audience must not be blank");
		Origin origin = (beside != null) ? clients.origins().of(audience, beside)
				: known(clients, audience, "Give the address of the server with the audience, or set ");
		return new AudienceRequests(clients, audience, false, (name) -> origin);
	}

	static AudienceRequests forAttribute(LumoAuthHttpClients clients) {
		return new AudienceRequests(clients, null, false, (name) -> known(clients, name, "Set "));
	}

	/**
	 * For a client that several HTTP interfaces share. Some of them may name no audience.
	 */
	static AudienceRequests forHttpServices(LumoAuthHttpClients clients, HttpServiceOrigins origins) {
		return new AudienceRequests(clients, null, true, origins::of);
	}

	private static Origin known(LumoAuthHttpClients clients, String audience, String action) {
		Origin origin = clients.origins().of(audience);
		Assert.state(origin != null, () -> "Nothing says at which server " + TokenTarget.label(audience)
				+ " is, so no token is sent. " + action + PROPERTIES);
		return origin;
	}

	@Override
	public @Nullable RequestAuthorization authorization(URI uri, HttpHeaders headers, Map<String, Object> attributes,
			Supplier<Sender> sender) {
		String name = (this.audience != null) ? this.audience : (String) attributes.get(AUDIENCE);
		if (name != null) {
			return RequestAuthorizer.exchanging(this.clients.tokens(), name, this.origins.apply(name))
				.authorization(uri, headers, attributes, sender);
		}
		if (this.optional) {
			return null;
		}
		throw new IllegalStateException("The request names no audience, and a request is not sent without a token: "
				+ "set the audience with .attributes(LumoAuthHttpClients.audience(\"…\"))");
	}

}
