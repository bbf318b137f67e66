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
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.Set;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.security.oauth2.jwt.Jwt;

import dev.lumoauth.spring.LumoAuthDeniedException;
import dev.lumoauth.spring.user.UserScope;
import dev.lumoauth.spring.user.UserToken;

import static com.github.tomakehurst.wiremock.client.WireMock.absent;
import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.jsonResponse;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for the exchanges of {@link LumoAuthTokens} on behalf of users.
 */
class UserExchangeTests {

	private static final String ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token";

	private static final TokenTarget A = new TokenTarget("urn:a", null, Set.of());

	private static final UserToken USER = UserToken.of("user-1");

	@RegisterExtension
	static final WireMockExtension lumoAuth = WireMockExtension.newInstance().build();

	private final Queue<Runnable> background = new ArrayDeque<>();

	private WireAgent agent;

	private LumoAuthTokens tokens;

	@BeforeEach
	void agent() {
		this.agent = new WireAgent(lumoAuth);
		this.agent.executor = this.background::add;
		this.tokens = this.agent.tokens();
		lumoAuth.stubFor(WireAgent.agentTokenRequest().willReturn(WireAgent.token("agent-1", 3600)));
		lumoAuth.stubFor(WireAgent.exchangeRequest().willReturn(WireAgent.exchanged("exchanged-1", 600)));
	}

	@Test
	void sendsTheUsersTokenAsSubjectAndTheAgentsAsActor() {
		TokenTarget target = new TokenTarget("urn:a", "https://a.example.com", Set.of("mcp:read"));
		OAuth2AccessToken token = this.tokens.exchange(target, USER);
		assertThat(token.getTokenValue()).isEqualTo("exchanged-1");
		assertThat(this.tokens.exchange(target, UserToken.of("user-1"))).isSameAs(token);
		lumoAuth.verify(1, WireAgent.exchangeRequests());
		lumoAuth.verify(1,
				WireAgent.exchangeRequests()
					.withFormParam("subject_token", equalTo("user-1"))
					.withFormParam("subject_token_type", equalTo(ACCESS_TOKEN))
					.withFormParam("actor_token", equalTo("agent-1"))
					.withFormParam("actor_token_type", equalTo(ACCESS_TOKEN))
					.withFormParam("audience", equalTo("urn:a"))
					.withFormParam("resource", equalTo("https://a.example.com"))
					.withFormParam("scope", equalTo("mcp:read"))
					.withFormParam("client_id", equalTo(WireAgent.CLIENT_ID))
					.withFormParam("client_secret", equalTo(WireAgent.SECRET)));
	}

	@Test
	void actsForWhomTheThreadActs() {
		UserScope.call(USER, () -> this.tokens.exchange("urn:a"));
		UserScope.call(USER, () -> this.tokens.exchange(A));
		lumoAuth.verify(1, WireAgent.exchangeRequests());
		lumoAuth.verify(1, WireAgent.exchangeRequests().withFormParam("subject_token", equalTo("user-1")));
	}

	@Test
	void isTheAgentItselfWhenSoToldWhateverTheThreadSays() {
		UserScope.call(USER, () -> this.tokens.exchange(A, null));
		lumoAuth.verify(1,
				WireAgent.exchangeRequests()
					.withFormParam("subject_token", equalTo("agent-1"))
					.withFormParam("actor_token", absent()));
	}

	@Test
	void nothingIsSharedThatDiffersInAnything() {
		UserToken sameUserOtherToken = UserToken.of(jwt("user-2"));
		UserToken otherUserSameName = UserToken.of(jwt("user-3"));
		this.tokens.exchange(A, UserToken.of(jwt("user-1")));
		this.tokens.exchange(A, sameUserOtherToken);
		this.tokens.exchange(A, otherUserSameName);
		this.tokens.exchange(A, null);
		this.tokens.exchange(A.withScopes(Set.of("mcp:read")), USER);
		this.tokens.exchange(new TokenTarget("urn:b", null, Set.of()), USER);
		this.tokens.exchange(new TokenTarget(null, "urn:a", Set.of()), USER);
		this.tokens.exchange(new TokenTarget("urn:a", "urn:a", Set.of()), USER);
		lumoAuth.verify(8, WireAgent.exchangeRequests());
		lumoAuth.verify(2,
				WireAgent.exchangeRequests()
					.withFormParam("audience", equalTo("urn:a"))
					.withFormParam("resource", absent())
					.withFormParam("scope", absent())
					.withFormParam("actor_token", equalTo("agent-1"))
					.withFormParam("subject_token", equalTo("user-2").or(equalTo("user-3"))));
	}

