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

package dev.lumoauth.devserver.admin;

import java.time.Duration;
import java.util.Set;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * The wanted properties of a user's token. All are optional.
 *
 * @param expiresIn lifetime in seconds, by default that of the application's tokens
 * @param scopes the scopes, by default all that the user may delegate
 * @param clientId the application that the token is issued to, by default the tenant's
 * first one
 * @param layout {@code t} or {@code orgs}: the path layout of the issuer, by default
 * {@code t}
 */
record UserTokenRequest(@JsonProperty("expires_in") @Nullable Long expiresIn, @Nullable Set<String> scopes,
		@JsonProperty("client_id") @Nullable String clientId, @Nullable String layout) {

	/** The longest lifetime of a user's token: 30 days, as for agents at LumoAuth. */
	private static final long MAX_LIFETIME = 2_592_000;

	UserTokenRequest {
		if (expiresIn != null && (expiresIn < 1 || expiresIn > MAX_LIFETIME)) {
			throw new IllegalArgumentException("'expires_in' is not 1 to %d seconds".formatted(MAX_LIFETIME));
		}
		if (layout != null && !layout.equals("t") && !layout.equals("orgs")) {
			throw new IllegalArgumentException("'layout' is neither 't' nor 'orgs'");
		}
	}

	static UserTokenRequest none() {
		return new UserTokenRequest(null, null, null, null);
	}

	Duration lifetimeOr(Duration otherwise) {
		return (this.expiresIn != null) ? Duration.ofSeconds(this.expiresIn) : otherwise;
	}

}
