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

import java.util.Map;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyType;
import org.jspecify.annotations.Nullable;

import dev.lumoauth.spring.token.key.SigningKey;

/**
 * The signature algorithms of AAuth, one for each type of key.
 */
enum SignatureAlgorithm {

	/** RFC 9421 section 3.3.6. */
	ED25519("ed25519", "EdDSA"),

	/** RFC 9421 section 3.3.1, which is PS512 of RFC 7518: a salt of 64 bytes. */
	RSA_PSS_SHA512("rsa-pss-sha512", "PS512");

	private static final Map<KeyType, SignatureAlgorithm> BY_KEY = Map.of(KeyType.OKP, ED25519, KeyType.RSA,
			RSA_PSS_SHA512);

	private final String httpName;

	private final String joseName;

	SignatureAlgorithm(String httpName, String joseName) {
		this.httpName = httpName;
		this.joseName = joseName;
	}

	/**
	 * Return the algorithm for a key.
	 * @return the algorithm, or {@code null} for a key that AAuth does not support
	 */
	static @Nullable SignatureAlgorithm of(JWK key) {
		return BY_KEY.get(key.getKeyType());
	}

	/**
	 * Return a key that signs as AAuth requires.
	 * @throws IllegalArgumentException if AAuth does not support the key
	 */
	static SigningKey signing(SigningKey key) {
		JWK publicKey = key.publicKey();
		SignatureAlgorithm way = (publicKey != null) ? of(publicKey) : null;
		if (way == null) {
			throw new IllegalArgumentException("AAuth signs with Ed25519, or with RSA of 2048 bits or more");
		}
		return (way.joseName.equals(key.algorithm()) && key.keyId() != null) ? key
				: key.with(way.joseName, (key.keyId() != null) ? key.keyId() : key.thumbprint());
	}

	/**
	 * The name in RFC 9421's registry.
	 */
	String httpName() {
		return this.httpName;
	}

	/**
	 * The name in RFC 7518 or RFC 8037.
	 */
	String joseName() {
		return this.joseName;
	}

}
