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

package dev.lumoauth.spring.http;

import java.time.Duration;

/**
 * The requests that LumoAuth allows in a minute, counted for all replicas of an
 * application together. Without it, each replica counts its own.
 *
 * @since 0.1.0
 */
public interface RequestLimits {

	/**
	 * Count a request that is about to be sent, if one is left. Called on the thread that
	 * sends the request, so the time to wait for an answer has to be bounded.
	 * @param group whose requests count together: the token endpoint's of a client, or
	 * all others of a token. The text contains the token, so it must not be kept or shown
	 * as it is
	 * @param limit how many requests the group has in each minute
	 * @return zero if the request is sent; otherwise the time until one is left
	 */
	Duration take(String group, int limit);

	/**
	 * Return how long a poll has to wait, so that polls leave most of the requests to
	 * others. Nothing is counted: the poll is counted when it is sent.
	 * @param group as in {@link #take}
	 * @param limit as in {@link #take}
	 * @return zero if the poll may be sent; the next poll of the group then has to wait
	 */
	Duration untilPoll(String group, int limit);

	/**
	 * Let no poll of a group be sent for a while, because LumoAuth has refused one of its
	 * requests. Which endpoints get no other request either, each replica knows itself.
	 * @param group as in {@link #take}
	 * @param wait for how long, at most a minute
	 */
	void slowDown(String group, Duration wait);

}
