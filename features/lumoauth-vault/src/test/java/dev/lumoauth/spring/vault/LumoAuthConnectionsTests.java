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

package dev.lumoauth.spring.vault;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import com.github.tomakehurst.wiremock.client.MappingBuilder;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.security.oauth2.core.OAuth2AccessToken;

import dev.lumoauth.spring.LumoAuthProtocolException;
import dev.lumoauth.spring.LumoAuthRateLimitedException;
import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.ManualClock;
import dev.lumoauth.spring.client.ApiAgent;
import dev.lumoauth.spring.concurrent.WaitAllowance;
import dev.lumoauth.spring.token.WireAgent;
import dev.lumoauth.spring.user.CurrentUser;
import dev.lumoauth.spring.user.UserRequiredException;
import dev.lumoauth.spring.user.UserToken;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.containing;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.equalToJson;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tokens of third parties, from LumoAuth's token vault.
 */
class LumoAuthConnectionsTests {

	@RegisterExtension
	static final WireMockExtension lumoAuth = WireMockExtension.newInstance().build();

	private static final String GITHUB = ApiAgent.API + "/agents/me/connections/conn_1/token";

	private static final String SLACK = ApiAgent.API + "/agents/me/connections/conn_2/token";

	private final ManualClock clock = new ManualClock(Instant.now().toString());

	private UserToken signedIn;

	private ApiAgent agent;

	private LumoAuthConnections connections;

	@BeforeEach
	void agent() {
		this.agent = new ApiAgent(lumoAuth);
		this.connections = connections(this.agent);
	}

	private LumoAuthConnections connections(ApiAgent agent) {
		return LumoAuthConnections.of(
				List.of(new ThirdParty("github", "conn_1", List.of(), ActsFor.AGENT),
						new ThirdParty("code", "conn_1", List.of(), ActsFor.AGENT),
						new ThirdParty("slack", "conn_2", List.of(), ActsFor.USER)),
				agent.http, agent.agent.tokens(agent.http), () -> (CurrentUser) () -> this.signedIn, this.clock,
				WaitAllowance.DEFAULT_MAX);
	}

	@Test
	void asksOnceForManyThreads() {
		answer(GITHUB, token("gho_1", Duration.ofHours(1)));
		assertThat(IntStream.range(0, 16)
			.parallel()
			.mapToObj((i) -> this.connections.token("github").getTokenValue())
			.collect(Collectors.toSet())).containsExactly("gho_1");
		lumoAuth.verify(1, postRequestedFor(urlEqualTo(GITHUB)).withHeader("Authorization", equalTo("Bearer agent-1"))
			.withRequestBody(equalToJson("{}")));
		assertThat(this.connections.token("github").getScopes()).containsExactly("repo");
		assertThat(this.connections.statuses()).singleElement().satisfies((status) -> {
			assertThat(status.connection()).isEqualTo("github");
			assertThat(status.forUser()).isFalse();
			assertThat(status.toString()).doesNotContain("gho_1");
		});
	}

	@Test
	void isFetchedAgainAndNeverUsedPastItsEnd() {
		answer(GITHUB, token("gho_1", Duration.ofMinutes(10)));
		assertThat(value("github")).isEqualTo("gho_1");
		answer(GITHUB, token("gho_2", Duration.ofMinutes(20)));
		this.clock.advance(Duration.ofMinutes(9));
		assertThat(value("github")).isEqualTo("gho_1");
		this.clock.advance(Duration.ofMinutes(2));
		assertThat(value("github")).isEqualTo("gho_2");
		this.clock.advance(Duration.ofMinutes(30));
		answer(GITHUB, aResponse().withStatus(500));
		assertThatExceptionOfType(LumoAuthUnavailableException.class).isThrownBy(() -> value("github"));
	}

