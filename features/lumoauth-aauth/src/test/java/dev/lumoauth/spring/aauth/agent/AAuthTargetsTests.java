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

package dev.lumoauth.spring.aauth.agent;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.lumoauth.spring.LumoAuthAuthenticationException;
import dev.lumoauth.spring.LumoAuthDeniedException;
import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.token.LumoAuthTokens;
import dev.lumoauth.spring.token.TokenTarget;
import dev.lumoauth.spring.token.credentials.AgentCredentials;
import dev.lumoauth.spring.user.UserToken;

import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.matchingJsonPath;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link AAuthTargets}.
 */
class AAuthTargetsTests {

	@RegisterExtension
	static final WireMockExtension lumoAuth = WireMockExtension.newInstance().build();

	@RegisterExtension
	static final WireMockExtension resource = WireMockExtension.newInstance().build();

	private final Wire wire = new Wire(lumoAuth, resource);

	private AAuthTargets targets;

	private TokenTarget documents;

	@BeforeEach
	void targets() {
		this.targets = this.wire.targets(this.wire.target("documents", null));
		this.documents = new TokenTarget(null, resource.baseUrl(), Set.of());
		this.wire.challenges();
	}

	@Test
	void knowsAResourceByItsIdentifierHoweverItIsNamed() {
		assertThat(this.targets.isFor(this.documents)).isTrue();
		assertThat(this.targets.isFor(new TokenTarget(resource.baseUrl(), null, Set.of("x")))).isTrue();
		assertThat(this.targets.isFor(new TokenTarget("urn:mcp:other", "https://other.example.com", Set.of())))
			.isFalse();
		assertThat(this.targets.keyThumbprint()).isEqualTo(this.wire.key.thumbprint());
		assertThat(this.targets).hasToString("AAuthTargets[lumoauth.aauth.targets.documents]");
	}

	@Test
	void asksWithTheResourceTokenForTheConfiguredScopes() {
		lumoAuth.stubFor(Wire.asked("auth").willReturn(Wire.token("auth-1", null)));
		assertThat(this.targets.get(this.documents, null).getTokenValue()).isEqualTo("auth-1");
		lumoAuth.verify(1,
				Wire.asks("auth")
					.withRequestBody(matchingJsonPath("$.scope", equalTo("read")))
					.withRequestBody(matchingJsonPath("$.resource_token")));
		lumoAuth.verify(0, Wire.asks("auth").withRequestBody(matchingJsonPath("$.redirect_uri")));
	}

	@Test
	void asksForTheScopesOfTheCall() {
		lumoAuth.stubFor(Wire.asked("auth").willReturn(Wire.token("auth-1", null)));
		this.targets.get(this.documents.withScopes(Set.of("write")), null);
		lumoAuth.verify(1, Wire.asks("auth").withRequestBody(matchingJsonPath("$.scope", equalTo("write"))));
	}

	@Test
	void renewsByTheRefreshTokenThatWasGiven() {
		lumoAuth.stubFor(Wire.asked("auth").willReturn(Wire.token("auth-1", "refresh-1")));
		lumoAuth.stubFor(Wire.asked("refresh").willReturn(Wire.token("auth-2", null)));
		this.targets.get(this.documents, null);
		assertThat(this.targets.get(this.documents, null).getTokenValue()).isEqualTo("auth-2");
		assertThat(this.targets.get(this.documents, null).getTokenValue()).isEqualTo("auth-2");
		lumoAuth.verify(1, Wire.asks("auth"));
		lumoAuth.verify(2,
				Wire.asks("refresh")
					.withRequestBody(matchingJsonPath("$.refresh_token", equalTo("refresh-1")))
					.withRequestBody(matchingJsonPath("$.resource_token")));
		resource.verify(3, getRequestedFor(anyUrl()));
		// Other scopes are other tokens.
		assertThat(this.targets.get(this.documents.withScopes(Set.of("write")), null).getTokenValue())
			.isEqualTo("auth-1");
	}

