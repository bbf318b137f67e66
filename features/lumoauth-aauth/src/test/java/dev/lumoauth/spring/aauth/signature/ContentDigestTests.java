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

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ContentDigest}.
 */
class ContentDigestTests {

	private static final byte[] BODY = "{\"order\":7}".getBytes(StandardCharsets.UTF_8);

	private static final String SHA256 = "sha-256=:i8us5Khb/WVSZNUGY9EAAJKCTZQh1Ba2hUAqihjqMtM=:";

	@Test
	void anEmptyBodyHasADigestToo() {
		assertThat(ContentDigest.of(new byte[0])).isEqualTo("sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:");
	}

	@ParameterizedTest
	@ValueSource(strings = { SHA256, "md5=:AAAA:, " + SHA256, SHA256 + ", unixsum=:AAAA:", SHA256 + ";x=1",
			SHA256 + ", sha-512=:AAAA:" })
	void isOfTheBody(String header) {
		assertThat(ContentDigest.isOf(header, BODY)).isTrue();
		assertThat(ContentDigest.isOf(header, new byte[0])).isFalse();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "md5=:AAAA:", "sha-256", "sha-256=?1", "sha-256=::", "sha-256=(:AAAA:)",
			"sha-256=\"i8us5Khb/WVSZNUGY9EAAJKCTZQh1Ba2hUAqihjqMtM=\"", "sha-512=:AAAA:", SHA256 + ", sha-256=:AAAA:",
			SHA256 + ",", "SHA-256=:AAAA:", "sha-256=:i8us5Khb_WVSZNUGY9EAAJKCTZQh1Ba2hUAqihjqMtM=:" })
	void isNotOfTheBody(String header) {
		assertThat(ContentDigest.isOf(header, BODY)).isFalse();
	}

}
