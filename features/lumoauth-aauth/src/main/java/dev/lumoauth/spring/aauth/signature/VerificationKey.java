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

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.text.ParseException;
import java.security.spec.X509EncodedKeySpec;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;

import org.springframework.util.Assert;

/**
 * A public key that verifies signatures (RFC 7515). The algorithm of a signature has to
 * fit the type of the key; otherwise the signature is invalid (RFC 8725 section 3.1).
 *
 * @since 0.1.0
 */
public final class VerificationKey {

	private static final int MIN_RSA_BITS = 2048;

	/** RFC 8032 section 5.1.6. */
	private static final String ED25519 = "Ed25519";

	private static final int ED25519_BYTES = 64;

	private static final List<JWSAlgorithm> RSA = List.of(JWSAlgorithm.RS256, JWSAlgorithm.RS384, JWSAlgorithm.RS512,
			JWSAlgorithm.PS256, JWSAlgorithm.PS384, JWSAlgorithm.PS512);

	private final JWK key;

	private final List<JWSAlgorithm> algorithms;

	private final String thumbprint;

	private VerificationKey(JWK key, List<JWSAlgorithm> algorithms) {
		this.key = key;
		this.algorithms = algorithms;
		try {
			this.thumbprint = key.computeThumbprint().toString();
		}
		catch (JOSEException ex) {
			throw new IllegalArgumentException("The key has no thumbprint", ex);
		}
	}

	/**
	 * Create a verification key from a JSON Web Key (RFC 7517). Only the public part of a
	 * private key is used.
	 * @param key the key: of an elliptic curve (P-256, P-384, P-521), of RSA with 2048
	 * bits or more, or Ed25519
	 * @return the key
	 * @throws IllegalArgumentException if the key is of another type. The message quotes
	 * nothing of the key
	 */
	public static VerificationKey of(JWK key) {
		JWK publicKey = key.toPublicJWK();
		if (publicKey instanceof ECKey ec) {
			return new VerificationKey(ec, List.of(algorithmOf(ec.getCurve())));
		}
		if (publicKey instanceof RSAKey rsa && rsa.size() >= MIN_RSA_BITS) {
			return new VerificationKey(rsa, RSA);
		}
		if (publicKey instanceof OctetKeyPair ed && Curve.Ed25519.equals(ed.getCurve())
				&& Ed25519Points.isUsable(ed.getX())) {
			return new VerificationKey(ed, List.of(JWSAlgorithm.EdDSA));
		}
		throw new IllegalArgumentException(
				"The key is not a key of an elliptic curve (P-256, P-384, P-521), of RSA with 2048 bits or more, or "
						+ "of Ed25519");
	}

	/**
	 * Read a JSON Web Key, as for {@link #of(JWK)}.
	 * @param key the key's members
	 * @return the key
	 * @throws IllegalArgumentException if the key is of another type
	 */
	public static VerificationKey of(Map<String, Object> key) {
		try {
			return of(JWK.parse(key));
		}
		catch (ParseException | RuntimeException ex) {
			throw new IllegalArgumentException("It is not a public JSON Web Key that can check a signature");
		}
	}

	private static JWSAlgorithm algorithmOf(Curve curve) {
		if (Curve.P_256.equals(curve)) {
			return JWSAlgorithm.ES256;
		}
		if (Curve.P_384.equals(curve)) {
			return JWSAlgorithm.ES384;
		}
		Assert.isTrue(Curve.P_521.equals(curve), "The key's curve is not P-256, P-384 or P-521");
		return JWSAlgorithm.ES512;
	}

	/**
	 * Verify a signature.
	 * @param algorithm the algorithm of the signature, such as {@code EdDSA} (RFC 7518
	 * section 3.1)
	 * @param input the signed input
	 * @param signature the signature
	 * @return whether the matching private key made the signature with this algorithm;
	 * {@code false} if the algorithm does not fit the key
	 */
	public boolean verifies(String algorithm, byte[] input, byte[] signature) {
		JWSAlgorithm way = JWSAlgorithm.parse(algorithm);
		if (!this.algorithms.contains(way)) {
			return false;
		}
		try {
			if (this.key instanceof OctetKeyPair ed) {
				return verifies(publicKey(ed.getDecodedX()), input, signature);
			}
			JWSVerifier verifier = (this.key instanceof ECKey ec) ? new ECDSAVerifier(ec)
					: new RSASSAVerifier(this.key.toRSAKey());
			return verifier.verify(new JWSHeader(way), input, Base64URL.encode(signature));
		}
		catch (JOSEException | GeneralSecurityException | RuntimeException ex) {
			return false; // an unreadable signature is invalid
		}
	}

	/**
	 * Return a public key of 32 bytes (RFC 8410 section 4).
	 */
	private static PublicKey publicKey(byte[] key) throws GeneralSecurityException {
		byte[] encoded = HexFormat.of().parseHex("302a300506032b6570032100" + HexFormat.of().formatHex(key));
		return KeyFactory.getInstance(ED25519).generatePublic(new X509EncodedKeySpec(encoded));
	}

	/**
	 * Java accepts a signature with trailing zeros, so one signature would have many
	 * forms.
	 */
	private static boolean verifies(PublicKey key, byte[] input, byte[] signature) throws GeneralSecurityException {
		if (signature.length != ED25519_BYTES) {
			return false;
		}
		Signature verifier = Signature.getInstance(ED25519);
		verifier.initVerify(key);
		verifier.update(input);
		return verifier.verify(signature);
	}

	/**
	 * Return the thumbprint of the key (RFC 7638), with SHA-256.
	 * @return the thumbprint in base64url, which is not a secret
	 */
	public String thumbprint() {
		return this.thumbprint;
	}

	/**
	 * Return the key.
	 * @return the public key as a JSON Web Key
	 */
	public JWK jwk() {
		return this.key;
	}

	@Override
	public String toString() {
		return "VerificationKey[" + this.thumbprint + "]";
	}

}