	@ParameterizedTest
	@CsvSource({ "400, invalid_grant", "401, invalid_grant", "401, key_binding_failed", "403, access_denied" })
	void asksAnewOnceWhenTheRefreshTokenIsRefused(int status, String error) {
		lumoAuth.stubFor(Wire.asked("auth").willReturn(Wire.token("auth-1", "refresh-1")));
		lumoAuth.stubFor(Wire.asked("refresh").willReturn(Wire.refused(status, error)));
		this.targets.get(this.documents, null);
		lumoAuth.stubFor(Wire.asked("auth").willReturn(Wire.token("auth-2", null)));
		assertThat(this.targets.get(this.documents, null).getTokenValue()).isEqualTo("auth-2");
		lumoAuth.verify(2, Wire.asks("auth"));
		lumoAuth.verify(1, Wire.asks("refresh"));
		// It is forgotten.
		this.targets.get(this.documents, null);
		lumoAuth.verify(3, Wire.asks("auth"));
		lumoAuth.verify(1, Wire.asks("refresh"));
	}

	@Test
	void keepsTheRefreshTokenWhileLumoAuthIsOutOfReach() {
		lumoAuth.stubFor(Wire.asked("auth").willReturn(Wire.token("auth-1", "refresh-1")));
		lumoAuth.stubFor(Wire.asked("refresh").willReturn(Wire.refused(503, "temporarily_unavailable")));
		this.targets.get(this.documents, null);
		assertThatExceptionOfType(LumoAuthUnavailableException.class)
			.isThrownBy(() -> this.targets.get(this.documents, null));
		lumoAuth.stubFor(Wire.asked("refresh").willReturn(Wire.token("auth-2", null)));
		assertThat(this.targets.get(this.documents, null).getTokenValue()).isEqualTo("auth-2");
		lumoAuth.verify(1, Wire.asks("auth"));
	}

	@Test
	void tellsThatLumoAuthRefuses() {
		lumoAuth.stubFor(Wire.asked("auth").willReturn(Wire.refused(403, "access_denied")));
		assertThatExceptionOfType(LumoAuthDeniedException.class)
			.isThrownBy(() -> this.targets.get(this.documents, null))
			.satisfies((ex) -> assertThat(ex.getErrorCode()).isEqualTo("access_denied"));
		lumoAuth.stubFor(Wire.asked("auth").willReturn(Wire.refused(401, "invalid_agent_token")));
		assertThatExceptionOfType(LumoAuthAuthenticationException.class)
			.isThrownBy(() -> this.targets.get(this.documents, null));
	}

	@Test
	void tellsWhatToDoWhereAUserHasToConsent() {
		lumoAuth.stubFor(Wire.asked("auth").willReturn(this.wire.consent("request-1")));
		assertThatExceptionOfType(LumoAuthDeniedException.class)
			.isThrownBy(() -> this.targets.get(this.documents, null))
			.withMessageContaining("lumoauth.aauth.targets.documents.redirect-uri")
			.withMessageContaining(AAuthUserTokens.class.getName())
			.withMessageNotContaining("request-1")
			.satisfies((ex) -> assertThat(ex.getErrorCode()).isEqualTo("consent_required"));
	}

	@Test
	void exchangesTheAuthTokenThatTheAgentWasCalledWith() {
		String called = this.wire.authToken("call-1", Wire.AGENT);
		lumoAuth.stubFor(Wire.asked("exchange").willReturn(Wire.token("exchanged-1", "refresh-1")));
		assertThat(this.targets.get(this.documents, UserToken.of(called)).getTokenValue()).isEqualTo("exchanged-1");
		lumoAuth.verify(1, Wire.asks("exchange").withRequestBody(matchingJsonPath("$.auth_token", equalTo(called))));
		// What renews the user's token is none of the agent's own.
		lumoAuth.stubFor(Wire.asked("auth").willReturn(Wire.token("own-1", null)));
		assertThat(this.targets.get(this.documents, null).getTokenValue()).isEqualTo("own-1");
	}

