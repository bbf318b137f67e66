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

package dev.lumoauth.devserver.tls;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.springframework.boot.ssl.SslStoreBundle;
import org.springframework.util.FileSystemUtils;

import dev.lumoauth.devserver.launch.RefusedToStartException;

/**
 * Creates a certificate for this machine's names with the JDK's own tool, because Java
 * has no interface for this. Key and certificate live as long as the process.
 */
final class SelfSigned {

	private static final int TIMEOUT_SECONDS = 60;

	private SelfSigned() {
	}

	static SslStoreBundle make() {
		try {
			Path directory = Files.createTempDirectory("lumoauth-dev-server");
			try {
				return make(directory.resolve("server.p12"));
			}
			finally {
				FileSystemUtils.deleteRecursively(directory);
			}
		}
		catch (IOException | GeneralSecurityException ex) {
			throw new RefusedToStartException("It could not create a certificate with the JDK's keytool",
					"Set dev.tls.certificate and dev.tls.private-key");
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Could not create a certificate", ex);
		}
	}

	private static SslStoreBundle make(Path file) throws IOException, GeneralSecurityException, InterruptedException {
		byte[] random = new byte[16];
		new SecureRandom().nextBytes(random);
		String password = HexFormat.of().formatHex(random);
		Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
		ProcessBuilder builder = new ProcessBuilder(List.of(keytool.toString(), "-genkeypair", "-alias", "server",
				"-keyalg", "EC", "-groupname", "secp256r1", "-dname", "CN=localhost, O=LumoAuth dev server", "-ext",
				"san=dns:localhost,ip:127.0.0.1", "-validity", "90", "-storetype", "PKCS12", "-keystore",
				file.toString(), "-storepass:env", "STORE_PASSWORD"));
		builder.environment().put("STORE_PASSWORD", password);
		Process process = builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
		if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
			process.destroyForcibly();
			throw new IOException("keytool failed");
		}
		KeyStore store = KeyStore.getInstance("PKCS12");
		try (InputStream stream = Files.newInputStream(file)) {
			store.load(stream, password.toCharArray());
		}
		return SslStoreBundle.of(store, password, null);
	}

}
