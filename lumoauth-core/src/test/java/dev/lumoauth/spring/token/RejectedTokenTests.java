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

import java.time.Duration;
import java.util.Set;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.security.oauth2.core.OAuth2AccessToken;

import dev.lumoauth.spring.user.UserToken;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for what {@link LumoAuthTokens} does for a server that rejects its tokens.
 */
class RejectedTokenTests {

	private static final TokenTarget A = new TokenTarget("urn:a", null, Set.of());

	@RegisterExtension
	static final WireMockExtension lumoAuth = WireMockExtension.newInstance().build();

	private WireAgent agent;

	private LumoAuthTokens tokens;

	@BeforeEach
	void agent() {
		this.agent = new WireAgent(lumoAuth);
		this.tokens = this.agent.tokens();
		lumoAuth.stubFor(WireAgent.agentTokenRequest().willReturn(WireAgent.token("agent-1", 3600)));
		issue("first");
	}

	@Test
	void replacesTheFirstTokenAndKeepsItsReplacement() {
		OAuth2AccessToken first = this.tokens.exchange(A, null);
		issue("second");
		assertThat(this.tokens.discard(first)).isTrue();
		OAuth2AccessToken second = this.tokens.exchange(A, null);
		assertThat(this.tokens.discard(second)).isFalse();
		assertThat(this.tokens.exchange(A, null)).isSameAs(second);
		lumoAuth.verify(2, WireAgent.exchangeRequests());
	}

	@Test
	void replacesItAgainAfterTenSecondsAndOnlyOnce() {
		OAuth2AccessToken second = replaceFirst();
		this.agent.clock.advance(Duration.ofMillis(9_999));
		assertThat(this.tokens.discard(second)).isFalse();
		this.agent.clock.advance(Duration.ofMillis(1));
		issue("third");
		assertThat(this.tokens.discard(second)).isTrue();
		OAuth2AccessToken third = this.tokens.exchange(A, null);
		assertThat(third.getTokenValue()).isEqualTo("third");
		assertThat(this.tokens.discard(third)).isFalse();
	}

	@Test
	void stopsReplacingForAServerThatTakesAndRejectsByTurns() {
		OAuth2AccessToken token = this.tokens.exchange(A, null);
		for (int i = 0; i < 20; i++) {
			issue("next-" + i);
			this.tokens.discard(token);
			token = this.tokens.exchange(A, null);
		}
		lumoAuth.verify(2, WireAgent.exchangeRequests());
		this.agent.clock.advance(Duration.ofSeconds(10));
		assertThat(this.tokens.discard(token)).isTrue();
	}

	@Test
	void lateRejectionOfTheFirstSaysNothingAboutItsReplacement() {
		OAuth2AccessToken first = this.tokens.exchange(A, null);
		issue("second");
		this.tokens.discard(first);
		OAuth2AccessToken second = this.tokens.exchange(A, null);
		assertThat(this.tokens.discard(first)).isFalse();
		assertThat(this.tokens.exchange(A, null)).isSameAs(second);
	}

	@Test
	void countsForEachTargetAndUserByItself() {
		replaceFirst();
		issue("other");
		assertThat(this.tokens.discard(this.tokens.exchange(new TokenTarget("urn:b", null, Set.of()), null))).isTrue();
		issue("mary's");
		assertThat(this.tokens.discard(this.tokens.exchange(A, UserToken.of("mary")))).isTrue();
	}

	@Test
	void copyOfATokenIsTheSameToken() {
		OAuth2AccessToken first = this.tokens.exchange(A, null);
		OAuth2AccessToken copy = new OAuth2AccessToken(first.getTokenType(), first.getTokenValue(), first.getIssuedAt(),
				first.getExpiresAt());
		assertThat(this.tokens.discard(copy)).isTrue();
		assertThat(this.tokens.discard(first)).isFalse();
	}

	@Test
	void tokenOfAnotherAgentIsNotDiscarded() {
		LumoAuthTokens others = this.agent.tokens();
		issue("other");
		OAuth2AccessToken other = others.exchange(A, null);
		issue("first");
		OAuth2AccessToken first = this.tokens.exchange(A, null);
		assertThat(this.tokens.discard(other)).isFalse();
		assertThat(this.tokens.exchange(A, null)).isSameAs(first);
	}

	@Test
	void agentsOwnTokenIsReplacedEachTime() {
		for (int i = 0; i < 3; i++) {
			assertThat(this.tokens.discard(this.tokens.agentToken())).isTrue();
		}
	}

	private OAuth2AccessToken replaceFirst() {
		OAuth2AccessToken first = this.tokens.exchange(A, null);
		issue("second");
		this.tokens.discard(first);
		return this.tokens.exchange(A, null);
	}

	private static void issue(String token) {
		lumoAuth.stubFor(WireAgent.exchangeRequest().willReturn(WireAgent.exchanged(token, 600)));
	}

}
