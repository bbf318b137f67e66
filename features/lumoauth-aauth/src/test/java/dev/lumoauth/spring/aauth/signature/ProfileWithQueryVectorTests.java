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

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

/**
 * A vector of our own for what the one of LumoAuth's SDKs has not: a query, a port and a
 * token. It was written by hand from the profile's table, and signed by OpenSSL. Ed25519
 * signs the same twice (RFC 8032), so that anybody can compute it again:
 *
 * <pre>
 * POST https://orders.example:8443/v1/orders/a%20b?limit=10&amp;q=a%2Fb
 * Content-Type: application/json
 * Authorization: Bearer eyJ.e30.c2ln
 *
 * {"order":7}
 * </pre>
 *
 * The key is the bytes 0 to 31, the nonce the bytes 0 to 15, and it is signed at
 * 1750000000.
 */
class ProfileWithQueryVectorTests {

	private static final String[] BASE = {
			// The method as it is sent, in its case.
			"\"@method\": POST",
			// Lower-case, with the port, because 8443 is none of https.
			"\"@authority\": orders.example:8443",
			// As it is sent: nothing is decoded.
			"\"@path\": /v1/orders/a%20b",
			// Right after the path, only where there is a query, with its question mark,
			// as it is sent.
			"\"@query\": ?limit=10&q=a%2Fb",
			// There is no such header: its value is empty, and the space after the colon
			// stays.
			"\"signature-key\": ",
			// printf '{"order":7}' | openssl dgst -sha256 -binary | base64
			"\"content-digest\": sha-256=:i8us5Khb/WVSZNUGY9EAAJKCTZQh1Ba2hUAqihjqMtM=:",
			// As the header is.
			"\"content-type\": application/json",
			// As the header is: the token can't be exchanged for another one.
			"\"authorization\": Bearer eyJ.e30.c2ln",
			// What was covered, and the parameters, in their order. The nonce is
			// base64url without padding. No line
			// break follows.
			"\"@signature-params\": (\"@method\" \"@authority\" \"@path\" \"@query\" \"signature-key\" "
					+ "\"content-digest\" \"content-type\" \"authorization\");created=1750000000"
					+ ";nonce=\"AAECAwQFBgcICQoLDA0ODw\"" };

	/** Over the 441 bytes of these lines; base64url without padding. */
	private static final String SIGNATURE = "QK93l8Ntfq84GSlURSQ5fJzbK3OQrtEySkKQcrWFryGe_fpJCuWHDMCHjQvzVJuLKeIoerPpGmU"
			+ "NWSr7nHduAw";

	@Test
	void theSignatureIsTheLines() {
		byte[] base = String.join("\n", BASE).getBytes(StandardCharsets.US_ASCII);
		assertThat(base).hasSize(441);
		assertThat(VerificationKey.of(Message.ED25519.publicKey())
			.verifies("EdDSA", base, Base64.getUrlDecoder().decode(SIGNATURE))).isTrue();
	}

	@Test
	void signsThemByteForByte() {
		Message message = new Message().signed();
		String params = BASE[8].substring("\"@signature-params\": ".length());
		assertThat(message.get("Signature-Input")).isEqualTo("sig1=" + params);
		assertThat(message.get("Signature")).isEqualTo("sig1=:" + SIGNATURE + ":");
		assertThat(message.get("Content-Digest")).isEqualTo("sha-256=:i8us5Khb/WVSZNUGY9EAAJKCTZQh1Ba2hUAqihjqMtM=:");
		// So that others, who know of no absent header, can check it.
		assertThat(message.get("Signature-Key")).isEmpty();
		assertThatCode(message::verify).doesNotThrowAnyException();
	}

	@Test
	void itIsTheSameWithoutTheEmptyHeader() {
		Message message = new Message().signed(Message.ED25519, false);
		assertThat(message.headers).doesNotContainKey("Signature-Key");
		assertThat(message.get("Signature")).isEqualTo("sig1=:" + SIGNATURE + ":");
		assertThatCode(message::verify).doesNotThrowAnyException();
	}

}