	@Test
	void countsForFiveMinutesIfNobodyKnowsItsEnd() {
		answer(GITHUB, "{\"access_token\":\"gho_1\",\"token_type\":\"Bearer\",\"expires_at\":null,\"scopes\":[]}");
		assertThat(value("github")).isEqualTo("gho_1");
		this.clock.advance(Duration.ofSeconds(299));
		value("github");
		lumoAuth.verify(1, postRequestedFor(urlEqualTo(GITHUB)));
		this.clock.advance(Duration.ofSeconds(2));
		value("github");
		lumoAuth.verify(2, postRequestedFor(urlEqualTo(GITHUB)));
	}

	@Test
	void isNotUsedPastItsLifeIfNobodySaysItsEnd() {
		answer(GITHUB, "{\"access_token\":\"gho_1\",\"token_type\":\"Bearer\",\"expires_in\":60}");
		assertThat(value("github")).isEqualTo("gho_1");
		answer(GITHUB, "{\"access_token\":\"gho_2\",\"token_type\":\"Bearer\",\"expires_in\":60}");
		this.clock.advance(Duration.ofSeconds(120));
		assertThat(value("github")).isEqualTo("gho_2");
	}

	@Test
	void eachUserHasTokensOfTheirOwn() {
		for (String user : List.of("alice", "bob")) {
			exchange(user, jwt(user + "@lumo"));
			lumoAuth.stubFor(post(SLACK).withRequestBody(equalToJson("{\"user_id\":\"" + user + "@lumo\"}"))
				.willReturn(okJson(token("xoxp-" + user, Duration.ofHours(1)))));
		}
		for (int i = 0; i < 3; i++) {
			this.signedIn = UserToken.of("alice");
			assertThat(value("slack")).isEqualTo("xoxp-alice");
			this.signedIn = UserToken.of("bob");
			assertThat(value("slack")).isEqualTo("xoxp-bob");
			assertThat(this.connections.token("slack", UserToken.of("alice")).getTokenValue()).isEqualTo("xoxp-alice");
		}
		lumoAuth.verify(2, postRequestedFor(urlEqualTo(SLACK)).withHeader("Authorization", equalTo("Bearer agent-1")));
		assertThat(this.connections.statuses()).hasSize(2).allMatch(ConnectionStatus::forUser);
		this.connections.forget((names) -> names.contains("alice@lumo"));
		assertThat(this.connections.statuses()).hasSize(1);
		this.connections.forget(Set::isEmpty);
		assertThat(this.connections.statuses()).isEmpty();
	}

	@Test
	void goesWithEachNameOfItsUser() {
		answer(SLACK, token("xoxp-alice", Duration.ofHours(1)));
		for (String address : List.of("alice@old", "alice@new")) {
			String token = new PlainJWT(new JWTClaimsSet.Builder().claim("email", address).build()).serialize();
			exchange(token, jwt("alice@lumo"));
			this.signedIn = UserToken.of(token);
			assertThat(value("slack")).isEqualTo("xoxp-alice");
		}
		lumoAuth.verify(1, postRequestedFor(urlEqualTo(SLACK)));
		this.connections.forget((names) -> names.contains("alice@new"));
		assertThat(this.connections.statuses()).isEmpty();
	}

	@Test
	void asksForNobodyWhoseTokenLumoAuthRefuses() {
		this.signedIn = UserToken.of(jwt("alice"));
		lumoAuth.stubFor(exchange().willReturn(error(400, "invalid_grant")));
		assertThatExceptionOfType(ConnectionDeniedException.class).isThrownBy(() -> value("slack"))
			.satisfies((ex) -> assertThat(ex.getErrorCode()).isEqualTo("invalid_grant"));
		lumoAuth.verify(0, postRequestedFor(urlEqualTo(SLACK)));
	}

	@Test
	void asksForNobodyWhoIsNotKnown() {
		assertThatExceptionOfType(UserRequiredException.class).isThrownBy(() -> value("slack"));
		exchange("opaque", "opaque too");
		this.signedIn = UserToken.of("opaque");
		assertThatExceptionOfType(ConnectionDeniedException.class).isThrownBy(() -> value("slack"))
			.satisfies((ex) -> assertThat(ex.getErrorCode()).isEqualTo("user_unknown"));
		lumoAuth.verify(0, postRequestedFor(urlEqualTo(SLACK)));
	}

