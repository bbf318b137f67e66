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

package dev.lumoauth.spring.test;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link DevServerJar}.
 */
class DevServerJarTests {

	@TempDir
	private Path folder;

	@Test
	void findsItOnTheClassPath() throws IOException {
		Path jar = this.folder.resolve("a folder").resolve("lumoauth-dev-server-0.1.0.jar");
		Files.createDirectories(jar.getParent());
		try (JarOutputStream content = new JarOutputStream(Files.newOutputStream(jar))) {
			content.putNextEntry(new JarEntry("BOOT-INF/classes/lumoauth-dev.yml"));
		}
		try (URLClassLoader classPath = new URLClassLoader(new URL[] { jar.toUri().toURL() }, null)) {
			assertThat(DevServerJar.find(null, classPath)).isEqualTo(jar);
		}
	}

	@Test
	void findsItWhereAPropertySays() throws IOException {
		Path jar = Files.createFile(this.folder.resolve("server.jar"));
		assertThat(DevServerJar.find(jar.toString(), getClass().getClassLoader())).isEqualTo(jar);
	}

	@Test
	void saysWhatToAdd() {
		assertThatIllegalStateException().isThrownBy(() -> DevServerJar.find(null, getClass().getClassLoader()))
			.withMessage("The LumoAuth dev server was not found. Add the test dependency "
					+ "dev.lumoauth:lumoauth-dev-server, or name its jar by the system property "
					+ "dev.lumoauth.dev-server.jar");
		Path missing = this.folder.resolve("missing.jar");
		assertThatIllegalStateException()
			.isThrownBy(() -> DevServerJar.find(missing.toString(), getClass().getClassLoader()))
			.withMessage("There is no LumoAuth dev server at " + missing
					+ ", which the system property dev.lumoauth.dev-server.jar names");
	}

}
