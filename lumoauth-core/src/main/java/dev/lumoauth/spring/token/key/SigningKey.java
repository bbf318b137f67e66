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

import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.NamedParameterSpec;
import java.text.ParseException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.AsymmetricJWK;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * A private key and the algorithm with which it signs JSON Web Tokens (RFC 7519). Two
 * objects are equal if they have the same key, the same algorithm and the same id. They
 * never reveal the private key.
 *
 * @since 0.1.0
 */
public final class SigningKey {

	/**
	 * The signature algorithms, with the names of RFC 7518 section 3.1 and RFC 8037
	 * section 3.1.
	 */
	private static final List<JWSAlgorithm> ALGORITHMS = List.of(JWSAlgorithm.ES256, JWSAlgorithm.ES384,
			JWSAlgorithm.ES512, JWSAlgorithm.RS256, JWSAlgorithm.PS256, JWSAlgorithm.PS512, JWSAlgorithm.EdDSA);

	private final PrivateKey key;

	private final JWSAlgorithm algorithm;

	private final @Nullable String keyId;

	private final @Nullable JWK publicKey;

	private final JWSSigner signer;

	private SigningKey(PrivateKey key, JWSAlgorithm algorithm, @Nullable String keyId, @Nullable JWK publicKey) {
		this.key = key;
		this.algorithm = algorithm;
		this.keyId = keyId;
		this.publicKey = publicKey;
		this.signer = signer(key, algorithm);
		check();
	}

	/**
	 * Detects a key that can't sign, or whose signatures don't match the public key: for
	 * instance when only one half of a bundle has been replaced.
	 */
	private void check() {
		byte[] input = { 1 };
		Base64URL signature = new Base64URL(signature(input));
		if (this.publicKey != null && !isSignedBy(this.publicKey, input, signature)) {
			throw new IllegalArgumentException(
					"The public key, or the certificate, does not belong to the private key");
		}
	}

	private boolean isSignedBy(JWK publicKey, byte[] input, Base64URL signature) {
		PublicKey derived = PublicKeys.of(this.key);
		if (derived != null) {
			return PublicKeys.jwk(derived).getRequiredParams().equals(publicKey.getRequiredParams());
		}
		try {
			JWSVerifier verifier = (publicKey instanceof ECKey ec) ? new ECDSAVerifier(ec)
					: new RSASSAVerifier(publicKey.toRSAKey());
			return verifier.verify(new JWSHeader(this.algorithm), input, signature);
		}
		catch (JOSEException | RuntimeException ex) {
			return false; // of another kind
		}
	}

	/**
	 * Generate a new key (P-256, {@code ES256}), which nobody else has and which is lost
	 * when the process ends.
	 * @return the key
	 */
	public static SigningKey generate() {
		try {
			ECKey key = new ECKeyGenerator(Curve.P_256).generate();
			return new SigningKey(key.toPrivateKey(), JWSAlgorithm.ES256, null, key.toPublicJWK());
		}
		catch (JOSEException ex) {
			throw new IllegalStateException("This Java can't make a P-256 key", ex);
		}
	}

	/**
	 * Create a signing key.
	 * @param key the private key: of an elliptic curve (P-256, P-384, P-521), of RSA with
	 * 2048 bits or more, or Ed25519
	 * @param publicKey the public key; {@code null} if it isn't known. For RSA and
	 * Ed25519 it follows from the private key; for other keys {@link #publicKey()} is
	 * then not known either
	 * @param algorithm the signature algorithm, such as {@code PS256}; {@code null} for
	 * the one that fits the key: ES256, ES384, ES512, RS256 or EdDSA
	 * @param keyId the id under which the receiver knows the key; {@code null} for none
	 * @return the key
	 * @throws IllegalArgumentException if the key can't sign with this algorithm. The
	 * message reveals nothing of the key
	 */
	public static SigningKey of(PrivateKey key, @Nullable PublicKey publicKey, @Nullable String algorithm,
			@Nullable String keyId) {
		PublicKey known = (publicKey != null) ? publicKey : PublicKeys.of(key);
		return new SigningKey(key, algorithm(key, algorithm), keyId, (known != null) ? PublicKeys.jwk(known) : null);
	}

