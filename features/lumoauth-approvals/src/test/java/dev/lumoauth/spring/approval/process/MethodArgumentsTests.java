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

package dev.lumoauth.spring.approval.process;

import java.io.Serializable;
import java.lang.reflect.Method;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

import dev.lumoauth.spring.guard.CallArguments;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.ai.mcp.annotation.McpMeta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.entry;

/**
 * Tests for {@link MethodArguments}.
 */
class MethodArgumentsTests {

	void copy(McpMeta meta, String name) {
	}

	static List<Arguments> shown() {
		return List.of(Arguments.of("list", new Lines("DE1"), "{\"value\":[]}"),
				Arguments.of("dates", List.of(LocalDate.of(2026, 1, 2)), "{\"value\":[\"2026-01-02\"]}"),
				Arguments.of("list", List.of(1, "a", true, List.of(2), Map.of("b", 3)),
						"{\"value\":[1,\"a\",true,[2],{\"b\":3}]}"),
				Arguments.of("names", Set.of("a"), "{\"value\":[\"a\"]}"),
				Arguments.of("bytes", new byte[] { 1 }, "{\"value\":\"AQ==\"}"),
				Arguments.of("map", new Transfer("DE1"), "{\"value\":{}}"), Arguments.of("number", 1, "{\"value\":1}"),
				Arguments.of("zone", ZoneOffset.UTC, "{\"value\":\"Z\"}"),
				Arguments.of("amounts", Map.of("a", new BigDecimal("1.0")), "{\"value\":{\"a\":1}}"),
				Arguments.of("order", new Order<>(1L, 2), "{\"value\":{\"any\":2,\"id\":1}}"),
				Arguments.of("text", new Note("DE1"),
						"{\"value\":{\"(class)\":\"" + Note.class.getName() + "\",\"account\":\"DE1\"}}"));
	}

	@Test
	void aPersonApprovesWhatTheCallerOfAnMcpMethodChose() throws NoSuchMethodException {
		Method method = MethodArgumentsTests.class.getDeclaredMethod("copy", McpMeta.class, String.class);
		CallArguments arguments = MethodArguments.of(method, this,
				new Object[] { new McpMeta(Map.of("to", "eve", "progressToken", 1)), "plans" });
		assertThat(arguments.values()).containsExactly(entry("meta", Map.of("to", "eve")), entry("name", "plans"));
		assertThat(arguments.areAllDeclared()).isFalse();
	}

	@ParameterizedTest
	@MethodSource
	void shown(String method, Object argument, String expected) throws Exception {
		assertThat(MethodArguments.of(method(method), null, new Object[] { argument }).canonical()).isEqualTo(expected);
	}

	/**
	 * A method that takes any object can distinguish each of them: those that are shown
	 * look different, and the others are refused.
	 */
	@Test
	void tellsApartOrRefusesWhatTheMethodLeavesOpen() throws Exception {
		Map<String, Object> number = new LinkedHashMap<>();
		number.put("value", 1);
		List<Object> values = List.of(1, 1L, 1.0, 1.0f, (short) 1, (byte) 1, BigInteger.ONE, BigDecimal.ONE, "1", '1',
				new StringBuilder("1"), List.of(1), List.of(1.0), List.of(1L), Set.of(1), new ArrayDeque<>(List.of(1)),
				new int[] { 1 }, new Integer[] { 1 }, new long[] { 1 }, Optional.of(1), Map.of("a", 1),
				Map.of("a", 1.0), number, 1.5, 1.5f, new BigDecimal("1.5"), "2026-01-02", LocalDate.of(2026, 1, 2),
				Color.RED, "RED", Color.class.getName() + ".RED", "AQ==", new byte[] { 1 }, Locale.GERMANY, "de_DE",
				ZoneOffset.UTC, "Z", new Order<>(1, 1), new Order<>(1, 1.0), new Order<>(1L, 1), Optional.empty(), true,
				"true", new UUID(0, 1), new UUID(0, 1).toString(), 4_294_967_296L, 4_294_967_296.0,
				new BigInteger("4294967296"));
		List<String> shown = new ArrayList<>();
		List<Object> refused = new ArrayList<>();
		for (Object value : values) {
			try {
				shown.add(MethodArguments.of(method("any"), null, new Object[] { value }).canonical());
			}
			catch (IllegalArgumentException ex) {
				assertThat(ex).hasMessageContaining("let the method declare that type");
				refused.add(value);
			}
		}
		assertThat(shown).doesNotHaveDuplicates().contains("{\"value\":1}", "{\"value\":\"1\"}", "{\"value\":[1]}");
		assertThat(refused).contains(1L, 1.0f, BigDecimal.ONE, '1', Set.of(1), Optional.of(1), LocalDate.of(2026, 1, 2),
				Color.RED, Locale.GERMANY);
	}

