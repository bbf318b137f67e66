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

package dev.lumoauth.spring.aauth.autoconfigure;

import java.nio.file.Path;
import java.time.Clock;
import java.util.stream.Stream;

import com.nimbusds.jose.jwk.JWK;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import dev.lumoauth.spring.KeyTool;
import dev.lumoauth.spring.aauth.agent.AAuthAgent;
import dev.lumoauth.spring.aauth.agent.AAuthApi;
import dev.lumoauth.spring.aauth.agent.AAuthCredentials;
import dev.lumoauth.spring.autoconfigure.LumoAuthAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.config.InvalidLumoAuthConfigurationException;
import dev.lumoauth.spring.token.LumoAuthTokens;
import dev.lumoauth.spring.token.RequestSigner;
import dev.lumoauth.spring.token.credentials.AgentCredentials;
import dev.lumoauth.spring.token.key.SigningKey;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link LumoAuthAAuthAutoConfiguration}.
 */
@ExtendWith(OutputCaptureExtension.class)
class LumoAuthAAuthAutoConfigurationTests {

	private static final String PUT_THE_KEY_THERE = "Put the private key there: Ed25519, or RSA with 2048 bits or "
			+ "more, in PEM (PKCS #8), as a JSON Web Key, or with its certificate in the bundle.";

	@TempDir
	private Path directory;

	private final ApplicationContextRunner runner = new ApplicationContextRunner().withConfiguration(AutoConfigurations
		.of(SslAutoConfiguration.class, LumoAuthAutoConfiguration.class, LumoAuthAAuthAutoConfiguration.class));

	private final ApplicationContextRunner signing = this.runner
		.withPropertyValues("lumoauth.aauth.agent=https://agent.example.com");

	private final ApplicationContextRunner configured = this.signing.withPropertyValues("lumoauth.org-id=acme-corp",
			"lumoauth.client-id=agt_1", "lumoauth.client-authentication-method=aauth");

	@Test
	void doesNothingWithoutAnIdentifier() {
		this.runner.run((context) -> assertThat(context).hasNotFailed()
			.doesNotHaveBean(AAuthAgent.class)
			.doesNotHaveBean(RequestSigner.class)
			.doesNotHaveBean(AAuthProperties.class));
	}

	@Test
	void signsWithoutLumoAuthToo() {
		this.signing.run((context) -> {
			assertThat(context).hasNotFailed().hasSingleBean(AAuthAgent.class).doesNotHaveBean(AAuthApi.class);
			assertThat(context.getBean(RequestSigner.class)).isSameAs(context.getBean(AAuthAgent.class).signer());
			assertThat(context).doesNotHaveBean(AgentCredentials.class);
		});
	}

