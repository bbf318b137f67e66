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

package dev.lumoauth.spring.mcp.server;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import com.github.tomakehurst.wiremock.client.MappingBuilder;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import dev.lumoauth.spring.LumoAuthProtocolException;
import dev.lumoauth.spring.LumoAuthRateLimitedException;
import dev.lumoauth.spring.capability.CapabilityDecision;
import dev.lumoauth.spring.capability.CapabilityDecision.Outcome;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.capability.CapabilityRequirement;
import dev.lumoauth.spring.capability.CapabilitySource;
import dev.lumoauth.spring.client.SubjectClient;
import dev.lumoauth.spring.http.LumoAuthHttp;
import dev.lumoauth.spring.token.WireAgent;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.equalToJson;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static dev.lumoauth.spring.mcp.server.Callers.as;
import static dev.lumoauth.spring.mcp.server.Callers.caller;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link CallerCapabilitySource}: what LumoAuth says to one caller.
 */
class CallerCapabilitySourceTests {

	@RegisterExtension
	static final WireMockExtension lumoAuth = WireMockExtension.newInstance().build();

	private static final String API = "/t/acme-corp/api/v1";

	private static final String CHECK = API + "/authz/check";

	private static final String BULK = API + "/authz/check-bulk";

	private static final String AUTHORIZE = API + "/agents/me/mcp/authorize";

	private static final CapabilityRequirement READ = CapabilityRequirement.of("read");

	private final WireAgent wire = new WireAgent(lumoAuth);

	private final LumoAuthHttp http = this.wire.http(LumoAuthHttp.Builder::tokensOfMany);

	private CallerAuthenticationToken alice;

	private CallerAuthenticationToken bob;

	private CapabilityDecisions decisions;

	@BeforeEach
	void callers() {
		Instant now = this.wire.clock.instant();
		this.alice = caller(Map.of("sub", "alice"), now, now.plusSeconds(3600));
		this.bob = caller(Map.of("sub", "bob"), now, now.plusSeconds(3600));
		decideBy(CallerCapabilitySource.check((token) -> new SubjectClient(this.http, token)));
	}

	private void decideBy(CallerCapabilitySource source) {
		CapabilitySource nobody = (names) -> {
			throw new IllegalStateException("The agent was asked");
		};
		this.decisions = new CallerDecisions(source,
				CapabilityDecisions.builder(nobody)
					.allowTtl(Duration.ofSeconds(30))
					.denyTtl(Duration.ofSeconds(5))
					.clock(this.wire.clock),
				this.wire.clock)
			.or(CapabilityDecisions.builder(nobody).build());
	}

	private static void answer(CallerAuthenticationToken caller, String path, ResponseDefinitionBuilder answer) {
		lumoAuth.stubFor(by(caller, path).willReturn(answer));
	}

	private static MappingBuilder by(CallerAuthenticationToken caller, String path) {
		return post(path).withHeader("Authorization", equalTo(bearer(caller)));
	}

	private static String bearer(CallerAuthenticationToken caller) {
		return "Bearer " + caller.getToken().getTokenValue();
	}

	private CapabilityDecision decide(CallerAuthenticationToken caller) {
		return as(caller, () -> this.decisions.decide(READ, "search"));
	}

	@Test
	void asksWithTheCallersTokenAndRemembers() {
		answer(this.alice, CHECK, okJson("{\"allowed\":true,\"permission\":\"read\"}"));
		answer(this.bob, CHECK, okJson("{\"allowed\":false,\"permission\":\"read\"}"));
		for (int i = 0; i < 3; i++) {
			assertThat(decide(this.alice).isGranted()).isTrue();
			assertThat(decide(this.bob).missing()).containsExactly("read");
		}
		lumoAuth.verify(1,
				postRequestedFor(urlEqualTo(CHECK)).withHeader("Authorization", equalTo(bearer(this.alice)))
					.withoutHeader("DPoP")
					.withRequestBody(equalToJson("{\"permission\":\"read\"}")));
		lumoAuth.verify(1, postRequestedFor(urlEqualTo(CHECK)).withHeader("Authorization", equalTo(bearer(this.bob))));
	}

