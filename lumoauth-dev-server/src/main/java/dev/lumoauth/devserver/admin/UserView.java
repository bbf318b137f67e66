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

import java.util.Set;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

import dev.lumoauth.devserver.oauth.TokenStore;
import dev.lumoauth.devserver.state.Tenant;
import dev.lumoauth.devserver.state.User;

/**
 * A user as the admin API shows it: without its tokens.
 */
record UserView(String username, String id, String name, @Nullable String email, Set<String> scopes,
		@JsonProperty("active_tokens") long activeTokens) {

	static UserView of(User user, Tenant tenant, TokenStore store) {
		long tokens = store.list()
			.stream()
			.filter((token) -> token.tenant().equals(tenant.slug()) && token.subject().equals(user.id()))
			.count();
		return new UserView(user.username(), user.id(), user.name(), user.email(), user.scopes(), tokens);
	}

}