	@Test
	void isNotThereIfLumoAuthIsTurnedOff() {
		this.configured.withPropertyValues("lumoauth.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(AAuthAgent.class));
	}

	@Test
	void isHowTheAgentProvesWhoItIs() {
		this.configured.run((context) -> {
			assertThat(context).hasNotFailed().hasSingleBean(AAuthApi.class).hasSingleBean(AAuthCredentials.class);
			assertThat(context.getBean(AAuthCredentials.class).clientId()).isEqualTo("agt_1");
			LumoAuthTokens tokens = context.getBean(LumoAuthTokens.class);
			assertThat(tokens.keyThumbprint()).isEqualTo(context.getBean(AAuthAgent.class).key().thumbprint());
			assertThat(tokens.authentication().method()).isEqualTo("aauth");
		});
	}

	@Test
	void isNotHowTheAgentProvesWhoItIsUnlessThatIsChosen() {
		this.signing
			.withPropertyValues("lumoauth.org-id=acme-corp", "lumoauth.client-id=agt_1",
					"lumoauth.client-secret=secret-1")
			.run((context) -> {
				assertThat(context).hasNotFailed()
					.hasSingleBean(AAuthApi.class)
					.doesNotHaveBean(AAuthCredentials.class);
				assertThat(context.getBean(LumoAuthTokens.class).authentication().method())
					.isEqualTo("client_secret_post");
			});
	}

	@Test
	void backsOffFromTheApplicationsOwn() {
		this.configured.withUserConfiguration(Own.class).run((context) -> {
			assertThat(context).hasNotFailed().hasSingleBean(AAuthAgent.class);
			assertThat(context.getBean(AAuthAgent.class).identifier()).isEqualTo("https://own.example.com");
			assertThat(context).hasSingleBean(RequestSigner.class).hasBean("ownSigner");
		});
	}

	@Test
	void saysWhatIsMissingIfNothingSigns() {
		this.runner
			.withPropertyValues("lumoauth.org-id=acme-corp", "lumoauth.client-id=agt_1",
					"lumoauth.client-authentication-method=aauth")
			.run((context) -> assertThat(problems(context.getStartupFailure())).singleElement()
				.asString()
				.startsWith("lumoauth.client-authentication-method is 'aauth', and nothing makes such credentials.")
				.contains("add the dependency dev.lumoauth:lumoauth-aauth to the build and set its properties"));
	}

	@Test
	void saysThatTheClientIdIsMissing() {
		this.signing.withPropertyValues("lumoauth.org-id=acme-corp", "lumoauth.client-authentication-method=aauth")
			.run((context) -> assertThat(problems(context.getStartupFailure()))
				.anySatisfy((problem) -> assertThat(problem).contains("lumoauth.client-id")));
	}

	@Test
	void makesAKeyForDevelopmentAndSaysSoOnce(CapturedOutput output) {
		this.configured.run((context) -> {
			AAuthAgent agent = context.getBean(AAuthAgent.class);
			JWK key = agent.publicKeys().get(0);
			assertThat(key.getKeyType().getValue()).isEqualTo("OKP");
			assertThat(key.getKeyID()).isEqualTo(agent.key().thumbprint());
			assertThat(output).containsOnlyOnce("for development only")
				.contains("with the thumbprint " + agent.key().thumbprint() + ": " + key.toJSONString())
				.doesNotContain("\"d\":");
			agent.agentToken("https://lumoauth.example");
			assertThat(output).containsOnlyOnce("for development only");
		});
	}

	@Test
	void takesAKeyInAFile(CapturedOutput output) {
		Path pem = TestKeys.write(this.directory.resolve("key.pem"), TestKeys.pem(TestKeys.pair("Ed25519", 0)));
		this.configured.withPropertyValues("lumoauth.aauth.key-file=" + pem, "lumoauth.aauth.delegate=worker-1")
			.run((context) -> {
				AAuthAgent agent = context.getBean(AAuthAgent.class);
				assertThat(agent.key().algorithm()).isEqualTo("EdDSA");
				assertThat(output).doesNotContain("for development only");
			});
		Path jwk = TestKeys.write(this.directory.resolve("key.jwk"), TestKeys.rsaJwk("key-1"));
		this.configured.withPropertyValues("lumoauth.aauth.key-file=" + jwk).run((context) -> {
			AAuthAgent agent = context.getBean(AAuthAgent.class);
			assertThat(agent.key().algorithm()).isEqualTo("PS512");
			assertThat(agent.publicKeys().get(0).getKeyID()).isEqualTo("key-1");
			assertThat(agent.signer().maxBodySize()).isEqualTo(10 * 1024 * 1024);
		});
	}

	@ParameterizedTest
	@CsvSource({ "Ed25519,EdDSA", "RSA,PS512" })
	void takesAKeyInABundle(String algorithm, String signsBy) throws Exception {
		bundle(algorithm).withPropertyValues("lumoauth.aauth.ssl-bundle=agent").run((context) -> {
			AAuthAgent agent = context.getBean(AAuthAgent.class);
			assertThat(agent.key().algorithm()).isEqualTo(signsBy);
			assertThat(agent.key().keyId()).isEqualTo(agent.key().thumbprint());
		});
	}

	@Test
	void refusesAKeyOfAnEllipticCurveInABundle() throws Exception {
		bundle("EC").withPropertyValues("lumoauth.aauth.ssl-bundle=agent")
			.run((context) -> assertThat(problems(context.getStartupFailure())).containsExactly(
					"lumoauth.aauth.ssl-bundle has a key that can't be used: AAuth signs with Ed25519, or with RSA of "
							+ "2048 bits or more. " + PUT_THE_KEY_THERE));
	}

	private ApplicationContextRunner bundle(String algorithm) throws Exception {
		Path store = this.directory.resolve("agent.p12");
		KeyTool.generate(store, "password-1", "agent", "-dname", "CN=agent", "-keyalg", algorithm);
		return this.configured.withPropertyValues("spring.ssl.bundle.jks.agent.keystore.location=file:" + store,
				"spring.ssl.bundle.jks.agent.keystore.password=password-1");
	}

	@Test
	void publishesTheNextKeyBeforeItSigns() {
		Path key = TestKeys.write(this.directory.resolve("key.pem"), TestKeys.pem(TestKeys.pair("Ed25519", 0)));
		String following = TestKeys.pem(TestKeys.pair("Ed25519", 0));
		Path next = TestKeys.write(this.directory.resolve("next.pem"), following);
		this.configured.withPropertyValues("lumoauth.aauth.key-file=" + key, "lumoauth.aauth.next-key-file=" + next)
			.run((context) -> {
				AAuthAgent agent = context.getBean(AAuthAgent.class);
				String before = agent.key().thumbprint();
				assertThat(agent.publicKeys()).hasSize(2);
				String after = agent.publicKeys().get(1).computeThumbprint().toString();
				assertThat(after).isNotEqualTo(before);
				TestKeys.write(key, following);
				assertThat(agent.key().thumbprint()).isEqualTo(after);
				assertThat(agent.proofs().thumbprint()).isEqualTo(after);
				assertThat(agent.publicKeys()).hasSize(1);
			});
	}

	@Test
	void staysWithItsKeyWhileThereIsNoneThatCanSign(CapturedOutput output) {
		Path key = TestKeys.write(this.directory.resolve("key.pem"), TestKeys.pem(TestKeys.pair("Ed25519", 0)));
		this.configured.withPropertyValues("lumoauth.aauth.key-file=" + key).run((context) -> {
			AAuthAgent agent = context.getBean(AAuthAgent.class);
			String before = agent.key().thumbprint();
			TestKeys.write(key, TestKeys.pem(TestKeys.pair("EC", 256)));
			assertThat(agent.key().thumbprint()).isEqualTo(before);
			assertThat(agent.key().thumbprint()).isEqualTo(before);
			assertThat(output).containsOnlyOnce("The agent's new key can't sign");
			TestKeys.write(key, TestKeys.pem(TestKeys.pair("Ed25519", 0)));
			assertThat(agent.key().thumbprint()).isNotEqualTo(before);
			assertThat(output).contains("The agent has a new key, with the thumbprint " + agent.key().thumbprint());
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "agent", "http://agent.example.com", "https://agent.example.com/",
			"https://agent.example.com?a=b", "https://agent.example.com#a", "https://user@agent.example.com",
			"https:///a", "https://agent .example.com", "https://Agent.example.com" })
	void refusesWhatIsNoIdentifier(String agent) {
		this.runner.withPropertyValues("lumoauth.aauth.agent=" + agent)
			.run((context) -> assertThat(problems(context.getStartupFailure())).singleElement()
				.asString()
				.startsWith("lumoauth.aauth.agent is not ")
				.endsWith("Set lumoauth.aauth.agent to the https address under which LumoAuth knows the agent, such as "
						+ "https://agent.example.com."));
	}

	@Test
	void saysAllThatIsWrongAtOnce() {
		Path ec = TestKeys.write(this.directory.resolve("ec.pem"), TestKeys.pem(TestKeys.pair("EC", 256)));
		this.runner
			.withPropertyValues("lumoauth.aauth.agent=nobody", "lumoauth.aauth.key-file=" + ec,
					"lumoauth.aauth.next-key-file=" + this.directory.resolve("missing.pem"))
			.run((context) -> assertThat(problems(context.getStartupFailure())).hasSize(3)
				.anyMatch((problem) -> problem.startsWith("lumoauth.aauth.next-key-file names the file"))
				.anyMatch((problem) -> problem.startsWith("lumoauth.aauth.agent is not a valid identifier"))
				.contains("lumoauth.aauth.key-file has a key that can't be used: AAuth signs with Ed25519, or with RSA "
						+ "of 2048 bits or more. " + PUT_THE_KEY_THERE));
	}

	@Test
	void refusesAKeyFileThatIsNotThere() {
		Path missing = this.directory.resolve("missing.pem");
		this.signing.withPropertyValues("lumoauth.aauth.key-file=" + missing)
			.run((context) -> assertThat(problems(context.getStartupFailure()))
				.containsExactly("lumoauth.aauth.key-file names the file '" + missing + "', which can't be used: "
						+ "NoSuchFileException. " + PUT_THE_KEY_THERE));
	}

	@Test
	void refusesTwoPlacesOfOneKey() {
		this.signing.withPropertyValues("lumoauth.aauth.key-file=/x", "lumoauth.aauth.ssl-bundle=a")
			.run((context) -> assertThat(problems(context.getStartupFailure())).containsExactly(
					"lumoauth.aauth.key-file and lumoauth.aauth.ssl-bundle are both set. Remove one of them."));
	}

	@Test
	void refusesABundleThatIsNotThere() {
		this.signing.withPropertyValues("lumoauth.aauth.ssl-bundle=agent")
			.run((context) -> assertThat(problems(context.getStartupFailure())).singleElement()
				.asString()
				.startsWith("lumoauth.aauth.ssl-bundle has a key that can't be used: ")
				.contains("'agent'"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "org.springframework.web.servlet", "org.springframework.web.reactive", "reactor.core",
			"jakarta.servlet", "org.springframework.data.redis", "org.springframework.security.web",
			"io.modelcontextprotocol" })
	void worksWithoutWhatIsOptional(String missing) {
		this.configured.withPropertyValues("lumoauth.aauth.serve-metadata=true")
			.withClassLoader(new FilteredClassLoader(missing))
			.run((context) -> assertThat(context).hasNotFailed().hasSingleBean(AAuthAgent.class));
	}

	private static Stream<String> problems(Throwable failure) {
		Throwable cause = failure;
		while (cause != null && !(cause instanceof InvalidLumoAuthConfigurationException)) {
			cause = cause.getCause();
		}
		assertThat(cause).isInstanceOf(InvalidLumoAuthConfigurationException.class);
		return ((InvalidLumoAuthConfigurationException) cause).problems()
			.stream()
			.map((problem) -> problem.description() + " " + problem.action());
	}

	@Configuration(proxyBeanMethods = false)
	static class Own {

		@Bean
		AAuthAgent ownAgent() {
			SigningKey key = SigningKey.of(TestKeys.pair("Ed25519", 0).getPrivate(), null, null, null);
			return new AAuthAgent("https://own.example.com", "worker-1", () -> key, () -> null, Clock.systemUTC());
		}

		@Bean
		RequestSigner ownSigner(AAuthAgent agent) {
			return agent.signer();
		}

	}

}
