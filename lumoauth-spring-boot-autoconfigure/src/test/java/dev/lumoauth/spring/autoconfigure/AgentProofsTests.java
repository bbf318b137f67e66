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
import java.time.Clock;
import java.util.Map;
import java.time.Instant;

import dev.lumoauth.spring.KeyTool;
import dev.lumoauth.spring.LumoAuthProtocolException;
import dev.lumoauth.spring.autoconfigure.config.LumoAuthAgentProperties;
import dev.lumoauth.spring.autoconfigure.config.TestSettings;
import dev.lumoauth.spring.token.LumoAuthTokenExchangeProvider;
import dev.lumoauth.spring.token.LumoAuthTokens;
import dev.lumoauth.spring.token.dpop.DPoPProofs;
import dev.lumoauth.spring.token.dpop.ProvingServer;
import dev.lumoauth.spring.token.dpop.ProvingServer.Seen;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundleKey;
import org.springframework.boot.ssl.SslStoreBundle;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.oauth2.client.OAuth2AuthorizationContext;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.core.AuthorizationGrantType;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link AgentProofs}.
 */
@ExtendWith(OutputCaptureExtension.class)
class AgentProofsTests {

	private static final String PASSWORD = "changeit";

	@TempDir
	private Path directory;

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(SslAutoConfiguration.class, LumoAuthAutoConfiguration.class))
		.withPropertyValues("lumoauth.tenant=acme-corp", "lumoauth.client-id=agt_1", "lumoauth.client-secret=s3cret",
				"lumoauth.agents.writer.client-id=agt_w", "lumoauth.agents.writer.client-secret=s3cret-w");

	@Test
	void isOffByDefaultAndThenThereIsNoKey() {
		try (ProvingServer lumoAuth = new ProvingServer(null, () -> Instant.now().getEpochSecond())) {
			lumoAuth.tokenType = "Bearer";
			this.runner.withPropertyValues("lumoauth.url=" + lumoAuth.url()).run((context) -> {
				LumoAuthTokens tokens = context.getBean(LumoAuthTokens.class);
				tokens.agentToken();
				assertThat(tokens.keyThumbprint()).isNull();
			});
			assertThat(lumoAuth.seen("/oauth/token")).extracting(Seen::proof).containsOnlyNulls();
		}
	}

	@Test
	void eachAgentHasItsOwnSettingAndKey() {
		try (ProvingServer lumoAuth = new ProvingServer(null, () -> Instant.now().getEpochSecond())) {
			this.runner
				.withPropertyValues("lumoauth.url=" + lumoAuth.url(), "lumoauth.dpop.enabled=true",
						"lumoauth.agents.writer.dpop.enabled=true")
				.run((context) -> {
					LumoAuthTokens tokens = context.getBean(LumoAuthTokens.class);
					LumoAuthTokens writer = another(context, tokens);
					tokens.agentToken();
					writer.agentToken();
					assertThat(tokens.keyThumbprint()).isNotNull().isNotEqualTo(writer.keyThumbprint());
				});
			assertThat(lumoAuth.seen("/oauth/token")).extracting(Seen::problem).containsOnly("");
		}
	}

	private static LumoAuthTokens another(ApplicationContext context, LumoAuthTokens tokens) {
		return context.getBeansOfType(LumoAuthTokens.class)
			.values()
			.stream()
			.filter((other) -> other != tokens)
			.findFirst()
			.orElseThrow();
	}

	@Test
	void namesTheSettingOfTheAgentWhoseTokensAreNotBound() {
		try (ProvingServer lumoAuth = new ProvingServer(null, () -> Instant.now().getEpochSecond())) {
			lumoAuth.tokenType = "Bearer";
			this.runner.withPropertyValues("lumoauth.url=" + lumoAuth.url(), "lumoauth.agents.writer.dpop.enabled=true")
				.run((context) -> {
					LumoAuthTokens tokens = context.getBean(LumoAuthTokens.class);
					assertThat(tokens.agentToken()).isNotNull();
					LumoAuthTokens writer = another(context, tokens);
					assertThatExceptionOfType(LumoAuthProtocolException.class).isThrownBy(writer::agentToken)
						.withMessageContaining("leave out lumoauth.agents.writer.dpop.enabled");
					OAuth2AuthorizationContext exchange = OAuth2AuthorizationContext
						.withClientRegistration(ClientRegistration.withRegistrationId("urn:a")
							.clientId("agt_writer")
							.authorizationGrantType(AuthorizationGrantType.TOKEN_EXCHANGE)
							.tokenUri(lumoAuth.url() + "/oauth/token")
							.build())
						.principal(new TestingAuthenticationToken("app", ""))
						.build();
					assertThatIllegalStateException()
						.isThrownBy(() -> new LumoAuthTokenExchangeProvider(writer).authorize(exchange))
						.withMessageContaining("lumoauth.agents.writer.dpop.enabled binds")
						.withMessageContaining("set lumoauth.agents.writer.dpop.enabled=false");
				});
		}
	}

	@Test
	void takesTheKeyOfABundle() throws Exception {
		keyStore("first");
		String bundle = "spring.ssl.bundle.jks.agent-key.keystore.";
		try (ProvingServer lumoAuth = new ProvingServer(null, () -> Instant.now().getEpochSecond())) {
			this.runner
				.withPropertyValues("lumoauth.url=" + lumoAuth.url(), "lumoauth.dpop.enabled=true",
						"lumoauth.dpop.ssl-bundle=agent-key", bundle + "type=PKCS12", bundle + "password=" + PASSWORD,
						bundle + "location=file:" + this.directory.resolve("first.p12"))
				.run((context) -> {
					LumoAuthTokens tokens = context.getBean(LumoAuthTokens.class);
					tokens.agentToken();
					assertThat(tokens.keyThumbprint()).isEqualTo(proofs(registry("first")).thumbprint());
				});
			assertThat(lumoAuth.seen("/oauth/token")).extracting(Seen::problem).containsOnly("");
		}
	}

	@Test
	void goesOnWithTheKeyThatTakesThePlaceOfAnother(CapturedOutput output) throws Exception {
		keyStore("first");
		keyStore("second");
		DefaultSslBundleRegistry bundles = registry("first");
		DPoPProofs proofs = proofs(bundles);
		String first = proofs.thumbprint();
		bundles.updateBundle("agent-key", bundle("second"));
		String second = proofs.thumbprint();
		assertThat(second).isNotEqualTo(first);
		bundles.updateBundle("agent-key", SslBundle.of(SslStoreBundle.NONE));
		assertThat(proofs.thumbprint()).isEqualTo(second);
		assertThat(output).contains("The previous key stays in use.", "lumoauth.dpop.ssl-bundle");
	}

	@Test
	void saysWhatIsWrongWithTheBundle() {
		this.runner.withPropertyValues("lumoauth.dpop.ssl-bundle=missing")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("lumoauth.dpop.ssl-bundle names 'missing', which is not there"));
		this.runner
			.withPropertyValues("lumoauth.agents.writer.dpop.ssl-bundle=empty",
					"spring.ssl.bundle.jks.empty.options.ciphers=x")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("lumoauth.agents.writer.dpop.ssl-bundle")
				.hasMessageContaining("no private key"));
	}

	@Test
	void saysOnceThatAKeyInMemoryIsNotShared(CapturedOutput output) {
		LumoAuthAgentProperties settings = TestSettings.properties(Map.of("lumoauth.dpop.enabled", "true"));
		ConfiguredAgent agent = new ConfiguredAgent(null, "agt_1", null, settings);
		AgentProofs proofs = new AgentProofs(DefaultSslBundleRegistry::new, Clock.systemUTC(), () -> true);
		assertThat(proofs.of(agent)).isSameAs(proofs.of(agent));
		assertThat(output.getOut().split("shares no tokens", -1)).hasSize(2);
	}

	private DPoPProofs proofs(DefaultSslBundleRegistry bundles) {
		LumoAuthAgentProperties settings = TestSettings.properties(Map.of("lumoauth.dpop.ssl-bundle", "agent-key"));
		return new AgentProofs(() -> bundles, Clock.systemUTC(), () -> false)
			.of(new ConfiguredAgent(null, "agt_1", null, settings));
	}

	private DefaultSslBundleRegistry registry(String name) throws Exception {
		DefaultSslBundleRegistry bundles = new DefaultSslBundleRegistry();
		bundles.registerBundle("agent-key", bundle(name));
		return bundles;
	}

	private SslBundle bundle(String name) throws Exception {
		KeyStore store = KeyStore.getInstance("PKCS12");
		try (InputStream in = Files.newInputStream(this.directory.resolve(name + ".p12"))) {
			store.load(in, PASSWORD.toCharArray());
		}
		return SslBundle.of(SslStoreBundle.of(store, PASSWORD, null), SslBundleKey.of(PASSWORD));
	}

	private void keyStore(String name) throws Exception {
		KeyTool.generate(this.directory.resolve(name + ".p12"), PASSWORD, "key", "-keyalg", "EC", "-groupname",
				"secp256r1", "-dname", "CN=" + name);
	}

}
