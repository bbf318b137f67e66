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

package dev.lumoauth.spring.user;

import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import org.springframework.security.core.Authentication;

/**
 * The current user, by {@link UserTokenResolver resolvers}.
 */
final class ResolvedCurrentUser implements CurrentUser {

	private final Supplier<List<UserTokenResolver>> resolvers;

	private final Collection<String> accepted;

	ResolvedCurrentUser(Supplier<List<UserTokenResolver>> resolvers, Collection<String> accepted) {
		this.resolvers = resolvers;
		this.accepted = accepted;
	}

	@Override
	public @Nullable UserToken find() {
		Caller caller = Caller.current();
		if (caller.token() != null) {
			return caller.token();
		}
		Authentication authentication = caller.authentication();
		return (authentication != null) ? resolve(authentication) : null;
	}

	private UserToken resolve(Authentication authentication) {
		for (UserTokenResolver resolver : this.resolvers.get()) {
			UserToken token = resolver.resolve(authentication);
			if (token != null) {
				return token;
			}
		}
		throw UserRequiredException.withoutToken(authentication, this.accepted);
	}

}