	@Test
	void asksForNobodyWhomOnlyTheTokenOfAnotherIssuerNames() {
		String elsewhere = jwt("alice");
		exchange(elsewhere, "opaque");
		this.signedIn = UserToken.of(elsewhere);
		assertThatExceptionOfType(ConnectionDeniedException.class).isThrownBy(() -> value("slack"))
			.satisfies((ex) -> assertThat(ex.getErrorCode()).isEqualTo("user_unknown"));
		lumoAuth.verify(0, postRequestedFor(urlEqualTo(SLACK)));
	}

	@ParameterizedTest
	@CsvSource({ "403,agent_token_required", "403,cross_tenant", "403,delegation_not_permitted",
			"403,agent_not_allowed", "403,delegation_not_allowed", "403,connection_disabled", "404,not_found",
			"409,grant_revoked", "409,grant_expired", "409,refresh_failed" })
	void saysWhyThereIsNoTokenAndAsksLaterAgain(int status, String code) {
		answer(GITHUB, error(status, code));
		for (int i = 0; i < 3; i++) {
			assertThatExceptionOfType(ConnectionDeniedException.class).isThrownBy(() -> value("github"))
				.satisfies((ex) -> assertThat(ex.getErrorCode()).isEqualTo(code))
				.satisfies((ex) -> assertThat(ex.getConnection()).isEqualTo("github"))
				.withMessageContaining("'github'");
		}
		lumoAuth.verify(1, postRequestedFor(urlEqualTo(GITHUB)));
		this.clock.advance(Duration.ofSeconds(11));
		answer(GITHUB, token("gho_1", Duration.ofHours(1)));
		assertThat(value("github")).isEqualTo("gho_1");
	}

	@ParameterizedTest
	@CsvSource({ "refresh_in_progress,7", "provider_unavailable,20" })
	void leavesAProviderAloneForAsLongAsLumoAuthSays(String code, int seconds) {
		answer(GITHUB, error(503, code).withHeader("Retry-After", String.valueOf(seconds)));
		for (int i = 0; i < 5; i++) {
			assertThatExceptionOfType(ConnectionUnavailableException.class).isThrownBy(() -> value("github"))
				.satisfies((ex) -> assertThat(ex.getErrorCode()).isEqualTo(code))
				.satisfies((ex) -> assertThat(ex.getRetryAfter()).isEqualTo(Duration.ofSeconds(seconds)))
				.satisfies((ex) -> assertThat(ex.isUnreachable()).isFalse());
		}
		lumoAuth.verify(1, postRequestedFor(urlEqualTo(GITHUB)));
		this.clock.advance(Duration.ofSeconds(seconds + 1));
		answer(GITHUB, token("gho_1", Duration.ofHours(1)));
		assertThat(value("github")).isEqualTo("gho_1");
	}

	@Test
	void oneProviderThatIsDownDoesNotCloseTheOthers() {
		exchange("alice", jwt("alice"));
		this.signedIn = UserToken.of("alice");
		answer(GITHUB, error(503, "provider_unavailable").withHeader("Retry-After", "3"));
		for (int i = 0; i < 5; i++) {
			assertThatExceptionOfType(ConnectionUnavailableException.class).isThrownBy(() -> value("github"));
			this.clock.advance(Duration.ofSeconds(4));
		}
		answer(SLACK, token("xoxp-1", Duration.ofHours(1)));
		assertThat(value("slack")).isEqualTo("xoxp-1");
	}

	@Test
	void anOutageIsLumoAuthsOwn() {
		answer(GITHUB, aResponse().withStatus(503).withBody("<html>down</html>"));
		assertThatExceptionOfType(ConnectionUnavailableException.class).isThrownBy(() -> value("github"))
			.satisfies((ex) -> assertThat(ex.isUnreachable()).isTrue());
	}

