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

package dev.lumoauth.devserver.config;

import java.net.URI;
import java.time.Duration;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.StringUtils;

/**
 * An application of the configuration file: a client to which users log in and which gets
 * their tokens.
 *
 * @param clientId Client id.
 * @param clientSecret Client secret.
 * @param name Display name, by default the client id.
 * @param redirectUris Addresses to which users return after the login. The port of a
 * loopback IP address does not matter (RFC 8252, section 7.3).
 * @param tokenLifetime Lifetime of users' access tokens.
 * @param refreshTokenLifetime Lifetime of a refresh token, which can be used once.
 * @since 0.1.0
 */
public record ApplicationProperties(String clientId, String clientSecret, @Nullable String name,
		@DefaultValue("http://127.0.0.1/login/oauth2/code/lumoauth") Set<URI> redirectUris,
		@DefaultValue("1h") Duration tokenLifetime, @DefaultValue("8h") Duration refreshTokenLifetime) {

	public ApplicationProperties {
		if (!StringUtils.hasText(clientId) || !clientId.chars().allMatch((c) -> c > ' ' && c < 127)) {
			throw new IllegalArgumentException(
					"'client-id' of an application is missing or has blanks or control characters");
		}
		if (!StringUtils.hasText(clientSecret)) {
			throw new IllegalArgumentException("application '%s' has no 'client-secret'".formatted(clientId));
		}
		redirectUris = Set.copyOf(redirectUris);
		if (redirectUris.isEmpty()
				|| !redirectUris.stream().allMatch((uri) -> uri.isAbsolute() && uri.getFragment() == null)) {
			throw new IllegalArgumentException(
					"'redirect-uris' of application '%s' is empty or has one that is not an absolute URI without a fragment"
						.formatted(clientId));
		}
		if (tokenLifetime.toSeconds() < 1 || refreshTokenLifetime.toSeconds() < 1) {
			throw new IllegalArgumentException(
					"a lifetime of application '%s' is shorter than a second".formatted(clientId));
		}
	}

	@Override
	public String toString() {
		return "ApplicationProperties[clientId=%s]".formatted(this.clientId);
	}

}
