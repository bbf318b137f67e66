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

import java.util.List;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

import org.springframework.http.HttpHeaders;

/**
 * Headers that a server could send and should not.
 */
public final class HostileHeaders {

	private static final List<String> NAMES = List.of("Content-Type", "Content-Length", "Content-Encoding",
			"Transfer-Encoding", "Location", "Retry-After", "Date", "X-RateLimit-Reset", "WWW-Authenticate",
			"Set-Cookie", "ETag", "Cache-Control");

	private static final List<String> VALUES = List.of("", " ", "0", "5", "-1", "1e3", "1e999", "NaN", "Infinity",
			"0x1p3", "9".repeat(30), "999999999999", "application/json", "application/json;charset=nope",
			"application/json;charset=utf-16", "text/html", "text/", "/", ";;;", "*/*", "application/json, text/html",
			"gzip", "Wed, 01 Jan 2031 00:00:00 GMT", "Wed, 99 Foo 2031 00:00:00 GMT", "Mon, 01 Jan 99999 00:00:00 GMT",
			"Sun, 06-Nov-94 08:49:37 GMT", "Thu, 01 Jan 1970 00:00:00 GMT", "https://elsewhere.example.com/",
			"http://[", "\"", "\\", ",", "=", "\u202e", "x".repeat(8_000), "eyJ" + ".a".repeat(4_000));

	private HostileHeaders() {
	}

	/**
	 * Return headers of any kind, up to three.
	 */
	public static Arbitrary<HttpHeaders> any() {
		return of(Arbitraries.of(NAMES), values());
	}

	/**
	 * Return values of any kind.
	 */
	public static Arbitrary<String> values() {
		return Arbitraries.oneOf(Arbitraries.of(VALUES), Arbitraries.strings().ascii().ofMaxLength(20));
	}

	private static Arbitrary<HttpHeaders> of(Arbitrary<String> names, Arbitrary<String> values) {
		return Combinators.combine(names.list().ofMaxSize(3), values.list().ofSize(3)).as((some, all) -> {
			HttpHeaders headers = new HttpHeaders();
			for (int i = 0; i < some.size(); i++) {
				headers.add(some.get(i), all.get(i));
			}
			return headers;
		});
	}

}
