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

import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.List;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import org.jspecify.annotations.Nullable;

/**
 * The accepted signatures of HTTP messages (RFC 9421, section 3.3). The key decides which
 * algorithm it is.
 *
 * @since 0.1.0
 */
public final class MessageSignatures {

	private static final String ED25519 = "ed25519";

	private static final String RSA = "rsa-pss-sha512";

	/** The names of the algorithms, as in metadata. */
	public static final List<String> ALGORITHMS = List.of(ED25519, RSA);

	private static final int MIN_RSA_BITS = 2048;

	private static final int SALT_BYTES = 64;

	private MessageSignatures() {
	}

	/**
	 * Returns how a key signs messages.
	 * @param key a public key
	 * @return the algorithm, or {@code null} if the key can't sign messages
	 */
	public static @Nullable String algorithmOf(JWK key) {
		if (key.isPrivate() || KeyUse.ENCRYPTION.equals(key.getKeyUse())) {
			return null;
		}
		if (key instanceof RSAKey rsa && rsa.size() >= MIN_RSA_BITS) {
			return RSA;
		}
		return (key instanceof OctetKeyPair pair && Curve.Ed25519.equals(pair.getCurve())) ? ED25519 : null;
	}

	/**
	 * Verifies a signature.
	 * @param base the signature base
	 * @param signature the signature
	 * @param key a public key
	 * @return whether the signature is valid with the key
	 */
	public static boolean isValid(byte[] base, byte[] signature, JWK key) {
		try {
			Signature verifier = verifier(key);
			if (verifier == null) {
				return false;
			}
			verifier.update(base);
			return verifier.verify(signature);
		}
		catch (JOSEException | GeneralSecurityException ex) {
			return false;
		}
	}

	private static @Nullable Signature verifier(JWK key) throws JOSEException, GeneralSecurityException {
		String algorithm = algorithmOf(key);
		if (algorithm == null) {
			return null;
		}
		if (key instanceof RSAKey rsa) {
			Signature verifier = Signature.getInstance("RSASSA-PSS");
			verifier.setParameter(new PSSParameterSpec("SHA-512", "MGF1", MGF1ParameterSpec.SHA512, SALT_BYTES, 1));
			return initialized(verifier, rsa.toRSAPublicKey());
		}
		return initialized(Signature.getInstance("Ed25519"),
				Signatures.publicKey(((OctetKeyPair) key).getX().decode()));
	}

	private static Signature initialized(Signature verifier, PublicKey key) throws GeneralSecurityException {
		verifier.initVerify(key);
		return verifier;
	}

}
