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

import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.security.oauth2.core.OAuth2AccessToken;

import dev.lumoauth.spring.BudgetStatus;
import dev.lumoauth.spring.LumoAuthAgent;
import dev.lumoauth.spring.LumoAuthAuthenticationException;
import dev.lumoauth.spring.aauth.agent.AAuthAgent;
import dev.lumoauth.spring.aauth.signature.MessageSigner;
import dev.lumoauth.spring.autoconfigure.LumoAuthAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.tool.LumoAuthBudgetAutoConfiguration;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.client.ApiCalls;
import dev.lumoauth.spring.client.ApiRequest;
import dev.lumoauth.spring.http.LumoAuthHttp;
import dev.lumoauth.spring.token.LumoAuthTokens;
import dev.lumoauth.spring.token.grant.AuthenticationStatus;
import dev.lumoauth.spring.token.key.SigningKey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * An agent whose key is all that it proves with who it is.
 */
class AAuthIdentityTests {

	private static final int THREADS = 16;

	private static final int ROUNDS = 2 * Integer.getInteger("tests.times", 1);

	@TempDir
	private Path directory;

	private Path file;

	private String thumbprint;

	private SigningLumoAuth lumoAuth;

	@BeforeEach
	void start() throws IOException {
		this.lumoAuth = new SigningLumoAuth();
		KeyPair pair = TestKeys.pair("Ed25519", 0);
		this.thumbprint = thumbprint(pair);
		this.file = TestKeys.write(this.directory.resolve("key.pem"), TestKeys.pem(pair));
		this.lumoAuth.known.add(this.thumbprint);
	}

	@AfterEach
	void stop() {
		this.lumoAuth.close();
	}

	@Test
	void getsItsOwnTokenByASignedRequestAndGoesOnWithIt() {
		runner().run((context) -> {
			assertThat(context).hasNotFailed();
			LumoAuthAgent agent = context.getBean(LumoAuthAgent.class);
			assertThat(agent.accessToken().getTokenType()).isEqualTo(OAuth2AccessToken.TokenType.DPOP);
			assertThat(agent.hasCapability("read:documents")).isTrue();
			assertThat(agent.hasCapability("delete:documents")).isFalse();
			assertThat(agent.info().agentId()).isEqualTo("agt_1");
			assertThat(agent.mcpToken("urn:mcp:financial-data").getTokenType())
				.isEqualTo(OAuth2AccessToken.TokenType.DPOP);
			await().atMost(Duration.ofMinutes(1)).until(() -> agent.budget().state() == BudgetStatus.State.AVAILABLE);
			LumoAuthHttp http = context.getBean(LumoAuthHttp.class);
			String task = new ApiCalls(http, context.getBean(LumoAuthTokens.class)).call(
					ApiRequest.create(http.endpoints().endpoint("jit/task"), Map.of("name", "Pay")),
					(answer) -> answer.requireId("task_id"));
			assertThat(task).isEqualTo("task_7f");
			assertThat(this.lumoAuth.asked).startsWith(SigningLumoAuth.API + "/aauth/agent/platform-token signed")
				.contains("/api/v1/authz/check bound", SigningLumoAuth.API + "/oauth/token bound",
						SigningLumoAuth.API + "/oauth/userinfo bound", SigningLumoAuth.API + "/jit/task bound")
				.allMatch((asked) -> asked.endsWith(" bound") || asked.endsWith(" signed"));
			assertThat(this.lumoAuth.issued).hasValue(1);
			LumoAuthTokens tokens = context.getBean(LumoAuthTokens.class);
			assertThat(tokens.keyThumbprint()).isEqualTo(this.thumbprint);
			assertThat(tokens.authentication().outcome()).isEqualTo(AuthenticationStatus.Outcome.ACCEPTED);
		});
	}

	@Test
	void asksNoMoreOnceLumoAuthDoesNotKnowItsKeyUntilItHasAnother() {
		this.lumoAuth.known.clear();
		runner().run((context) -> {
			LumoAuthTokens tokens = context.getBean(LumoAuthTokens.class);
			for (int i = 0; i < 5; i++) {
				assertThatExceptionOfType(LumoAuthAuthenticationException.class).isThrownBy(tokens::agentToken)
					.satisfies((ex) -> assertThat(ex.getErrorCode()).isEqualTo("invalid_signature"))
					.withMessageContaining("check lumoauth.client-id and lumoauth.client-authentication-method. ")
					.withMessageContaining("LumoAuth has to know what was sent: iss=https://agent.example.com and the "
							+ "key with the thumbprint " + this.thumbprint + " (lumoauth.aauth)");
			}
			assertThat(this.lumoAuth.asked).hasSize(1);
			assertThat(tokens.authentication().reason()).isEqualTo("invalid_signature");
			KeyPair next = TestKeys.pair("Ed25519", 0);
			this.lumoAuth.known.add(thumbprint(next));
			TestKeys.write(this.file, TestKeys.pem(next));
			assertThat(tokens.agentToken()).isNotNull();
			assertThat(tokens.keyThumbprint()).isEqualTo(thumbprint(next));
		});
	}

	@Test
	void asksOnceMoreIfItsKeyChangedBeforeTheProof() {
		runner().run((context) -> {
			LumoAuthAgent agent = context.getBean(LumoAuthAgent.class);
			assertThat(agent.accessToken()).isNotNull();
			KeyPair next = TestKeys.pair("Ed25519", 0);
			this.lumoAuth.known.add(thumbprint(next));
			this.lumoAuth.beforeRefusal.set(() -> TestKeys.write(this.file, TestKeys.pem(next)));
			assertThat(agent.hasCapability("read:documents")).isTrue();
			assertThat(this.lumoAuth.asked).containsExactly(SigningLumoAuth.API + "/aauth/agent/platform-token signed",
					"/api/v1/authz/check invalid_dpop_proof",
					SigningLumoAuth.API + "/aauth/agent/platform-token signed", "/api/v1/authz/check bound");
		});
	}

