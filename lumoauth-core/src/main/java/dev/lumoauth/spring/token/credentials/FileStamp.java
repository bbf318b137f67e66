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
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * Distinguishes a file from its previous version, without reading it.
 *
 * @param file the identity of the file, such as its inode; {@code null} if there is none
 * @param size the size in bytes
 * @param modified when the file was written
 * @param seen when the file was checked; not compared
 */
record FileStamp(@Nullable Object file, long size, FileTime modified, Instant seen) {

	/** Twice the coarsest time resolution of a file system. */
	private static final Duration TICK = Duration.ofSeconds(4);

	static FileStamp of(Path path) throws IOException {
		BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
		return new FileStamp(attributes.fileKey(), attributes.size(), attributes.lastModifiedTime(), Instant.now());
	}

	/**
	 * Return whether a later write would give the file another time. A file that was
	 * written shortly before this check may be written again within the time resolution
	 * of the file system.
	 */
	boolean isSettled() {
		return Duration.between(this.modified.toInstant(), this.seen).compareTo(TICK) > 0;
	}

	/**
	 * Return whether this is the same file, unchanged since an earlier check in which it
	 * was already settled.
	 */
	boolean isSame(FileStamp earlier) {
		return earlier.isSettled() && this.size == earlier.size && this.modified.equals(earlier.modified)
				&& ((this.file != null) ? this.file.equals(earlier.file) : earlier.file == null);
	}

}