	@Test
	void aRateLimitIsOneAsElsewhere() {
		answer(GITHUB, error(429, "rate_limited").withHeader("Retry-After", "60"));
		assertThatExceptionOfType(LumoAuthRateLimitedException.class).isThrownBy(() -> value("github"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "{}", "[]", "{\"access_token\":\"a b\",\"token_type\":\"Bearer\"}",
			"{\"access_token\":\"gho_1\",\"token_type\":\"mac\"}",
			"{\"access_token\":\"gho_1\",\"token_type\":\"Bearer\",\"expires_at\":\"2020-01-01T00:00:00Z\"}",
			"{\"access_token\":\"gho_1\",\"token_type\":\"Bearer\",\"connection_id\":\"conn_2\"}" })
	void whatIsNoTokenOfThisConnectionIsNoAnswer(String body) {
		answer(GITHUB, body);
		assertThatExceptionOfType(LumoAuthProtocolException.class).isThrownBy(() -> value("github"))
			.satisfies((ex) -> assertThat(ex.getMessage()).doesNotContain("gho_1"));
	}

	@Test
	void isForgottenOnceItWasRejectedButNotTwiceInARow() {
		answer(GITHUB, token("gho_1", Duration.ofHours(1)));
		OAuth2AccessToken first = this.connections.token("github");
		answer(GITHUB, token("gho_2", Duration.ofHours(1)));
		assertThat(this.connections.discard(first)).isTrue();
		assertThat(this.connections.discard(first)).isFalse();
		OAuth2AccessToken second = this.connections.token("github");
		assertThat(second.getTokenValue()).isEqualTo("gho_2");
		assertThat(this.connections.discard(second)).isFalse();
		this.clock.advance(Duration.ofSeconds(11));
		assertThat(this.connections.discard(second)).isTrue();
	}

	@Test
	void aRejectedTokenIsForgottenUnderEachNameOfItsConnection() {
		answer(GITHUB, token("gho_1", Duration.ofHours(1)));
		OAuth2AccessToken first = this.connections.token("github");
		assertThat(value("code")).isEqualTo("gho_1");
		answer(GITHUB, token("gho_2", Duration.ofHours(1)));
		assertThat(this.connections.discard(first)).isTrue();
		assertThat(value("github")).isEqualTo("gho_2");
		assertThat(value("code")).isEqualTo("gho_2");
	}

	@Test
	void agentsShareNothing() {
		answer(GITHUB, token("gho_1", Duration.ofHours(1)));
		LumoAuthConnections other = connections(this.agent);
		assertThat(value("github")).isEqualTo(other.token("github").getTokenValue());
		lumoAuth.verify(2, postRequestedFor(urlEqualTo(GITHUB)));
		other.forget();
		assertThat(this.connections.statuses()).hasSize(1);
	}

	@Test
	void namesThePropertyOfAConnectionThatIsNotThere() {
		assertThatIllegalArgumentException().isThrownBy(() -> value("gitlab"))
			.withMessageContaining("lumoauth.connections.gitlab.connection-id");
	}

	private String value(String name) {
		return this.connections.token(name).getTokenValue();
	}

	private static void exchange(String user, String issued) {
		lumoAuth.stubFor(exchange().withRequestBody(containing("subject_token=" + user + "&"))
			.willReturn(okJson("{\"access_token\":\"" + issued.replace(' ', '-')
					+ "\",\"token_type\":\"Bearer\",\"expires_in\":3600}")));
	}

	private static MappingBuilder exchange() {
		return post(WireAgent.TOKEN).withRequestBody(containing("token-exchange"));
	}

	private static String jwt(String subject) {
		return new PlainJWT(new JWTClaimsSet.Builder().subject(subject).build()).serialize();
	}

	private static String token(String value, Duration life) {
		return "{\"access_token\":\"" + value + "\",\"token_type\":\"Bearer\",\"expires_at\":\""
				+ Clock.systemUTC().instant().plus(life) + "\",\"scopes\":[\"repo\"]}";
	}

	private static ResponseDefinitionBuilder error(int status, String code) {
		return aResponse().withStatus(status).withBody("{\"error\":\"" + code + "\"}");
	}

	private static void answer(String path, String json) {
		answer(path, okJson(json));
	}

	private static void answer(String path, ResponseDefinitionBuilder answer) {
		lumoAuth.stubFor(post(path).willReturn(answer));
	}

}
