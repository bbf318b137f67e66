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

import java.util.Optional;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;

import org.springframework.security.oauth2.core.OAuth2AccessToken;

import dev.lumoauth.spring.user.UserToken;

/**
 * Asks for the permission that a server has said is missing, so that the refused request
 * can be sent once more.
 * <p>
 * A request is sent again whatever its method is: that it had no effect the first time is
 * what the server says, by definition, with a 403 that names what is missing. A server
 * that has done something before it answers so does it twice.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface Escalation {

	/**
	 * Asks for nothing.
	 */
	Escalation NONE = (missing, user) -> CompletableFuture.completedFuture(Optional.empty());

	/**
	 * Ask for a permission.
	 * @param missing what is missing
	 * @param user on whose behalf the agent acts; {@code null} = it acts for itself
	 * @return what was granted, possibly after a person has decided; nothing if it was
	 * not, or nobody has decided in time. It never fails
	 */
	CompletableFuture<Optional<Grant>> request(MissingPermission missing, @Nullable UserToken user);

	/**
	 * Give back what may still be granted, since nobody waits for it any more.
	 * @param granting what {@link #request} gave
	 */
	@SuppressWarnings("FutureReturnValueIgnored") // Nobody waits.
	static void abandon(CompletableFuture<Optional<Grant>> granting) {
		granting.thenAccept((late) -> late.ifPresent((grant) -> grant.end(false)));
	}

	/**
	 * A permission for one request.
	 */
	interface Grant {

		/**
		 * Return the token to send the request with, once.
		 * @return the token, which is not to be kept
		 */
		OAuth2AccessToken token();

		/**
		 * Say that the request was sent: the token is of no use any more. Does not block.
		 * @param accepted whether the server has taken the token
		 */
		void end(boolean accepted);

	}

}
