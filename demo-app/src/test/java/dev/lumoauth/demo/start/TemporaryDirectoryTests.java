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

import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link TemporaryDirectory}.
 */
class TemporaryDirectoryTests {

	@TempDir
	private Path parent;

	@Test
	void deletesWhatADemoLeftThatWasKilled() throws Exception {
		Process ended = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-version")
			.redirectErrorStream(true)
			.start();
		ended.getInputStream().readAllBytes();
		ended.waitFor();
		Path abandoned = directory("lumoauth-demo-%d-1".formatted(ended.pid()));
		Path running = directory("lumoauth-demo-%d-1".formatted(ProcessHandle.current().pid()));
		Path outbox = directory("lumoauth-demo-outbox1");
		Path other = directory("other");
		Path link = Files.createSymbolicLink(this.parent.resolve("lumoauth-demo-%d-2".formatted(ended.pid())), other);
		Path created = TemporaryDirectory.create(this.parent);
		assertThat(abandoned).doesNotExist();
		assertThat(created).isEmptyDirectory();
		assertThat(link).isSymbolicLink();
		for (Path kept : new Path[] { running, outbox, other }) {
			assertThat(kept.resolve("file")).exists();
		}
	}

	@Test
	void namesTheDirectoryThatCanNotBeUsed() {
		assertThatExceptionOfType(DemoStartException.class)
			.isThrownBy(() -> TemporaryDirectory.create(this.parent.resolve("missing")))
			.withMessageContaining(this.parent.resolve("missing") + " (NoSuchFileException)")
			.withMessageContaining("-Djava.io.tmpdir=");
	}

	private Path directory(String name) throws Exception {
		Path directory = Files.createDirectory(this.parent.resolve(name));
		Files.createFile(directory.resolve("file"));
		return directory;
	}

}
