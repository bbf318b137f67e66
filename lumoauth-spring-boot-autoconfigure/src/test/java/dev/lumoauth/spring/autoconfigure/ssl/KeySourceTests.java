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
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
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
					+ "key store can't be read (IllegalStateException).");
	}

	@Test
	void aFileWithTwoKeysIsNamedOnce(CapturedOutput output) throws Exception {
		Path file = this.directory.resolve("agent.pem");
		String one = pem("one");
		Files.writeString(file, one + pem("two"));
		Supplier<SigningKey> source = KeySource.ofFile("lumoauth.dpop.key-file", file.toString(), null);
		Files.writeString(this.directory.resolve("first.pem"), one);
		SigningKey first = KeySource
			.ofFile("lumoauth.dpop.key-file", this.directory.resolve("first.pem").toString(), null)
			.get();
		assertThat(source.get()).isEqualTo(first);
		assertThat(source.get()).isEqualTo(first);
		assertThat(output).containsOnlyOnce("lumoauth.dpop.key-file names the file '" + file
				+ "', which has 2 private keys. The first key is used: remove the others.");
	}

	@Test
	void aHalfWrittenFileLeavesTheKeyBefore(CapturedOutput output) throws Exception {
		Path file = this.directory.resolve("agent.pem");
		Files.writeString(file, pem("one"));
		Supplier<SigningKey> source = KeySource.ofFile("lumoauth.dpop.key-file", file.toString(), null);
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

	@Test
	void aCertificateThatEndsSoonIsNamedOnce(CapturedOutput output) throws Exception {
		KeyStores stores = new KeyStores(this.directory)
			.create("soon", "-keyalg", "EC", "-groupname", "secp256r1", "-startdate", "-77d", "-validity", "90")
			.create("later", "-keyalg", "EC", "-groupname", "secp256r1", "-validity", "90");
		DefaultSslBundleRegistry bundles = new DefaultSslBundleRegistry("ends-soon", stores.bundle("soon", "soon"));
		for (String property : List.of("lumoauth.dpop.ssl-bundle", "lumoauth.private-key-jwt.ssl-bundle")) {
			Supplier<SigningKey> source = KeySource.bundle(property, bundles, "ends-soon", null, null);
			source.get();
			source.get();
		}
		assertThat(output).containsOnlyOnce("The certificate of the SSL bundle 'ends-soon' ends at ");
		CertificateEnd later = new CertificateEnd("later",
				Clock.fixed(Instant.now().plus(Duration.ofDays(75)), ZoneOffset.UTC));
		later.read(stores.bundle("later", "later"));
		assertThat(output).doesNotContain("'later'");
		CertificateEnd ended = new CertificateEnd("later",
				Clock.fixed(Instant.now().plus(Duration.ofDays(91)), ZoneOffset.UTC));
		ended.read(stores.bundle("later", "later"));
		ended.check();
		assertThat(output).containsOnlyOnce("The certificate of the SSL bundle 'later' has ended at ");
	}

	@Test
	void aCertificateThatIsAlwaysShortIsNamedOnlyIfNobodyReplacesIt(CapturedOutput output) throws Exception {
		SslBundle bundle = new KeyStores(this.directory)
			.create("short", "-keyalg", "EC", "-groupname", "secp256r1", "-validity", "3")
			.bundle("short", "short");
		new CertificateEnd("replaced", Clock.systemUTC()).read(bundle);
		assertThat(output).doesNotContain("'replaced'");
		new CertificateEnd("forgotten", Clock.fixed(Instant.now().plus(Duration.ofHours(49)), ZoneOffset.UTC))
			.read(bundle);
		assertThat(output).containsOnlyOnce("The certificate of the SSL bundle 'forgotten' ends at ");
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
