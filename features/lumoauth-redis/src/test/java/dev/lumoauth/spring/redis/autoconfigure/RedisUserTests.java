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

package dev.lumoauth.spring.redis.autoconfigure;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import dev.lumoauth.spring.KeyTool;
import dev.lumoauth.spring.RedisServer;
import dev.lumoauth.spring.RedisUser;
import dev.lumoauth.spring.autoconfigure.LumoAuthAutoConfiguration;
import dev.lumoauth.spring.capability.SharedDecisions;
import dev.lumoauth.spring.http.RequestLimits;
import dev.lumoauth.spring.redis.RedisRevocationRelay;
import dev.lumoauth.spring.redis.SharedTokenStore;
import dev.lumoauth.spring.revocation.Revocation;
import dev.lumoauth.spring.token.LumoAuthTokens;
import dev.lumoauth.spring.token.WireAgent;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.RedisConnectionFactory;

import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.containing;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * What replicas share by a Redis that lets their user do no more than docs/kubernetes.md
 * says, by TLS. Nobody may do more than is needed, either.
 */
@ExtendWith(OutputCaptureExtension.class)
class RedisUserTests {

	private static final RedisUser USER = RedisUser.of("lumoauth-redis");

	@RegisterExtension
	static final WireMockExtension lumoAuth = WireMockExtension.newInstance().build();

