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

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.aauth.signature.NonceStore;

/**
 * Remembers signatures in this process, which is enough for a service with one replica.
 * The store has a maximum size and refuses further signatures until some have expired,
 * because a forgotten signature could be used again.
 *
 * @since 0.1.0
 */
public final class InMemoryNonceStore implements NonceStore {

	private final int maxNonces;

	private final Clock clock;

	private final Set<UUID> known = new HashSet<>();

	/** By the second after which they may be forgotten: lists for two minutes. */
	private final TreeMap<Long, List<UUID>> ends = new TreeMap<>();

	/** Signatures that expired by this second are no longer known. */
	private long forgotten;

	/**
	 * Create the store.
	 * @param maxNonces the maximum number of remembered signatures; each takes about 80
	 * bytes
	 * @param clock the clock
	 */
	public InMemoryNonceStore(int maxNonces, Clock clock) {
		this.maxNonces = maxNonces;
		this.clock = clock;
	}

	@Override
	public boolean add(String id, Instant until) {
		UUID key = hash(id);
		long now = this.clock.instant().getEpochSecond();
		synchronized (this.known) {
			forget(now);
			long end = until.getEpochSecond() + 1;
			if (this.known.contains(key) || end <= this.forgotten) {
				return false; // or the clock was set back: it may have been used
			}
			if (this.known.size() >= this.maxNonces) {
				throw new LumoAuthUnavailableException("The signatures of the last two minutes are remembered, and all "
						+ this.maxNonces + " places are taken: set "
						+ "lumoauth.aauth.resource.nonce-store=redis, or define a larger InMemoryNonceStore as a bean",
						null);
			}
			this.known.add(key);
			this.ends.computeIfAbsent(end, (second) -> new ArrayList<>()).add(key);
			return true;
		}
	}

	private void forget(long now) {
		while (!this.ends.isEmpty() && this.ends.firstKey() <= now) {
			Map.Entry<Long, List<UUID>> ended = this.ends.pollFirstEntry();
			this.forgotten = ended.getKey();
			ended.getValue().forEach(this.known::remove);
		}
	}

	/**
	 * Return how many signatures are remembered.
	 * @return the number, including some that may have expired
	 */
	public int size() {
		synchronized (this.known) {
			return this.known.size();
		}
	}

	/**
	 * Half of a hash (SHA-256): as good as the id, and of a fixed size. Lookups stay fast
	 * even if ids were chosen to collide in the hash table, because it is ordered.
	 */
	static UUID hash(String id) {
		try {
			ByteBuffer hash = ByteBuffer
				.wrap(MessageDigest.getInstance("SHA-256").digest(id.getBytes(StandardCharsets.UTF_8)));
			return new UUID(hash.getLong(), hash.getLong());
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("This Java has no SHA-256", ex);
		}
	}

}
