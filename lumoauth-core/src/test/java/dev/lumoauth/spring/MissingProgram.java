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

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

import org.junit.jupiter.api.Assumptions;

/**
 * A program that tests need and that the machine may lack.
 */
final class MissingProgram {

	private MissingProgram() {
	}

	/**
	 * Skip the tests. The report of a class that is skipped as a whole doesn't say so:
	 * {@code .ci/Skipped.java} reads the file.
	 */
	static <T> T skip(String reason) {
		if ("true".equals(System.getenv("CI"))) {
			throw new IllegalStateException(reason);
		}
		try {
			Files.writeString(Path.of("target", "skipped.txt"), reason + "\n", StandardOpenOption.CREATE,
					StandardOpenOption.APPEND);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return Assumptions.abort(reason);
	}

}
