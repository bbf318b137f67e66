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

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
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
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.security.authentication.AnonymousAuthenticationToken;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.context.SecurityContextImpl;
import org.springframework.web.client.HttpClientErrorException;
import org.springframework.web.client.RestClient;

import dev.lumoauth.spring.LumoAuthDeniedException;
import dev.lumoauth.spring.LumoAuthProtocolException;
import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.revocation.Revocation;
import dev.lumoauth.spring.revocation.Revocation.Effect;
import dev.lumoauth.spring.user.Caller;
import dev.lumoauth.spring.user.UserRequiredException;

import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.matchingJsonPath;
import static com.github.tomakehurst.wiremock.client.WireMock.ok;
import static com.github.tomakehurst.wiremock.client.WireMock.unauthorized;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link AAuthUserTokens}.
 */
class AAuthUserTokensTests {

	private static final String BACK = "http://localhost:8080/aauth/documents";

	private static final Authentication ALICE = user("alice");

	private static final Authentication BOB = user("bob");

	@RegisterExtension
	static final WireMockExtension lumoAuth = WireMockExtension.newInstance().build();

	@RegisterExtension
	static final WireMockExtension resource = WireMockExtension.newInstance().build();

	private final Wire wire = new Wire(lumoAuth, resource);

	private AAuthTarget target;

	private AAuthUserTokens tokens;

	@BeforeEach
	void tokens() {
		this.target = this.wire.target("documents", BACK);
		this.tokens = new AAuthUserTokens(this.wire.targets(this.target, this.wire.target("plain", null)));
		this.wire.challenges();
		lumoAuth.stubFor(Wire.asked("auth").willReturn(this.wire.consent("request-1")));
	}

	@AfterEach
	void nobody() {
		SecurityContextHolder.clearContext();
	}

	@Test
	void userWhoHasNotConsentedHasNoToken() {
		signIn(ALICE);
		assertThatExceptionOfType(AAuthConsentRequiredException.class).isThrownBy(() -> this.tokens.get("documents"))
			.withMessageContaining("lumoauth.aauth.targets.documents")
			.withMessageNotContaining("request-1")
			.satisfies((ex) -> {
				assertThat(ex.getAuthorizationUri()).hasParameter("request_token", "request-1");
				assertThat(ex.getErrorCode()).isEqualTo("consent_required");
				assertThat(ex.requestToken()).isEqualTo("request-1");
			});
		lumoAuth.verify(1, Wire.asks("auth").withRequestBody(matchingJsonPath("$.redirect_uri", equalTo(BACK))));
	}

	@Test
	void nobodyHasNoToken() {
		assertThatExceptionOfType(UserRequiredException.class).isThrownBy(() -> this.tokens.get("documents"));
		signIn(new AnonymousAuthenticationToken("key", "anonymous", AuthorityUtils.createAuthorityList("ROLE_ANY")));
		assertThatExceptionOfType(UserRequiredException.class).isThrownBy(() -> this.tokens.get("documents"));
		lumoAuth.verify(0, anyRequestedFor(anyUrl()));
	}

	@Test
	void codeGivesTheUserAToken() {
		String token = redeemed(ALICE, "code-a", null);
		signIn(ALICE);
		assertThat(this.tokens.get("documents").getTokenValue()).isEqualTo(token);
		lumoAuth.verify(1,
				Wire.asks("code")
					.withRequestBody(matchingJsonPath("$.code", equalTo("code-a")))
					.withRequestBody(matchingJsonPath("$.redirect_uri", equalTo(BACK))));
		lumoAuth.verify(0, Wire.asks("auth"));
	}

	@Test
	void tokenIsOfOneUserAlone() {
		redeemed(ALICE, "code-a", null);
		signIn(BOB);
		assertThatExceptionOfType(AAuthConsentRequiredException.class).isThrownBy(() -> this.tokens.get("documents"));
		// The same name by another way of signing in is somebody else's.
		signIn(new TestingAuthenticationToken("alice", "n/a", "ROLE_USER"));
		assertThatExceptionOfType(AAuthConsentRequiredException.class).isThrownBy(() -> this.tokens.get("documents"));
	}

