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
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import dev.lumoauth.spring.token.key.SigningKey;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The published vectors of RFC 9421, appendix B, for what AAuth has in common with them:
 * the signature base, Ed25519, RSASSA-PSS with SHA-512, and the digest of a body. Keys,
 * requests and signatures are the RFC's: B.1.2 and B.1.4, B.2, and B.2.1, B.2.2, B.2.3
 * and B.2.6.
 */
class Rfc9421VectorTests {

	/** B.1.4, as the JSON Web Key there. */
	private static final String ED25519 = """
			{"kty":"OKP","crv":"Ed25519","kid":"test-key-ed25519",
			"d":"n4Ni-HpISpVObnQMW0wOhCKROaIKqKtW_2ZYb2p9KcU",
			"x":"JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs"}""";

	/** B.1.2, the public key alone. */
	private static final VerificationKey RSA_PSS = VerificationKey.of(Map.of("kty", "RSA", "e", "AQAB", "n",
			"r4tmm3r20Wd_PbqvP1s2-QEtvpuRaV8Yq40gjUR8y2Rjxa6dpG2GXHbPfvMs8ct-Lh1GH45x28Rw3Ry53mm-oAXjyQ86OnDkZ5N8lY"
					+ "bggD4O3w6M6pAvLkhk95AndTrifbIFPNU8PPMO7OyrFAHqgDsznjPFmTOtCEcN2Z1FpWgchwuYLPL-Wokqltd11nqqzi-bJ9"
					+ "cvSKADYdUAAN5WUtzdpiy6LbTgSxP7ociU4Tn0g5I6aDZJ7A8Lzo0KSyZYoA485mqcO0GVAdVw9lq4aOT9v6d-nb4bnNkQVk"
					+ "lLQ3fVAvJm-xdDOp9LCNCN48V2pnDOkFV6-U9nV5oyc6XI2w"));

	/** The request of B.2, by what can be covered. */
	private static final Map<String, String> REQUEST = Map.of("@method", "POST", "@authority", "example.com", "@path",
			"/foo", "@query", "?param=Value&Pet=dog", "date", "Tue, 20 Apr 2021 02:07:55 GMT", "content-type",
			"application/json", "content-digest",
			"sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:",
			"content-length", "18");

	@Test
	void b21MinimalSignatureByRsaPss() {
		byte[] base = base(List.of(),
				"();created=1618884473;keyid=\"test-key-rsa-pss\";nonce=\"b3k2pp5k7z-50gnwp.yemd\"");
		assertThat(RSA_PSS.verifies("PS512", base, bytes("""
				d2pmTvmbncD3xQm8E9ZV2828BjQWGgiwAaw5bAkgibUopemLJcWDy/lkbbHAve4cRAtx31Iq786U7it++wgGxbtRxf8Udx7z
				FZsckzXaJMkA7ChG52eSkFxykJeNqsrWH5S+oxNFlD4dzVuwe8DhTSja8xxbR/Z2cOGdCbzR72rgFWhzx2VjBqJzsPLMIQKh
				O4DGezXehhWwE56YCE+O6c0mKZsfxVrogUvA4HELjVKWmAvtl6UnCh8jYzuVG5WSb/QEVPnP5TmcAnLH1g+s++v6d4s8m0gC
				w1fV5/SITLq9mhho8K3+7EPYTU8IU1bLhdxO5Nyt8C8ssinQ98Xw9Q=="""))).isTrue();
	}