	/**
	 * Return the same key with another algorithm or another id.
	 * @param algorithm the signature algorithm, as in {@link #of}
	 * @param keyId the id under which the receiver knows the key; {@code null} for none
	 * @return the key
	 * @throws IllegalArgumentException if the key can't sign with this algorithm
	 */
	public SigningKey with(String algorithm, @Nullable String keyId) {
		return new SigningKey(this.key, algorithm(this.key, algorithm), keyId, this.publicKey);
	}

	/**
	 * Read a private JSON Web Key (RFC 7517), or a set that contains one. The key's own
	 * {@code alg} and {@code kid} are used unless the parameters set others.
	 * @param json the key
	 * @param algorithm as in {@link #of}
	 * @param keyId as in {@link #of}; selects the key of a set
	 * @return the key
	 * @throws IllegalArgumentException if it is not a private key that can sign with this
	 * algorithm. The message quotes nothing of the key
	 */
	public static SigningKey ofJwk(String json, @Nullable String algorithm, @Nullable String keyId) {
		JWK jwk = parse(json, keyId);
		String id = (keyId != null) ? keyId : jwk.getKeyID();
		String name = (algorithm != null || jwk.getAlgorithm() == null) ? algorithm : jwk.getAlgorithm().getName();
		PrivateKey key = privateKey(jwk);
		return new SigningKey(key, algorithm(key, name), id, jwk.toPublicJWK());
	}

	/**
	 * Sign a token.
	 * @param type the token's {@code typ} (RFC 7515 section 4.1.9), or {@code null} for
	 * none
	 * @param header further entries of the token's header: {@code jwk} with
	 * {@link #publicKey()} as its value, or others that the RFCs don't define
	 * @param claims the claims of the token
	 * @return the token in its compact form
	 */
	public String sign(@Nullable String type, Map<String, Object> header, JWTClaimsSet claims) {
		JWSHeader.Builder builder = new JWSHeader.Builder(this.algorithm);
		if (type != null) {
			builder.type(new JOSEObjectType(type));
		}
		header.forEach((name, value) -> {
			if (value instanceof JWK jwk && name.equals("jwk")) {
				builder.jwk(jwk);
			}
			else {
				builder.customParam(name, value);
			}
		});
		if (this.keyId != null && !header.containsKey("jwk")) {
			builder.keyID(this.keyId);
		}
		SignedJWT token = new SignedJWT(builder.build(), claims);
		try {
			token.sign(this.signer);
		}
		catch (JOSEException ex) {
			throw new IllegalArgumentException("The key can't sign with " + this.algorithm, ex);
		}
		return token.serialize();
	}

	/**
	 * Sign a complete input.
	 * @param input the header and the claims, joined as in RFC 7515 section 5.1
	 * @return the signature in base64url
	 */
	public String signature(byte[] input) {
		try {
			return this.signer.sign(new JWSHeader(this.algorithm), input).toString();
		}
		catch (JOSEException ex) {
			throw new IllegalArgumentException("The key can't sign with " + this.algorithm, ex);
		}
	}

	/**
	 * Return the signature algorithm.
	 * @return the algorithm's name, such as {@code ES256} (RFC 7518 section 3.1)
	 */
	public String algorithm() {
		return this.algorithm.getName();
	}

	/**
	 * Return the id under which the receiver knows the key.
	 * @return the {@code kid}, or {@code null} for none
	 */
	public @Nullable String keyId() {
		return this.keyId;
	}

	/**
	 * Return the public key.
	 * @return the key as a JSON Web Key, or {@code null} if only the private one is known
	 */
	public @Nullable JWK publicKey() {
		return this.publicKey;
	}

	/**
	 * Return the thumbprint of the public key (RFC 7638), with SHA-256.
	 * @return the thumbprint in base64url
	 * @throws IllegalStateException if only the private key is known
	 */
	public String thumbprint() {
		Assert.state(this.publicKey != null, "Only the private key is known");
		try {
			return this.publicKey.computeThumbprint().toString();
		}
		catch (JOSEException ex) {
			throw new IllegalStateException("This Java has no SHA-256", ex);
		}
	}

