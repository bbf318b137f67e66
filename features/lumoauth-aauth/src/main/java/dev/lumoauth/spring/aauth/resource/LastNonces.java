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

package dev.lumoauth.spring.aauth.resource;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

import dev.lumoauth.spring.aauth.signature.NonceStore;

/**
 * Remembers the last signatures of callers without an auth token, and forgets the oldest
 * one for a new one. Anybody can create a key and sign: if a full store refused
 * signatures, no agent could get a token. A replayed request gets the same answer as any
 * other, which is useless without the key.
 */
final class LastNonces implements NonceStore {

	private final Map<UUID, Boolean> known;

	LastNonces(int max) {
		this.known = Collections.synchronizedMap(new LinkedHashMap<>() {

			private static final long serialVersionUID = 1L;

			@Override
			protected boolean removeEldestEntry(Map.Entry<UUID, Boolean> eldest) {
				return size() > max;
			}

		});
	}

	@Override
	public boolean add(String id, Instant until) {
		return this.known.putIfAbsent(InMemoryNonceStore.hash(id), true) == null;
	}

}
