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

package dev.lumoauth.spring.http;

import java.util.Set;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Excerpt}.
 */
class ExcerptTests {

	@Test
	void keepsWhatIsShortAndPlain() {
		assertThat(Excerpt.of("Grüße, 世界 😀")).isEqualTo("Grüße, 世界 😀");
	}

	@Test
	void cutsAfterTwoHundredCharacters() {
		assertThat(Excerpt.of("x".repeat(200))).isEqualTo("x".repeat(200));
		assertThat(Excerpt.of("x".repeat(201))).isEqualTo("x".repeat(200) + "…");
	}

	@Test
	void escapesWhatCouldForgeALogLineOrHideText() {
		assertThat(Excerpt.of("a\r\nb\tc\u0000\u001b[2J\u0085\u2028\u202e"))
			.isEqualTo("a\\u000d\\u000ab\\u0009c\\u0000\\u001b[2J\\u0085\\u2028\\u202e");
	}

	@Test
	void escapesWhatTwoCharactersHide() {
		// A letter for models and not for people (a tag), and half a character.
		assertThat(Excerpt.of("a\udb40\udc41b\ud800")).isEqualTo("a\\udb40\\udc41b\\ud800");
		assertThat(Excerpt.of("😀".repeat(201))).isEqualTo("😀".repeat(200) + "…");
	}

	@Test
	void hidesSecretsAlsoWhereTheCutWouldHalveThem() {
		assertThat(Excerpt.of("x".repeat(195) + "top-secret", Set.of("top-secret"))).isEqualTo("x".repeat(195) + "***");
	}

	@Test
	void hidesWhatLooksLikeAToken() {
		assertThat(Excerpt.of("got eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln!")).isEqualTo("got ***!");
	}

	@Test
	void hidesWhatLooksLikeATokenOfAnyLength() {
		assertThat(Excerpt.of("eyJhbGciOi." + ".a".repeat(1_000_000))).isEqualTo("***");
	}

}
