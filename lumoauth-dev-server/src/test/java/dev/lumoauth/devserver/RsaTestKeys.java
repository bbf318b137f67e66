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

package dev.lumoauth.devserver;

import java.io.IOException;
import java.io.InputStream;
import java.text.ParseException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;

/**
 * RSA keys for tests, some for each use. They are in a file, because a test's JVM takes a
 * second to make one. They protect nothing.
 */
public final class RsaTestKeys {

	private static final List<JWK> ALL = read();

	private final List<JWK> keys;

	private final AtomicInteger next = new AtomicInteger();

	private RsaTestKeys(List<JWK> keys) {
		this.keys = keys;
	}

	static RsaTestKeys ofTests() {
		return new RsaTestKeys(ALL.subList(0, 2));
	}

	static RsaTestKeys ofOthers() {
		return new RsaTestKeys(ALL.subList(2, 4));
	}

	/**
	 * Return the keys of tenants.
	 * @return keys that nobody else has
	 */
	public static RsaTestKeys ofTenants() {
		return new RsaTestKeys(ALL.subList(4, ALL.size()));
	}

	/**
	 * Return another key than the last time.
	 * @return one of some keys, each in its turn
	 */
	public RSAKey next() {
		return this.keys.get(this.next.getAndIncrement() % this.keys.size()).toRSAKey();
	}

	private static List<JWK> read() {
		try (InputStream file = RsaTestKeys.class.getResourceAsStream("/rsa-test-keys.json")) {
			return JWKSet.load(Objects.requireNonNull(file)).getKeys();
		}
		catch (IOException | ParseException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
