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

package dev.lumoauth.spring.redis;

import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import dev.lumoauth.spring.token.AuthorizationInterceptor;
import dev.lumoauth.spring.token.LumoAuthTokens;
import dev.lumoauth.spring.token.WireAgent;
import dev.lumoauth.spring.token.dpop.DPoPProofs;
import dev.lumoauth.spring.token.dpop.ProvingServer;
import dev.lumoauth.spring.token.dpop.ProvingServer.Seen;
import dev.lumoauth.spring.token.key.SigningKey;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.http.client.ClientHttpResponse;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.web.client.RestClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of shared tokens that are bound to a replica's key (RFC 9449).
 */
class BoundStoredTokensTests {

	private static final String A = "urn:a";

	private ProvingServer lumoAuth;

	private ProvingServer server;

	private WireAgent agent;

	private DPoPProofs proofs;

	private LumoAuthTokens tokens;

	@BeforeEach
	void start() {
		this.lumoAuth = new ProvingServer(null, () -> this.agent.clock.instant().getEpochSecond());
		this.server = new ProvingServer(this.lumoAuth, () -> this.agent.clock.instant().getEpochSecond());
		this.agent = new WireAgent(this.lumoAuth.url());
	}

	@AfterEach
	void stop() {
		this.lumoAuth.close();
		this.server.close();
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void aTokenThatWasFetchedWithAnotherKeyIsNotKeptOnceTheFirstKeyIsBack(boolean back) {
		SigningKey first = SigningKey.generate();
		SigningKey second = SigningKey.generate();
		MapTokenStore store = new MapTokenStore();
		this.agent.sharedTokens = new StoredTokens(store, new byte[32], Duration.ofSeconds(5), this.agent.clock,
				(duration) -> {
				});
		this.proofs = DPoPProofs.of(first, this.agent.clock);
		AtomicInteger requests = new AtomicInteger();
		this.agent.customizer = (tokens) -> tokens.dpop(this.proofs, true);
		this.tokens = this.agent.tokens(this.agent.http((http) -> http.requestInterceptor((request, body, next) -> {
			boolean changes = requests.getAndIncrement() == 0;
			if (changes) {
				this.proofs.use(second);
			}
			ClientHttpResponse response = next.execute(request, body);
			if (changes && back) {
				this.proofs.use(first);
			}
			return response;
		}).requestInterceptor(this.proofs.interceptor())));
		this.tokens.agentToken();
		assertThat(store.values).isEmpty();
		this.proofs.use(first);
		this.agent.clock.advance(Duration.ofSeconds(1));
		restClient();
		assertThat(problems(this.lumoAuth)).containsOnly("");
		assertThat(this.lumoAuth.seen).as("two tokens of the agent and an exchanged one").hasSize(3);
		assertThat(store.values).hasSize(2);
	}

	@Test
	void replicasShareBoundTokensOnlyIfTheyHaveTheSameKey() {
		MapTokenStore store = new MapTokenStore();
		this.agent.sharedTokens = new StoredTokens(store, new byte[32], Duration.ofSeconds(5), this.agent.clock,
				(duration) -> {
				});
		SigningKey key = SigningKey.generate();
		String first = replica(DPoPProofs.of(key, this.agent.clock), true).exchange(A).getTokenValue();
		OAuth2AccessToken second = replica(DPoPProofs.of(key, this.agent.clock), true).exchange(A);
		assertThat(second.getTokenValue()).isEqualTo(first);
		assertThat(second.getTokenType()).isEqualTo(OAuth2AccessToken.TokenType.DPOP);
		assertThat(this.lumoAuth.seen).hasSize(2);
		assertThat(replica(DPoPProofs.inMemory(this.agent.clock), true).exchange(A).getTokenValue())
			.isNotEqualTo(first);
		assertThat(replica(DPoPProofs.of(key, this.agent.clock), true).exchange(A).getTokenValue())
			.as("that of another key is not in its place")
			.isEqualTo(first);
		this.lumoAuth.tokenType = "Bearer";
		OAuth2AccessToken bearer = replica(DPoPProofs.of(key, this.agent.clock), false).exchange(A);
		assertThat(bearer.getTokenType()).isEqualTo(OAuth2AccessToken.TokenType.BEARER);
		assertThat(this.lumoAuth.seen).hasSize(6);
	}

	private LumoAuthTokens replica(DPoPProofs proofs, boolean always) {
		this.agent.customizer = (tokens) -> tokens.dpop(proofs, always);
		return this.agent.tokens(this.agent.http((http) -> http.requestInterceptor(proofs.interceptor())));
	}

	private void restClient() {
		RestClient.builder()
			.requestFactory(new JdkClientHttpRequestFactory(HttpClient.newHttpClient()))
			.requestInterceptor(new AuthorizationInterceptor(WireAgent.requests(this.tokens, A, this.server.url())))
			.build()
			.post()
			.uri(this.server.url() + "/mcp")
			.body("body")
			.retrieve()
			.toBodilessEntity();
	}

	private static List<String> problems(ProvingServer server) {
		return server.seen.stream().map(Seen::problem).toList();
	}

}
