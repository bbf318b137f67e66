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
 * Remembers the used signatures. All replicas of a service need the same store: otherwise
 * a request that one replica has accepted could be sent to another. Called by several
 * threads at a time.
 *
 * @since 0.1.0
 */
public interface NonceStore {

	/**
	 * Remember a signature.
	 * @param id the unique id of the signature: at most 400 characters
	 * @param until when the signature may be forgotten, 121 seconds from now at the
	 * latest
	 * @return whether the signature was not known yet; only one caller gets {@code true}
	 * @throws dev.lumoauth.spring.LumoAuthUnavailableException if that can't be
	 * determined: the request must not be accepted then
	 */
	boolean add(String id, Instant until);

}