	@Test
	void audienceMayBeCalledAsTheAgentsOwnTokenIs() {
		this.tokens.exchange(new TokenTarget("lumoauth", null, Set.of()), null);
		lumoAuth.verify(1, WireAgent.exchangeRequests().withFormParam("audience", equalTo("lumoauth")));
	}

	@Test
	void endsWithTheUsersTokenAndIsNotRenewedBeforeInVain() {
		UserToken user = UserToken.of(jwt("user-1", now().plusSeconds(100)));
		OAuth2AccessToken token = this.tokens.exchange(A, user);
		assertThat(token.getExpiresAt()).isEqualTo(now().plusSeconds(100));
		this.agent.clock.advance(Duration.ofSeconds(99));
		assertThat(this.tokens.exchange(A, user)).isSameAs(token);
		assertThat(this.background).isEmpty();
	}

	@Test
	void endsWithTheAgentsToken() {
		lumoAuth.stubFor(WireAgent.agentTokenRequest().willReturn(WireAgent.token("agent-1", 50)));
		UserToken user = UserToken.of(jwt("user-1", now().plusSeconds(100)));
		assertThat(this.tokens.exchange(A, user).getExpiresAt()).isEqualTo(now().plusSeconds(50));
	}

	@Test
	void isRenewedForTheSameUserOnAThreadThatKnowsNone() {
		this.tokens.exchange(A, USER);
		this.agent.clock.advance(Duration.ofSeconds(550));
		UserScope.call(USER, () -> this.tokens.exchange(A));
		lumoAuth.resetRequests();
		lumoAuth.stubFor(WireAgent.exchangeRequest().willReturn(WireAgent.exchanged("exchanged-2", 600)));
		this.background.remove().run();
		lumoAuth.verify(1, WireAgent.exchangeRequests().withFormParam("subject_token", equalTo("user-1")));
		assertThat(this.tokens.exchange(A, USER).getTokenValue()).isEqualTo("exchanged-2");
	}

	@Test
	void expiredTokenOfAUserIsNotSent() {
		UserToken expired = UserToken.of(jwt("user-1", now()));
		assertThatExceptionOfType(LumoAuthDeniedException.class).isThrownBy(() -> this.tokens.exchange(A, expired))
			.withMessage("No token for 'urn:a': the user's token has expired")
			.satisfies((ex) -> assertThat(ex.getErrorCode()).isEqualTo("invalid_grant"));
		lumoAuth.verify(0, anyRequestedFor(anyUrl()));
	}

	@Test
	void expiredTokenOfAUserGetsNothingFromMemoryEither() {
		this.tokens.exchange(A, USER);
		UserToken expired = UserToken.of(jwt("user-1", now()));
		assertThatExceptionOfType(LumoAuthDeniedException.class).isThrownBy(() -> this.tokens.exchange(A, expired));
		assertThatExceptionOfType(LumoAuthDeniedException.class).isThrownBy(() -> this.tokens.cached(A, expired));
	}

	@Test
	void usersTokenThatEndsBeforeItsRenewalIsNotSent() {
		UserToken user = UserToken.of(jwt("user-1", now().plusSeconds(605)));
		this.tokens.exchange(A, user);
		this.agent.clock.advance(Duration.ofSeconds(590));
		this.tokens.exchange(A, user);
		lumoAuth.resetRequests();
		this.agent.clock.advance(Duration.ofSeconds(15));
		this.background.remove().run();
		lumoAuth.verify(0, WireAgent.exchangeRequests());
	}

