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
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

import org.springframework.boot.SpringApplication;
import org.springframework.core.io.ClassPathResource;
import org.springframework.util.FileSystemUtils;

/**
 * Files that only this user can read, in a directory that is deleted when the demo ends.
 */
final class DemoFiles implements AutoCloseable {

	private static final String DEV_SERVER_TEMPLATE = "lumoauth-dev-without-secret.yml";

	private final Path directory;

	/** Runs after the application context is closed. */
	private final Runnable shutdownHandler = this::delete;

	/**
	 * Create the directory.
	 * @throws DemoStartException if it can't be created
	 */
	DemoFiles() {
		this.directory = TemporaryDirectory.create();
		SpringApplication.getShutdownHandlers().add(this.shutdownHandler);
	}

	/**
	 * Return a file of the directory.
	 */
	Path file(String name) {
		return this.directory.resolve(name);
	}

	/**
	 * Write a file. Nobody ever sees half of the file, and no other user can read it,
	 * because a temporary file belongs to its owner only.
	 * @throws IOException if it can't be written
	 */
	void write(String name, String content) throws IOException {
		Path written = Files.createTempFile(this.directory, "new", null);
		Files.writeString(written, content);
		Files.move(written, file(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
	}

	/**
	 * Write the configuration of a dev server without a secret.
	 * @param identity how the dev server recognizes the agent: a property of the agent,
	 * in one line of YAML
	 * @return the file
	 * @throws IOException if it can't be written
	 */
	Path writeDevServer(String identity) throws IOException {
		try (InputStream template = new ClassPathResource(DEV_SERVER_TEMPLATE).getInputStream()) {
			write("lumoauth-dev.yml",
					new String(template.readAllBytes(), StandardCharsets.UTF_8).replace("@identity@", identity));
		}
		return file("lumoauth-dev.yml");
	}

	@Override
	public void close() {
		delete();
		try {
			SpringApplication.getShutdownHandlers().remove(this.shutdownHandler);
		}
		catch (IllegalStateException ex) {
			// The JVM is about to end, and the handler finds nothing to delete.
		}
	}

	private void delete() {
		FileSystemUtils.deleteRecursively(this.directory.toFile());
	}

}
