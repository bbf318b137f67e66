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

import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.text.ParseException;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link SigningKey}.
 */
class SigningKeyTests {

	private static final JWTClaimsSet CLAIMS = new JWTClaimsSet.Builder().subject("agt_1").build();

	@Test
	void aNewKeySignsByES256AndKnowsItsPublicKey() throws Exception {
		SigningKey key = SigningKey.generate();
		SignedJWT token = SignedJWT.parse(key.sign("dpop+jwt", Map.of("jwk", publicKey(key)), CLAIMS));
		assertThat(token.verify(new ECDSAVerifier((ECKey) publicKey(key)))).isTrue();
		assertThat(token.getHeader().getAlgorithm()).isEqualTo(JWSAlgorithm.ES256);
		assertThat(token.getHeader().getType()).hasToString("dpop+jwt");
		assertThat(token.getHeader().getJWK()).isEqualTo(publicKey(key));
		assertThat(publicKey(key).isPrivate()).isFalse();
		assertThat(key.thumbprint()).isEqualTo(publicKey(key).computeThumbprint().toString());
	}

	@Test
	void twoNewKeysDiffer() {
		assertThat(SigningKey.generate()).isNotEqualTo(SigningKey.generate());
	}

	@ParameterizedTest
	@ValueSource(strings = { "RS256", "PS256" })
	void anRsaKeySignsByTheAlgorithmOfItsJwk(String algorithm) throws Exception {
		RSAKey jwk = new RSAKey.Builder(RsaTestKeys.own("k1")).algorithm(JWSAlgorithm.parse(algorithm)).build();
		SigningKey key = SigningKey.ofJwk(jwk.toJSONString(), null, null);
		SignedJWT token = SignedJWT.parse(key.sign(null, Map.of(), CLAIMS));
		assertThat(token.verify(new RSASSAVerifier(jwk))).isTrue();
		assertThat(token.getHeader().getAlgorithm().getName()).isEqualTo(algorithm);
		assertThat(token.getHeader().getKeyID()).isEqualTo("k1");
	}

	@Test
	void anRsaKeySignsByRS256IfNothingElseIsSaid() throws Exception {
		KeyPair pair = RsaTestKeys.own("k1").toKeyPair();
		assertThat(SigningKey.of(pair.getPrivate(), null, null, null).algorithm()).isEqualTo("RS256");
		assertThat(SigningKey.of(pair.getPrivate(), null, "PS256", null).algorithm()).isEqualTo("PS256");
	}

	@ParameterizedTest
	@ValueSource(strings = { "P-256", "P-384", "P-521" })
	void aKeyOfACurveSignsByThatCurve(String curve) throws Exception {
		ECKey jwk = new ECKeyGenerator(Curve.parse(curve)).generate();
		SigningKey key = SigningKey.of(jwk.toPrivateKey(), jwk.toPublicKey(), null, "k2");
		SignedJWT token = SignedJWT.parse(key.sign(null, Map.of(), CLAIMS));
		assertThat(token.verify(new ECDSAVerifier(jwk))).isTrue();
		assertThat(token.getHeader().getKeyID()).isEqualTo("k2");
		assertThat(publicKey(key)).isEqualTo(jwk.toPublicJWK());
	}

	@Test
	void anEd25519KeySignsByEdDSA() throws Exception {
		KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
		SigningKey key = SigningKey.of(pair.getPrivate(), pair.getPublic(), null, null);
		assertThat(isSignedByEd25519(key, pair)).isTrue();
		assertThat(key.algorithm()).isEqualTo("EdDSA");
	}

