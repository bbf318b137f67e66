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

package dev.lumoauth.spring.token.cache;

import dev.lumoauth.spring.token.grant.TokenKey;

import java.time.Duration;
import java.util.Set;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import org.springframework.security.oauth2.core.OAuth2Token;

/**
 * The tokens that the replicas of an application share, so that only one of them asks for
 * each. Where they are kept is the implementation's.
 *
 * @since 0.1.0
 */
public interface SharedTokens {

	/**
	 * Return what the replicas of one agent share.
	 * @param identity whose tokens: the same text in each replica, and another one for
	 * each other agent
	 * @param maxWait how long a thread may wait in all
	 * @return the agent's
	 */
	Agent of(String identity, Duration maxWait);

	/**
	 * What the replicas of one agent share.
	 */
	interface Agent {

		/**
		 * Return a loader that takes a token from another replica, or fetches one for
		 * all.
		 * @param key which token
		 * @param names the names of its subject; {@code null} = it is the agent's, none =
		 * they are not known
		 * @param loader fetches the token
		 * @return the loader
		 */
		Supplier<IssuedToken> share(TokenKey key, Supplier<@Nullable Set<String>> names, Supplier<IssuedToken> loader);

		/**
		 * Never take a token from another replica again, because it was not accepted.
		 * @param key which token
		 * @param token the token
		 */
		void discard(TokenKey key, OAuth2Token token);

		/**
		 * Take no token of some subjects that is from before now, and let the other
		 * replicas take none either.
		 * @param subjects the names of the subjects; none = everyone's
		 * @param agent whether the agent is among them
		 */
		void forget(Set<String> subjects, boolean agent);

	}

}
