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
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.util.Assert;

import dev.lumoauth.spring.http.Origin;
import dev.lumoauth.spring.user.UserToken;

/**
 * Which request gets a token, and for which audience, whatever client sends it: each
 * audience's token goes to one origin only.
 */
final class AudienceRequests {

	/** Names the request attribute with the audience. */
	static final String AUDIENCE = AudienceRequests.class.getName() + ".AUDIENCE";

	private final Supplier<LumoAuthTokens> tokens;

	private final @Nullable String audience;

	private final boolean optional;

	private final Map<String, Origin> origins = new ConcurrentHashMap<>();

	private AudienceRequests(Supplier<LumoAuthTokens> tokens, @Nullable String audience, boolean optional) {
		this.tokens = tokens;
		this.audience = audience;
		this.optional = optional;
	}

	static AudienceRequests forAudience(LumoAuthTokens tokens, String audience, @Nullable URI origin) {
		Assert.hasText(audience, "The audience must not be blank");
		AudienceRequests requests = new AudienceRequests(() -> tokens, audience, false);
		if (origin != null) {
			requests.origins.put(audience, Origin.of(origin));
		}
		else if (isWebAddress(audience)) {
			requests.origins.put(audience, Origin.of(URI.create(audience)));
		}
		return requests;
	}

	static AudienceRequests forAttribute(LumoAuthTokens tokens) {
		return new AudienceRequests(() -> tokens, null, false);
	}

	/**
	 * For a client that several HTTP interfaces share, of which some name no audience.
	 */
	static AudienceRequests forHttpServices(Supplier<LumoAuthTokens> tokens) {
		return new AudienceRequests(tokens, null, true);
	}

	/**
	 * Return the audience of a request.
	 * @return the audience; {@code null} if the request is to be sent as it is
	 * @throws IllegalStateException if the request must not be sent
	 */
	@Nullable String audience(URI uri, HttpHeaders headers, Map<String, Object> attributes) {
		String name = (this.audience != null) ? this.audience : (String) attributes.get(AUDIENCE);
		if (name == null) {
			if (this.optional) {
				return null;
			}
			throw new IllegalStateException(
					"The request to '" + uri.getHost() + "' names no audience, and none is sent without a token: "
							+ "set it with .attributes(LumoAuthTokens.audience(\"…\"))");
		}
		checkOrigin(name, Origin.of(uri));
		boolean callersOwn = headers.containsHeader(HttpHeaders.AUTHORIZATION);
		return callersOwn ? null : name;
	}

	/**
	 * Return what authorizes a request.
	 * @param user on whose behalf the agent acts; {@code null} = it acts for itself
	 */
	RequestAuthorization authorization(String audience, @Nullable UserToken user) {
		LumoAuthTokens tokens = this.tokens.get();
		return new RequestAuthorization(tokens, tokens.target(audience), user);
	}

	private void checkOrigin(String audience, Origin origin) {
		Origin expected = this.origins.computeIfAbsent(audience,
				(name) -> isWebAddress(name) ? Origin.of(URI.create(name)) : origin);
		if (!expected.equals(origin)) {
			throw new IllegalStateException(
					"The token for '" + audience + "' belongs to " + expected + " and is not sent to " + origin
							+ ": use a client of its own for each server, or give the " + "origin beside the audience");
		}
	}

	private static boolean isWebAddress(String audience) {
		return audience.regionMatches(true, 0, "https://", 0, 8) || audience.regionMatches(true, 0, "http://", 0, 7);
	}

}