	/** The key and the thumbprint of RFC 8037, appendix A. */
	@Test
	void anEd25519JwkIsReadAsRfc8037HasIt() throws Exception {
		String jwk = """
				{"kty":"OKP","crv":"Ed25519","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",
				 "x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}""";
		SigningKey key = SigningKey.ofJwk(jwk, null, null);
		assertThat(key.thumbprint()).isEqualTo("kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
		assertThat(key.sign(null, Map.of(), CLAIMS).split("\\.")).hasSize(3);
	}

	@Test
	void ofASetTheKeyWithTheIdIsTaken() throws Exception {
		ECKey first = new ECKeyGenerator(Curve.P_256).keyID("a").generate();
		ECKey second = new ECKeyGenerator(Curve.P_256).keyID("b").generate();
		String set = new JWKSet(List.of(first, second)).toString(false);
		assertThat(publicKey(SigningKey.ofJwk(set, null, "b"))).isEqualTo(second.toPublicJWK());
		assertThatIllegalArgumentException().isThrownBy(() -> SigningKey.ofJwk(set, null, null))
			.withMessageContaining("2 are private");
	}

	@Test
	void keysAreEqualIfTheySignAlike() throws Exception {
		ECKey jwk = new ECKeyGenerator(Curve.P_256).generate();
		SigningKey key = SigningKey.ofJwk(jwk.toJSONString(), null, "k");
		assertThat(SigningKey.ofJwk(jwk.toJSONString(), null, "k")).isEqualTo(key).hasSameHashCodeAs(key);
		assertThat(SigningKey.ofJwk(jwk.toJSONString(), null, "other")).isNotEqualTo(key);
	}

	@Test
	void nothingOfTheKeyIsShown() throws Exception {
		ECKey jwk = new ECKeyGenerator(Curve.P_256).generate();
		assertThat(SigningKey.ofJwk(jwk.toJSONString(), null, null).toString()).doesNotContain(jwk.getD().toString());
		String broken = jwk.toJSONString().replace("\"EC\"", "\"XX\"");
		assertThatIllegalArgumentException().isThrownBy(() -> SigningKey.ofJwk(broken, null, null))
			.withNoCause()
			.satisfies((ex) -> assertThat(ex.getMessage()).doesNotContain(jwk.getD().toString()));
	}

	@Test
	void whatCannotSignIsRefused() throws Exception {
		ECKey jwk = new ECKeyGenerator(Curve.P_256).generate();
		KeyPair small = smallRsa();
		assertThatIllegalArgumentException()
			.isThrownBy(() -> SigningKey.ofJwk(jwk.toPublicJWK().toJSONString(), null, null))
			.withMessageContaining("public key");
		assertThatIllegalArgumentException().isThrownBy(() -> SigningKey.ofJwk(jwk.toJSONString(), "RS256", null));
		assertThatIllegalArgumentException().isThrownBy(() -> SigningKey.ofJwk(jwk.toJSONString(), "none", null))
			.withMessageContaining("ES256");
		assertThatIllegalArgumentException().isThrownBy(() -> SigningKey.of(small.getPrivate(), null, null, null))
			.withMessageContaining("2048");
		assertThatIllegalArgumentException().isThrownBy(() -> SigningKey.ofJwk("no key", null, null));
	}

	@Test
	void aPublicKeyOfAnotherIsRefused() throws Exception {
		for (String algorithm : List.of("EC", "RSA", "Ed25519")) {
			KeyPair one = pair(algorithm, RsaTestKeys.own(""));
			KeyPair other = pair(algorithm, RsaTestKeys.foreign(""));
			assertThat(SigningKey.of(one.getPrivate(), one.getPublic(), null, null).publicKey()).isNotNull();
			assertThatIllegalArgumentException()
				.isThrownBy(() -> SigningKey.of(one.getPrivate(), other.getPublic(), null, null))
				.withMessageContaining("does not belong to the private key");
		}
	}

	private static KeyPair pair(String algorithm, RSAKey rsa) throws Exception {
		return algorithm.equals("RSA") ? rsa.toKeyPair() : KeyPairGenerator.getInstance(algorithm).generateKeyPair();
	}

	@Test
	void aSetOfNothingIsNoKey() {
		assertThatIllegalArgumentException().isThrownBy(() -> SigningKey.ofJwk("{\"keys\":[null]}", null, null));
	}

	@Test
	void aPrivateKeyAloneHasNoThumbprint() throws Exception {
		SigningKey key = SigningKey.of(p256().getPrivate(), null, "ES256", null);
		assertThat(key.publicKey()).isNull();
		assertThatIllegalStateException().isThrownBy(key::thumbprint);
	}

	@ParameterizedTest
	@ValueSource(strings = { "RSA", "Ed25519" })
	void thePublicKeyFollowsFromThePrivateOne(String algorithm) throws Exception {
		KeyPair pair = pair(algorithm, RsaTestKeys.own(""));
		SigningKey alone = SigningKey.of(pair.getPrivate(), null, null, null);
		assertThat(alone.thumbprint())
			.isEqualTo(SigningKey.of(pair.getPrivate(), pair.getPublic(), null, null).thumbprint());
	}

	@Test
	void theSameKeySignsInAnotherWay() throws Exception {
		RSAKey jwk = new RSAKey.Builder(RsaTestKeys.own("")).keyID(null).build();
		SigningKey key = SigningKey.ofJwk(jwk.toJSONString(), null, "k1").with("PS512", "k2");
		SignedJWT token = parse(key.sign(null, Map.of(), CLAIMS));
		assertThat(token.verify(new RSASSAVerifier(jwk))).isTrue();
		assertThat(token.getHeader().getAlgorithm()).isEqualTo(JWSAlgorithm.PS512);
		assertThat(token.getHeader().getKeyID()).isEqualTo("k2");
		assertThatIllegalArgumentException().isThrownBy(() -> key.with("EdDSA", null));
	}

	private static KeyPair p256() throws Exception {
		KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
		generator.initialize(256);
		return generator.generateKeyPair();
	}

	private static KeyPair smallRsa() throws Exception {
		KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
		generator.initialize(1024);
		return generator.generateKeyPair();
	}

	private static JWK publicKey(SigningKey key) {
		return Objects.requireNonNull(key.publicKey());
	}

	private static boolean isSignedByEd25519(SigningKey key, KeyPair pair) throws Exception {
		SignedJWT token = parse(key.sign(null, Map.of(), CLAIMS));
		Signature verifier = Signature.getInstance("Ed25519");
		verifier.initVerify(pair.getPublic());
		verifier.update(token.getSigningInput());
		return verifier.verify(token.getSignature().decode());
	}

	private static SignedJWT parse(String token) throws ParseException {
		return SignedJWT.parse(token);
	}

}
