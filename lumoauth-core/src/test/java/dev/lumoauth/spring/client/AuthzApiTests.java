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

package dev.lumoauth.spring.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import com.github.tomakehurst.wiremock.stubbing.Scenario;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import dev.lumoauth.spring.LumoAuthAuthenticationException;
import dev.lumoauth.spring.LumoAuthProtocolException;
import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.concurrent.WaitAllowance;
import dev.lumoauth.spring.http.LumoAuthHttp;
import dev.lumoauth.spring.token.WireAgent;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.containing;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.equalToJson;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.ok;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link AuthzApi}.
 */
@ExtendWith(OutputCaptureExtension.class)
class AuthzApiTests {

	@RegisterExtension
	static final WireMockExtension lumoAuth = WireMockExtension.newInstance().build();

	private static final String CHECK = "/t/acme-corp/api/v1/authz/check";

	private static final String BULK = "/t/acme-corp/api/v1/authz/check-bulk";

	private static final String ME = "/t/acme-corp/api/v1/agents/me";

	private LumoAuthClient api;

	@BeforeEach
	void api() {
		WireAgent agent = new WireAgent(lumoAuth);
		LumoAuthHttp http = agent.http();
		this.api = new LumoAuthClient(http, agent.tokens(http));
		tokens("agent-1");
	}

	@Test
	void asksForOnePermissionWithTheAgentsToken() {
		answer(okJson("{\"allowed\":true,\"permission\":\"read:documents\",\"subject_type\":\"agent\",\"user_id\":7}"));
		assertThat(this.api.check("read:documents")).isTrue();
		lumoAuth.verify(1,
				postRequestedFor(urlEqualTo(CHECK)).withHeader("Authorization", equalTo("Bearer agent-1"))
					.withHeader("Content-Type", equalTo("application/json"))
					.withRequestBody(equalToJson("{\"permission\":\"read:documents\"}")));
	}

