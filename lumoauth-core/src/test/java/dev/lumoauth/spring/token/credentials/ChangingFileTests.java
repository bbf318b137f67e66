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

package dev.lumoauth.spring.token.credentials;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ChangingFile}.
 */
class ChangingFileTests {

	private static final Instant LONG_AGO = Instant.now().truncatedTo(ChronoUnit.SECONDS).minus(1, ChronoUnit.HOURS);

	@TempDir
	private Path directory;

	private ChangingFile<String> file;

	@BeforeEach
	void file() {
		this.file = new ChangingFile<>("lumoauth.client-secret-file", path(), (text) -> text);
	}

	@Test
	void aFileThatIsPutInItsPlaceIsAnother() throws IOException {
		write("one", LONG_AGO);
		this.file.read();
		Path next = this.directory.resolve("next");
		Files.writeString(next, "two");
		Files.setLastModifiedTime(next, FileTime.from(LONG_AGO));
		Files.move(next, path(), StandardCopyOption.REPLACE_EXISTING);
		assertThat(this.file.read()).isEqualTo("two");
	}

	@Test
	void aFileThatWasWrittenJustNowIsReadEachTime() throws IOException {
		Instant now = Instant.now();
		write("one", now);
		assertThat(this.file.read()).isEqualTo("one");
		write("two", now);
		assertThat(this.file.read()).isEqualTo("two");
	}

	@Test
	void aFileThatIsBeingWrittenIsReadOnceMore() throws IOException {
		AtomicInteger halves = new AtomicInteger(2);
		ChangingFile<String> key = new ChangingFile<>("lumoauth.private-key-jwt.key-file", path(), (text) -> {
			if (text.equals("three") && halves.getAndDecrement() > 0) {
				throw new IllegalArgumentException("it is half a key");
			}
			return text;
		});
		write("one", LONG_AGO);
		assertThat(key.read()).isEqualTo("one");
		write("three", LONG_AGO);
		assertThat(key.read()).isEqualTo("three");
	}

	private void write(String text, Instant modified) throws IOException {
		Files.writeString(path(), text);
		Files.setLastModifiedTime(path(), FileTime.from(modified));
	}

	private Path path() {
		return this.directory.resolve("secret");
	}

}
