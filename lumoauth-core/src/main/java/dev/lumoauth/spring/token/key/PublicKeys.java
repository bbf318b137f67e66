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

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPrivateKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.NamedParameterSpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Arrays;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import org.jspecify.annotations.Nullable;

/**
 * Derives public keys from private ones, and converts them to JSON Web Keys.
 */
final class PublicKeys {

	private PublicKeys() {
	}

	/**
	 * Return the public key that belongs to a private one.
	 * @return the key, or {@code null} if it is not known: a file in PEM (PKCS #8) has
	 * only the private key
	 */
	static @Nullable PublicKey of(PrivateKey key) {
		try {
			if (key instanceof RSAPrivateCrtKey rsa) {
				return KeyFactory.getInstance("RSA")
					.generatePublic(new RSAPublicKeySpec(rsa.getModulus(), rsa.getPublicExponent()));
			}
			if (key instanceof EdECPrivateKey ed && ed.getParams().getName().equals(Ed25519Signer.ED25519)) {
				byte[] seed = ed.getBytes().orElse(null);
				return (seed != null) ? ofSeed(seed) : null;
			}
			return null;
		}
		catch (GeneralSecurityException ex) {
			return null;
		}
	}

	/**
	 * Java creates a public key only together with a private key, which it takes from a
	 * source of random bytes: this source supplies the bytes of the existing key. The
	 * caller checks whether the two keys belong together.
	 */
	private static PublicKey ofSeed(byte[] seed) throws GeneralSecurityException {
		KeyPairGenerator generator = KeyPairGenerator.getInstance(Ed25519Signer.ED25519);
		generator.initialize(NamedParameterSpec.ED25519, new SecureRandom() {

			@Override
			public void nextBytes(byte[] bytes) {
				System.arraycopy(seed, 0, bytes, 0, Math.min(seed.length, bytes.length));
			}

		});
		return generator.generateKeyPair().getPublic();
	}

	/**
	 * Return a public key as a JSON Web Key (RFC 7517).
	 * @throws IllegalArgumentException if a key of this kind can't sign
	 */
	static JWK jwk(PublicKey key) {
		if (key instanceof ECPublicKey ec) {
			return new ECKey.Builder(Curve.forECParameterSpec(ec.getParams()), ec).build();
		}
		if (key instanceof RSAPublicKey rsa) {
			return new RSAKey.Builder(rsa).build();
		}
		if (key instanceof EdECPublicKey ed && ed.getParams().getName().equals(Ed25519Signer.ED25519)) {
			byte[] encoded = ed.getEncoded(); // the last 32 bytes are the key (RFC 8410)
			return new OctetKeyPair.Builder(Curve.Ed25519,
					Base64URL.encode(Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length)))
				.build();
		}
		throw new IllegalArgumentException("The public key is not a key of an elliptic curve, of RSA or of Ed25519");
	}

}
