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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Whatever the values of a request are, what was signed is what passes, and nothing else.
 */
class SignedValuesPropertyTests {

	private static final String SEED = "1";

	@Property(seed = SEED)
	void whatIsSignedPasses(@ForAll("requests") Message message) {
		message.signed();
		// As servers give them: without the blanks around.
		message.set("Content-Type", message.get("Content-Type").strip());
		assertThatCode(message::verify).doesNotThrowAnyException();
	}

	@Property(seed = SEED)
	void aChangeOfAnyValueIsRefused(@ForAll("requests") Message message, @ForAll("changes") Change change) {
		message.signed();
		Map<String, String> before = values(message);
		change.apply(message);
		Assume.that(!before.equals(values(message)));
		assertThatExceptionOfType(InvalidSignatureException.class).isThrownBy(message::verify);
	}

	/**
	 * The base is read as who gets it reads it: by its lines.
	 */
	@Property(seed = SEED)
	void noValueWritesALineOfTheBase(@ForAll("hostile") List<String> given) {
		Map<String, String> values = new LinkedHashMap<>();
		List<String> names = Components.of("");
		for (int i = 0; i < names.size(); i++) {
			values.put(names.get(i), given.get(i));
		}
		byte[] base;
		try {
			base = Components.base(values, "()");
		}
		catch (IllegalArgumentException ex) {
			assertThat(given).anyMatch((value) -> !value.matches("[\\t -~]*"));
			return;
		}
		String[] lines = new String(base, StandardCharsets.ISO_8859_1).split("[\r\n\u0085]", -1);
		assertThat(lines).hasSize(names.size() + 1).endsWith("\"@signature-params\": ()");
		for (int i = 0; i < names.size(); i++) {
			assertThat(lines[i]).isEqualTo("\"" + names.get(i) + "\": " + given.get(i));
		}
	}

	/**
	 * A hostile header is refused in the one way that is handled.
	 */
	@Property(seed = SEED)
	void whateverTheHeadersSayItIsAnsweredInOneWay(@ForAll("edits") List<Edit> edits) {
		Message message = new Message().signed();
		Map<String, List<String>> before = Map.copyOf(message.headers);
		edits.forEach((edit) -> edit.apply(message));
		Assume.that(!before.equals(message.headers));
		try {
			message.verify();
		}
		catch (InvalidSignatureException ex) {
			return;
		}
		// It says the same in another way: with a blank more, say.
		assertThat(SignatureHeaders.of(message.received()).params())
			.isEqualTo(before.get("Signature-Input").get(0).substring("sig1=".length()));
	}

	@Provide
	Arbitrary<Message> requests() {
		Arbitrary<String> paths = Arbitraries.strings()
			.withChars("abcXYZ019-._~!$&'()*+,;=:@/")
			.ofMaxLength(30)
			.map((path) -> "/" + path.replaceAll("^/+", ""));
		Arbitrary<String> queries = Arbitraries.strings()
			.withChars("abcXYZ019-._~!$&'()*+,;=:@/?")
			.ofMaxLength(30)
			.injectNull(0.3);
		Arbitrary<byte[]> bodies = Arbitraries.bytes().array(byte[].class).ofMaxSize(50);
		return Combinators
			.combine(Arbitraries.of("GET", "POST", "PUT", "DELETE", "x-own"),
					Arbitraries.of("a.example", "A.Example:8443", "127.0.0.1:80", "[::1]:8080", "b.example:443"), paths,
					queries, header(), header(), bodies)
			.as((method, host, path, query, type, token, body) -> {
				Message message = new Message().set("Content-Type", " " + type + "\t").set("Authorization", token);
				message.method = method;
				message.host = host;
				message.path = path;
				message.query = query;
				message.body = body;
				return message;
			});
	}

	private static Arbitrary<String> header() {
		return Arbitraries.strings().withCharRange(' ', '~').withChars('\t').ofMaxLength(60).map(String::strip);
	}

	@Provide
	Arbitrary<Change> changes() {
		return Combinators
			.combine(Arbitraries.of(Place.values()), Arbitraries.integers().between(0, 1000),
					Arbitraries.chars().range(' ', '~'), Arbitraries.of(true, false))
			.as(Change::new);
	}

	@Provide
	Arbitrary<List<String>> hostile() {
		Arbitrary<String> pieces = Arbitraries.of("\n", "\r", "\r\n", "\"@path\": /", "\": ", "\u0085", "\u2028",
				"\u010a", "\u0000", "\u00e9", "\"@signature-params\": ()", "a", " ", "\t");
		Arbitrary<String> clean = Arbitraries.of("", " ", "a", "\"@path\": /", "\"@signature-params\": ()", "\t");
		return Arbitraries.oneOf(pieces.list().ofMaxSize(3).map((list) -> String.join("", list)), clean, clean, clean)
			.list()
			.ofSize(8);
	}

	@Provide
	Arbitrary<List<Edit>> edits() {
		return Combinators
			.combine(Arbitraries.of("Signature-Input", "Signature", "Content-Digest"),
					Arbitraries.integers().between(0, 1000), Arbitraries.integers().between(0, 3),
					Arbitraries
						.of("", " ", "  ", "\t", "\"", "\\", "(", ")", ",", ";", "=", ":", "-", "_", "*", "?1", "1.5",
								"sig1=", ", a=1", ";x", "\u0000", "\u00ff", "\u0130", "\n", "9".repeat(20), "()",
								"%\"a\"", "@1")
						.edgeCases((config) -> config.none()))
			.as(Edit::new)
			.list()
			.ofMinSize(1)
			.ofMaxSize(3);
	}

	private static Map<String, String> values(Message message) {
		Map<String, String> values = new LinkedHashMap<>();
		values.put("method", message.method);
		values.put("host", Components.authority(message.scheme, message.host));
		values.put("path", message.path);
		values.put("query", Objects.toString(message.query, "(none)"));
		values.put("body", new String(message.body, StandardCharsets.ISO_8859_1));
		values.put("Content-Type", message.get("Content-Type").strip());
		values.put("Authorization", message.get("Authorization").strip());
		values.put("Signature-Key", message.get("Signature-Key").strip());
		return values;
	}

	enum Place {

		METHOD, HOST, PATH, QUERY, BODY, TYPE, TOKEN, KEY

	}

	/** One character is put in the place of another, or between two. */
	record Change(Place place, int at, char by, boolean between) {

		void apply(Message message) {
			switch (this.place) {
				case METHOD -> message.method = apply(message.method);
				case HOST -> message.host = apply(message.host);
				case PATH -> message.path = apply(message.path);
				case QUERY -> message.query = (message.query != null) ? apply(message.query) : "";
				case BODY -> message.body = apply(new String(message.body, StandardCharsets.ISO_8859_1))
					.getBytes(StandardCharsets.ISO_8859_1);
				case TYPE -> message.set("Content-Type", apply(message.get("Content-Type")));
				case TOKEN -> message.set("Authorization", apply(message.get("Authorization")));
				case KEY -> message.set("Signature-Key", apply(message.get("Signature-Key")));
			}
		}

		private String apply(String value) {
			int index = this.at % (value.length() + 1);
			int rest = (this.between || index == value.length()) ? index : index + 1;
			return value.substring(0, index) + this.by + value.substring(rest);
		}

	}

	/** Some characters of a header are taken out, and others put in. */
	record Edit(String name, int at, int out, String in) {

		void apply(Message message) {
			String value = message.get(this.name);
			int index = this.at % (value.length() + 1);
			int end = Math.min(value.length(), index + this.out);
			message.set(this.name, value.substring(0, index) + this.in + value.substring(end));
		}

	}

}
