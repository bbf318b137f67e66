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

import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * A user of the configuration file: a person for whom agents may act. There are no
 * passwords.
 *
 * @param username Name of the user in the login page and in paths.
 * @param id Id of the user, the subject of the user's tokens. By default "usr_" and the
 * username.
 * @param name Display name, by default the username.
 * @param email E-mail address.
 * @param scopes Scopes that the user may delegate.
 * @param permissions Permissions of the user at LumoAuth itself, such as "jit.approve":
 * to approve requests of agents. They are never delegated.
 * @param pushDevice Whether the user has a device for push approvals. Without a device,
 * requests go to the e-mail address.
 * @since 0.1.0
 */
public record UserProperties(String username, @Nullable String id, @Nullable String name, @Nullable String email,
		@DefaultValue Set<String> scopes, @DefaultValue Set<String> permissions,
		@DefaultValue("true") boolean pushDevice) {

	public UserProperties {
		if (username == null || !username.matches("[A-Za-z0-9][A-Za-z0-9._@-]{0,63}")) {
			throw new IllegalArgumentException(
					"'username' of a user is missing or is not 1 to 64 letters, digits, '.', '_', '@' or '-'");
		}
		if (id != null && (id.isEmpty() || !id.chars().allMatch((c) -> c > ' ' && c < 127))) {
			throw new IllegalArgumentException(
					"'id' of user '%s' is empty or has blanks or control characters".formatted(username));
		}
		scopes = Set.copyOf(scopes);
		permissions = Set.copyOf(permissions);
	}

	/**
	 * Returns the subject of the user's tokens.
	 * @return the id, or its default
	 */
	public String subject() {
		return (this.id != null) ? this.id : "usr_" + this.username;
	}

}
