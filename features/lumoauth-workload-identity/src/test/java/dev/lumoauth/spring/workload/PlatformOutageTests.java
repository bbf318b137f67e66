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

package dev.lumoauth.spring.workload;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.concurrent.WaitAllowance;
import dev.lumoauth.spring.token.LumoAuthTokens;
import dev.lumoauth.spring.token.WireAgent;

import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What an agent's calls cost while its platform's token server accepts connections and
 * never answers.
 */
class PlatformOutageTests {

	private static final Duration MAX_WAIT = Duration.ofMillis(500);

	@RegisterExtension
	static final WireMockExtension lumoAuth = WireMockExtension.newInstance().build();

	private final List<Socket> accepted = new CopyOnWriteArrayList<>();

	private ServerSocket platform;

	@BeforeEach
	void hang() throws IOException {
		this.platform = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
		Thread server = new Thread(() -> {
			try {
				while (true) {
					this.accepted.add(this.platform.accept());
				}
			}
			catch (IOException ex) {
				// It is over.
			}
		});
		server.setDaemon(true);
		server.start();
		lumoAuth.stubFor(post(WireAgent.TOKEN).willReturn(WireAgent.token("agent-1", 3600)));
	}

	@AfterEach
	void end() throws IOException {
		this.platform.close();
		for (Socket socket : this.accepted) {
			socket.close();
		}
	}

	@Test
	void aThousandCallsCostTheTimeOfFew() {
		LumoAuthTokens tokens = tokens(azure());
		long start = System.nanoTime();
		for (int call = 0; call < 1_000; call++) {
			assertThatExceptionOfType(LumoAuthUnavailableException.class).isThrownBy(tokens::agentToken)
				.withMessageContaining("The source of the platform's tokens");
		}
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(MAX_WAIT.multipliedBy(10));
		assertThat(this.accepted).hasSizeLessThan(6);
		lumoAuth.verify(0, postRequestedFor(urlEqualTo(WireAgent.TOKEN)));
	}

	@Test
	void aChatWaitsOnce() {
		LumoAuthTokens tokens = tokens(azure());
		long start = System.nanoTime();
		new WaitAllowance().call(() -> {
			for (int call = 0; call < 10; call++) {
				assertThatExceptionOfType(LumoAuthUnavailableException.class).isThrownBy(tokens::agentToken);
			}
			return null;
		});
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(MAX_WAIT.multipliedBy(3));
		assertThat(this.accepted).hasSize(1);
	}

	@Test
	void aChatWaitsOnceForAConnection() throws IOException {
		try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
				Socket first = new Socket("127.0.0.1", full.getLocalPort());
				Socket second = new Socket("127.0.0.1", full.getLocalPort())) {
			AtomicInteger asked = new AtomicInteger();
			PlatformTokenSource azure = azure(Duration.ofMillis(100), full.getLocalPort());
			LumoAuthTokens tokens = tokens(() -> {
				asked.incrementAndGet();
				return azure.token();
			});
			new WaitAllowance().call(() -> {
				for (int call = 0; call < 10; call++) {
					assertThatExceptionOfType(LumoAuthUnavailableException.class).isThrownBy(tokens::agentToken);
				}
				return null;
			});
			assertThat(asked).as("questions over %s and %s", first, second).hasValue(1);
		}
	}

	@Test
	void theFirstAnswerEndsIt() {
		PlatformTokenSource azure = azure();
		LumoAuthTokens tokens = tokens(() -> this.accepted.isEmpty() ? azure.token() : TestTokens.with("lumoauth"));
		assertThatExceptionOfType(LumoAuthUnavailableException.class).isThrownBy(tokens::agentToken);
		assertThat(tokens.agentToken().getTokenValue()).isEqualTo("agent-1");
	}

	private PlatformTokenSource azure() {
		return azure(Duration.ofSeconds(5), this.platform.getLocalPort());
	}

	private static PlatformTokenSource azure(Duration connectTimeout, int port) {
		return PlatformTokens.azure(new PlatformTokens.Settings(null, null, "api://lumoauth", null, connectTimeout,
				Duration.ofSeconds(5), (name) -> null, "lumoauth.workload-identity"),
				URI.create("http://127.0.0.1:" + port));
	}

	private static LumoAuthTokens tokens(PlatformTokenSource source) {
		WireAgent agent = new WireAgent(lumoAuth);
		PlatformTokenSource within = PlatformTokens.within(source, MAX_WAIT);
		agent.credentials = (clientId) -> WorkloadCredentials.exchange(clientId, within::token, "azure");
		return agent.tokens();
	}

}