	@ParameterizedTest
	@CsvSource({ "alice, true", "user:alice, false", "alice@example.com, true", "7, true", "bob, false", "agt_1, false",
			"agent:agt_1, false", "'', false" })
	void anAnswerIsAboutTheCallersSubject(String id, boolean same) {
		Instant now = this.wire.clock.instant();
		CallerAuthenticationToken delegated = caller(Map.of("sub", "alice", "client_id", "agt_1", "user_id", 7, "email",
				"alice@example.com", "act", Map.of("sub", "agt_1")), now, now.plusSeconds(3600));
		answer(delegated, CHECK, okJson("{\"allowed\":true,\"subject_id\":\"" + id + "\"}"));
		answer(delegated, BULK, okJson("{\"results\":{\"read\":true,\"write\":true},\"subject_id\":\"" + id + "\"}"));
		assertThat(decide(delegated).isGranted()).isEqualTo(same);
		assertThat(decide(delegated).missing()).as("not a denial either").isEmpty();
		assertThat(as(delegated,
				() -> this.decisions.decideTools(Map.of("search", READ, "save", CapabilityRequirement.of("write"))))
			.values()).allMatch((decision) -> decision.isGranted() == same);
	}

	@ParameterizedTest
	@CsvSource({ "agt_1, true", "agent:agt_1, true", "client_agt_1, true", "4711, true", "agt_2, false" })
	void anAnswerIsAboutTheAgentThatCallsForItself(String id, boolean same) {
		Instant now = this.wire.clock.instant();
		CallerAuthenticationToken agent = caller(
				Map.of("sub", "agent_4711", "client_id", "agt_1", "identity_type", "agent"), now,
				now.plusSeconds(3600));
		answer(agent, CHECK, okJson("{\"allowed\":true,\"subject_id\":\"" + id + "\"}"));
		assertThat(decide(agent).isGranted()).isEqualTo(same);
	}

	@Test
	void asksForSeveralAtOnce() {
		answer(this.alice, BULK, okJson("{\"results\":{\"read\":true,\"write\":false}}"));
		Map<String, CapabilityDecision> decisions = as(this.alice,
				() -> this.decisions.decideTools(Map.of("search", READ, "save", CapabilityRequirement.of("write"))));
		assertThat(decisions.get("search").isGranted()).isTrue();
		assertThat(decisions.get("save").missing()).containsExactly("write");
		lumoAuth.verify(1, postRequestedFor(urlEqualTo(BULK)));
	}

	@ParameterizedTest
	@CsvSource({ "401, invalid_token", "403, insufficient_permissions", "403, access_denied", "401, ''" })
	void aRefusalOfTheCallersTokenDeniesThisCallerOnly(int status, String code) {
		answer(this.alice, CHECK, aResponse().withStatus(status).withBody("{\"error\":\"" + code + "\"}"));
		answer(this.bob, CHECK, okJson("{\"allowed\":true}"));
		for (int i = 0; i < 20; i++) {
			this.wire.clock.advance(Duration.ofSeconds(6));
			assertThat(decide(this.alice)).isEqualTo(CapabilityDecision.deny(List.of("read")));
			assertThat(decide(this.bob).isGranted()).isTrue();
		}
		lumoAuth.verify(20,
				postRequestedFor(urlEqualTo(CHECK)).withHeader("Authorization", equalTo(bearer(this.alice))));
	}

	@Test
	void aRateLimitOfTheCallersTokenIsAWaitOfThisCallerOnly() {
		answer(this.alice, CHECK, aResponse().withStatus(429).withHeader("Retry-After", "20"));
		answer(this.bob, CHECK, okJson("{\"allowed\":true}"));
		for (int i = 0; i < 3; i++) {
			assertThat(decide(this.alice).cause()).isInstanceOf(LumoAuthRateLimitedException.class);
			assertThat(decide(this.bob).isGranted()).isTrue();
		}
		lumoAuth.verify(1,
				postRequestedFor(urlEqualTo(CHECK)).withHeader("Authorization", equalTo(bearer(this.alice))));
	}

	@Test
	void anOutageIsAnOutageAndTheBreakerOpensForAll() {
		answer(this.alice, CHECK, aResponse().withStatus(503));
		answer(this.bob, CHECK, okJson("{\"allowed\":true}"));
		for (int i = 0; i < 4; i++) {
			assertThat(decide(this.alice).outcome()).isEqualTo(Outcome.UNAVAILABLE);
		}
		assertThat(decide(this.bob).outcome()).isEqualTo(Outcome.UNAVAILABLE);
	}

	@Test
	void whatIsNoAnswerIsNone() {
		answer(this.alice, CHECK, okJson("{\"allowed\":\"true\"}"));
		assertThat(decide(this.alice).cause()).isInstanceOf(LumoAuthProtocolException.class)
			.hasMessageNotContaining(this.alice.getToken().getTokenValue());
	}

