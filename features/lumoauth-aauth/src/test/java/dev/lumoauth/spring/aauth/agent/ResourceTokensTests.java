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

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.Stream;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import com.nimbusds.jwt.JWTClaimsSet;
import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.lumoauth.spring.LumoAuthDeniedException;
import dev.lumoauth.spring.LumoAuthProtocolException;
import dev.lumoauth.spring.LumoAuthRateLimitedException;
import dev.lumoauth.spring.LumoAuthUnavailableException;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Tests for {@link ResourceTokens}.
 */
class ResourceTokensTests {

	@RegisterExtension
	static final WireMockExtension lumoAuth = WireMockExtension.newInstance().build();

	@RegisterExtension
	static final WireMockExtension resource = WireMockExtension.newInstance().build();

	private final Wire wire = new Wire(lumoAuth, resource);

	private AAuthTarget target;

	private ResourceTokens tokens;

	@BeforeEach
	void tokens() {
		this.target = this.wire.target("documents", null);
		this.tokens = this.wire.targets(this.target).resourceTokens();
	}

	@Test
	void takesTheTokenOfTheChallengeToASignedRequestWithoutAToken() {
		String token = this.wire.resourceToken();
		answers(Wire.challenge(token));
		assertThat(this.tokens.get(this.target)).isEqualTo(token);
		LoggedRequest request = resource.findAll(getRequestedFor(urlPathEqualTo(Wire.CHALLENGE))).get(0);
		assertThat(request.getHeader("Authorization")).isNullOrEmpty();
		assertThat(request.getHeader("Agent-Auth"))
			.isEqualTo("agent_token=" + this.wire.agent.agentToken(resource.baseUrl()));
		assertThat(Received.verified(request, this.wire)).isTrue();
	}

	@Test
	void takesTheChallengeThatNamesLumoAuth() {
		String token = this.wire.resourceToken();
		answers(aResponse().withStatus(401)
			.withHeader("Agent-Auth", "httpsig; auth-token; resource_token=\"" + token + "\"; auth_server=\""
					+ this.wire.issuer() + "\""));
		assertThat(this.tokens.get(this.target)).isEqualTo(token);
	}

	static Stream<Arguments> tokensOfOthers() {
		return Stream.of(of("iss", (wire, claims) -> claims.issuer("https://other.example.com")),
				of("iss", (wire, claims) -> claims.issuer(null)),
				of("aud", (wire, claims) -> claims.audience("https://other.example.com")),
				of("aud", (wire, claims) -> claims.audience(List.of(wire.issuer(), "https://other.example.com"))),
				of("aud", (wire, claims) -> claims.audience((String) null)),
				of("agent", (wire, claims) -> claims.claim("agent", "https://other.example.com")),
				of("agent", (wire, claims) -> claims.claim("agent", null)),
				of("agent_jkt", (wire, claims) -> claims.claim("agent_jkt", wire.others.thumbprint())),
				of("agent_jkt", (wire, claims) -> claims.claim("agent_jkt", null)),
				of("exp", (wire, claims) -> claims.expirationTime(Date.from(wire.clock.instant()))),
				of("exp", (wire, claims) -> claims.expirationTime(null)));
	}

	private static Arguments of(String claim, BiFunction<Wire, JWTClaimsSet.Builder, JWTClaimsSet.Builder> change) {
		return Arguments.of(claim, change);
	}

	@ParameterizedTest
	@MethodSource("tokensOfOthers")
	void refusesATokenThatIsNotForThis(String claim,
			BiFunction<Wire, JWTClaimsSet.Builder, JWTClaimsSet.Builder> change) {
		String token = this.wire.resourceToken(change.apply(this.wire, this.wire.resourceClaims()).build());
		answers(Wire.challenge(token));
		assertThatExceptionOfType(LumoAuthDeniedException.class).isThrownBy(() -> this.tokens.get(this.target))
			.withMessageContaining("lumoauth.aauth.targets.documents")
			.withMessageEndingWith("(" + claim + ")")
			.withMessageNotContaining(token)
			.satisfies((ex) -> assertThat(ex.getErrorCode()).isEqualTo("invalid_resource_token"));
		lumoAuth.verify(0, anyRequestedFor(anyUrl()));
	}

	@Test
	void refusesATokenOfAnotherType() {
		answers(Wire.challenge(this.wire.others.sign("auth+jwt", Map.of(), this.wire.resourceClaims().build())));
		assertDenied("does not have the type");
	}

	@Test
	void refusesWhatIsNoToken() {
		answers(Wire.challenge("abc"));
		assertDenied("can't be read");
	}