	@Test
	void asksNotAgainIfItsKeyIsTheSame() {
		runner().run((context) -> {
			LumoAuthAgent agent = context.getBean(LumoAuthAgent.class);
			this.lumoAuth.beforeRefusal.set(() -> {
			});
			assertThatExceptionOfType(LumoAuthAuthenticationException.class)
				.isThrownBy(() -> agent.hasCapability("read:documents"))
				.satisfies((ex) -> assertThat(ex.getErrorCode()).isEqualTo("invalid_dpop_proof"));
			assertThat(this.lumoAuth.asked).containsExactly(SigningLumoAuth.API + "/aauth/agent/platform-token signed",
					"/api/v1/authz/check invalid_dpop_proof");
		});
	}

	@Test
	@Tag("nightly")
	void followsItsKeyWhileSixteenThreadsCall() {
		runner()
			.withPropertyValues("lumoauth.capabilities.cache.allow-ttl=0s", "lumoauth.capabilities.cache.deny-ttl=0s")
			.run((context) -> {
				CapabilityDecisions decisions = context.getBean(CapabilityDecisions.class);
				LumoAuthTokens tokens = context.getBean(LumoAuthTokens.class);
				Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
				AtomicBoolean end = new AtomicBoolean();
				AtomicInteger calls = new AtomicInteger();
				List<Thread> threads = new ArrayList<>();
				for (int i = 0; i < THREADS; i++) {
					Thread thread = new Thread(() -> {
						LumoAuthAgent agent = context.getBean(LumoAuthAgent.class);
						while (!end.get()) {
							try {
								assertThat(agent.hasCapability("read:documents")).isTrue();
								assertThat(tokens.agentToken()).isNotNull();
								calls.incrementAndGet();
							}
							catch (Throwable ex) {
								failures.add(ex);
								return;
							}
						}
					});
					threads.add(thread);
					thread.start();
				}
				String before = this.thumbprint;
				for (int round = 1; round <= ROUNDS && failures.isEmpty(); round++) {
					int issued = this.lumoAuth.issued.get();
					int sofar = calls.get();
					KeyPair next = (round % 2 == 0) ? TestKeys.pair("Ed25519", 0) : TestKeys.pair("RSA", 2048);
					String after = thumbprint(next);
					this.lumoAuth.known.add(after);
					TestKeys.write(this.file, TestKeys.pem(next));
					await().atMost(Duration.ofMinutes(1))
						.until(() -> this.lumoAuth.issued.get() > issued || !failures.isEmpty());
					this.lumoAuth.known.remove(before);
					await().atMost(Duration.ofMinutes(1))
						.until(() -> calls.get() > sofar + THREADS || !failures.isEmpty());
					before = after;
				}
				end.set(true);
				for (Thread thread : threads) {
					thread.join(10_000);
				}
				assertThat(failures).isEmpty();
				assertThat(calls.get()).isGreaterThan(ROUNDS * THREADS);
				assertThat(tokens.keyThumbprint()).isEqualTo(before);
				assertThat(decisions).isNotNull();
			});
	}

	@Test
	void putsNoTokenAndNoKeyIntoTheLog() {
		Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
		Level level = root.getLevel();
		ListAppender<ILoggingEvent> log = new ListAppender<>();
		log.start();
		root.addAppender(log);
		root.setLevel(Level.TRACE);
		try {
			runner().run((context) -> {
				LumoAuthAgent agent = context.getBean(LumoAuthAgent.class);
				String token = agent.accessToken().getTokenValue();
				assertThat(token).contains("MARKER");
				agent.mcpToken("urn:mcp:financial-data");
				agent.hasCapability("read:documents");
				LumoAuthHttp http = context.getBean(LumoAuthHttp.class);
				String approval = new ApiCalls(http, context.getBean(LumoAuthTokens.class)).call(
						ApiRequest.create(http.endpoints().endpoint("agents/me/approvals"),
								Map.of("task_id", "wire-9", "on_behalf_of", "alice")),
						(answer) -> answer.requireId("approval_token"));
				assertThat(approval).isNotEmpty();
				String agentToken = context.getBean(AAuthAgent.class)
					.agentToken(this.lumoAuth.url() + SigningLumoAuth.API);
				String signature = agentToken.substring(agentToken.lastIndexOf('.') + 1);
				assertThat(List.copyOf(log.list)).isNotEmpty()
					.noneMatch((event) -> event.getFormattedMessage().contains("MARKER")
							|| event.getFormattedMessage().contains(signature)
							|| event.getFormattedMessage().contains("PRIVATE KEY"));
			});
		}
		finally {
			root.setLevel(level);
			root.detachAppender(log);
		}
	}

	private ApplicationContextRunner runner() {
		return new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(LumoAuthAutoConfiguration.class,
					LumoAuthBudgetAutoConfiguration.class, LumoAuthAAuthAutoConfiguration.class))
			.withPropertyValues("lumoauth.url=" + this.lumoAuth.url(), "lumoauth.org-id=acme-corp",
					"lumoauth.client-id=agt_1", "lumoauth.client-authentication-method=aauth",
					"lumoauth.aauth.agent=https://agent.example.com", "lumoauth.aauth.key-file=" + this.file);
	}

	private static String thumbprint(KeyPair pair) {
		SigningKey key = MessageSigner.signing(SigningKey.of(pair.getPrivate(), pair.getPublic(), null, null));
		return key.thumbprint();
	}

}
