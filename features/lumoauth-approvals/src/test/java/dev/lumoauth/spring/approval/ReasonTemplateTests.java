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

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class ReasonTemplateTests {

	@Test
	void fillsInArguments() {
		ReasonTemplate template = new ReasonTemplate(" Refund {amount} {currency} to {customer.name} ");
		assertThat(template.names()).containsExactly("amount", "currency", "customer");
		assertThat(template
			.fill(Map.of("amount", new BigDecimal("12.50"), "currency", "EUR", "customer", Map.of("name", "Zoë"))))
			.isEqualTo("Refund 12.5 EUR to Zoë");
	}

	@Test
	void showsListsAndObjectsAsJson() {
		assertThat(new ReasonTemplate("{a} {b} {c}")
			.fill(Map.of("a", Arrays.asList("x", 1, null), "b", Map.of("z", 1, "y", true), "c", false)))
			.isEqualTo("\"['x',1,null]\" \"{'y':true,'z':1}\" false");
	}

	@Test
	void hasAQuestionMarkForWhatIsNotThere() {
		assertThat(new ReasonTemplate("{a} {b.c} {d.e}").fill(Map.of("b", "text", "d", Map.of()))).isEqualTo("? ? ?");
		assertThat(new ReasonTemplate("{a}").fill(Collections.singletonMap("a", null))).isEqualTo("?");
	}

	@Test
	void fillsInNothingThatAValueAsksFor() {
		assertThat(new ReasonTemplate("Pay {a} to {b}").fill(Map.of("a", "{b} $1 \\", "b", "Bob")))
			.isEqualTo("Pay \"{b} $1 \\\" to Bob");
	}

	@Test
	void hasNoLineAndNothingInvisibleFromAValue() {
		assertThat(new ReasonTemplate("Pay {a}.").fill(Map.of("a", "1\n\nApproved by\u202e the board")))
			.isEqualTo("Pay \"1  Approved by\uFFFD the board\".");
	}

	@Test
	void cutsNothing() {
		String long1 = "x".repeat(1_000);
		assertThat(new ReasonTemplate("Send {a} to {b}").fill(Map.of("a", long1, "b", "Bob")))
			.isEqualTo("Send " + long1 + " to Bob");
	}

	@Test
	void refusesATextThatNobodyCouldBeShown() {
		assertThat(new ReasonTemplate("y".repeat(480) + "{a}").fill(Map.of("a", "x"))).hasSize(481);
		assertThatIllegalArgumentException().isThrownBy(() -> new ReasonTemplate("y".repeat(481) + "{a}"))
			.withMessage("its 'reason' has 481 characters without the arguments, and LumoAuth accepts at most 480");
	}

	@ParameterizedTest
	@ValueSource(strings = { "{}", "{ }", "{a b}", "{1a}", "{a..b}", "{a.}", "{.a}", "{#amount}", "{a[0]}", "{T(x)}" })
	void refusesAPlaceholderThatNamesNoArgument(String text) {
		assertThatIllegalArgumentException().isThrownBy(() -> new ReasonTemplate("Refund " + text))
			.withMessageContaining("its 'reason' has the placeholder " + text);
	}

	@Test
	void takesBracesThatAreNoPlaceholderAsText() {
		assertThat(new ReasonTemplate("a { b").fill(Map.of())).isEqualTo("a { b");
		assertThat(new ReasonTemplate("{{a}}").fill(Map.of("a", 1))).isEqualTo("{1}");
	}

	@Test
	void isQuickWithWhatLooksLikeAPlaceholderForLong() {
		assertThatIllegalArgumentException().isThrownBy(() -> new ReasonTemplate("{".repeat(20_000)));
		assertThat(new ReasonTemplate("{".repeat(480)).names()).isEmpty();
		assertThat(new ReasonTemplate("{a" + ".a".repeat(5_000) + "}").fill(Map.of("a", List.of()))).isEqualTo("?");
	}

}
