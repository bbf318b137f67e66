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

package dev.lumoauth.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One of the documents, and the code in it.
 */
public final class Document {

	/** The page whose files and commands the script getting-started runs. */
	static final String RUN_BY_ITSELF = "getting-started.md";

	private final String text;

	/**
	 * Read a document.
	 * @param name its name in docs
	 */
	public Document(String name) {
		try {
			this.text = Files.readString(Repository.DOCS.resolve(name), StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Return the names of all documents in docs, and of those in the root.
	 */
	static List<String> all() {
		return Stream
			.concat(Repository.files(Repository.DOCS, ".md").stream(), Repository.list(Repository.ROOT).stream())
			.filter((file) -> file.toString().endsWith(".md"))
			.map((file) -> Repository.DOCS.relativize(file).toString())
			.toList();
	}

	public String text() {
		return this.text;
	}

	/**
	 * Return the code blocks in a language.
	 */
	public List<String> blocks(String language) {
		return Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL)
			.matcher(this.text)
			.results()
			.map((block) -> block.group(1))
			.toList();
	}

}
