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

package dev.lumoauth.devserver.aauth;

import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Instant;

import com.nimbusds.jose.jwk.JWK;
import org.junit.jupiter.api.Test;

import org.springframework.mock.web.MockHttpServletRequest;

import dev.lumoauth.devserver.web.ApiException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The vector that LumoAuth's SDKs share: the key is the bytes 0 to 31, the nonce the
 * bytes 0 to 15.
 */
class ProfileVectorTests {

	private static final Instant NOW = Instant.ofEpochSecond(1750000000);

	private static final byte[] BODY = "{\"request_type\": \"auth\", \"resource_token\": \"RESOURCE_TOKEN_FIXED\", \"scope\": \"read write\"}"
		.getBytes(StandardCharsets.UTF_8);

	@Test
	void takesWhatLumoAuthsSdksSign() throws ParseException {
		JWK key = JWK
			.parse("{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"A6EHv_POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg\"}");
		SignedRequest signed = SignedRequest.of(request("AUTH.acme.test:443"), BODY, NOW);
		assertThat(signed.isBy(key)).isTrue();
		assertThat(signed.nonce()).isEqualTo("AAECAwQFBgcICQoLDA0ODw");
		assertThat(signed.until()).isEqualTo(NOW.plusSeconds(61));
		assertThat(SignedRequest.of(request("auth.acme.test:8443"), BODY, NOW).isBy(key)).isFalse();
	}

	@Test
	void refusesAnotherBody() {
		assertThatExceptionOfType(ApiException.class)
			.isThrownBy(() -> SignedRequest.of(request("auth.acme.test"), new byte[0], NOW))
			.withMessageContaining("Content-Digest");
	}

	private static MockHttpServletRequest request(String host) {
		MockHttpServletRequest request = new MockHttpServletRequest("POST", "/orgs/acme-corp/api/v1/aauth/agent/token");
		request.setScheme("https");
		request.addHeader("Host", host);
		request.addHeader("Content-Type", "application/json");
		request.addHeader("Content-Digest", "sha-256=:maoKTEBGVoe/uXlHmt4EeWj7K7xo71Ag/qIPObi3vPw=:");
		request.addHeader("Signature-Input",
				"sig1=(\"@method\" \"@authority\" \"@path\" \"signature-key\" \"content-digest\" \"content-type\" "
						+ "\"authorization\");created=1750000000;nonce=\"AAECAwQFBgcICQoLDA0ODw\"");
		request.addHeader("Signature",
				"sig1=:sr5ZGEA2-LkKN4RvFrpYxhaGPB-tf1STvf1W0bl_UAFt1Rjn_wKKCouOHsFamkDAf85UpwF_HOJXLs07-bynCw:");
		return request;
	}

}
