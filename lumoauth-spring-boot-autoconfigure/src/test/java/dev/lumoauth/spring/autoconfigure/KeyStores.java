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

package dev.lumoauth.spring.autoconfigure;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import dev.lumoauth.spring.KeyTool;

import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundleKey;
import org.springframework.boot.ssl.SslStoreBundle;

/**
 * Key stores in a directory, each with a key and a certificate that it signs itself.
 */
public final class KeyStores {

	public static final String PASSWORD = "changeit-MARKER";

	public static final String ALIAS = "agent";

	/** A process has to make each, so it is made once. */
	private static final Map<List<String>, byte[]> MADE = new ConcurrentHashMap<>();

	private final Path directory;

	public KeyStores(Path directory) {
		this.directory = directory;
	}

	public Path file(String name) {
		return this.directory.resolve(name + ".p12");
	}

	public KeyStores create(String name, String... options) throws Exception {
		List<String> all = new ArrayList<>(List.of("-dname", "CN=" + name, "-ext", "san=dns:localhost"));
		all.addAll((options.length > 0) ? List.of(options) : List.of("-keyalg", "EC", "-groupname", "secp256r1"));
		byte[] made = MADE.get(all);
		if (made == null) {
			KeyTool.generate(file(name), PASSWORD, ALIAS, all.toArray(String[]::new));
			MADE.put(all, Files.readAllBytes(file(name)));
		}
		else {
			Files.write(file(name), made);
		}
		return this;
	}

	public KeyStore load(String name) throws Exception {
		KeyStore store = KeyStore.getInstance("PKCS12");
		try (InputStream in = Files.newInputStream(file(name))) {
			store.load(in, PASSWORD.toCharArray());
		}
		return store;
	}

	/**
	 * Return a bundle with the key of one, which trusts the certificate of another.
	 */
	public SslBundle bundle(String name, String trusted) throws Exception {
		KeyStore trust = KeyStore.getInstance("PKCS12");
		trust.load(null, null);
		trust.setCertificateEntry("trusted", load(trusted).getCertificate(ALIAS));
		return SslBundle.of(SslStoreBundle.of(load(name), PASSWORD, trust), SslBundleKey.of(PASSWORD));
	}

}
