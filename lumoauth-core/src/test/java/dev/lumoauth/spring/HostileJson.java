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

package dev.lumoauth.spring;

import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/**
 * Documents that a server could answer with and should not: good ones that were spoiled,
 * and such as were never good.
 */
public final class HostileJson {

	/**
	 * Each build looks at the same cases, so that it does not fail by chance. To look at
	 * others, take another seed, or none, and more tries.
	 */
	public static final String SEED = "1";

	private static final Pattern TOKEN = Pattern.compile("\"(?:[^\"\\\\]|\\\\.)*\"|[^\\s\"{}\\[\\],:]+|.");

	/** What one puts where something else belongs. */
	private static final List<String> SMALL = List.of("true", "false", "null", "\"true\"", "\"\"", "\" \"", "0", "1",
			"-1", "1e999", "1e400", "-0.0", "1e-999999999", "9".repeat(19), "9".repeat(999), "0x10", "01", "NaN",
			"Infinity", "TRUE", "True", "truefalse", "'true'", "[true]", "[]", "{}", "{\"allowed\":true}", "{", "}",
			"[", "]", ":", ",", "\"", "\\", "\"allowed\"", "\"Allowed\"", "\"\\u0061llowed\"", "\"allowed\\u0000\"",
			"\"\\ud800\"", "\"\ud83d\ude00\"", "\"a\u202eb\"", "\"a\\r\\nX-Injected: 1\"", "/**/", "//\n", "\uFEFF",
			"\u0000", "\u00a0", "<html>", "\n");

	private static final List<String> LARGE = List.of("9".repeat(5_000), "[".repeat(600), "[".repeat(20_000),
			"{\"a\":".repeat(20_000), "[".repeat(400) + "]".repeat(400), "\"" + "x".repeat(20_000) + "\"",
			"\"eyJhbGciOi" + ".a".repeat(10_000) + "\"", "\"" + "\\\\".repeat(10_000) + "\"");

	private static final List<Charset> ENCODINGS = List.of(StandardCharsets.UTF_16, StandardCharsets.UTF_16LE,
			StandardCharsets.UTF_16BE, Charset.forName("UTF-32"), Charset.forName("UTF-32LE"),
			StandardCharsets.ISO_8859_1);

	/** The letter a in two bytes, and half of a character. */
	private static final List<byte[]> ILL_FORMED = List.of(new byte[] { (byte) 0xc1, (byte) 0xa1 },
			new byte[] { (byte) 0xe2, (byte) 0x82 }, new byte[] { (byte) 0xff },
			new byte[] { (byte) 0xed, (byte) 0xa0, (byte) 0x80 });

	private HostileJson() {
	}

	/**
	 * Return documents like these: each spoiled up to four times, or not at all.
	 * @param documents good ones
	 */
	public static Arbitrary<byte[]> near(String... documents) {
		Arbitrary<String> texts = Combinators.combine(Arbitraries.of(documents), edits())
			.as((document, edits) -> apply(document, edits));
		return Arbitraries.frequencyOf(pair(8, encoded(texts)), pair(1, encoded(any())), pair(1, noise()));
	}

	/**
	 * Return values for a field: what is good there, or anything.
	 * @param good values as JSON
	 */
	public static Arbitrary<String> valueLike(String... good) {
		return Arbitraries.oneOf(Arbitraries.of(good), pieces());
	}

	/**
	 * Return documents of any shape.
	 */
	public static Arbitrary<String> any() {
		Arbitrary<String> leaves = pieces();
		Arbitrary<String> names = Arbitraries.oneOf(Arbitraries.of("allowed", "permission", "results", "error", "code"),
				Arbitraries.strings().ofMaxLength(5).map((name) -> name.replaceAll("[\"\\\\\\p{Cntrl}]", "")));
		return Arbitraries.recursive(() -> leaves, (value) -> {
			Arbitrary<String> member = Combinators.combine(names, value).as((name, any) -> "\"" + name + "\":" + any);
			return Arbitraries.oneOf(member.list().ofMaxSize(3).map((all) -> "{" + String.join(",", all) + "}"),
					value.list().ofMaxSize(3).map((all) -> "[" + String.join(",", all) + "]"));
		}, 0, 3);
	}

