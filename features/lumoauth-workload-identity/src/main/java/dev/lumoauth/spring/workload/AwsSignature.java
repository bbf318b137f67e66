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

package dev.lumoauth.spring.workload;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.SortedMap;
import java.util.stream.Collectors;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * AWS Signature Version 4 of a POST to {@code /} (IAM User Guide, "Create a signed AWS
 * API request"). Tested with AWS' own vectors.
 *
 * @param region the region
 * @param service the service
 * @param time when the request is made
 */
record AwsSignature(String region, String service, Instant time) {

	private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'")
		.withZone(ZoneOffset.UTC);

	private static final String TERMINATOR = "aws4_request";

	String date() {
		return TIME.format(this.time);
	}

	/**
	 * Return the value of the header {@code Authorization}.
	 * @param keyId the access key's id
	 * @param secret the secret access key
	 * @param headers the headers to sign, by their names in lower case
	 * @param body the body
	 */
	String authorization(String keyId, String secret, SortedMap<String, String> headers, byte[] body) {
		try {
			String names = String.join(";", headers.keySet());
			String lines = headers.entrySet()
				.stream()
				.map((header) -> header.getKey() + ":" + header.getValue().strip() + "\n")
				.collect(Collectors.joining());
			String request = "POST\n/\n\n" + lines + "\n" + names + "\n" + hash(body);
			String day = date().substring(0, 8);
			String scope = String.join("/", day, this.region, this.service, TERMINATOR);
			String toSign = String.join("\n", "AWS4-HMAC-SHA256", date(), scope, hash(bytes(request)));
			byte[] key = bytes("AWS4" + secret);
			for (String part : new String[] { day, this.region, this.service, TERMINATOR }) {
				key = hmac(key, part);
			}
			return "AWS4-HMAC-SHA256 Credential=" + keyId + "/" + scope + ", SignedHeaders=" + names + ", Signature="
					+ HexFormat.of().formatHex(hmac(key, toSign));
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException("This JVM has no HmacSHA256", ex);
		}
	}

	private static byte[] hmac(byte[] key, String text) throws GeneralSecurityException {
		Mac mac = Mac.getInstance("HmacSHA256");
		mac.init(new SecretKeySpec(key, "HmacSHA256"));
		return mac.doFinal(bytes(text));
	}

	private static String hash(byte[] bytes) throws GeneralSecurityException {
		return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

}
