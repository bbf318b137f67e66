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
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

/**
 * Finds the dev server's executable jar.
 */
final class DevServerJar {

	static final String PROPERTY = "dev.lumoauth.dev-server.jar";

	/** A file that no other jar has, and that nothing loads from a class path. */
	private static final String MARKER = "BOOT-INF/classes/lumoauth-dev.yml";

	private DevServerJar() {
	}

	/**
	 * Find the jar.
	 * @param property the configured path, or {@code null} if there is none
	 * @param classLoader the class loader to search otherwise
	 * @throws IllegalStateException if the jar is not found
	 */
	static Path find(@Nullable String property, ClassLoader classLoader) {
		if (property != null) {
			Path jar = Path.of(property);
			if (!Files.isRegularFile(jar)) {
				throw new IllegalStateException("There is no LumoAuth dev server at " + jar.toAbsolutePath()
						+ ", which the system property " + PROPERTY + " names");
			}
			return jar.toAbsolutePath();
		}
		URL marker = classLoader.getResource(MARKER);
		if (marker == null) {
			throw new IllegalStateException("The LumoAuth dev server was not found. Add the test dependency "
					+ "dev.lumoauth:lumoauth-dev-server, or name its jar by the system property " + PROPERTY);
		}
		try {
			return jarOf(marker);
		}
		catch (IOException | URISyntaxException ex) {
			throw new IllegalStateException("The LumoAuth dev server at " + marker + " can't be started from there. "
					+ "Name its jar by the system property " + PROPERTY, ex);
		}
	}

	private static Path jarOf(URL marker) throws IOException, URISyntaxException {
		if (marker.openConnection() instanceof JarURLConnection jar) {
			URI file = jar.getJarFileURL().toURI();
			if ("file".equals(file.getScheme())) {
				return Path.of(file);
			}
		}
		throw new IOException("It is not in a jar in the file system");
	}

}
