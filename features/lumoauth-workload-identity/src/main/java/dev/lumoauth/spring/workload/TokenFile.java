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

package dev.lumoauth.spring.workload;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

import org.jspecify.annotations.Nullable;

import dev.lumoauth.spring.LumoAuthUnavailableException;

/**
 * A platform's token in a file that the platform replaces before the token ends, such as
 * a projected service account token (Kubernetes, "Configure Service Accounts for Pods").
 * The file is read each time.
 *
 * @param file the file
 * @param advice what to do if there is no token in the file, a sentence
 */
record TokenFile(Path file, String advice) implements PlatformTokenSource {

	/** Ends of the paths of Kubernetes' own token, whose audience is the API server. */
	private static final Path API_SERVER_TOKENS = Path.of("secrets", "kubernetes.io", "serviceaccount");

	/** A file that is overwritten, instead of replaced, may be read half-written. */
	private static final int READS = 3;

	@Override
	public String token() {
		refuseTokensOfTheApiServer();
		try {
			String text = read();
			if (text.length() > CompactJwt.MAX_LENGTH) {
				throw failure("it has more than " + CompactJwt.MAX_LENGTH + " bytes, which is too long for a token",
						null);
			}
			return CompactJwt.of(text, "The file '" + this.file + "'");
		}
		catch (NoSuchFileException ex) {
			throw failure("there is no such file", ex);
		}
		catch (AccessDeniedException ex) {
			throw failure("this process may not read it", ex);
		}
		catch (IOException ex) {
			throw failure(ex.getClass().getSimpleName(), ex);
		}
	}

	private String read() throws IOException {
		// A directory has no text, and reading a pipe would wait.
		if (!Files.isRegularFile(this.file)) {
			Files.readAttributes(this.file, BasicFileAttributes.class); // is it there?
			throw failure("it is not a file", null);
		}
		String text = "";
		for (int read = 0; read < READS && !CompactJwt.isOne(text.strip()); read++) {
			try (InputStream in = Files.newInputStream(this.file)) {
				text = CompactJwt.text(in.readNBytes(CompactJwt.MAX_LENGTH + 1));
			}
		}
		return text;
	}

	private void refuseTokensOfTheApiServer() {
		Path folder = this.file.toAbsolutePath().normalize().getParent();
		Path real;
		try {
			real = this.file.toRealPath();
		}
		catch (IOException ex) {
			real = this.file;
		}
		if ((folder != null && folder.endsWith(API_SERVER_TOKENS)) || contains(real, API_SERVER_TOKENS)) {
			throw new LumoAuthUnavailableException(
					"The token in '" + this.file + "' is not sent to LumoAuth: it is for "
							+ "the cluster's API server, and anyone who has the token can act in the cluster. Mount "
							+ "a projected service account token with a separate audience, see docs/kubernetes.md",
					null);
		}
	}

	private static boolean contains(Path path, Path part) {
		for (int start = 0; start + part.getNameCount() <= path.getNameCount(); start++) {
			if (path.subpath(start, start + part.getNameCount()).equals(part)) {
				return true;
			}
		}
		return false;
	}

	private LumoAuthUnavailableException failure(String reason, @Nullable Throwable cause) {
		return new LumoAuthUnavailableException(
				"The platform's token can't be read from '" + this.file + "': " + reason + ". " + this.advice, cause);
	}

	@Override
	public String toString() {
		return "the file '" + this.file + "'";
	}

}
