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

package dev.lumoauth.spring.token.dpop;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.util.JSONObjectUtils;

import org.springframework.util.Assert;

import dev.lumoauth.spring.token.key.SigningKey;

/**
 * A key with the constant parts of its proofs.
 */
final class ProofKey {

	static final String TYPE = "dpop+jwt";

	private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

	private final SigningKey key;

	private final String thumbprint;

	/** In base64url, with the dot. */
	private final String header;

	ProofKey(SigningKey key) {
		JWK publicKey = key.publicKey();
		Assert.isTrue(publicKey != null,
				"The public key that belongs to the key of the proofs is not known: it has to be in each proof");
		Assert.isTrue(!publicKey.isPrivate(), "The public key must not be a private one");
		this.key = key;
		this.thumbprint = key.thumbprint();
		// Only the members that identify the key (RFC 7638): no id, certificate or use.
		String jwk = JSONObjectUtils.toJSONString(new LinkedHashMap<>(publicKey.getRequiredParams()));
		this.header = encode("{\"typ\":\"" + TYPE + "\",\"alg\":\"" + key.algorithm() + "\",\"jwk\":" + jwk + "}")
				+ ".";
	}

	String thumbprint() {
		return this.thumbprint;
	}

	/**
	 * Sign.
	 * @param claims a JSON object
	 */
	String sign(String claims) {
		String input = this.header + encode(claims);
		return input + "." + this.key.signature(input.getBytes(StandardCharsets.US_ASCII));
	}

	static String encode(byte[] bytes) {
		return BASE64.encodeToString(bytes);
	}

	private static String encode(String json) {
		return encode(json.getBytes(StandardCharsets.UTF_8));
	}

}
