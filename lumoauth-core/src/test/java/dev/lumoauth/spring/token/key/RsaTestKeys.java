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

package dev.lumoauth.spring.token.key;

import java.io.IOException;
import java.io.InputStream;
import java.text.ParseException;
import java.util.Objects;

import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;

/**
 * RSA keys for tests. They are in a file, because a test's JVM takes seconds to make one.
 * They protect nothing.
 */
public final class RsaTestKeys {

	private static final JWKSet KEYS = read();

	private RsaTestKeys() {
	}

	/**
	 * Return the key that a test signs with.
	 * @param id the key id that it gets
	 * @return always the same key
	 */
	public static RSAKey own(String id) {
		return key("own", id);
	}

	/**
	 * Return the key of somebody else.
	 * @param id the key id that it gets
	 * @return always the same key, and not {@link #own}
	 */
	public static RSAKey foreign(String id) {
		return key("foreign", id);
	}

	private static RSAKey key(String name, String id) {
		return new RSAKey.Builder(KEYS.getKeyByKeyId(name).toRSAKey()).keyID(id).build();
	}

	private static JWKSet read() {
		try (InputStream file = RsaTestKeys.class.getResourceAsStream("rsa-test-keys.json")) {
			return JWKSet.load(Objects.requireNonNull(file));
		}
		catch (IOException | ParseException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
