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

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.text.ParseException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;

import dev.lumoauth.spring.aauth.signature.MessageSigner;
import dev.lumoauth.spring.token.key.RsaTestKeys;
import dev.lumoauth.spring.token.key.SigningKey;

/**
 * Fresh keys, and RSA keys that need not be made.
 */
final class TestKeys {

	private TestKeys() {
	}

	static SigningKey ed25519(String id) {
		return key("Ed25519", 255, id);
	}

	static SigningKey rsa(String id) {
		return signing(RsaTestKeys.own(id), id);
	}

	static SigningKey anotherRsa(String id) {
		return signing(RsaTestKeys.foreign(id), id);
	}

	private static SigningKey signing(RSAKey key, String id) {
		try {
			return MessageSigner.signing(SigningKey.of(key.toPrivateKey(), key.toPublicKey(), null, id));
		}
		catch (JOSEException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static SigningKey key(String algorithm, int size, String id) {
		try {
			KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
			generator.initialize(size);
			KeyPair pair = generator.generateKeyPair();
			return MessageSigner.signing(SigningKey.of(pair.getPrivate(), pair.getPublic(), null, id));
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

	static JWK jwk(SigningKey key) {
		return Objects.requireNonNull(key.publicKey()).toPublicJWK();
	}

	static JWK published(SigningKey key) {
		Map<String, Object> members = new LinkedHashMap<>(jwk(key).toJSONObject());
		members.put("kid", key.keyId());
		members.put("use", "sig");
		members.put("alg", key.algorithm());
		try {
			return JWK.parse(members);
		}
		catch (ParseException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
