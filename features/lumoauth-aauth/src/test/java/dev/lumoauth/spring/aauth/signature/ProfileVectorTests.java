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

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

import org.junit.jupiter.api.Test;

import dev.lumoauth.spring.token.key.SigningKey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

/**
 * The vector that LumoAuth's SDKs share. Ed25519 signs the same twice (RFC 8032), so that
 * each byte has to be right: the key is the bytes 0 to 31, the nonce the bytes 0 to 15,
 * and what is covered and absent is an empty line.
 */
class ProfileVectorTests {

	private static final String KEY = """
			{"kty":"OKP","crv":"Ed25519","d":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
			"x":"A6EHv_POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg"}""";

	private static final String BODY = """
			{"request_type": "auth", "resource_token": "RESOURCE_TOKEN_FIXED", "scope": "read write"}""";

	private static final Clock CLOCK = Clock.fixed(Instant.ofEpochSecond(1750000000), ZoneOffset.UTC);

	private final SigningKey key = SigningKey.ofJwk(KEY, null, null);

	private final Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

	private final Function<String, List<String>> values = (name) -> this.headers.containsKey(name)
			? List.of(this.headers.get(name)) : List.of();

	@Test
	void signsByteForByteLikeLumoAuthsSdks() {
		this.headers.put("Content-Type", "application/json");
		sign("https://auth.acme.test/orgs/acme-corp/api/v1/aauth/agent/token");
		assertThat(this.headers)
			.containsEntry("Content-Digest", "sha-256=:maoKTEBGVoe/uXlHmt4EeWj7K7xo71Ag/qIPObi3vPw=:")
			.containsEntry("Signature-Input",
					"sig1=(\"@method\" \"@authority\" \"@path\" \"signature-key\" \"content-digest\" \"content-type\" "
							+ "\"authorization\");created=1750000000;nonce=\"AAECAwQFBgcICQoLDA0ODw\"")
			.containsEntry("Signature",
					"sig1=:sr5ZGEA2-LkKN4RvFrpYxhaGPB-tf1STvf1W0bl_UAFt1Rjn_wKKCouOHsFamkDAf85UpwF_HOJXLs07-bynCw:")
			.doesNotContainKeys("Signature-Key", "Authorization");
	}

	@Test
	void checksWhatItSigned() {
		this.headers.put("Content-Type", "application/json");
		sign("https://auth.acme.test/orgs/acme-corp/api/v1/aauth/agent/token");
		ReceivedRequest received = new ReceivedRequest("POST", "https", "AUTH.acme.test:443",
				"/orgs/acme-corp/api/v1/aauth/agent/token", null, this.values, bytes());
		MessageVerifier verifier = new MessageVerifier((id, until) -> true, CLOCK);
		assertThatCode(() -> verifier.verify(received, VerificationKey.of(this.key.publicKey())))
			.doesNotThrowAnyException();
	}

	private void sign(String uri) {
		byte[] nonce = new byte[16];
		for (int i = 0; i < nonce.length; i++) {
			nonce[i] = (byte) i;
		}
		new MessageSigner(() -> this.key, CLOCK, 1000, false, () -> nonce).sign("POST", URI.create(uri), this.values,
				bytes(), this.headers::put);
	}

	private static byte[] bytes() {
		return BODY.getBytes(StandardCharsets.UTF_8);
	}

}
