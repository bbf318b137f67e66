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
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@link AwsSignature} against AWS' published test suite of Signature Version 4.
 */
class AwsSignatureTests {

	private static final String SESSION = "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwA"
			+ "eMicRXmxfpSPfIeoIYRqTflfKD8YUuwthAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0"
			+ "wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHNVXAkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDrypNC9Yjc8fPOLn9"
			+ "FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA==";

	@Test
	void signsAFormAsInPostXWwwFormUrlencoded() {
		assertThat(authorization(Map.of("content-type", "application/x-www-form-urlencoded"), "Param1=value1"))
			.isEqualTo("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
					+ "SignedHeaders=content-type;host;x-amz-date, "
					+ "Signature=ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a");
	}

	@Test
	void signsTemporaryCredentialsAsInPostStsHeaderBefore() {
		assertThat(authorization(Map.of("x-amz-security-token", SESSION), ""))
			.endsWith("SignedHeaders=host;x-amz-date;x-amz-security-token, "
					+ "Signature=85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead");
	}

	private static String authorization(Map<String, String> others, String body) {
		AwsSignature signature = new AwsSignature("us-east-1", "service", Instant.parse("2015-08-30T12:36:00Z"));
		TreeMap<String, String> headers = new TreeMap<>(others);
		headers.put("host", "example.amazonaws.com");
		headers.put("x-amz-date", signature.date());
		return signature.authorization("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", headers,
				body.getBytes(StandardCharsets.UTF_8));
	}

}