	@Test
	void tokensOfTwoUsersAreNeverMixed() throws Exception {
		Map<Authentication, String> expected = Map.of(ALICE, redeemed(ALICE, "code-a", null), BOB,
				redeemed(BOB, "code-b", null));
		assertThat(expected.get(ALICE)).isNotEqualTo(expected.get(BOB));
		List<Callable<Boolean>> calls = new ArrayList<>();
		for (int i = 0; i < 1_000; i++) {
			Authentication user = (i % 2 == 0) ? ALICE : BOB;
			calls.add(() -> {
				signIn(user);
				try {
					return this.tokens.get("documents").getTokenValue().equals(expected.get(user));
				}
				finally {
					nobody();
				}
			});
		}
		ExecutorService executor = Executors.newFixedThreadPool(8);
		try {
			for (Future<Boolean> each : executor.invokeAll(calls)) {
				assertThat(each.get()).isTrue();
			}
		}
		finally {
			executor.shutdownNow();
		}
		assertThat(this.tokens.size()).isEqualTo(2);
		lumoAuth.verify(0, Wire.asks("auth"));
	}

	@Test
	void tokenIsRenewedByTheUsersRefreshToken() {
		redeemed(ALICE, "code-a", "refresh-a");
		redeemed(BOB, "code-b", "refresh-b");
		this.wire.clock.advance(Duration.ofSeconds(880));
		this.wire.challenges();
		String renewed = this.wire.authToken("renewed");
		lumoAuth.stubFor(Wire.asked("refresh")
			.withRequestBody(matchingJsonPath("$.refresh_token", equalTo("refresh-a")))
			.willReturn(Wire.token(renewed, null)));
		signIn(ALICE);
		assertThat(this.tokens.get("documents").getTokenValue()).isEqualTo(renewed);
		assertThat(this.tokens.get("documents").getTokenValue()).isEqualTo(renewed);
		lumoAuth.verify(1, Wire.asks("refresh"));
		// The refresh token stays, as LumoAuth gave no other.
		this.wire.clock.advance(Duration.ofSeconds(880));
		this.wire.challenges();
		this.tokens.get("documents");
		lumoAuth.verify(2, Wire.asks("refresh"));
	}

	@Test
	void userIsAskedAgainOnceTheRefreshTokenIsRefused() {
		redeemed(ALICE, "code-a", "refresh-a");
		this.wire.clock.advance(Duration.ofSeconds(880));
		this.wire.challenges();
		lumoAuth.stubFor(Wire.asked("refresh").willReturn(Wire.refused(400, "invalid_grant")));
		signIn(ALICE);
		assertThatExceptionOfType(AAuthConsentRequiredException.class).isThrownBy(() -> this.tokens.get("documents"));
		assertThatExceptionOfType(AAuthConsentRequiredException.class).isThrownBy(() -> this.tokens.get("documents"));
		lumoAuth.verify(1, Wire.asks("refresh"));
		assertThat(this.tokens.size()).isZero();
	}

	@Test
	void consentStaysWhileLumoAuthIsOutOfReach() {
		redeemed(ALICE, "code-a", "refresh-a");
		this.wire.clock.advance(Duration.ofSeconds(880));
		this.wire.challenges();
		lumoAuth.stubFor(Wire.asked("refresh").willReturn(Wire.refused(503, "server_error")));
		signIn(ALICE);
		assertThatExceptionOfType(LumoAuthUnavailableException.class).isThrownBy(() -> this.tokens.get("documents"));
		assertThat(this.tokens.size()).isOne();
	}

	@Test
	void tokenOfAnotherKeyIsNotUsed() {
		redeemed(ALICE, "code-a", "refresh-a");
		this.wire.key = Wire.key();
		this.wire.challenges();
		String renewed = this.wire.authToken("renewed");
		lumoAuth.stubFor(Wire.asked("refresh").willReturn(Wire.token(renewed, null)));
		signIn(ALICE);
		assertThat(this.tokens.get("documents").getTokenValue()).isEqualTo(renewed);
	}

	@Test
	void askedBy32ThreadsOfOneUserAsksOnce() throws Exception {
		lumoAuth.stubFor(Wire.asked("auth").willReturn(this.wire.consent("request-1").withFixedDelay(300)));
		CyclicBarrier start = new CyclicBarrier(32);
		Callable<String> ask = () -> {
			signIn(ALICE);
			start.await();
			try {
				return this.tokens.get("documents").getTokenValue();
			}
			catch (AAuthConsentRequiredException ex) {
				return "asked";
			}
			finally {
				nobody();
			}
		};
		ExecutorService executor = Executors.newFixedThreadPool(32);
		try {
			for (Future<String> each : executor.invokeAll(Stream.generate(() -> ask).limit(32).toList())) {
				assertThat(each.get()).isEqualTo("asked");
			}
		}
		finally {
			executor.shutdownNow();
		}
		lumoAuth.verify(1, anyRequestedFor(anyUrl()));
	}