	/**
	 * Return bytes of any kind.
	 */
	public static Arbitrary<byte[]> noise() {
		return Arbitraries.bytes().array(byte[].class).ofMaxSize(40);
	}

	private static Arbitrary<String> pieces() {
		return Arbitraries.frequencyOf(pair(30, Arbitraries.of(SMALL)), pair(1, Arbitraries.of(LARGE)));
	}

	private static <T> Tuple.Tuple2<Integer, Arbitrary<? extends T>> pair(int weight, Arbitrary<T> arbitrary) {
		return Tuple.of(weight, arbitrary);
	}

	private static Arbitrary<byte[]> encoded(Arbitrary<String> texts) {
		Arbitrary<byte[]> utf8 = texts.map((text) -> text.getBytes(StandardCharsets.UTF_8));
		Arbitrary<byte[]> other = Combinators.combine(texts, Arbitraries.of(ENCODINGS)).as(String::getBytes);
		Arbitrary<byte[]> illFormed = Combinators
			.combine(utf8, Arbitraries.integers().between(0, 200), Arbitraries.of(ILL_FORMED))
			.as(HostileJson::withBytes);
		return Arbitraries.frequencyOf(pair(8, utf8), pair(1, other), pair(1, illFormed));
	}

	/**
	 * Puts bytes in the place of one, or of a letter a if there is one nearby.
	 */
	private static byte[] withBytes(byte[] document, int at, byte[] bytes) {
		if (document.length == 0) {
			return bytes;
		}
		int place = at % document.length;
		for (int i = place; i < document.length; i++) {
			if (document[i] == 'a') {
				place = i;
				break;
			}
		}
		ByteArrayOutputStream spoiled = new ByteArrayOutputStream();
		spoiled.write(document, 0, place);
		spoiled.writeBytes(bytes);
		spoiled.write(document, place + 1, document.length - place - 1);
		return spoiled.toByteArray();
	}

	private static Arbitrary<List<Edit>> edits() {
		return Combinators
			.combine(Arbitraries.of(Kind.class), Arbitraries.integers().between(0, 60),
					Arbitraries.integers().between(1, 6), pieces())
			.as(Edit::new)
			.list()
			.ofMaxSize(4);
	}

	private static String apply(String document, List<Edit> edits) {
		List<String> tokens = new ArrayList<>(TOKEN.matcher(document).results().map(MatchResult::group).toList());
		edits.forEach((edit) -> edit.apply(tokens));
		return String.join("", tokens);
	}

	private enum Kind {

		REPLACE, INSERT, DELETE, TRUNCATE, CUT, REPEAT, MEMBER, CASE, WRAP

	}

	/**
	 * A way to spoil a document.
	 *
	 * @param kind what to do
	 * @param place where, in tokens
	 * @param length to how many tokens
	 * @param piece what to put there
	 */
	private record Edit(Kind kind, int place, int length, String piece) {

		void apply(List<String> tokens) {
			if (tokens.isEmpty()) {
				tokens.add(this.piece);
				return;
			}
			int at = this.place % tokens.size();
			List<String> some = tokens.subList(at, Math.min(at + this.length, tokens.size()));
			switch (this.kind) {
				case REPLACE -> tokens.set(at, this.piece);
				case INSERT -> tokens.add(at, this.piece);
				case DELETE -> some.clear();
				case TRUNCATE -> tokens.subList(at, tokens.size()).clear();
				case CUT -> tokens.set(at, tokens.get(at).substring(0, tokens.get(at).length() / 2));
				case REPEAT -> tokens.addAll(at, List.copyOf(some));
				case MEMBER -> addMember(tokens, at);
				case CASE -> tokens.set(at, tokens.get(at).toUpperCase(Locale.ROOT));
				default -> {
					tokens.add(at + some.size(), "]");
					tokens.add(at, "[");
				}
			}
		}

		/**
		 * Says something else of a name that is there, before or after it.
		 */
		private void addMember(List<String> tokens, int at) {
			int name = at;
			while (name < tokens.size() - 1 && !tokens.get(name + 1).equals(":")) {
				name++;
			}
			if (name < tokens.size() - 1) {
				tokens.addAll(name, List.of(tokens.get(name), ":", this.piece, ","));
			}
		}

	}

}
