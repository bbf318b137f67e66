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

import org.springframework.security.oauth2.core.OAuth2AccessToken;

/**
 * Is offered each request that a server has refused although the request had a token
 * (403), and may have it sent again, once, with another token. A feature registers it
 * with {@link LumoAuthTokensBuilder#refusedRequests}. If nobody answers, the refusal is
 * passed on as it is.
 * <p>
 * A request is sent again whatever its method is: a handler must know from the refusal
 * that the request had no effect. A server that acts before it refuses acts twice.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface RefusedRequestHandler {

	/**
	 * Look at a refused request. Does not block.
	 * @param refused the request, as far as the server's answer tells of it
	 * @return a future with the token to send the request with; empty if the request is
	 * not sent again. The future never fails
	 */
	CompletableFuture<Optional<SingleUseToken>> handle(RefusedRequest refused);

	/**
	 * A token for one request.
	 */
	interface SingleUseToken {

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

		/**
		 * Give up a token that may still come, because nobody waits for it any more.
		 * @param coming the future of {@link RefusedRequestHandler#handle}
		 */
		@SuppressWarnings("FutureReturnValueIgnored") // Nobody waits.
		static void abandon(CompletableFuture<Optional<SingleUseToken>> coming) {
			coming.thenAccept((late) -> late.ifPresent((token) -> token.end(false)));
		}

	}

}
