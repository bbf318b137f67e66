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

package dev.lumoauth.spring.token;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import dev.lumoauth.spring.LumoAuthRateLimitedException;
import dev.lumoauth.spring.user.UserToken;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.containing;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link SharedTokens}. Each {@link #replica()} is an application of its own.
 */
@ExtendWith(OutputCaptureExtension.class)
class SharedTokensTests {

	@RegisterExtension
	static final WireMockExtension lumoAuth = WireMockExtension.newInstance().build();

	private static final byte[] KEY = "0123456789-0123456789-0123456789".getBytes(StandardCharsets.US_ASCII);

	private final MapTokenStore store = new MapTokenStore();

	private final WireAgent agent = new WireAgent(lumoAuth);

	@BeforeEach
	void answer() {
		lumoAuth.stubFor(post(WireAgent.TOKEN).withRequestBody(containing("client_credentials"))
			.willReturn(WireAgent.token("agent-MARKER", 3600)));
		lumoAuth.stubFor(post(WireAgent.TOKEN).withRequestBody(containing("token-exchange"))
			.willReturn(WireAgent.exchanged("exchanged-MARKER", 600)));
	}

	private LumoAuthTokens replica() {
		return replica(this.store, KEY);
	}

	private LumoAuthTokens replica(SharedTokenStore store, byte[] key) {
		this.agent.sharedTokens = new SharedTokens(store, key, this.agent.clock, (pause) -> {
			this.agent.pauses.add(pause);
			this.agent.clock.advance(pause);
		});
		return this.agent.tokens();
	}

	@Test
	void replicasAskForATokenOnce() {
		for (int i = 0; i < 10; i++) {
			LumoAuthTokens replica = replica();
			assertThat(replica.agentToken().getTokenValue()).isEqualTo("agent-MARKER");
			assertThat(replica.agentToken().getScopes()).containsExactly("read:documents");
			assertThat(replica.exchange("urn:a").getTokenValue()).isEqualTo("exchanged-MARKER");
		}
		lumoAuth.verify(2, postRequestedFor(anyUrl()));
		assertThat(this.store.locks).isEmpty();
	}

	@Test
	void aTokenEndsWhenItEndsWhoeverFetchedIt() {
		replica().agentToken();
		this.agent.clock.advance(Duration.ofSeconds(1000));
		assertThat(replica().agentToken().getExpiresAt()).isEqualTo(this.agent.clock.instant().plusSeconds(2600));
		assertThat(this.store.lives.values()).containsExactly(Duration.ofSeconds(3540));
	}

	@Test
	void whatIsToBeRenewedIsRenewedByOneForAll() {
		LumoAuthTokens first = replica();
		LumoAuthTokens second = replica();
		first.agentToken();
		second.agentToken();
		lumoAuth.stubFor(post(WireAgent.TOKEN).willReturn(WireAgent.token("agent-2", 3600)));
		this.agent.clock.advance(Duration.ofSeconds(3550));
		first.agentToken(); // renews
		second.agentToken();
		assertThat(first.agentToken().getTokenValue()).isEqualTo("agent-2");
		assertThat(second.agentToken().getTokenValue()).isEqualTo("agent-2");
		lumoAuth.verify(2, postRequestedFor(anyUrl()));
	}

	@Test
	void nothingIsSharedBetweenAgentsScopesTargetsAndUsers() {
		replica().exchange(new TokenTarget("urn:a", null, Set.of()), UserToken.of("alice"));
		replica().exchange(new TokenTarget("urn:a", null, Set.of()), UserToken.of("bob"));
		replica().exchange("urn:a");
		replica().exchange("urn:b");
		this.agent.clientId = "agt_other";
		replica().exchange("urn:a");
		this.agent.scopes = Set.of("x");
		replica().agentToken();
		// Five exchanges, and the agent's token for two agents and for two scopes.
		lumoAuth.verify(5, postRequestedFor(anyUrl()).withRequestBody(containing("token-exchange")));
		lumoAuth.verify(3, postRequestedFor(anyUrl()).withRequestBody(containing("client_credentials")));
		assertThat(this.store.values).hasSize(8);
	}

	@Test
	void whatAnAgentDelegatesIsNotShared() {
		replica().exchange("urn:a", replica().asSubject(null));
		assertThat(this.store.values).hasSize(1); // the agent's own
	}

	@Test
	void aDiscardedTokenIsGoneForAllAndAnotherOneIsNot() {
		LumoAuthTokens first = replica();
		LumoAuthTokens second = replica();
		first.agentToken();
		second.agentToken();
		lumoAuth.stubFor(post(WireAgent.TOKEN).willReturn(WireAgent.token("agent-2", 3600)));
		assertThat(first.discard(first.agentToken())).isTrue();
		assertThat(first.agentToken().getTokenValue()).isEqualTo("agent-2");
		assertThat(second.discard(second.agentToken())).isTrue();
		assertThat(second.agentToken().getTokenValue()).isEqualTo("agent-2");
		lumoAuth.verify(2, postRequestedFor(anyUrl()));
	}

	@Test
	void waitsForTheReplicaThatFetches() {
		LumoAuthTokens fetching = replica();
		LumoAuthTokens waiting = replica(new MapTokenStore() {

			@Override
			public boolean lock(String name, String holder, Duration life) {
				fetching.agentToken(); // while this one was about to wait
				return false;
			}

			@Override
			public byte @Nullable [] find(String name) {
				return SharedTokensTests.this.store.find(name);
			}
		}, KEY);
		assertThat(waiting.agentToken().getTokenValue()).isEqualTo("agent-MARKER");
		assertThat(this.agent.pauses).containsExactly(SharedTokens.POLL);
		lumoAuth.verify(1, postRequestedFor(anyUrl()));
	}

	@Test
	void waitsForNoReplicaForEver() {
		LumoAuthTokens waiting = replica(new MapTokenStore() {
			@Override
			public boolean lock(String name, String holder, Duration life) {
				return false;
			}
		}, KEY);
		assertThat(waiting.agentToken().getTokenValue()).isEqualTo("agent-MARKER");
		assertThat(this.agent.pauses.stream().reduce(Duration.ZERO, Duration::plus)).isEqualTo(SharedTokens.LOCK);
	}

	@Test
	void aFailureIsNobodyElses() {
		lumoAuth.stubFor(post(WireAgent.TOKEN)
			.willReturn(aResponse().withStatus(429).withHeader("Retry-After", "20").withBody("{}")));
		assertThatExceptionOfType(LumoAuthRateLimitedException.class).isThrownBy(replica()::agentToken);
		assertThat(this.store.values).isEmpty();
		assertThat(this.store.locks).isEmpty();
	}

	@Test
	void whatIsKeptSaysNothing(CapturedOutput output) {
		replica().exchange(new TokenTarget("urn:a", null, Set.of()), UserToken.of("alice-MARKER"));
		assertThat(this.store.values).hasSize(2);
		this.store.values.forEach((name, value) -> {
			assertThat(name).matches("[0-9a-f]{64}");
			assertThat(new String(value, StandardCharsets.ISO_8859_1)).doesNotContain("MARKER", "read:documents",
					"urn:a");
		});
		assertThat(output).doesNotContain("MARKER");
	}

	@Test
	void aValueThatWasChangedOrMovedIsNotUsed(CapturedOutput output) {
		LumoAuthTokens replica = replica();
		replica.agentToken();
		replica.exchange("urn:a");
		String[] names = this.store.values.keySet().toArray(String[]::new);
		Map<String, byte[]> before = Map.copyOf(this.store.values);
		this.store.values.put(names[0], before.get(names[1]));
		this.store.values.put(names[1], before.get(names[0]));
		replica().exchange("urn:a");
		lumoAuth.verify(4, postRequestedFor(anyUrl()));
		this.store.values.values().forEach((value) -> value[20] ^= 1);
		replica().exchange("urn:a");
		lumoAuth.verify(6, postRequestedFor(anyUrl()));
		assertThat(output).contains("someone has changed it");
	}

	@Test
	void aReplicaWithAnotherKeySharesNothing() {
		replica().agentToken();
		replica(this.store, UUID.randomUUID().toString().getBytes(StandardCharsets.US_ASCII)).agentToken();
		lumoAuth.verify(2, postRequestedFor(anyUrl()));
		assertThat(this.store.values).hasSize(2);
	}

	@Test
	void goesWithoutAStoreThatFailsAndSaysSoOnce(CapturedOutput output) {
		MapTokenStore failing = new MapTokenStore() {
			@Override
			public byte @Nullable [] find(String name) {
				throw new IllegalStateException("no connection");
			}

			@Override
			public void save(String name, byte[] value, Duration life) {
				throw new IllegalStateException("no connection");
			}

			@Override
			public boolean lock(String name, String holder, Duration life) {
				throw new IllegalStateException("no connection");
			}

			@Override
			public void unlock(String name, String holder) {
				throw new IllegalStateException("no connection");
			}
		};
		LumoAuthTokens replica = replica(failing, KEY);
		assertThat(replica.agentToken().getTokenValue()).isEqualTo("agent-MARKER");
		assertThat(replica.exchange("urn:a").getTokenValue()).isEqualTo("exchanged-MARKER");
		assertThat(this.agent.pauses).isEmpty();
		assertThat(output).containsOnlyOnce("lumoauth.token-store");
	}

	@Test
	void aShortKeyIsNone() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new SharedTokens(this.store, new byte[31], this.agent.clock, (pause) -> {
			}));
	}

}
