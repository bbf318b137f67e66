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
 * Requests a permission that a server reports as missing, so that the refused request can
 * be sent again.
 * <p>
 * A request is sent again whatever its method is. By definition, a 403 that names the
 * missing permission says that the request had no effect. A server that acts before it
 * answers with such a 403 acts twice.
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
	 * Request a permission.
	 * @param missing the missing permission
	 * @param user the user on whose behalf the agent acts; {@code null} = it acts for
	 * itself
	 * @return a future with the granted permission, possibly after a person has decided;
	 * empty if it was not granted, or nobody decided in time. The future never fails
	 */
	CompletableFuture<Optional<Grant>> request(MissingPermission missing, @Nullable UserToken user);

	/**
	 * Give up a permission that may still be granted, because nobody waits for it any
	 * more.
	 * @param granting the future that {@link #request} returned
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
		 * @return the token, which must not be kept
		 */
		OAuth2AccessToken token();

		/**
		 * Say that the request was sent and that the token is no longer needed. Does not
		 * block.
		 * @param accepted whether the server accepted the token
		 */
		void end(boolean accepted);

	}

}
