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

package dev.lumoauth.spring.aauth.signature;

import java.time.Instant;

/**
 * Remembers which signatures were used. All replicas of a service need the same one: a
 * request that one has taken could else be sent to another. Called by several threads at
 * a time.
 *
 * @since 0.1.0
 */
public interface NonceStore {

	/**
	 * Remember a signature.
	 * @param id what tells it from all others: at most 400 characters
	 * @param until when it may be forgotten, 121 seconds from now at the latest
	 * @return whether it was not known yet; only one caller is told so
	 * @throws dev.lumoauth.spring.LumoAuthUnavailableException if that can't be told: the
	 * request must not be taken then
	 */
	boolean add(String id, Instant until);

}
