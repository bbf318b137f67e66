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

package dev.lumoauth.spring.autoconfigure.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.util.Base64;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import dev.lumoauth.spring.autoconfigure.KeyStores;
import dev.lumoauth.spring.autoconfigure.LumoAuthAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.ssl.KeySource;
import dev.lumoauth.spring.token.LumoAuthTokens;
import dev.lumoauth.spring.token.credentials.AgentCredentials;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link AgentRules} and the keys that {@link KeySource} reads.
 */
class AgentRulesTests {

	private static final String KEY = "lumoauth.client-authentication-method=private-key-jwt";

	@TempDir
	private Path directory;

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(SslAutoConfiguration.class, LumoAuthAutoConfiguration.class))
		.withPropertyValues("lumoauth.url=https://lumoauth.example.com", "lumoauth.tenant=acme",
				"lumoauth.client-id=agt_1");

	@Test
	void aSecretAndAFileAreOneTooMany() {
		refused("lumoauth.client-secret and lumoauth.client-secret-file are both set.", "Remove one of them.",
				"lumoauth.client-secret=s3cret-MARKER", "lumoauth.client-secret-file=/tmp/any");
	}

	@Test
	void aSecretFileThatIsNotThere() {
		Path file = this.directory.resolve("none");
		refused("lumoauth.client-secret-file names the file '" + file + "', which can't be used: NoSuchFileException.",
				"Put the agent's client secret there, and nothing else, readable by the application.",
				"lumoauth.client-secret-file=" + file);
	}

	@Test
	void aSecretFileThatIsADirectory() {
		refused("lumoauth.client-secret-file names the file '" + this.directory
				+ "', which can't be used: it is a directory.",
				"Put the agent's client secret there, and nothing else, readable by the application.",
				"lumoauth.client-secret-file=" + this.directory);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			' '              | it is empty
			'MARKER\u0000a'  | it has more than one line, or another control character
			""")
	void aSecretFileThatHoldsNoSecret(String text, String problem) throws IOException {
		Path file = write("secret", text);
		refused("lumoauth.client-secret-file names the file '" + file + "', which can't be used: " + problem + ".",
				"Put the agent's client secret there, and nothing else, readable by the application.",
				"lumoauth.client-secret-file=" + file);
	}

	@Test
	void aSecretFileOfTwoLinesOfANamedAgent() throws IOException {
		Path file = write("secret", "MARKER\nMARKER");
		refused("lumoauth.agents.writer.client-secret-file names the file '" + file
				+ "', which can't be used: it has more than one line, or another control character.",
				"Put the agent's client secret there, and nothing else, readable by the application.",
				"lumoauth.client-secret=s", "lumoauth.agents.writer.client-id=agt_w",
				"lumoauth.agents.writer.client-secret-file=" + file);
	}

	@ParameterizedTest
	@CsvSource({ "key-file, none", "ssl-bundle, none", "key-file, client-secret-post" })
	void aKeyThatTheMethodDoesNotUse(String key, String method) {
		refused("lumoauth.private-key-jwt has a key, and lumoauth.client-authentication-method is " + method
				+ ", which needs none.",
				"Set lumoauth.client-authentication-method=private-key-jwt, or remove the key.",
				"lumoauth.client-secret=s3cret-MARKER", "lumoauth.client-authentication-method=" + method,
				"lumoauth.private-key-jwt." + key + "=any");
	}

	@Test
	void aKeyWithoutAMethod() {
		refused("lumoauth.private-key-jwt has a key, and lumoauth.client-authentication-method is client-secret-post, "
				+ "which needs none.", "Set lumoauth.client-authentication-method=private-key-jwt, or remove the key.",
				"lumoauth.private-key-jwt.key-file=any");
	}

	@Test
	void noKey() {
		refused("lumoauth.private-key-jwt.key-file and lumoauth.private-key-jwt.ssl-bundle are both missing: there is "
				+ "no key to sign with.",
				"Set one of them: a file with the private key (PEM, or a JSON Web Key), or an SSL bundle with it.",
				KEY);
	}

	@Test
	void twoKeys() {
		refused("lumoauth.private-key-jwt.key-file and lumoauth.private-key-jwt.ssl-bundle are both set.",
				"Set one of them: a file with the private key (PEM, or a JSON Web Key), or an SSL bundle with it.", KEY,
				"lumoauth.private-key-jwt.key-file=/tmp/any", "lumoauth.private-key-jwt.ssl-bundle=any");
	}

	@Test
	void aKeyFileThatHoldsNoKey() throws IOException {
		Path file = write("key", "MARKER");
		refused("lumoauth.private-key-jwt.key-file names the file '" + file
				+ "', which can't be used: it contains neither a private key in PEM (PKCS #8) nor a JSON Web Key.",
				"Put the agent's private key there: in PEM (PKCS #8), or as a JSON Web Key.", KEY,
				"lumoauth.private-key-jwt.key-file=" + file);
	}

	@Test
	void aBundleThatIsNotThere() {
		refused("lumoauth.private-key-jwt.ssl-bundle names 'none', which is not there.",
				"Define the bundle under spring.ssl.bundle, or set lumoauth.private-key-jwt.ssl-bundle to an "
						+ "existing one: there is none.",
				KEY, "lumoauth.private-key-jwt.ssl-bundle=none");
	}

	@Test
	void aCertificateThatIsMissing() {
		refused("lumoauth.client-authentication-method is tls-client-auth, but lumoauth.ssl-bundle is missing.",
				"Set lumoauth.ssl-bundle to an SSL bundle with the agent's key and certificate.",
				"lumoauth.client-authentication-method=tls-client-auth");
	}

	@ParameterizedTest
	@ValueSource(strings = { "workload-identity", "client_assertion", "aauth", "client-secret-jwt" })
	void aMethodThatNothingKnows(String method) {
		refused("lumoauth.client-authentication-method is '" + method + "', and nothing makes such credentials.",
				"Set lumoauth.client-authentication-method to one of client-secret-post, client-secret-basic, "
						+ "private-key-jwt, tls-client-auth, none. For aauth, add the dependency "
						+ "dev.lumoauth:lumoauth-aauth to the build and set its properties; for workload-identity or "
						+ "client-assertion, dev.lumoauth:lumoauth-workload-identity. For credentials of your own, "
						+ "define a bean of the type AgentCredentials with the agent's client id.",
				"lumoauth.client-authentication-method=" + method);
	}

	@Test
	void credentialsOfTheApplicationNeedNoSecret() {
		this.runner.withBean("own", AgentCredentials.class, () -> AgentCredentials.clientSecretPost("agt_1", "own"))
			.run((context) -> assertThat(context).hasNotFailed().hasSingleBean(LumoAuthTokens.class));
		this.runner.withBean("own", AgentCredentials.class, () -> AgentCredentials.clientSecretPost("agt_2", "own"))
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("lumoauth.client-secret is missing"));
	}

	@ParameterizedTest
	@CsvSource({ "RSA,RS256", "EC,ES256", "Ed25519,EdDSA" })
	void takesAKeyInPem(String family, String algorithm) throws Exception {
		KeyPairGenerator generator = KeyPairGenerator.getInstance(family);
		if (!family.equals("Ed25519")) {
			generator.initialize(family.equals("RSA") ? 2048 : 256);
		}
		String pem = "-----BEGIN PRIVATE KEY-----\n"
				+ Base64.getMimeEncoder().encodeToString(generator.generateKeyPair().getPrivate().getEncoded())
				+ "\n-----END PRIVATE KEY-----\n";
		Path file = write("key.pem", pem);
		assertThat(KeySource.file("p", file.toString(), null, "k").read()).satisfies((key) -> {
			assertThat(key.algorithm()).isEqualTo(algorithm);
			assertThat(key.keyId()).isEqualTo("k");
		});
		started(KEY, "lumoauth.private-key-jwt.key-file=" + file);
	}

	@Test
	void takesAJsonWebKeyAndASet() throws Exception {
		JWKSet keys = new JWKSet(new ECKeyGenerator(Curve.P_384).keyID("k1").generate());
		Path one = write("key.json", keys.getKeys().get(0).toJSONString());
		Path set = write("keys.json", keys.toString(false));
		for (Path file : new Path[] { one, set }) {
			assertThat(KeySource.file("p", file.toString(), null, null).read()).satisfies((key) -> {
				assertThat(key.algorithm()).isEqualTo("ES384");
				assertThat(key.keyId()).isEqualTo("k1");
			});
			started(KEY, "lumoauth.private-key-jwt.key-file=" + file);
		}
	}

	@Test
	void takesTheKeyOfABundleByItsAlias() throws Exception {
		KeyStores stores = new KeyStores(this.directory).create("one");
		String bundle = "spring.ssl.bundle.jks.agent.";
		started(KEY, "lumoauth.private-key-jwt.ssl-bundle=agent",
				bundle + "keystore.location=file:" + stores.file("one"), bundle + "keystore.type=PKCS12",
				bundle + "keystore.password=" + KeyStores.PASSWORD, bundle + "key.alias=" + KeyStores.ALIAS);
	}

	private Path write(String name, String text) throws IOException {
		return Files.writeString(this.directory.resolve(name), text);
	}

	private void started(String... properties) {
		this.runner.withPropertyValues(properties)
			.run((context) -> assertThat(context.getBean(LumoAuthTokens.class).authentication().method())
				.isEqualTo("private_key_jwt"));
	}

	private void refused(String problem, String action, String... properties) {
		this.runner.withPropertyValues(properties)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOfSatisfying(InvalidLumoAuthConfigurationException.class, (ex) -> {
					assertThat(ex.problems())
						.containsExactly(new InvalidLumoAuthConfigurationException.Problem(problem, action));
					assertThat(ex.toString() + ex.problems()).doesNotContain("MARKER");
				}));
	}

}