	private static JWK parse(String json, @Nullable String keyId) {
		JWKSet set;
		try {
			if (!json.contains("\"keys\"")) {
				return JWK.parse(json);
			}
			set = JWKSet.parse(json);
		}
		catch (ParseException | RuntimeException ex) {
			// Without the cause: its message quotes the text.
			throw new IllegalArgumentException("It is not a JSON Web Key (RFC 7517)");
		}
		return ofSet(set, keyId);
	}

	private static JWK ofSet(JWKSet set, @Nullable String keyId) {
		List<JWK> found = set.getKeys()
			.stream()
			.filter((jwk) -> jwk.isPrivate() && (keyId == null || keyId.equals(jwk.getKeyID())))
			.toList();
		Assert.isTrue(found.size() == 1, () -> "Of its keys, " + found.size() + " are private"
				+ ((keyId != null) ? " and have that id" : "") + ": it needs exactly one such key");
		return found.get(0);
	}

	private static PrivateKey privateKey(JWK jwk) {
		Assert.isTrue(jwk.isPrivate(), "It is a public key: the private one is needed");
		try {
			if (jwk instanceof OctetKeyPair key && Curve.Ed25519.equals(key.getCurve())) {
				return KeyFactory.getInstance(Ed25519Signer.ED25519)
					.generatePrivate(new EdECPrivateKeySpec(NamedParameterSpec.ED25519, key.getDecodedD()));
			}
			if (jwk instanceof AsymmetricJWK key) {
				return key.toPrivateKey();
			}
		}
		catch (JOSEException | NoSuchAlgorithmException | InvalidKeySpecException ex) {
			throw new IllegalArgumentException("It is not a private key that can sign");
		}
		throw new IllegalArgumentException("It is not a key of an elliptic curve, of RSA or of Ed25519");
	}

	private static JWSAlgorithm algorithm(PrivateKey key, @Nullable String name) {
		if (name != null) {
			return ALGORITHMS.stream()
				.filter((algorithm) -> algorithm.getName().equals(name))
				.findFirst()
				.orElseThrow(() -> new IllegalArgumentException("The algorithm is not one of " + ALGORITHMS));
		}
		if (key instanceof ECPrivateKey ec) {
			return switch (ec.getParams().getOrder().bitLength()) {
				case 256 -> JWSAlgorithm.ES256;
				case 384 -> JWSAlgorithm.ES384;
				case 521 -> JWSAlgorithm.ES512;
				default -> throw new IllegalArgumentException("The key's curve is not P-256, P-384 or P-521");
			};
		}
		String family = key.getAlgorithm().toUpperCase(Locale.ROOT);
		if (family.equals("RSA")) {
			return JWSAlgorithm.RS256;
		}
		if (family.equals("EDDSA") || family.equals("ED25519")) {
			return JWSAlgorithm.EdDSA;
		}
		throw new IllegalArgumentException("It is not a key of an elliptic curve, of RSA or of Ed25519");
	}

	private static JWSSigner signer(PrivateKey key, JWSAlgorithm algorithm) {
		try {
			if (JWSAlgorithm.Family.EC.contains(algorithm)) {
				return new ECDSASigner(key, Curve.forJWSAlgorithm(algorithm).iterator().next());
			}
			return JWSAlgorithm.EdDSA.equals(algorithm) ? new Ed25519Signer(key) : new RSASSASigner(key);
		}
		catch (JOSEException | RuntimeException ex) {
			throw new IllegalArgumentException("The key can't sign with " + algorithm
					+ (JWSAlgorithm.Family.RSA.contains(algorithm) ? ", which needs RSA with 2048 bits or more" : ""));
		}
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return this == other || (other instanceof SigningKey that && this.key.equals(that.key)
				&& this.algorithm.equals(that.algorithm) && Objects.equals(this.keyId, that.keyId));
	}

	@Override
	public int hashCode() {
		return this.key.hashCode();
	}

	/**
	 * Without the key.
	 */
	@Override
	public String toString() {
		return "SigningKey[algorithm=" + this.algorithm + ", keyId=" + this.keyId + "]";
	}

}