	@Test
	void exchangesNoOtherTokenOfAUsers() {
		List<String> others = List.of("opaque",
				this.wire.others.sign("at+jwt", Map.of(), this.wire.resourceClaims().build()));
		assertThat(others).allSatisfy((other) -> assertThatExceptionOfType(LumoAuthDeniedException.class)
			.isThrownBy(() -> this.targets.get(this.documents, UserToken.of(other)))
			.withMessageContaining("not an AAuth token (auth+jwt)")
			.withMessageContaining("lumoauth.aauth.targets.documents")
			.withMessageNotContaining(other));
		resource.verify(0, anyRequestedFor(anyUrl()));
		lumoAuth.verify(0, anyRequestedFor(anyUrl()));
	}

	@Test
	void askedBy32ThreadsAsksOnce() throws Exception {
		lumoAuth.stubFor(Wire.asked("auth").willReturn(Wire.token("auth-1", null).withFixedDelay(200)));
		LumoAuthTokens tokens = tokens();
		CyclicBarrier start = new CyclicBarrier(32);
		Callable<String> ask = () -> {
			start.await();
			return tokens.exchange(this.documents).getTokenValue();
		};
		ExecutorService executor = Executors.newFixedThreadPool(32);
		try {
			List<Future<String>> all = executor.invokeAll(Stream.generate(() -> ask).limit(32).toList());
			for (Future<String> each : all) {
				assertThat(each.get()).isEqualTo("auth-1");
			}
		}
		finally {
			executor.shutdownNow();
		}
		lumoAuth.verify(1, anyRequestedFor(anyUrl()));
		resource.verify(1, anyRequestedFor(anyUrl()));
	}

	@Test
	void getsAnotherTokenForAnotherKey() {
		lumoAuth.stubFor(Wire.asked("auth").willReturn(Wire.token("auth-1", null)));
		LumoAuthTokens tokens = tokens();
		assertThat(tokens.exchange(this.documents).getTokenValue()).isEqualTo("auth-1");
		this.wire.key = Wire.key();
		lumoAuth.stubFor(Wire.asked("auth").willReturn(Wire.token("auth-2", null)));
		this.wire.challenges();
		assertThat(tokens.exchange(this.documents).getTokenValue()).isEqualTo("auth-2");
		assertThat(tokens.exchange(this.documents).getTokenValue()).isEqualTo("auth-2");
		lumoAuth.verify(2, Wire.asks("auth"));
	}

	@Test
	void doesNotAskAResourceAgainAtOnceThatGivesNoToken() {
		resource.resetAll();
		LumoAuthTokens tokens = tokens();
		for (int i = 0; i < 3; i++) {
			assertThatExceptionOfType(LumoAuthDeniedException.class).isThrownBy(() -> tokens.exchange(this.documents))
				.withMessageContaining("lumoauth.aauth.targets.documents.url");
		}
		resource.verify(1, anyRequestedFor(anyUrl()));
		this.wire.clock.advance(Duration.ofSeconds(11));
		assertThatExceptionOfType(LumoAuthDeniedException.class).isThrownBy(() -> tokens.exchange(this.documents));
		resource.verify(2, anyRequestedFor(anyUrl()));
	}

	@Test
	void takesNoAddressThatTokensMustNotGoTo() {
		URI good = URI.create("https://documents.example.com");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new AAuthTarget("a.b", "x", URI.create("http://documents.example.com"), Set.of(), null))
			.withMessageStartingWith("a.b.url ");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new AAuthTarget("a.b", "x", URI.create("https://u:p@example.com"), Set.of(), null))
			.withMessageStartingWith("a.b.url ")
			.withMessageNotContaining("u:p");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new AAuthTarget("a.b", "x", good, Set.of(), URI.create("/back")))
			.withMessageStartingWith("a.b.redirect-uri ");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new AAuthTarget("a.b", "x", good, Set.of(), URI.create("https://app.example.com")))
			.withMessageContaining("must have a path");
	}

	private LumoAuthTokens tokens() {
		return LumoAuthTokens.builder()
			.clock(this.wire.clock)
			.protocol(this.targets)
			.build(this.wire.http(), AgentCredentials.clientSecretPost("agent", "secret"));
	}

}