	@Test
	void tokenOfAnotherResourceIsNotTaken() {
		lumoAuth.stubFor(
				Wire.asked("code").willReturn(Wire.token(this.wire.authToken("x", "https://other.example.com"), null)));
		assertThatExceptionOfType(LumoAuthProtocolException.class)
			.isThrownBy(() -> this.tokens.redeem(this.target, "alice", null, "code-a"))
			.withMessageContaining("not for the resource of lumoauth.aauth.targets.documents");
		lumoAuth.stubFor(Wire.asked("code").willReturn(Wire.token("opaque", null)));
		assertThatExceptionOfType(LumoAuthProtocolException.class)
			.isThrownBy(() -> this.tokens.redeem(this.target, "alice", null, "code-a"));
		assertThat(this.tokens.size()).isZero();
	}

	@Test
	void tokenThatNoUserWasAskedForIsNotTaken() {
		lumoAuth.stubFor(Wire.asked("auth").willReturn(Wire.token(this.wire.authToken("own"), null)));
		signIn(ALICE);
		assertThatExceptionOfType(LumoAuthDeniedException.class).isThrownBy(() -> this.tokens.get("documents"))
			.withMessageContaining(AAuthClients.class.getName());
		assertThat(this.tokens.size()).isZero();
	}

	@Test
	void userIsNotSentToAnotherOriginThanLumoAuths() {
		lumoAuth.stubFor(Wire.asked("auth").willReturn(Wire.consent("request-1", resource.baseUrl())));
		signIn(ALICE);
		assertThatExceptionOfType(LumoAuthProtocolException.class).isThrownBy(() -> this.tokens.get("documents"))
			.withMessageContaining("lumoauth.url")
			.withMessageNotContaining("request-1");
	}

	@Test
	void resourceWithoutARedirectUriAsksNoUser() {
		signIn(ALICE);
		assertThatIllegalStateException().isThrownBy(() -> this.tokens.get("plain"))
			.withMessageContaining("lumoauth.aauth.targets.plain.redirect-uri");
		assertThatIllegalStateException().isThrownBy(() -> this.tokens.interceptor("plain"));
		lumoAuth.verify(0, anyRequestedFor(anyUrl()));
	}

	@Test
	void forgetsTheTokenOfThisUserAlone() {
		redeemed(ALICE, "code-a", null);
		redeemed(BOB, "code-b", null);
		signIn(ALICE);
		this.tokens.forget("documents");
		assertThat(this.tokens.size()).isOne();
		assertThatExceptionOfType(AAuthConsentRequiredException.class).isThrownBy(() -> this.tokens.get("documents"));
		signIn(BOB);
		assertThat(this.tokens.get("documents")).isNotNull();
	}

	@Test
	void anEventAboutAUserForgetsThatUsersTokenAndOneAboutTheAgentAll() {
		redeemed(ALICE, "code-a", this.wire.authTokenOf("alice"), "refresh-a");
		redeemed(BOB, "code-b", this.wire.authTokenOf("bob"), "refresh-b");
		Set<String> names = new HashSet<>(Set.of("agt_1"));
		AAuthRevocations revocations = new AAuthRevocations(this.tokens, () -> names);
		revocations.revoked(new Revocation(Effect.DECISIONS, Set.of("alice")));
		revocations.revoked(new Revocation(Effect.TOKENS, Set.of("carol")));
		assertThat(this.tokens.size()).isEqualTo(2);
		revocations.revoked(new Revocation(Effect.TOKENS, Set.of("Alice")));
		assertThat(this.tokens.size()).isOne();
		signIn(ALICE);
		assertThatExceptionOfType(AAuthConsentRequiredException.class).isThrownBy(() -> this.tokens.get("documents"));
		signIn(BOB);
		assertThat(this.tokens.get("documents")).isNotNull();
		revocations.revoked(new Revocation(Effect.DISABLED, Set.of(this.tokens.targets().agent().identifier())));
		assertThat(this.tokens.size()).as("as AAuth calls the agent").isZero();
		redeemed(ALICE, "code-a", this.wire.authTokenOf("alice"), null);
		revocations.revoked(new Revocation(Effect.TOKENS, Set.of("agt_1")));
		assertThat(this.tokens.size()).as("as LumoAuth calls the agent").isZero();
		redeemed(ALICE, "code-a", this.wire.authTokenOf("alice"), null);
		names.clear();
		revocations.revoked(new Revocation(Effect.TOKENS, Set.of("agt_2")));
		assertThat(this.tokens.size()).as("nobody knows how the agent is called").isZero();
	}

