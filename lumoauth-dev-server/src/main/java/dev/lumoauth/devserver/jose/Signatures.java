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

package dev.lumoauth.devserver.jose;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.EdECPoint;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.NamedParameterSpec;
import java.util.List;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;

/**
 * The accepted signatures. Nimbus verifies them, except those with Ed25519, for which
 * Nimbus would need another library.
 *
 * @since 0.1.0
 */
public final class Signatures {

	/**
	 * The names of the algorithms, as in metadata. Ed25519 has two (RFC 8037 and RFC
	 * 9864).
	 */
	public static final List<String> ALGORITHMS = List.of("ES256", "RS256", "PS256", "PS512", "EdDSA", "Ed25519");

	private static final int MIN_RSA_BITS = 2048;

	private static final int ED25519_BYTES = 32;

	private Signatures() {
	}

	/**
	 * Verifies a signature.
	 * @param signed the signed object
	 * @param key the public key
	 * @return whether the signature is valid, the algorithm is one of those above, and
	 * the key fits the algorithm
	 */
	public static boolean isValid(JWSObject signed, JWK key) {
		JWSHeader header = signed.getHeader();
		boolean isUnderstood = header.isBase64URLEncodePayload()
				&& (header.getCriticalParams() == null || header.getCriticalParams().isEmpty());
		if (!isUnderstood || !ALGORITHMS.contains(header.getAlgorithm().getName()) || !isFor(key, header)) {
			return false;
		}
		try {
			if (key instanceof ECKey ec) {
				return JWSAlgorithm.ES256.equals(header.getAlgorithm()) && Curve.P_256.equals(ec.getCurve())
						&& signed.verify(new ECDSAVerifier(ec.toECPublicKey()));
			}
			if (key instanceof RSAKey rsa) {
				return JWSAlgorithm.Family.RSA.contains(header.getAlgorithm()) && rsa.size() >= MIN_RSA_BITS
						&& signed.verify(new RSASSAVerifier(rsa.toRSAPublicKey()));
			}
			return key instanceof OctetKeyPair pair && Curve.Ed25519.equals(pair.getCurve()) && isEd25519(header)
					&& isValid(signed, pair);
		}
		catch (JOSEException | GeneralSecurityException ex) {
			return false;
		}
	}

	private static boolean isFor(JWK key, JWSHeader header) {
		boolean sameAlgorithm = key.getAlgorithm() == null
				|| key.getAlgorithm().getName().equals(header.getAlgorithm().getName())
				|| (key instanceof OctetKeyPair && isEd25519(header));
		return sameAlgorithm && !KeyUse.ENCRYPTION.equals(key.getKeyUse());
	}

	private static boolean isEd25519(JWSHeader header) {
		return header.getAlgorithm().getName().startsWith("Ed");
	}

	private static boolean isValid(JWSObject signed, OctetKeyPair key) throws GeneralSecurityException {
		Signature signature = Signature.getInstance("Ed25519");
		signature.initVerify(publicKey(key.getX().decode()));
		signature.update(signed.getSigningInput());
		return signature.verify(signed.getSignature().decode());
	}

	/**
	 * The y-coordinate, the least byte first, with a bit of the x-coordinate (RFC 8032).
	 */
	static PublicKey publicKey(byte[] encoded) throws GeneralSecurityException {
		if (encoded.length != ED25519_BYTES) {
			throw new GeneralSecurityException("Not an Ed25519 key");
		}
		byte[] reversed = new byte[ED25519_BYTES];
		for (int i = 0; i < ED25519_BYTES; i++) {
			reversed[i] = encoded[ED25519_BYTES - 1 - i];
		}
		boolean odd = (reversed[0] & 0x80) != 0;
		reversed[0] &= 0x7f;
		return KeyFactory.getInstance("Ed25519")
			.generatePublic(
					new EdECPublicKeySpec(NamedParameterSpec.ED25519, new EdECPoint(odd, new BigInteger(1, reversed))));
	}

}
