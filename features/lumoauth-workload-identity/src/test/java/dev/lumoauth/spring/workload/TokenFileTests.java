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
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.lumoauth.spring.LumoAuthUnavailableException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link TokenFile}.
 */
class TokenFileTests {

	@TempDir
	private Path folder;

	@Test
	void readsTheFileForEachRequest() throws IOException {
		Path file = this.folder.resolve("token");
		PlatformTokenSource source = source(file);
		Files.writeString(file, TestTokens.with("a") + "\n");
		assertThat(source.token()).isEqualTo(TestTokens.with("a"));
		Files.writeString(file, TestTokens.with("b"));
		assertThat(source.token()).isEqualTo(TestTokens.with("b"));
	}

	@Test
	void saysWhichFileIsNotThereAndWhatToDo() {
		assertThatExceptionOfType(LumoAuthUnavailableException.class)
			.isThrownBy(source(this.folder.resolve("none"))::token)
			.withMessageContaining(this.folder.resolve("none").toString())
			.withMessageContaining("no such file")
			.withMessageContaining("Mount it");
	}

	@Test
	void refusesADirectory() {
		assertThatExceptionOfType(LumoAuthUnavailableException.class).isThrownBy(source(this.folder)::token)
			.withMessageContaining("it is not a file");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "\n", "a.b", "a.b.c\r\nX-Evil: 1", "a.b.", "a.b.c.d", "secret", "a.b.ü" })
	void refusesWhatIsNoTokenAndQuotesNothingOfIt(String text) throws IOException {
		Path file = Files.writeString(this.folder.resolve("token"), text);
		assertThatExceptionOfType(LumoAuthUnavailableException.class).isThrownBy(source(file)::token)
			.withMessageContaining(file.toString())
			.satisfies((ex) -> assertThat(ex.getMessage()).doesNotContain("Evil", "secret", "\r", "\n"));
	}

	@Test
	void readsNoMoreThanATokenHas() throws IOException {
		Path file = Files.writeString(this.folder.resolve("token"), "a.b." + "c".repeat(CompactJwt.MAX_LENGTH));
		assertThatExceptionOfType(LumoAuthUnavailableException.class).isThrownBy(source(file)::token)
			.withMessageContaining("more than 32768 bytes");
	}

	@Test
	void refusesTheTokenOfTheApiServer() throws IOException {
		Path own = Files.createDirectories(this.folder.resolve("secrets/kubernetes.io/serviceaccount"));
		Path token = Files.writeString(own.resolve("token"), TestTokens.with("https://kubernetes.default.svc"));
		Path link = Files.createSymbolicLink(this.folder.resolve("innocent"), token);
		for (Path file : new Path[] { token, link, Path.of("/var/run/secrets/kubernetes.io/serviceaccount/token") }) {
			assertThatExceptionOfType(LumoAuthUnavailableException.class).isThrownBy(source(file)::token)
				.withMessageContaining("is not sent to LumoAuth")
				.withMessageContaining("docs/kubernetes.md");
		}
	}

	@Test
	void givesOneOfTheTokensWhileTheFileIsReplaced() throws IOException {
		Path file = Files.writeString(this.folder.resolve("token"), TestTokens.with("0"));
		AtomicBoolean done = new AtomicBoolean();
		CompletableFuture<Void> kubelet = CompletableFuture.runAsync(() -> {
			for (int i = 0; !done.get(); i++) {
				replace(file, TestTokens.with("" + i));
			}
		});
		for (int i = 0; i < 500; i++) {
			assertThat(CompactJwt.audience(source(file).token())).hasSize(1);
		}
		done.set(true);
		kubelet.join();
	}

	private static PlatformTokenSource source(Path file) {
		return new TokenFile(file, "Mount it");
	}

	private static void replace(Path file, String text) {
		try {
			Files.move(Files.writeString(file.resolveSibling("next"), text), file, StandardCopyOption.ATOMIC_MOVE,
					StandardCopyOption.REPLACE_EXISTING);
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