	@Test
	void denialIsAnAnswer() {
		answer(okJson("{\"allowed\":false}"));
		assertThat(this.api.check("read:documents")).isFalse();
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"allowed\":\"true\"}", "{\"allowed\":1}", "{\"allowed\":null}", "{\"allowed\":[true]}",
			"{\"permission\":\"read:documents\"}", "{}", "[true]", "true", "null", "{\"allowed\":true", "<html>", " ",
			"{\"allowed\":true}{\"allowed\":true}", "{\"allowed\":false,\"allowed\":true}", "{\"Allowed\":true}",
			"{\"allowed\":true,\"permission\":\"write:documents\"}",
			"{\"allowed\":true,\"permission\":[\"read:documents\"]}" })
	void whatIsNoAnswerIsNoAllow(String body) {
		answer(ok(body));
		assertThatExceptionOfType(LumoAuthProtocolException.class).isThrownBy(() -> this.api.check("read:documents"))
			.withMessageContaining(CHECK);
	}

	@Test
	void emptyAnswerIsNoAllow() {
		answer(aResponse().withStatus(204));
		assertThatExceptionOfType(LumoAuthProtocolException.class).isThrownBy(() -> this.api.check("read:documents"));
	}

	@Test
	void whatIsNoAnswerIsNotQuoted(CapturedOutput output) {
		answer(ok("{\"oops\":1}"));
		assertThatExceptionOfType(LumoAuthProtocolException.class).isThrownBy(() -> this.api.check("a"))
			.withMessageContaining("HTTP 200, but its 'allowed' is missing")
			.withMessageNotContaining("oops");
		assertThat(output).doesNotContain("oops");
	}

	@Test
	void replacesARevokedTokenAndAsksAgain() {
		lumoAuth.stubFor(post(CHECK).withHeader("Authorization", equalTo("Bearer agent-1"))
			.willReturn(aResponse().withStatus(401)));
		lumoAuth.stubFor(post(CHECK).withHeader("Authorization", equalTo("Bearer agent-2"))
			.willReturn(okJson("{\"allowed\":true}")));
		tokens("agent-1", "agent-2");
		assertThat(this.api.check("a")).isTrue();
		lumoAuth.verify(2, postRequestedFor(urlEqualTo(CHECK)));
	}

	@Test
	void asksOnlyOnceMoreWhenNoTokenIsAccepted() {
		answer(aResponse().withStatus(401));
		assertThatExceptionOfType(LumoAuthAuthenticationException.class).isThrownBy(() -> this.api.check("a"))
			.withMessageContainingAll("token", WireAgent.CLIENT_ID);
		lumoAuth.verify(2, postRequestedFor(urlEqualTo(CHECK)));
		lumoAuth.verify(2, postRequestedFor(urlEqualTo(WireAgent.TOKEN)));
	}

	@Test
	void isTurnedAwayEvenIfNoNewTokenCanBeHad() {
		answer(aResponse().withStatus(401));
		lumoAuth.stubFor(post(WireAgent.TOKEN).inScenario("down")
			.whenScenarioStateIs(Scenario.STARTED)
			.willReturn(WireAgent.token("agent-1", 3600))
			.willSetStateTo("now"));
		lumoAuth.stubFor(post(WireAgent.TOKEN).inScenario("down")
			.whenScenarioStateIs("now")
			.willReturn(aResponse().withStatus(500)));
		assertThatExceptionOfType(LumoAuthAuthenticationException.class).isThrownBy(() -> this.api.check("a"))
			.withMessageContainingAll("HTTP 401", "and then", "HTTP 500");
	}

	@Test
	void isTurnedAwayEvenIfThereIsNoTimeToAskForANewToken() {
		answer(okJson("{\"allowed\":true}"));
		this.api.check("a");
		WaitAllowance chat = new WaitAllowance();
		chat.spend(Duration.ofHours(1).toNanos(), System.nanoTime());
		this.api.check("a"); // so that the chat may ask once more, for no token though
		answer(aResponse().withStatus(401));
		chat.call(() -> {
			assertThatExceptionOfType(LumoAuthAuthenticationException.class).isThrownBy(() -> this.api.check("a"))
				.withMessageContainingAll("HTTP 401", "and then", "lumoauth.max-wait");
			return null;
		});
	}

	@Test
	void checkIsTriedOnceMoreWhenLumoAuthFailsForAMoment() {
		lumoAuth.stubFor(post(CHECK).inScenario("blip")
			.whenScenarioStateIs(Scenario.STARTED)
			.willReturn(aResponse().withStatus(503))
			.willSetStateTo("well"));
		lumoAuth.stubFor(
				post(CHECK).inScenario("blip").whenScenarioStateIs("well").willReturn(okJson("{\"allowed\":true}")));
		assertThat(this.api.check("a")).isTrue();
	}

	@Test
	void noTokenIsNoRequest() {
		lumoAuth.stubFor(post(WireAgent.TOKEN).willReturn(aResponse().withStatus(500)));
		assertThatExceptionOfType(LumoAuthUnavailableException.class).isThrownBy(() -> this.api.check("a"));
		lumoAuth.verify(0, postRequestedFor(urlEqualTo(CHECK)));
	}

	@Test
	void asksForSeveralWithOneRequest() {
		bulk(okJson("{\"results\":{\"b\":false,\"a\":true,\"unasked\":true},\"other\":12}"));
		assertThat(checkBulk(List.of("a", "b", "a"))).containsExactly(Map.entry("a", true), Map.entry("b", false));
		lumoAuth.verify(1,
				postRequestedFor(urlEqualTo(BULK)).withRequestBody(equalToJson("{\"permissions\":[\"a\",\"b\"]}")));
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "agt_test", "agent:agt_test", "agent_agt_test", "client_agt_test", "agent:agt_test:task:7" })
	void anAnswerMayNameTheAgentInAnyOfLumoAuthsSpellings(String id) {
		answer(okJson("{\"allowed\":true,\"subject_id\":\"" + id + "\"}"));
		bulk(okJson("{\"results\":{\"a\":true},\"subject_id\":\"" + id + "\"}"));
		assertThat(this.api.check("a")).isTrue();
		assertThat(checkBulk(List.of("a"))).containsEntry("a", true);
		lumoAuth.verify(0, getRequestedFor(urlEqualTo(ME)));
	}

	@ParameterizedTest
	@ValueSource(strings = { "\"agt_other\"", "\"agt_tes\"", "\"AGT_TEST\"", "\"agent:agent:agt_test\"", "12", "\"\"",
			"\" \"", "\"agent:\"", "[\"agt_test\"]", "{\"id\":\"agt_test\"}", "true" })
	void anAnswerAboutAnotherSubjectIsNoAllow(String id) {
		me("4711");
		answer(okJson("{\"allowed\":true,\"subject_id\":" + id + "}"));
		bulk(okJson("{\"results\":{\"a\":true},\"subject_id\":" + id + "}"));
		assertThatExceptionOfType(LumoAuthProtocolException.class).isThrownBy(() -> this.api.check("a"))
			.withMessageContaining("not about the 'subject_id'")
			.withMessageNotContaining("agt_other");
		assertThatExceptionOfType(LumoAuthProtocolException.class).isThrownBy(() -> checkBulk(List.of("a")))
			.withMessageContaining("not about the 'subject_id'");
	}

	@Test
	void anAnswerWithoutASubjectCounts() {
		answer(okJson("{\"allowed\":true,\"subject_id\":null}"));
		assertThat(this.api.check("a")).isTrue();
	}

	@Test
	void anAnswerMayNameTheAgentAsItsTokenDoes() {
		tokens(new PlainJWT(new JWTClaimsSet.Builder().subject("agent_4711").build()).serialize());
		answer(okJson("{\"allowed\":true,\"subject_id\":4711}"));
		assertThat(this.api.check("a")).isTrue();
		lumoAuth.verify(0, getRequestedFor(urlEqualTo(ME)));
	}

	@Test
	void anAnswerMayNameTheAgentAsLumoAuthDoes() {
		me("4711");
		answer(okJson("{\"allowed\":true,\"subject_id\":\"agent:4711\"}"));
		for (int i = 0; i < 3; i++) {
			assertThat(this.api.check("a")).isTrue();
		}
		lumoAuth.verify(1, getRequestedFor(urlEqualTo(ME)));
	}

	@Test
	void anAnswerIsNoAllowWhileItIsUnknownWhomItIsAbout() {
		lumoAuth.stubFor(get(ME).willReturn(aResponse().withStatus(503)));
		answer(okJson("{\"allowed\":true,\"subject_id\":\"4711\"}"));
		assertThatExceptionOfType(LumoAuthUnavailableException.class).isThrownBy(() -> this.api.check("a"));
		me("4711");
		assertThat(this.api.check("a")).isTrue();
	}

	private static void me(String id) {
		lumoAuth.stubFor(get(ME).willReturn(okJson("{\"identity\":{\"agent_id\":\"" + id + "\"}}")));
	}

	@Test
	void onlyBooleansAreAnswers() {
		bulk(okJson("{\"results\":{\"a\":\"true\",\"b\":1,\"c\":null,\"d\":true}}"));
		assertThat(checkBulk(List.of("a", "b", "c", "d", "e"))).containsExactly(Map.entry("d", true));
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "{}", "{\"results\":[true]}", "{\"results\":null}", "{\"results\":{\"a\":false,\"a\":true}}" })
	void withoutResultsThereIsNoAnswer(String body) {
		bulk(ok(body));
		assertThatExceptionOfType(LumoAuthProtocolException.class).isThrownBy(() -> checkBulk(List.of("a")));
	}

	@Test
	void asksInSlicesOfAHundred() {
		List<String> names = IntStream.range(0, 201).mapToObj((i) -> "p" + i).toList();
		bulk(okJson("{\"results\":{}}"));
		checkBulk(names);
		List<Integer> sizes = new ArrayList<>();
		lumoAuth.findAll(postRequestedFor(urlEqualTo(BULK)))
			.forEach((request) -> sizes.add(request.getBodyAsString().split(",").length));
		assertThat(sizes).containsExactly(100, 100, 1);
	}

	@Test
	void whatWasAnsweredBeforeAFailureIsAnAnswer() {
		bulk(aResponse().withStatus(500));
		lumoAuth.stubFor(post(BULK).withRequestBody(containing("\"p0\""))
			.atPriority(1)
			.willReturn(okJson("{\"results\":{\"p0\":true,\"p1\":false}}")));
		Map<String, Boolean> answers = new HashMap<>();
		List<String> names = IntStream.range(0, 101).mapToObj((i) -> "p" + i).toList();
		assertThatExceptionOfType(LumoAuthUnavailableException.class)
			.isThrownBy(() -> this.api.checkBulk(names, answers::put));
		assertThat(answers).containsOnly(Map.entry("p0", true), Map.entry("p1", false));
	}

	@Test
	void asksNothingForNothing() {
		assertThat(checkBulk(List.of())).isEmpty();
		lumoAuth.verify(0, postRequestedFor(urlEqualTo(BULK)));
	}

	private void answer(ResponseDefinitionBuilder response) {
		lumoAuth.stubFor(post(CHECK).willReturn(response));
	}

	private void bulk(ResponseDefinitionBuilder response) {
		lumoAuth.stubFor(post(BULK).willReturn(response));
	}

	static void tokens(String... values) {
		String state = Scenario.STARTED;
		for (String value : values) {
			lumoAuth.stubFor(post(WireAgent.TOKEN).inScenario("tokens")
				.whenScenarioStateIs(state)
				.willReturn(WireAgent.token(value, 3600))
				.willSetStateTo(value));
			state = value;
		}
		lumoAuth.stubFor(post(WireAgent.TOKEN).inScenario("tokens")
			.whenScenarioStateIs(state)
			.willReturn(WireAgent.token(values[values.length - 1] + "-again", 3600)));
	}

	private Map<String, Boolean> checkBulk(List<String> permissions) {
		Map<String, Boolean> answers = new LinkedHashMap<>();
		this.api.checkBulk(permissions, answers::put);
		return answers;
	}

}
