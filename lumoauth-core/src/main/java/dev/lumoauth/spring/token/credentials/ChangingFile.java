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
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

import dev.lumoauth.spring.LumoAuthUnavailableException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * A file whose content may be replaced while the application runs: a secret or a key. The
 * file is read at each use. A file may be replaced in several steps: while it is missing,
 * empty or unreadable, the content that was read last counts.
 *
 * @param <T> what is in it
 * @since 0.1.0
 */
public final class ChangingFile<T> {

	/**
	 * The size of a file in bytes from which on it is not read: much more than any key
	 * needs.
	 */
	public static final int MAX_BYTES = 100_000;

	/** How often a file that has become unreadable is read again. */
	private static final int TRIES = 4;

	private static final Duration PAUSE = Duration.ofMillis(10);

	private static final Log logger = LogFactory.getLog(ChangingFile.class);

	private final String property;

	private final Path path;

	private final Function<String, T> reader;

	private volatile @Nullable Content<T> last;

	private volatile boolean told;

	/**
	 * Create a file.
	 * @param property the property that names it, for messages
	 * @param path the path of the file
	 * @param reader reads the content, without surrounding blanks; its exceptions must
	 * reveal nothing of the content
	 */
	public ChangingFile(String property, Path path, Function<String, T> reader) {
		this.property = property;
		this.path = path;
		this.reader = reader;
	}

	/**
	 * Read the file.
	 * @return what is in it now, or what was read last
	 * @throws LumoAuthUnavailableException if the file can't be read, and never could be
	 */
	public T read() {
		Content<T> before = this.last;
		int tries = (before != null && !this.told) ? TRIES : 1;
		while (true) {
			try {
				return readNow(before);
			}
			catch (IOException | IllegalArgumentException ex) {
				tries--;
				if (tries == 0) {
					return lastAfter(ex, before);
				}
				// Perhaps it is being written now.
				LockSupport.parkNanos(PAUSE.toNanos());
			}
		}
	}

	private T lastAfter(Exception failure, @Nullable Content<T> before) {
		if (before == null) {
			throw new LumoAuthUnavailableException(describe(failure), null);
		}
		if (!this.told) {
			this.told = true;
			logger.warn(describe(failure) + " Its previous content stays in use.");
		}
		return before.value();
	}

	private T readNow(@Nullable Content<T> before) throws IOException {
		String text = text();
		if (before != null && before.text().equals(text)) {
			this.told = false;
			return before.value();
		}
		T value = this.reader.apply(text);
		this.last = new Content<>(text, value);
		this.told = false;
		return value;
	}

	private String text() throws IOException {
		if (Files.isDirectory(this.path)) {
			throw new IllegalArgumentException("it is a directory");
		}
		// A pipe would be waited for.
		if (Files.exists(this.path) && !Files.isRegularFile(this.path)) {
			throw new IllegalArgumentException("it is not a regular file");
		}
		byte[] bytes;
		try (var stream = Files.newInputStream(this.path)) {
			bytes = stream.readNBytes(MAX_BYTES + 1);
		}
		if (bytes.length > MAX_BYTES) {
			throw new IllegalArgumentException("it has more than " + MAX_BYTES + " bytes");
		}
		String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString().strip();
		if (text.isEmpty()) {
			throw new IllegalArgumentException("it is empty");
		}
		return text;
	}

	private String describe(Exception failure) {
		String what = (failure instanceof IOException) ? failure.getClass().getSimpleName()
				: String.valueOf(failure.getMessage());
		return this.property + " names the file '" + this.path.toString().replaceAll("\\p{C}", "?")
				+ "', which can't be used: " + what + ".";
	}

	/**
	 * What was read.
	 */
	private record Content<T>(String text, T value) {

		/**
		 * Without the content.
		 */
		@Override
		public String toString() {
			return "Content";
		}

	}

}
