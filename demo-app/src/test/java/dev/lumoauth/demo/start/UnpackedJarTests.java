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

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.Resource;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

/**
 * Tests for {@link UnpackedJar}.
 */
class UnpackedJarTests {

	@TempDir
	private Path directory;

	@Test
	void laysOutWhatSpringBootPackaged() throws IOException {
		UnpackedJar jar = UnpackedJar.of(jar("META-INF/own.txt", "org/Launcher.class", "BOOT-INF/classes/com/",
				"BOOT-INF/classes/com/Own.class", "BOOT-INF/lib/b.jar", "BOOT-INF/lib/a.jar"), this.directory);
		assertThat(jar.mainClass()).isEqualTo("com.Own");
		Path classes = this.directory.resolve("classes");
		assertThat(jar.classPath()).containsExactly(classes, this.directory.resolve("lib/b.jar"),
				this.directory.resolve("lib/a.jar"));
		assertThat(classes.resolve("com/Own.class")).hasContent("BOOT-INF/classes/com/Own.class");
		assertThat(classes.resolve("META-INF/own.txt")).hasContent("META-INF/own.txt");
		assertThat(this.directory.resolve("lib/a.jar")).hasContent("BOOT-INF/lib/a.jar");
	}

	@Test
	void writesNothingOutsideOfItsDirectory() {
		for (String name : new String[] { "BOOT-INF/lib/../../a.jar", "BOOT-INF/classes/../../a", "../a" }) {
			assertThatIOException().isThrownBy(() -> UnpackedJar.of(jar(name), this.directory))
				.withMessageContaining(name);
		}
		assertThat(this.directory).isEmptyDirectory();
	}

	private static Resource jar(String... names) throws IOException {
		Manifest manifest = new Manifest();
		manifest.getMainAttributes().putValue("Manifest-Version", "1.0");
		manifest.getMainAttributes().putValue("Main-Class", "org.Launcher");
		manifest.getMainAttributes().putValue("Start-Class", "com.Own");
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		try (JarOutputStream jar = new JarOutputStream(bytes, manifest)) {
			for (String name : names) {
				jar.putNextEntry(new JarEntry(name));
				jar.write(name.getBytes(UTF_8));
			}
		}
		return new ByteArrayResource(bytes.toByteArray());
	}

}