	@Test
	void requestCarriesTheUsersTokenAndIsSigned() {
		String token = redeemed(ALICE, "code-a", null);
		resource.stubFor(get(urlEqualTo("/mine")).willReturn(ok("done")));
		signIn(ALICE);
		assertThat(call(client())).isEqualTo("done");
		LoggedRequest received = resource.findAll(getRequestedFor(urlEqualTo("/mine"))).get(0);
		assertThat(received.getHeader("Authorization")).isEqualTo("Bearer " + token);
		assertThat(Received.verified(received, this.wire)).isTrue();
		signIn(BOB);
		assertThatExceptionOfType(AAuthConsentRequiredException.class).isThrownBy(() -> call(client()));
		resource.verify(1, getRequestedFor(urlEqualTo("/mine")));
	}

	@Test
	void requestThatWasNotAcceptedIsSentOnceMoreWithAnotherToken() {
		String first = redeemed(ALICE, "code-a", "refresh-a");
		String second = this.wire.authToken("second");
		lumoAuth.stubFor(Wire.asked("refresh").willReturn(Wire.token(second, null)));
		resource.stubFor(get(urlEqualTo("/mine")).withHeader("Authorization", equalTo("Bearer " + first))
			.willReturn(unauthorized()));
		resource.stubFor(get(urlEqualTo("/mine")).withHeader("Authorization", equalTo("Bearer " + second))
			.willReturn(ok("done")));
		signIn(ALICE);
		assertThat(call(client())).isEqualTo("done");
		Received verifier = new Received(this.wire);
		assertThat(resource.findAll(getRequestedFor(urlEqualTo("/mine")))).hasSize(2)
			.allMatch((request) -> verifier.verified(request, this.wire.key));
	}

	@Test
	void resourceThatTakesNoTokenHasTheLastWord() {
		redeemed(ALICE, "code-a", null);
		resource.stubFor(get(urlEqualTo("/mine")).willReturn(unauthorized()));
		signIn(ALICE);
		assertThatExceptionOfType(HttpClientErrorException.Unauthorized.class).isThrownBy(() -> call(client()));
		resource.verify(1, getRequestedFor(urlEqualTo("/mine")));
	}

	@Test
	void nothingIsSentToAnotherOrigin() {
		redeemed(ALICE, "code-a", null);
		signIn(ALICE);
		RestClient elsewhere = RestClient.builder()
			.baseUrl(lumoAuth.baseUrl())
			.requestInterceptor(this.tokens.interceptor("documents"))
			.build();
		assertThatIllegalStateException().isThrownBy(() -> call(elsewhere))
			.withMessageContaining("leads to another server");
		lumoAuth.verify(0, getRequestedFor(anyUrl()));
	}

	private RestClient client() {
		return RestClient.builder()
			.baseUrl(resource.baseUrl())
			.requestInterceptor(this.tokens.interceptor("documents"))
			.build();
	}

	private static String call(RestClient client) {
		return client.get().uri("/mine").retrieve().body(String.class);
	}

	/**
	 * Lets a user consent, and returns the token.
	 */
	private String redeemed(Authentication user, String code, String refreshToken) {
		return redeemed(user, code, this.wire.authToken(code), refreshToken);
	}

	private String redeemed(Authentication user, String code, String token, String refreshToken) {
		lumoAuth.stubFor(Wire.asked("code")
			.withRequestBody(matchingJsonPath("$.code", equalTo(code)))
			.willReturn(Wire.token(token, refreshToken)));
		signIn(user);
		String name = Caller.current().name();
		this.tokens.redeem(this.target, String.valueOf(name), null, code);
		nobody();
		return token;
	}

	private static Authentication user(String name) {
		return UsernamePasswordAuthenticationToken.authenticated(name, "n/a",
				AuthorityUtils.createAuthorityList("ROLE_USER"));
	}

	private static void signIn(Authentication user) {
		SecurityContextHolder.setContext(new SecurityContextImpl(user));
	}

}