	/**
	 * {@code @query-param} is none of the profile's, so that the base is written out.
	 */
	@Test
	void b22SelectedComponentsByRsaPss() {
		String base = """
				"@authority": example.com
				"content-digest": %s
				"@query-param";name="Pet": dog
				"@signature-params": ("@authority" "content-digest" "@query-param";name="Pet")\
				;created=1618884473;keyid="test-key-rsa-pss";tag="header-example\""""
			.formatted(REQUEST.get("content-digest"));
		assertThat(RSA_PSS.verifies("PS512", base.getBytes(StandardCharsets.US_ASCII), bytes("""
				LjbtqUbfmvjj5C5kr1Ugj4PmLYvx9wVjZvD9GsTT4F7GrcQEdJzgI9qHxICagShLRiLMlAJjtq6N4CDfKtjvuJyE5qH7KT8U
				CMkSowOB4+ECxCmT8rtAmj/0PIXxi0A0nxKyB09RNrCQibbUjsLS/2YyFYXEu4TRJQzRw1rLEuEfY17SARYhpTlaqwZVtR8N
				V7+4UKkjqpcAoFqWFQh62s7Cl+H2fjBSpqfZUJcsIk4N6wiKYd4je2U/lankenQ99PZfB4jY3I5rSV2DSBVkSFsURIjYErOs
				0tFTQosMTAoxk//0RoKUqiYY8Bh0aaUEb0rQl3/XaVe4bXTugEjHSw=="""))).isTrue();
	}

	@Test
	void b23FullCoverageByRsaPss() {
		List<String> covered = List.of("date", "@method", "@path", "@query", "@authority", "content-type",
				"content-digest", "content-length");
		byte[] base = base(covered,
				"(\"date\" \"@method\" \"@path\" \"@query\" \"@authority\" \"content-type\" \"content-digest\" "
						+ "\"content-length\");created=1618884473;keyid=\"test-key-rsa-pss\"");
		byte[] signature = bytes("""
				bbN8oArOxYoyylQQUU6QYwrTuaxLwjAC9fbY2F6SVWvh0yBiMIRGOnMYwZ/5MR6fb0Kh1rIRASVxFkeGt683+qRpRRU5p2vo
				Tp768ZrCUb38K0fUxN0O0iC59DzYx8DFll5GmydPxSmme9v6ULbMFkl+V5B1TP/yPViV7KsLNmvKiLJH1pFkh/aYA2HXXZzN
				BXmIkoQoLd7YfW91kE9o/CCoC1xMy7JA1ipwvKvfrs65ldmlu9bpG6A9BmzhuzF8Eim5f8ui9eH8LZH896+QIF61ka39VBro
				hr9iyMUJpvRX2Zbhl5ZJzSRxpJyoEZAFL2FUo5fTIztsDZKEgM4cUA==""");
		assertThat(RSA_PSS.verifies("PS512", base, signature)).isTrue();
		base[0]++;
		assertThat(RSA_PSS.verifies("PS512", base, signature)).isFalse();
	}

	@Test
	void b26SignsARequestByEd25519ByteForByte() {
		byte[] base = base(List.of("date", "@method", "@path", "@authority", "content-type", "content-length"),
				"(\"date\" \"@method\" \"@path\" \"@authority\" \"content-type\" \"content-length\")"
						+ ";created=1618884473;keyid=\"test-key-ed25519\"");
		assertThat(new String(base, StandardCharsets.US_ASCII)).isEqualTo("""
				"date": Tue, 20 Apr 2021 02:07:55 GMT
				"@method": POST
				"@path": /foo
				"@authority": example.com
				"content-type": application/json
				"content-length": 18
				"@signature-params": ("date" "@method" "@path" "@authority" "content-type" "content-length")\
				;created=1618884473;keyid="test-key-ed25519\"""");
		SigningKey key = SigningKey.ofJwk(ED25519, null, null);
		String signature = "wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==";
		assertThat(Base64.getUrlDecoder().decode(key.signature(base))).isEqualTo(bytes(signature));
		assertThat(VerificationKey.of(key.publicKey()).verifies("EdDSA", base, bytes(signature))).isTrue();
	}

	@Test
	void theDigestIsTheBodys() {
		assertThat(ContentDigest.isOf(REQUEST.get("content-digest"), "{}".getBytes(StandardCharsets.UTF_8))).isFalse();
	}

	private static byte[] base(List<String> covered, String params) {
		Map<String, String> values = new LinkedHashMap<>();
		covered.forEach((name) -> values.put(name, REQUEST.get(name)));
		return Components.base(values, params);
	}

	private static byte[] bytes(String base64) {
		return Base64.getMimeDecoder().decode(base64);
	}

}
