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

import dev.lumoauth.spring.LumoAuthUnavailableException;

/**
 * The user for whom the agent acts: the user of the running tool, otherwise the user who
 * is signed in on this thread, otherwise the user who started the chat whose tool runs on
 * this thread. Never the agent itself.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface CurrentUser {

	/**
	 * Return a current user whose token comes from the resolvers for the
	 * {@code Authentication}.
	 * @param resolvers supplies the resolvers, in the order in which they are asked;
	 * called for each user, so it should cache its result
	 * @param accepted the issuers whose tokens are accepted, for the message about a user
	 * without such a token
	 * @return the current user
	 */
	static CurrentUser of(Supplier<List<UserTokenResolver>> resolvers, Collection<String> accepted) {
		return () -> {
			Caller caller = Caller.current();
			Authentication signedIn = caller.authentication();
			if (caller.token() != null || signedIn == null) {
				return caller.token();
			}
			for (UserTokenResolver resolver : resolvers.get()) {
				UserToken token = resolver.resolve(signedIn);
				if (token != null) {
					return token;
				}
			}
			throw UserRequiredException.withoutToken(signedIn, accepted);
		};
	}

	/**
	 * Return the current user of an application that has no identity at LumoAuth: all
	 * code that acts for a user is refused, whoever is signed in.
	 * @param reason why there is no identity, and what to do about it
	 * @return the current user
	 */
	static CurrentUser refusing(String reason) {
		return () -> {
			throw new LumoAuthUnavailableException("Nothing acts for a user here: " + reason, null);
		};
	}

	/**
	 * Find the user's token. May block if the user's login has to renew the token.
	 * @return the token, or {@code null} if there is no user
	 * @throws UserRequiredException if there is a user, but no token of the user's
	 * @throws dev.lumoauth.spring.LumoAuthUnavailableException if the token could not be
	 * renewed at the moment
	 */
	@Nullable UserToken find();

	/**
	 * Return the user's token. May block if the user's login has to renew the token.
	 * @return the token
	 * @throws UserRequiredException if there is no user, or no token of the user's
	 * @throws dev.lumoauth.spring.LumoAuthUnavailableException if the token could not be
	 * renewed at the moment
	 */
	default UserToken require() {
		UserToken user = find();
		if (user == null) {
			throw UserRequiredException.nobody();
		}
		return user;
	}

}