	@Test
	void refusesAMapThatLooksLikeAnObjectOfAClass() throws Exception {
		Method any = method("any");
		Stream.of(Map.of("(class)", "java.lang.Double", "value", 1), Map.of(Color.RED, 1), Map.of(1, 1))
			.forEach((map) -> assertThatIllegalArgumentException()
				.isThrownBy(() -> MethodArguments.of(any, null, new Object[] { map })));
		assertThat(MethodArguments.of(method("colors"), null, new Object[] { Map.of(Color.RED, 1L) }).canonical())
			.isEqualTo("{\"value\":{\"RED\":1}}");
	}

	/**
	 * What they add isn't in what a person would read.
	 */
	static List<Arguments> notShown() {
		return List.of(Arguments.of("number", new Money("EUR"), Money.class),
				Arguments.of("any", new Money("EUR"), Money.class), Arguments.of("any", new Lines("DE1"), Lines.class),
				Arguments.of("lines", new Lines("DE1"), Lines.class),
				Arguments.of("serializable", new Lines("DE1"), Lines.class),
				Arguments.of("any", new Transfer("DE1"), Transfer.class),
				Arguments.of("list", List.of(new Transfer("DE1")), Transfer.class),
				Arguments.of("number", BigDecimal.ONE, BigDecimal.class),
				Arguments.of("locale", Locale.GERMANY, Locale.class),
				Arguments.of("ints", new int[] { 1 }, int[].class),
				Arguments.of("optional", Optional.of(2.0), Optional.class),
				Arguments.of("accounts", new Account[] { new Account() }, Account[].class),
				Arguments.of("collection", Set.of("a"), Set.of("a").getClass()),
				Arguments.of("list", List.of(LocalDate.of(2026, 1, 2)), LocalDate.class),
				Arguments.of("any", new Object(), Object.class));
	}

	@ParameterizedTest
	@MethodSource
	void notShown(String method, Object argument, Class<?> type) throws Exception {
		Method called = method(method);
		assertThatIllegalArgumentException()
			.isThrownBy(() -> MethodArguments.of(called, null, new Object[] { argument }))
			.withMessageContaining("is a " + type.getName() + ", which can't be shown whole");
	}

	private static Method method(String name) throws NoSuchMethodException {
		for (Method each : Methods.class.getDeclaredMethods()) {
			if (each.getName().equals(name)) {
				return each;
			}
		}
		throw new NoSuchMethodException(name);
	}

	interface Methods {

		void list(List<?> value);

		void dates(List<LocalDate> value);

		void names(Set<String> value);

		void collection(Collection<String> value);

		void bytes(byte[] value);

		void locale(Locale value);

		void ints(int[] value);

		void optional(Optional<Double> value);

		void zone(ZoneId value);

		void amounts(Map<String, ? extends BigDecimal> value);

		void colors(Map<Color, Long> value);

		void order(Order<Long> value);

		void accounts(Account[] value);

		void lines(Lines value);

		void serializable(Serializable value);

		void map(Map<String, ?> value);

		void number(Number value);

		void text(CharSequence value);

		void any(@Nullable Object value);

	}

	@SuppressWarnings("serial")
	private static final class Lines extends ArrayList<String> {

		private final String account;

		private Lines(String account) {
			this.account = account;
		}

		@Override
		public String toString() {
			return this.account;
		}

	}

	@SuppressWarnings("serial")
	private static final class Transfer extends HashMap<String, String> {

		private final String account;

		private Transfer(String account) {
			this.account = account;
		}

		@Override
		public String toString() {
			return this.account;
		}

	}

	@SuppressWarnings("serial")
	private static final class Money extends Number {

		private final String currency;

		private Money(String currency) {
			this.currency = currency;
		}

		@Override
		public int intValue() {
			return 1;
		}

		@Override
		public long longValue() {
			return 1;
		}

		@Override
		public float floatValue() {
			return 1;
		}

		@Override
		public double doubleValue() {
			return 1;
		}

		@Override
		public String toString() {
			return "1 " + this.currency;
		}

	}

	private record Account() {

	}

	private record Order<T>(T id, Object any) {

	}

	private enum Color {

		RED

	}

	private record Note(String account) implements CharSequence {

		@Override
		public int length() {
			return 0;
		}

		@Override
		public char charAt(int index) {
			throw new IndexOutOfBoundsException();
		}

		@Override
		public CharSequence subSequence(int start, int end) {
			return "";
		}

		@Override
		public String toString() {
			return "";
		}

	}

}
