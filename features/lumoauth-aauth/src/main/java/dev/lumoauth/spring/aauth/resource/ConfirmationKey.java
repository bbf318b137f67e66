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

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import com.nimbusds.jose.jwk.KeyType;
import com.nimbusds.jose.jwk.RSAKey;
import org.jspecify.annotations.Nullable;

import dev.lumoauth.spring.aauth.signature.VerificationKey;

/**
 * The key in a token's {@code cnf} (RFC 7800), with which requests are signed.
 */
final class ConfirmationKey {

	/** The private members of RFC 7518 section 6. */
	private static final List<String> PRIVATE = List.of("d", "p", "q", "dp", "dq", "qi", "oth", "k");

	/** A larger key takes long to check, and the sender chooses it. */
	private static final int MAX_RSA_BITS = 4096;

	private static final int MAX_EXPONENT_BITS = 32;

	private ConfirmationKey() {
	}

	/**
	 * Read the key.
	 * @throws InvalidTokenException if there is no key that AAuth supports, or a private
	 * key
	 */
	static VerificationKey of(@Nullable Object confirmation) {
		Map<String, Object> members = new HashMap<>();
		if (confirmation instanceof Map<?, ?> cnf && cnf.get("jwk") instanceof Map<?, ?> jwk) {
			jwk.forEach((name, value) -> members.put(String.valueOf(name), value));
		}
		if (PRIVATE.stream().anyMatch(members::containsKey)) {
			throw new InvalidTokenException("its cnf has a private key");
		}
		VerificationKey key;
		try {
			key = VerificationKey.of(members);
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidTokenException("its cnf has no jwk that can check a signature");
		}
		boolean ed25519 = KeyType.OKP.equals(key.jwk().getKeyType());
		if (!ed25519 && !(key.jwk() instanceof RSAKey rsa && rsa.size() <= MAX_RSA_BITS
				&& rsa.getPublicExponent().decodeToBigInteger().bitLength() <= MAX_EXPONENT_BITS)) {
			throw new InvalidTokenException("the key in its cnf is neither Ed25519 nor RSA with 2048 to 4096 bits");
		}
		return key;
	}

}