	@Test
	void authorizesTools() {
		decideBy(CallerCapabilitySource.authorize((token) -> new SubjectClient(this.http, token), "mcp_1",
				"urn:mcp:reports"::equals));
		answer(this.alice, AUTHORIZE, okJson("{\"allowed\":true,\"agent_id\":\"agt_other\"}"));
		assertThat(decide(this.alice).outcome()).isEqualTo(Outcome.UNAVAILABLE);
		answer(this.alice, AUTHORIZE, okJson("{\"allowed\":true,\"resource\":\"urn:mcp:other\"}"));
		assertThat(decide(this.alice).cause()).hasMessageContaining("lumoauth.mcp.server.resource");
		answer(this.alice, AUTHORIZE, okJson("{\"allowed\":true,\"resource\":\"urn:mcp:reports\"}"));
		answer(this.bob, AUTHORIZE, aResponse().withStatus(403).withBody("{\"error\":\"access_denied\"}"));
		assertThat(decide(this.alice).isGranted()).isTrue();
		assertThat(decide(this.bob)).isEqualTo(CapabilityDecision.deny(List.of("read")));
		assertThat(decide(this.bob)).isEqualTo(CapabilityDecision.deny(List.of("read")));
		lumoAuth.verify(4, postRequestedFor(urlEqualTo(AUTHORIZE))
			.withRequestBody(equalToJson("{\"server_id\":\"mcp_1\",\"tool\":\"search\"}")));
	}

	@Test
	void aToolThatIsDeniedSaysNothingOfTheOthers() {
		decideBy(CallerCapabilitySource.authorize((token) -> new SubjectClient(this.http, token), "mcp_1",
				"urn:mcp:reports"::equals));
		lumoAuth
			.stubFor(by(this.alice, AUTHORIZE).withRequestBody(equalToJson("{\"server_id\":\"mcp_1\",\"tool\":\"a\"}"))
				.willReturn(aResponse().withStatus(403)));
		lumoAuth
			.stubFor(by(this.alice, AUTHORIZE).withRequestBody(equalToJson("{\"server_id\":\"mcp_1\",\"tool\":\"b\"}"))
				.willReturn(okJson("{\"allowed\":true}")));
		Map<String, CapabilityDecision> decisions = as(this.alice,
				() -> this.decisions.decideTools(Map.of("a", READ, "b", READ)));
		assertThat(decisions.get("a").missing()).containsExactly("read");
		assertThat(decisions.get("b").isGranted()).isTrue();
	}

	@Test
	void aServerThatLumoAuthDoesNotKnowIsNoDenial() {
		decideBy(CallerCapabilitySource.authorize((token) -> new SubjectClient(this.http, token), "mcp_1",
				"urn:mcp:reports"::equals));
		answer(this.alice, AUTHORIZE, aResponse().withStatus(400).withBody("{\"error\":\"invalid_request\"}"));
		assertThat(decide(this.alice).outcome()).isEqualTo(Outcome.UNAVAILABLE);
	}

	@ParameterizedTest
	@ValueSource(strings = { "check", "authorize" })
	void sendsNoTokenThatIsBoundToAKey(String decideBy) {
		Instant now = this.wire.clock.instant();
		CallerAuthenticationToken bound = caller(Map.of("sub", "alice", "cnf", Map.of("jkt", "of-alice")), now,
				now.plusSeconds(3600));
		answer(bound, CHECK, okJson("{\"permission\":\"read\",\"allowed\":true}"));
		if (decideBy.equals("authorize")) {
			decideBy(CallerCapabilitySource.authorize((token) -> new SubjectClient(this.http, token), "mcp_1",
					(resource) -> true));
		}
		CapabilityDecision decision = as(bound, () -> this.decisions.decide(READ, "read"));
		assertThat(decision.outcome()).isEqualTo(Outcome.UNAVAILABLE);
		assertThat(decision.cause()).hasMessageContaining("lumoauth.mcp.server.decide-by=" + decideBy)
			.hasMessageContaining("set lumoauth.mcp.server.decide-by=scopes");
		lumoAuth.verify(0, anyRequestedFor(anyUrl()));
		decideBy(CallerCapabilitySource.scopes());
		assertThat(as(bound, () -> this.decisions.decide(READ, "read")).isGranted()).isFalse();
	}

}
