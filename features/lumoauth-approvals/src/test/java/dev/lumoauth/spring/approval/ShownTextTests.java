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

package dev.lumoauth.spring.approval;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class ShownTextTests {

	@Test
	void leavesAnOrdinaryTextAsItIs() {
		assertThat(ShownText.of("Refund 12 € to Zoë 😀 ﷽ (日本)", 480)).isEqualTo("Refund 12 € to Zoë 😀 ﷽ (日本)");
	}

	@ParameterizedTest
	@CsvSource({ "000A", "000D", "0009", "2028", "2029", "00A0", "3000" })
	void isOneLine(String codePoint) {
		assertThat(ShownText.of("a" + character(codePoint) + "b", 80)).isEqualTo("a b");
	}

	/**
	 * Controls, what turns text around, zero-width ones, fillers, variation selectors,
	 * tags, private use and half a character.
	 */
	@ParameterizedTest
	@CsvSource({ "0000", "001B", "007F", "0085", "00AD", "034F", "061C", "115F", "1160", "17B4", "180B", "180E", "200B",
			"200D", "200E", "202A", "202E", "2060", "2066", "2069", "2800", "3164", "FE00", "FE0F", "FEFF", "FFA0",
			"FFF9", "E000", "D800", "DC00", "E0041", "E007F", "E0100", "E01EF", "F0000", "10FFFD", "0378" })
	void showsWhatCannotBeSeen(String codePoint) {
		assertThat(ShownText.of("a" + character(codePoint) + "b", 80)).isEqualTo("a\uFFFDb");
	}

	@Test
	void marksWhatItCuts() {
		assertThat(ShownText.of("x".repeat(20), 20)).isEqualTo("x".repeat(20));
		assertThat(ShownText.of("x".repeat(21), 20)).isEqualTo("x".repeat(13) + "… (cut)");
		assertThat(ShownText.of("x".repeat(100_000), 20)).isEqualTo("x".repeat(13) + "… (cut)");
	}

	@Test
	void cutsNoCharacterInHalf() {
		assertThat(ShownText.of("😀".repeat(20), 20)).isEqualTo("😀".repeat(6) + "… (cut)");
	}

	@Test
	void doesNotCutWhatBecomesShortEnough() {
		// Two chars each, and one once they are replaced.
		assertThat(ShownText.of(character("F0000").repeat(15), 20)).isEqualTo("\uFFFD".repeat(15));
	}

	@Property
	void fitsAndCanBeRead(@ForAll String text, @ForAll @IntRange(min = 8, max = 40) int max) {
		String shown = ShownText.of(text, max);
		assertThat(shown.length()).isLessThanOrEqualTo(max);
		assertThat(shown.codePoints()).allMatch((each) -> !Character.isISOControl(each)
				&& Character.getType(each) != Character.FORMAT && Character.getType(each) != Character.SURROGATE);
		assertThat(ShownText.of(shown, max)).isEqualTo(shown);
	}

	private static String character(String codePoint) {
		return new StringBuilder().appendCodePoint(Integer.parseInt(codePoint, 16)).toString();
	}

}