	@Test
	void refusesAnAuthorizationServerOtherThanLumoAuth() {
		answers(aResponse().withStatus(401)
			.withHeader("Agent-Auth", "httpsig; auth-token; resource_token=\"" + this.wire.resourceToken()
					+ "\"; auth_server=\"https://other.example.com\""));
		assertDenied("names an authorization server other than LumoAuth");
		lumoAuth.verify(0, anyRequestedFor(anyUrl()));
	}

	@ParameterizedTest
	@ValueSource(strings = { "httpsig", "httpsig; auth-token", "httpsig; resource_token=\"%s\"",
			"httpsig; auth-token=?0; resource_token=\"%s\"", "httpsig; auth-token; resource_token=%s",
			"Bearer; auth-token; resource_token=\"%s\"", "httpsig; auth-token; resource_token=\"%s\"; auth_server=x",
			"httpsig; auth-token; resource_token=\"%s", "\"httpsig\"; auth-token; resource_token=\"%s\"", "" })
	void refusesWhatIsNoChallenge(String header) {
		answers(aResponse().withStatus(401).withHeader("Agent-Auth", header.formatted(this.wire.resourceToken())));
		assertDenied("did not ask for an auth token with an Agent-Auth header: set "
				+ "lumoauth.aauth.targets.documents.url");
	}

	@ParameterizedTest
	@ValueSource(ints = { 200, 400, 403, 404 })
	void refusesAChallengeThatIsNo401(int status) {
		answers(Wire.challenge(this.wire.resourceToken()).withStatus(status));
		assertDenied("(HTTP " + status + ")");
	}

	@Test
	void refusesTwoChallenges() {
		answers(aResponse().withStatus(401)
			.withHeader("Agent-Auth", challengeOf(this.wire.resourceToken()), challengeOf(this.wire.resourceToken())));
		assertDenied("did not ask for an auth token");
	}

	private static String challengeOf(String token) {
		return "httpsig; auth-token; resource_token=\"" + token + "\"";
	}

	@Test
	void doesNotFollowARedirect() {
		answers(aResponse().withStatus(302).withHeader("Location", lumoAuth.baseUrl() + "/elsewhere"));
		assertThatExceptionOfType(LumoAuthProtocolException.class).isThrownBy(this::ask)
			.withMessageContaining("redirect (HTTP 302)");
		lumoAuth.verify(0, anyRequestedFor(anyUrl()));
	}

	@Test
	void anAnswerWithoutAnEndHoldsNobodyUp() throws IOException {
		HttpServer endless = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		endless.createContext("/", (exchange) -> {
			exchange.sendResponseHeaders(401, 0);
			byte[] part = new byte[8192];
			try (exchange) {
				while (true) {
					exchange.getResponseBody().write(part);
				}
			}
		});
		endless.start();
		try {
			URI url = URI.create("http://127.0.0.1:" + endless.getAddress().getPort() + "/");
			this.target = new AAuthTarget("lumoauth.aauth.targets.documents", resource.baseUrl(), url, Set.of(), null);
			this.wire.readTimeout = Duration.ofSeconds(1);
			this.tokens = this.wire.targets(this.target).resourceTokens();
			assertThatExceptionOfType(LumoAuthDeniedException.class).isThrownBy(this::ask)
				.withMessageContaining("did not ask for an auth token");
		}
		finally {
			endless.stop(0);
		}
	}

	@Test
	void isUnavailableAfterAFailureOfTheResources() {
		answers(aResponse().withStatus(503));
		assertThatThrownBy(this::ask).isExactlyInstanceOf(LumoAuthUnavailableException.class)
			.hasMessageContaining("HTTP 503");
	}

	@Test
	void isUnavailableWhereThereIsNoAnswer() {
		answers(aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER));
		assertThatThrownBy(this::ask).isExactlyInstanceOf(LumoAuthUnavailableException.class)
			.hasMessageContaining("lumoauth.aauth.targets.documents.url");
	}

	@Test
	void tellsHowLongAResourceWantsToWait() {
		answers(aResponse().withStatus(429).withHeader("Retry-After", "7"));
		assertThatExceptionOfType(LumoAuthRateLimitedException.class).isThrownBy(this::ask)
			.satisfies((ex) -> assertThat(ex.getRetryAfter()).isEqualTo(Duration.ofSeconds(7)));
	}

	private void answers(ResponseDefinitionBuilder answer) {
		resource.stubFor(get(urlPathEqualTo(Wire.CHALLENGE))
			.withHeader("Agent-Auth", equalTo("agent_token=" + this.wire.agent.agentToken(resource.baseUrl())))
			.willReturn(answer));
	}

	private void ask() {
		assertThat(this.tokens.get(this.target)).isNull();
	}

	private void assertDenied(String words) {
		assertThatExceptionOfType(LumoAuthDeniedException.class).isThrownBy(this::ask).withMessageContaining(words);
	}

}