	@TempDir
	Path directory;

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(SslAutoConfiguration.class, DataRedisAutoConfiguration.class,
				LumoAuthAutoConfiguration.class, LumoAuthRedisAutoConfiguration.class))
		.withPropertyValues("lumoauth.tenant=acme-corp", "lumoauth.client-id=agt_1",
				"lumoauth.client-secret=s3cret-MARKER", "spring.data.redis.password=" + RedisUser.PASSWORD,
				"spring.data.redis.ssl.bundle=redis", "lumoauth.token-store.type=redis",
				"lumoauth.token-store.encryption-key=MDEyMzQ1Njc4OS0wMTIzNDU2Nzg5LTAxMjM0NTY3ODk=")
		.withBean(ReceivedRevocations.class);

	@BeforeEach
	void answer() {
		lumoAuth.stubFor(post(WireAgent.TOKEN).willReturn(WireAgent.token("agent-MARKER", 3600)));
		lumoAuth.stubFor(post(WireAgent.TOKEN).withRequestBody(containing("token-exchange"))
			.willReturn(WireAgent.exchanged("exchanged-MARKER", 600)));
	}

	@Test
	void mayDoWhatIsNeededAndNothingElse(CapturedOutput output) throws Exception {
		List<String> options = USER.options();
		options.addAll(tls());
		try (RedisServer redis = RedisServer.start(this.directory, options.toArray(String[]::new))) {
			ApplicationContextRunner replica = this.runner.withPropertyValues("lumoauth.url=" + lumoAuth.baseUrl(),
					"spring.data.redis.port=" + redis.port(), "spring.ssl.bundle.pem.redis.truststore.certificate=file:"
							+ this.directory.resolve("certificate.pem"));
			replica
				.withPropertyValues("spring.data.redis.username=" + RedisUser.OPERATOR,
						"lumoauth.token-store.type=none")
				.run((operator) -> {
					try (RedisConnection connection = operator.getBean(RedisConnectionFactory.class).getConnection()) {
						connection.serverCommands().resetConfigStats();
						ApplicationContextRunner user = replica.withPropertyValues(
								"spring.data.redis.username=" + RedisUser.NAME, "lumoauth.capabilities.store=redis");
						user.run((first) -> user.run((second) -> {
							share(first, second);
							count(first.getBean(RequestLimits.class), connection);
							decide(first.getBean(SharedDecisions.class), connection);
						}));
						Set<String> sent = RedisUser
							.sent(String.valueOf(connection.serverCommands().info("commandstats")));
						sent.removeAll(Set.of("config|resetstat", "keys", "lpush"));
						sent.addAll(RedisUser.inScripts(SharedTokenStore.class));
						assertThat(sent).isEqualTo(USER.commands());
						assertThat(String.valueOf(connection.serverCommands().info("errorstats")))
							.doesNotContain("NOPERM");
					}
				});
		}
		assertThat(output).doesNotContain("NOPERM", "can't be used", "MARKER");
	}

	private void share(ApplicationContext first, ApplicationContext second) {
		LumoAuthTokens tokens = first.getBean(LumoAuthTokens.class);
		tokens.agentToken();
		tokens.exchange("urn:1");
		LumoAuthTokens others = second.getBean(LumoAuthTokens.class);
		others.agentToken();
		others.exchange("urn:1");
		lumoAuth.verify(2, postRequestedFor(anyUrl()));
		Awaitility.await()
			.until(() -> first.getBean(RedisRevocationRelay.class).isListening()
					&& second.getBean(RedisRevocationRelay.class).isListening());
		first.getBean(RedisRevocationRelay.class)
			.publish("event", Duration.ofMinutes(1), List.of(Revocation.ofEveryone(Revocation.Effect.TOKENS)));
		Awaitility.await().until(() -> !second.getBean(ReceivedRevocations.class).events.isEmpty());
		tokens.forget(Set.of("agt_1"));
		others.discard(others.agentToken());
		others.agentToken();
	}

	private static void count(RequestLimits limits, RedisConnection operator) {
		assertThat(limits.untilPoll("group", 30)).isZero();
		limits.slowDown("group", Duration.ofSeconds(10));
		keys(operator, "lumoauth:{*}:sent")
			.forEach((key) -> operator.listCommands().lPush(key, "of nobody".getBytes(StandardCharsets.UTF_8)));
		limits.take("token " + lumoAuth.baseUrl() + WireAgent.TOKEN + " agt_1", 30);
		Awaitility.await().until(() -> !keys(operator, "lumoauth:*:replicas").isEmpty());
	}

	private static void decide(SharedDecisions decisions, RedisConnection operator) {
		SharedDecisions.Agent agent = decisions.of("agent", Duration.ofSeconds(30), Duration.ofSeconds(5),
				Duration.ofSeconds(2));
		agent.ask(List.of("read"), (capabilities) -> Map.of("read", true), (capability, allowed, age) -> {
		});
		assertThat(keys(operator, "lumoauth:*:decisions")).hasSize(1);
		agent.forget();
		Awaitility.await().until(() -> keys(operator, "lumoauth:*:decisions").isEmpty());
	}

	private static Set<byte[]> keys(RedisConnection operator, String pattern) {
		return operator.keyCommands().keys(pattern.getBytes(StandardCharsets.UTF_8));
	}

	/**
	 * With the server's own certificate as the only one that is trusted.
	 */
	private List<String> tls() throws Exception {
		Path file = this.directory.resolve("key.p12");
		KeyTool.generate(file, "password", "redis", "-keyalg", "EC", "-groupname", "secp256r1", "-dname",
				"CN=localhost", "-ext", "san=dns:localhost,ip:127.0.0.1");
		KeyStore store = KeyStore.getInstance("PKCS12");
		store.load(new ByteArrayInputStream(Files.readAllBytes(file)), "password".toCharArray());
		Path key = pem("PRIVATE KEY", store.getKey("redis", "password".toCharArray()).getEncoded(), "key.pem");
		Path certificate = pem("CERTIFICATE", store.getCertificate("redis").getEncoded(), "certificate.pem");
		return new ArrayList<>(List.of("--tls-cert-file", certificate.toString(), "--tls-key-file", key.toString(),
				"--tls-ca-cert-file", certificate.toString(), "--tls-auth-clients", "no"));
	}

	private Path pem(String what, byte[] content, String name) throws Exception {
		return Files.writeString(this.directory.resolve(name),
				"-----BEGIN " + what + "-----\n"
						+ Base64.getMimeEncoder(64, new byte[] { '\n' }).encodeToString(content) + "\n-----END " + what
						+ "-----\n");
	}

}
