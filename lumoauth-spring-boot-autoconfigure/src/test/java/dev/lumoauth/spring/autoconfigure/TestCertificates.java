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
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

import dev.lumoauth.spring.KeyTool;

/**
 * Certificates of a server, good and bad, made by the JDK's keytool, and the authority
 * that has signed them.
 */
final class TestCertificates {

	private static final String PASSWORD = "changeit";

	private final Path all;

	private final Path trusted;

	TestCertificates(Path directory) throws Exception {
		this.all = directory.resolve("all.p12");
		this.trusted = directory.resolve("trusted.p12");
		generate("authority", "-ext", "bc:c");
		generate("good", "-signer", "authority", "-ext", "san=dns:localhost");
		generate("wrong name", "-signer", "authority", "-ext", "san=dns:elsewhere.example.com");
		generate("expired", "-signer", "authority", "-ext", "san=dns:localhost", "-startdate", "-9d", "-validity", "5");
		generate("unknown", "-ext", "san=dns:localhost");
		KeyStore store = KeyStore.getInstance("PKCS12");
		store.load(null, null);
		store.setCertificateEntry("authority", load().getCertificate("authority"));
		try (OutputStream out = Files.newOutputStream(this.trusted)) {
			store.store(out, PASSWORD.toCharArray());
		}
	}

	private void generate(String alias, String... options) throws Exception {
		List<String> all = new ArrayList<>(List.of("-keyalg", "EC", "-dname", "CN=" + alias));
		all.addAll(List.of(options));
		KeyTool.generate(this.all, PASSWORD, alias, all.toArray(String[]::new));
	}

	private KeyStore load() throws Exception {
		KeyStore store = KeyStore.getInstance("PKCS12");
		try (InputStream in = Files.newInputStream(this.all)) {
			store.load(in, PASSWORD.toCharArray());
		}
		return store;
	}

	/**
	 * Return what makes a client trust the authority, as properties of an SSL bundle
	 * {@code lumoauth}.
	 */
	String[] bundle() {
		String truststore = "spring.ssl.bundle.jks.lumoauth.truststore.";
		return new String[] { truststore + "location=file:" + this.trusted, truststore + "password=" + PASSWORD,
				truststore + "type=PKCS12", "lumoauth.ssl-bundle=lumoauth" };
	}

	/**
	 * Return what makes a server show one of the certificates.
	 */
	SSLContext server(String alias) throws Exception {
		KeyStore all = load();
		KeyStore one = KeyStore.getInstance("PKCS12");
		one.load(null, null);
		one.setKeyEntry(alias, all.getKey(alias, PASSWORD.toCharArray()), PASSWORD.toCharArray(),
				all.getCertificateChain(alias));
		KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
		keys.init(one, PASSWORD.toCharArray());
		SSLContext context = SSLContext.getInstance("TLS");
		context.init(keys.getKeyManagers(), null, null);
		return context;
	}

}