	@Test
	void deadTokenOfTheAgentIsReplacedOnce() {
		this.tokens.agentToken();
		this.agent.clock.advance(Duration.ofSeconds(10));
		lumoAuth.stubFor(WireAgent.agentTokenRequest().willReturn(WireAgent.token("agent-2", 3600)));
		lumoAuth.stubFor(WireAgent.exchangeRequest()
			.withFormParam("actor_token", equalTo("agent-1"))
			.willReturn(jsonResponse("{\"error\":\"invalid_grant\"}", 400)));
		assertThat(this.tokens.exchange(A, USER).getTokenValue()).isEqualTo("exchanged-1");
		lumoAuth.verify(2, WireAgent.exchangeRequests().withFormParam("subject_token", equalTo("user-1")));
		lumoAuth.verify(1, WireAgent.exchangeRequests().withFormParam("actor_token", equalTo("agent-2")));
		lumoAuth.verify(2, WireAgent.agentTokenRequests());
	}

	@Test
	void deadTokensOfManyUsersDoNotCostTheAgentsEachTime() {
		this.tokens.agentToken();
		this.agent.clock.advance(Duration.ofSeconds(10));
		lumoAuth.stubFor(WireAgent.agentTokenRequest().willReturn(WireAgent.token("agent-2", 3600)));
		lumoAuth.stubFor(WireAgent.exchangeRequest().willReturn(jsonResponse("{\"error\":\"invalid_grant\"}", 400)));
		for (int i = 0; i < 5; i++) {
			UserToken user = UserToken.of("dead-" + i);
			assertThatExceptionOfType(LumoAuthDeniedException.class).isThrownBy(() -> this.tokens.exchange(A, user))
				.satisfies((ex) -> assertThat(ex.getErrorCode()).isEqualTo("invalid_grant"));
		}
		lumoAuth.verify(2, WireAgent.agentTokenRequests());
		lumoAuth.verify(6, WireAgent.exchangeRequests());
	}

	@Test
	void remembersARefusalPerUser() {
		lumoAuth.stubFor(WireAgent.exchangeRequest()
			.withFormParam("subject_token", equalTo("user-1"))
			.willReturn(jsonResponse("{\"error\":\"delegation_not_allowed\"}", 403)));
		for (int i = 0; i < 3; i++) {
			assertThatExceptionOfType(LumoAuthDeniedException.class).isThrownBy(() -> this.tokens.exchange(A, USER));
		}
		this.tokens.exchange(A, UserToken.of("user-2"));
		lumoAuth.verify(2, WireAgent.exchangeRequests());
	}

	@Test
	void cachedGivesWhatIsInMemoryAndSendsNothing() {
		assertThat(this.tokens.cached(A, USER)).isNull();
		assertThat(this.tokens.cached(A, null)).isNull();
		assertThat(this.background).isEmpty();
		lumoAuth.verify(0, anyRequestedFor(anyUrl()));
		OAuth2AccessToken token = this.tokens.exchange(A, USER);
		assertThat(this.tokens.cached(A, USER)).isSameAs(token);
		assertThat(this.tokens.cached(A, null)).isNull();
		assertThat(UserScope.call(UserToken.of("user-2"), () -> this.tokens.cached(A, USER))).isSameAs(token);
		this.agent.clock.advance(Duration.ofSeconds(550));
		assertThat(this.tokens.cached(A, USER)).isSameAs(token);
		assertThat(this.background).as("its renewal").hasSize(1);
		this.agent.clock.advance(Duration.ofSeconds(50));
		assertThat(this.tokens.cached(A, USER)).isNull();
	}

	private Instant now() {
		return this.agent.clock.instant();
	}

	private Jwt jwt(String value) {
		return jwt(value, now().plusSeconds(1_000));
	}

	private static Jwt jwt(String value, Instant end) {
		return Jwt.withTokenValue(value)
			.header("alg", "none")
			.subject("mary")
			.issuedAt(end.minusSeconds(3600))
			.expiresAt(end)
			.build();
	}

}
