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
 * An MCP server of the configuration file.
 *
 * @param id Id to send as audience.
 * @param resource Absolute URI to send as resource (RFC 8707).
 * @param clients Client ids that may request a token, by default all clients of the
 * tenant.
 * @param scopes Scopes that a token for this server can have, by default those of the
 * exchanged token.
 * @param tokenLifetime Maximum lifetime of a token for this server, by default that of
 * the exchanged token.
 * @param dpopBoundAccessTokensRequired Whether tokens for this server are issued only for
 * the key of a DPoP proof (RFC 9728, section 2).
 * @since 0.1.0
 */
public record AudienceProperties(String id, @Nullable URI resource, @DefaultValue Set<String> clients,
		@DefaultValue Set<String> scopes, @Nullable Duration tokenLifetime,
		@DefaultValue("false") boolean dpopBoundAccessTokensRequired) {

	public AudienceProperties {
		if (!StringUtils.hasText(id)) {
			throw new IllegalArgumentException("an audience has no 'id'");
		}
		if (resource != null && (!resource.isAbsolute() || resource.getFragment() != null)) {
			throw new IllegalArgumentException(
					"'resource' of audience '%s' is not an absolute URI without a fragment".formatted(id));
		}
		if (tokenLifetime != null && tokenLifetime.toSeconds() < 1) {
			throw new IllegalArgumentException(
					"'token-lifetime' of audience '%s' is shorter than a second".formatted(id));
		}
		clients = Set.copyOf(clients);
		scopes = Set.copyOf(scopes);
	}

}
