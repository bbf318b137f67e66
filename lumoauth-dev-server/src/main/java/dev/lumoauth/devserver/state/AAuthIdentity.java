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

package dev.lumoauth.devserver.state;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import org.jspecify.annotations.Nullable;

import dev.lumoauth.devserver.jose.TrustedKeys;

/**
 * A signer of requests: an agent or a resource, with its trusted keys. Thread-safe.
 *
 * @since 0.1.0
 */
public class AAuthIdentity {

	private static final int MAX_SEEN = 10;

	private final String identifier;

	private final boolean trustsFirstKey;

	private volatile @Nullable TrustedKeys keys;

	/** The thumbprints of keys that have signed requests, the most recent last. */
	private final Set<String> seen = new LinkedHashSet<>();

	AAuthIdentity(String identifier, @Nullable TrustedKeys keys, boolean trustsFirstKey) {
		this.identifier = identifier;
		this.keys = keys;
		this.trustsFirstKey = trustsFirstKey;
	}

	public String identifier() {
		return this.identifier;
	}

	public @Nullable TrustedKeys keys() {
		return this.keys;
	}

	/**
	 * Replaces the trusted keys.
	 * @param keys the keys, {@code null} for none
	 */
	public void setKeys(@Nullable TrustedKeys keys) {
		this.keys = keys;
	}

	/**
	 * Returns whether the next key that signs becomes the trusted key.
	 * @return whether this is configured, and there is no trusted key yet
	 */
	public boolean awaitsFirstKey() {
		return this.trustsFirstKey && this.keys == null;
	}

	/**
	 * Trusts a key from now on, if no key is trusted yet.
	 * @param key the public key
	 * @return whether it is trusted now
	 */
	public synchronized boolean trustFirst(JWK key) {
		if (!awaitsFirstKey()) {
			return false;
		}
		this.keys = new TrustedKeys(new JWKSet(key.toPublicJWK()), null);
		return true;
	}

	/**
	 * Records a key that has signed a request.
	 * @param thumbprint its thumbprint (RFC 7638)
	 */
	public void saw(String thumbprint) {
		synchronized (this.seen) {
			this.seen.remove(thumbprint);
			this.seen.add(thumbprint);
			if (this.seen.size() > MAX_SEEN) {
				this.seen.remove(this.seen.iterator().next());
			}
		}
	}

	/**
	 * Returns the keys that have signed requests.
	 * @return their thumbprints, the most recent first, at most 10
	 */
	public List<String> seen() {
		synchronized (this.seen) {
			List<String> latest = new ArrayList<>(this.seen);
			Collections.reverse(latest);
			return latest;
		}
	}

	@Override
	public String toString() {
		return this.identifier;
	}

}
