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

package dev.lumoauth.devserver;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Certificates that the JDK's tool has made: "ca" issues "named", "other-ca" issues
 * "forged" for the same name, and "printed" was issued by itself.
 */
public final class TestCertificates {

	private static final String PASSWORD = "changeit";

	private final KeyStore store = KeyStore.getInstance("PKCS12");

	public TestCertificates(Path directory) throws Exception {
		Path file = directory.resolve("test.p12");
		make(file, "ca", "CN=Acme CA", "-ext", "bc:c=ca:true");
		make(file, "other-ca", "CN=Acme CA", "-ext", "bc:c=ca:true");
		make(file, "named", "CN=agt_named,O=Acme", "-signer", "ca");
		make(file, "unnamed", "CN=agt_other,O=Acme", "-signer", "ca");
		make(file, "ended", "CN=agt_named,O=Acme", "-signer", "ca", "-startdate", "-2d", "-validity", "1");
		make(file, "forged", "CN=agt_named,O=Acme", "-signer", "other-ca");
		make(file, "printed", "CN=whatever");
		try (InputStream stream = Files.newInputStream(file)) {
			this.store.load(stream, PASSWORD.toCharArray());
		}
	}

	private static void make(Path file, String alias, String name, String... more) throws Exception {
		List<String> command = new ArrayList<>(List.of(
				Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-J-XX:TieredStopAtLevel=1",
				"-J-Dkeystore.pkcs12.macIterationCount=1", "-J-Dkeystore.pkcs12.keyPbeIterationCount=1",
				"-J-Dkeystore.pkcs12.certPbeIterationCount=1", "-J-XX:+UseSerialGC", "-genkeypair", "-alias", alias,
				"-keyalg", "EC", "-groupname", "secp256r1", "-dname", name, "-storetype", "PKCS12", "-keystore",
				file.toString(), "-storepass", PASSWORD));
		command.addAll(Arrays.asList(more));
		Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
		String output = new String(process.getInputStream().readAllBytes());
		if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
			throw new IllegalStateException(output);
		}
	}

	public String pem(String alias) throws Exception {
		return "-----BEGIN CERTIFICATE-----\n%s\n-----END CERTIFICATE-----\n"
			.formatted(Base64.getMimeEncoder(64, new byte[] { '\n' }).encodeToString(certificate(alias).getEncoded()));
	}

	public String thumbprint(String alias) throws Exception {
		return Base64.getUrlEncoder().withoutPadding().encodeToString(hash(alias));
	}

	/** As openssl prints it. */
	public String fingerprint(String alias) throws Exception {
		return HexFormat.ofDelimiter(":").withUpperCase().formatHex(hash(alias));
	}

	private byte[] hash(String alias) throws Exception {
		return MessageDigest.getInstance("SHA-256").digest(certificate(alias).getEncoded());
	}

	public Certificate certificate(String alias) throws Exception {
		return this.store.getCertificate(alias);
	}

	/** Just one key, so that it is the one that a client shows. */
	public KeyStore only(String alias) throws Exception {
		KeyStore only = KeyStore.getInstance("PKCS12");
		only.load(null, null);
		only.setKeyEntry(alias, this.store.getKey(alias, PASSWORD.toCharArray()), PASSWORD.toCharArray(),
				this.store.getCertificateChain(alias));
		return only;
	}

	public char[] password() {
		return PASSWORD.toCharArray();
	}

}
