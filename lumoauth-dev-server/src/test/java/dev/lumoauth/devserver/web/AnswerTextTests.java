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

package dev.lumoauth.devserver.web;

import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link AnswerText}.
 */
class AnswerTextTests {

	private static final String JWT = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJl";

	@ParameterizedTest
	@ValueSource(strings = { "{\"access_token\":\"opaque\"}", "{\"a\":[{\"refresh_token\":\"opaque\"}]}",
			"{\"client_secret\":\"opaque\"}" })
	void leavesOutTokensAndSecretsByTheirName(String json) {
		assertThat(text("application/json", json)).contains("(left out)").doesNotContain("opaque");
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"message\":\"not %s\"}", "[\"%s\"]", "{\"a\":{\"b\":[\"%s\"]}}" })
	void leavesOutTokensWhereverTheyAre(String json) {
		assertThat(text("application/json;charset=UTF-8", json.formatted(JWT))).contains("(left out)")
			.doesNotContain("eyJ", "c2lnbmF0dXJl");
	}

	@Test
	void keepsTheRest() {
		assertThat(text("application/json", "{\"allowed\":true,\"code\":\"X\",\"n\":1,\"token_type\":\"Bearer\"}"))
			.contains("\"allowed\" : true", "\"code\" : \"X\"", "\"n\" : 1", "\"token_type\" : \"Bearer\"");
	}

	@Test
	void saysHowLongALongAnswerIs() {
		assertThat(text("application/json", "[\"" + "x".repeat(16_384) + "\"]")).isEqualTo("(16,388 bytes)");
	}

	@Test
	void hasNothingToShowOfWhatIsNotJson() {
		assertThat(text("text/html", "<p>")).isNull();
		assertThat(text("application/json", "<p>")).isNull();
		assertThat(text("application/json", "")).isNull();
		assertThat(text(null, "{}")).isNull();
	}

	private static String text(String type, String body) {
		return AnswerText.of(type, body.getBytes(StandardCharsets.UTF_8));
	}

}
