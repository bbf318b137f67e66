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

import java.util.List;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * The user for whom the agent is to act: whoever the running tool acts for, otherwise who
 * is signed in on this thread, otherwise who started the chat that this thread runs a
 * tool of. Never the agent itself.
 *
 * @since 0.1.0
 */
public interface CurrentUser {

	/**
	 * Return the current user by the token that a resolver knows of an
	 * {@code Authentication}.
	 * @param resolvers gives the resolvers, in the order in which they are asked; called
	 * for each user, so it should remember
	 * @return the current user
	 */
	static CurrentUser of(Supplier<List<UserTokenResolver>> resolvers) {
		return new ResolvedCurrentUser(resolvers);
	}

	/**
	 * Return the current user of an application that has no identity at LumoAuth:
	 * whatever acts for a user is refused, whoever is signed in.
	 * @param reason why there is no identity, and what to do about it
	 * @return the current user
	 */
	static CurrentUser refusing(String reason) {
		return new RefusingCurrentUser(reason);
	}

	/**
	 * Find the user's token. May block, where the user's login has to renew it.
	 * @return the token, or {@code null} if there is no user
	 * @throws UserRequiredException if there is a user, but no token of the user's
	 * @throws dev.lumoauth.spring.LumoAuthUnavailableException if the token could not be
	 * renewed for the time being
	 */
	@Nullable UserToken find();

	/**
	 * Return the user's token. May block, where the user's login has to renew it.
	 * @return the token
	 * @throws UserRequiredException if there is no user, or no token of the user's
	 * @throws dev.lumoauth.spring.LumoAuthUnavailableException if the token could not be
	 * renewed for the time being
	 */
	default UserToken require() {
		UserToken user = find();
		if (user == null) {
			throw UserRequiredException.nobody();
		}
		return user;
	}

}
