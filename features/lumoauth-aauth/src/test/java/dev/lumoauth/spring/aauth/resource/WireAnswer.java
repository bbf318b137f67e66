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

package dev.lumoauth.spring.aauth.resource;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * An answer from a connection that ends with it.
 */
record WireAnswer(int status, List<String> headers, String body) {

	static WireAnswer read(InputStream stream) throws IOException {
		String all = new String(stream.readAllBytes(), StandardCharsets.ISO_8859_1);
		int end = all.indexOf("\r\n\r\n");
		if (end < 0) {
			return new WireAnswer(0, List.of(), all);
		}
		List<String> lines = List.of(all.substring(0, end).split("\r\n"));
		return new WireAnswer(Integer.parseInt(lines.get(0).split(" ")[1]), lines, all.substring(end + 4));
	}

	/**
	 * Return a header's value; empty if it is not there.
	 */
	String header(String name) {
		return this.headers.stream()
			.filter((line) -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1))
			.map((line) -> line.substring(name.length() + 1).strip())
			.findFirst()
			.orElse("");
	}

}
