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

package dev.lumoauth.spring.autoconfigure.ssl;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.util.Base64;
import java.util.function.Supplier;

import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.autoconfigure.KeyStores;
import dev.lumoauth.spring.token.key.SigningKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslStoreBundle;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.util.StringUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link KeySource}.
 */
@ExtendWith(OutputCaptureExtension.class)
class KeySourceTests {

	@TempDir
	Path directory;

	@Test
	void aBundleThatCanNoLongerBeUsedLeavesTheKeyBefore(CapturedOutput output) throws Exception {
		KeyStores stores = new KeyStores(this.directory).create("one").create("two");
		DefaultSslBundleRegistry bundles = new DefaultSslBundleRegistry("agent", stores.bundle("one", "one"));
		Supplier<SigningKey> source = KeySource.bundle("lumoauth.private-key-jwt.ssl-bundle", bundles, "agent", null,
				null);
		SigningKey first = source.get();
		bundles.updateBundle("agent", SslBundle.of(SslStoreBundle.NONE));
		assertThat(source.get()).isEqualTo(first);
		bundles.updateBundle("agent", broken());
		assertThat(source.get()).isEqualTo(first);
		assertThat(source.get()).isEqualTo(first);
		assertThat(StringUtils.countOccurrencesOf(output.getAll(), "The previous key stays in use.")).isEqualTo(2);
		bundles.updateBundle("agent", stores.bundle("two", "two"));
		assertThat(source.get()).isNotEqualTo(first);
	}

	@Test
	void aBundleThatNeverCouldBeUsedNamesTheProperty() {
		DefaultSslBundleRegistry bundles = new DefaultSslBundleRegistry("agent", broken());
		assertThatExceptionOfType(LumoAuthUnavailableException.class)
			.isThrownBy(KeySource.bundle("lumoauth.private-key-jwt.ssl-bundle", bundles, "agent", null, null)::get)
			.withMessage("lumoauth.private-key-jwt.ssl-bundle names the SSL bundle 'agent', which can't be used: its "
					+ "private key can't be read (IllegalStateException).");
	}

	@Test
	void theFirstKeyOfAFileCounts() throws Exception {
		String one = pem("one");
		Path both = Files.writeString(this.directory.resolve("both.pem"), one + pem("two"));
		Path first = Files.writeString(this.directory.resolve("first.pem"), one);
		assertThat(KeySource.file("lumoauth.dpop.key-file", both.toString(), null, null).read())
			.isEqualTo(KeySource.file("lumoauth.dpop.key-file", first.toString(), null, null).read());
	}

	@Test
	void aHalfWrittenFileLeavesTheKeyBefore(CapturedOutput output) throws Exception {
		Path file = this.directory.resolve("agent.pem");
		Files.writeString(file, pem("one"));
		Supplier<SigningKey> source = KeySource.file("lumoauth.dpop.key-file", file.toString(), null, null)::read;
		SigningKey first = source.get();
		String second = pem("two");
		Files.writeString(file, second.substring(0, second.length() / 2));
		assertThat(source.get()).isEqualTo(first);
		assertThat(source.get()).isEqualTo(first);
		assertThat(output).containsOnlyOnce("lumoauth.dpop.key-file names the file '" + file + "', which can't be used")
			.containsOnlyOnce("Its previous content stays in use.");
		Files.writeString(file, second);
		assertThat(source.get()).isNotEqualTo(first);
	}

	private String pem(String name) throws Exception {
		Key key = new KeyStores(this.directory).create(name, "-keyalg", "RSA", "-keysize", "2048")
			.load(name)
			.getKey("agent", KeyStores.PASSWORD.toCharArray());
		Files.delete(new KeyStores(this.directory).file(name));
		return "-----BEGIN PRIVATE KEY-----\n" + Base64.getMimeEncoder().encodeToString(key.getEncoded())
				+ "\n-----END PRIVATE KEY-----\n";
	}

	/**
	 * Boot reads PEM only when it is asked for.
	 */
	private static SslBundle broken() {
		SslStoreBundle stores = mock(SslStoreBundle.class);
		given(stores.getKeyStore()).willThrow(new IllegalStateException("MARKER"));
		return SslBundle.of(stores);
	}

}
