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
package dev.lumoauth.demo.start;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.springframework.util.FileSystemUtils;

/**
 * Directories for temporary files that only this user can read. A demo that is killed
 * can't delete its directories, so the next demo deletes them. Each name contains the id
 * of the process.
 */
final class TemporaryDirectory {

	private static final String NAME = "lumoauth-demo-";

	private static final Pattern OWNED = Pattern.compile(NAME + "(\\d{1,18})-\\d+");

	private TemporaryDirectory() {
	}

	/**
	 * Create a directory for this process.
	 * @throws DemoStartException if it can't be created
	 */
	static Path create() {
		return create(Path.of(System.getProperty("java.io.tmpdir")));
	}

	static Path create(Path parent) {
		try {
			Path directory = Files.createTempDirectory(parent, NAME + ProcessHandle.current().pid() + "-");
			deleteAbandoned(parent, directory);
			return directory;
		}
		catch (IOException ex) {
			throw new DemoStartException(
					"The demo can't create temporary files in %s (%s). Choose another directory: ".formatted(parent,
							ex.getClass().getSimpleName()) + "java -Djava.io.tmpdir=<directory> -jar demo-app.jar",
					ex);
		}
	}

	/**
	 * Delete the directories of this user's demos that no longer run.
	 */
	private static void deleteAbandoned(Path parent, Path own) {
		try (DirectoryStream<Path> candidates = Files.newDirectoryStream(parent, NAME + "*")) {
			for (Path candidate : candidates) {
				if (isAbandoned(candidate) && Files.getOwner(candidate).equals(Files.getOwner(own))) {
					FileSystemUtils.deleteRecursively(candidate.toFile());
				}
			}
		}
		catch (IOException ex) {
			// Another demo deletes the same. Nothing depends on it.
		}
	}

	private static boolean isAbandoned(Path candidate) {
		Matcher name = OWNED.matcher(candidate.getFileName().toString());
		return name.matches() && Files.isDirectory(candidate, LinkOption.NOFOLLOW_LINKS)
				&& ProcessHandle.of(Long.parseLong(name.group(1))).isEmpty();
	}

}
