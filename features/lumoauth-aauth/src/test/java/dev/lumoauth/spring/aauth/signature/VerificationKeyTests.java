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

import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.lumoauth.spring.token.key.RsaTestKeys;
import dev.lumoauth.spring.token.key.SigningKey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link VerificationKey}.
 */
class VerificationKeyTests {

	private static final List<String> ALL = List.of("ES256", "ES384", "ES512", "RS256", "RS384", "RS512", "PS256",
			"PS384", "PS512", "EdDSA", "HS256", "none", "");

	private static final byte[] INPUT = "what was signed".getBytes(StandardCharsets.UTF_8);

	@ParameterizedTest
	@ValueSource(strings = { "ES256", "ES384", "ES512", "RS256", "PS256", "PS512", "EdDSA" })
	void knowsASignatureInItsOwnWayAndInNoOther(String algorithm) throws Exception {
		SigningKey signing = key(algorithm);
		byte[] signature = Base64.getUrlDecoder().decode(signing.signature(INPUT));
		VerificationKey key = VerificationKey.of(Objects.requireNonNull(signing.publicKey()));
		List<String> verified = new ArrayList<>(ALL);
		verified.removeIf((way) -> !key.verifies(way, INPUT, signature));
		assertThat(verified).containsExactly(algorithm);
		assertThat(key.thumbprint()).isEqualTo(signing.thumbprint());
	}

	@ParameterizedTest
	@ValueSource(strings = { "ES256", "PS512", "EdDSA" })
	void noByteOfTheInputOrOfTheSignatureCanBeAnother(String algorithm) throws Exception {
		SigningKey signing = key(algorithm);
		byte[] signature = Base64.getUrlDecoder().decode(signing.signature(INPUT));
		VerificationKey key = VerificationKey.of(Objects.requireNonNull(signing.publicKey()));
		for (int i = 0; i < signature.length; i++) {
			byte[] other = signature.clone();
			other[i] ^= 1;
			assertThat(key.verifies(algorithm, INPUT, other)).isFalse();
		}
		for (int i = 0; i < INPUT.length; i++) {
			byte[] other = INPUT.clone();
			other[i] ^= 1;
			assertThat(key.verifies(algorithm, other, signature)).isFalse();
		}
		assertThat(key.verifies(algorithm, INPUT, Arrays.copyOf(signature, signature.length + 1))).isFalse();
		assertThat(key.verifies(algorithm, INPUT, Arrays.copyOf(signature, signature.length - 1))).isFalse();
		assertThat(key.verifies(algorithm, INPUT, new byte[0])).isFalse();
		assertThat(key.verifies(algorithm, INPUT, new byte[signature.length])).isFalse();
	}

	@Test
	void takesOfAPrivateKeyThePublicOne() throws Exception {
		JWK jwk = RsaTestKeys.own("k1");
		assertThat(VerificationKey.of(jwk).jwk().isPrivate()).isFalse();
	}

	@Test
	void otherKeysAreNone() throws Exception {
		RSAKey small = new RSAKeyGenerator(1024, true).generate();
		JWK shared = new OctetSequenceKey.Builder(INPUT).build();
		JWK koblitz = new ECKeyGenerator(Curve.P_256).generate();
		Map<String, Object> off = new HashMap<>(koblitz.toPublicJWK().toJSONObject());
		off.put("crv", "secp256k1");
		assertThatIllegalArgumentException().isThrownBy(() -> VerificationKey.of(small));
		assertThatIllegalArgumentException().isThrownBy(() -> VerificationKey.of(shared));
		assertThatIllegalArgumentException().isThrownBy(() -> VerificationKey.of(off));
		assertThatIllegalArgumentException().isThrownBy(() -> VerificationKey.of(Map.of("kty", "OKP")));
		assertThatIllegalArgumentException()
			.isThrownBy(() -> VerificationKey.of(Map.of("kty", "OKP", "crv", "Ed25519", "x", "AA")));
		assertThatIllegalArgumentException()
			.isThrownBy(() -> VerificationKey.of(Map.of("kty", "OKP", "crv", "X25519", "x", "A".repeat(43))));
	}

	/**
	 * Their one signature is good for everything, or for every eighth text.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "0000000000000000000000000000000000000000000000000000000000000000",
			"0000000000000000000000000000000000000000000000000000000000000080",
			"0100000000000000000000000000000000000000000000000000000000000000",
			"0100000000000000000000000000000000000000000000000000000000000080",
			"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
			"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
			"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f" })
	void keysByWhichAnybodyCanSignAreNone(String x) {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> VerificationKey.of(ed25519(Base64URL.encode(HexFormat.of().parseHex(x)).toString())));
	}

	@Test
	void keyIsWrittenInOneWay() throws Exception {
		String x = String.valueOf(Objects.requireNonNull(key("EdDSA").publicKey()).toJSONObject().get("x"));
		byte[] decoded = new Base64URL(x).decode();
		int taken = 0;
		for (char last : "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".toCharArray()) {
			String other = x.substring(0, x.length() - 1) + last;
			if (Arrays.equals(new Base64URL(other).decode(), decoded) && !other.equals(x)) {
				assertThatIllegalArgumentException().isThrownBy(() -> VerificationKey.of(ed25519(other)));
				taken++;
			}
		}
		assertThat(taken).isEqualTo(3);
		assertThat(VerificationKey.of(ed25519(x)).thumbprint()).isNotEmpty();
	}

	private static Map<String, Object> ed25519(String x) {
		return Map.of("kty", "OKP", "crv", "Ed25519", "x", x);
	}

	private static SigningKey key(String algorithm) throws Exception {
		return switch (algorithm) {
			case "ES256" -> ec(Curve.P_256);
			case "ES384" -> ec(Curve.P_384);
			case "ES512" -> ec(Curve.P_521);
			case "EdDSA" -> {
				KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
				yield SigningKey.of(pair.getPrivate(), pair.getPublic(), null, null);
			}
			default -> SigningKey.ofJwk(RsaTestKeys.own("k1").toJSONString(), algorithm, null);
		};
	}

	private static SigningKey ec(Curve curve) throws Exception {
		return SigningKey.ofJwk(new ECKeyGenerator(curve).generate().toJSONString(), null, null);
	}

}
