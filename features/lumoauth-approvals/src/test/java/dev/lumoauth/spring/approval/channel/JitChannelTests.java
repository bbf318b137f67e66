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

package dev.lumoauth.spring.approval.channel;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import dev.lumoauth.spring.LumoAuthDeniedException;
import dev.lumoauth.spring.LumoAuthException;
import dev.lumoauth.spring.LumoAuthProtocolException;
import dev.lumoauth.spring.LumoAuthRateLimitedException;
import dev.lumoauth.spring.approval.Approval;
import dev.lumoauth.spring.approval.ApprovalAnswer;
import dev.lumoauth.spring.approval.ApprovalChannel;
import dev.lumoauth.spring.approval.ApprovalState;
import dev.lumoauth.spring.approval.Asked;
import dev.lumoauth.spring.approval.TooSoonAfterDenialException;
import dev.lumoauth.spring.approval.client.AskingAgent;
import dev.lumoauth.spring.token.WireAgent;
import dev.lumoauth.spring.user.UserScope;
import dev.lumoauth.spring.user.UserToken;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.containing;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.equalToJson;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.jsonResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.matchingJsonPath;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link JitChannel}.
 */
class JitChannelTests {

	@RegisterExtension
	static final WireMockExtension lumoAuth = WireMockExtension.newInstance().build();

	private static final String COMPLETE = AskingAgent.JIT_TASK + "/task_7f/complete";

	private static final String PENDING = "{\"request_id\":\"jit_41\",\"status\":\"pending\"}";

	private AskingAgent asking;

	private ApprovalChannel channel;

	@BeforeEach
	void channel() {
		this.asking = new AskingAgent(lumoAuth);
		this.channel = new JitChannel(this.asking.client, Duration.ofSeconds(5), this.asking.agent.clock, null);
		lumoAuth.stubFor(post(AskingAgent.JIT_TASK).willReturn(jsonResponse("{\"task_id\":\"task_7f\"}", 201)));
		lumoAuth.stubFor(post(COMPLETE).willReturn(okJson("{\"task_id\":\"task_7f\",\"status\":\"completed\"}")));
	}

	@Test
	void asksInATaskOfItsOwn() {
		request("""
				{"request_id":"jit_41","status":"pending","risk_level":"high","task_id":"task_7f",
				 "expires_at":"2026-05-04T10:05:00+00:00"}""");
		assertThat(this.channel.ask(Asked.question(null))).isEqualTo(new ApprovalAnswer(ApprovalState.PENDING, "jit_41",
				"task_7f", Instant.parse("2026-05-04T10:05:00Z"), null, null));
		lumoAuth.verify(1, postRequestedFor(urlEqualTo(AskingAgent.JIT_TASK))
			.withRequestBody(equalToJson("{\"name\":\"refund\"}")));
		lumoAuth.verify(1, postRequestedFor(urlEqualTo(AskingAgent.JIT_REQUEST)).withRequestBody(equalToJson("""
				{"task_id":"task_7f","justification":"Refund 4500 EUR","requested_ttl":300,
				 "authorization_details":{"type":"tool_invocation","actions":["execute"],"identifier":"refund",
				 "arguments":{"amount":4500,"card":"***","note":null},"impact":"high"}}""")));
		lumoAuth.verify(0, postRequestedFor(urlEqualTo(COMPLETE)));
	}

	@Test
	void saysWhereItIsToBeToldOfTheDecision() {
		request("{\"request_id\":\"jit_41\",\"status\":\"pending\"}");
		new JitChannel(this.asking.client, Duration.ofSeconds(5), this.asking.agent.clock,
				URI.create("https://app.example.com/decided"))
			.ask(Asked.question(null));
		lumoAuth.verify(1, postRequestedFor(urlEqualTo(AskingAgent.JIT_REQUEST))
			.withRequestBody(matchingJsonPath("$.callback_url", equalTo("https://app.example.com/decided"))));
	}

	@Test
	void asksForServersAndCapabilitiesToo() {
		request("{\"request_id\":\"jit_41\",\"status\":\"pending\"}");
		this.channel.ask(Asked.question(Asked.approval(null, null, List.of("urn:a"), List.of("pay"), "alice"), null,
				Duration.ofMinutes(5)));
		lumoAuth.verify(1,
				postRequestedFor(urlEqualTo(AskingAgent.JIT_REQUEST))
					.withRequestBody(matchingJsonPath("$.authorization_details.locations[0]", equalTo("urn:a")))
					.withRequestBody(matchingJsonPath("$.authorization_details.capability", equalTo("pay")))
					.withRequestBody(matchingJsonPath("$.authorization_details.user", equalTo("alice"))));
		this.channel.ask(Asked.question(Asked.approval(null, null, List.of(), List.of("pay", "read"), null), null,
				Duration.ofMinutes(5)));
		lumoAuth.verify(1, postRequestedFor(urlEqualTo(AskingAgent.JIT_REQUEST))
			.withRequestBody(matchingJsonPath("$.authorization_details.capabilities[1]", equalTo("read"))));
	}

	@ParameterizedTest
	@CsvSource({ "PT1S, 60", "PT1M, 60", "PT10M, 600", "PT15M, 900", "PT1H, 900" })
	void asksForATimeThatLumoAuthTakes(Duration ttl, String seconds) {
		request("{\"request_id\":\"jit_41\",\"status\":\"pending\"}");
		this.channel.ask(Asked.question(Asked.approval(null, null), null, ttl));
		lumoAuth.verify(1, postRequestedFor(urlEqualTo(AskingAgent.JIT_REQUEST))
			.withRequestBody(matchingJsonPath("$.requested_ttl", equalTo(seconds))));
	}

	@Test
	void asksOnBehalfOfTheUser() {
		lumoAuth.stubFor(post(WireAgent.TOKEN).withRequestBody(containing("token-exchange"))
			.willReturn(WireAgent.exchanged("delegated-1", 600)));
		request("{\"request_id\":\"jit_41\",\"status\":\"pending\"}");
		UserScope.call(UserToken.of("user-1"), () -> this.channel.ask(Asked.question(null)));
		List.of(AskingAgent.JIT_TASK, AskingAgent.JIT_REQUEST)
			.forEach((url) -> lumoAuth.verify(1,
					postRequestedFor(urlEqualTo(url)).withHeader("Authorization", equalTo("Bearer delegated-1"))));
	}

	@Test
	void asksNothingForAUserForWhomTheAgentMayNotAct() {
		lumoAuth.stubFor(post(WireAgent.TOKEN).withRequestBody(containing("token-exchange"))
			.willReturn(jsonResponse("{\"error\":\"delegation_not_allowed\"}", 403)));
		assertThatExceptionOfType(LumoAuthDeniedException.class)
			.isThrownBy(() -> UserScope.call(UserToken.of("user-1"), () -> this.channel.ask(Asked.question(null))));
		lumoAuth.verify(0, postRequestedFor(urlEqualTo(AskingAgent.JIT_TASK)));
	}

	@Test
	void maybeNobodyHasToDecide() {
		request("{\"request_id\":\"jit_41\",\"status\":\"approved\",\"risk_level\":\"low\",\"granted_ttl\":300}");
		assertThat(this.channel.ask(Asked.question(null))).isEqualTo(new ApprovalAnswer(ApprovalState.APPROVED,
				"jit_41", "task_7f", this.asking.agent.clock.instant().plusSeconds(300), null, null));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			"granted_ttl":0                                              | 0
			"granted_ttl":-300                                           | 0
			"granted_ttl":-1e300                                         | 0
			"granted_ttl":0.9                                            | 0
			"granted_ttl":300,"expires_at":"2026-05-04T09:00:00Z"        | -3600
			"granted_ttl":300,"expires_at":"2026-05-04T10:01:00Z"        | 60
			"granted_ttl":300,"expires_at":"2026-05-04T11:00:00Z"        | 300
			"granted_ttl":null,"expires_at":"2026-05-04T09:59:59Z"       | -1
			"granted_ttl":1e300                                          | 31536000
			""")
	void knowsUntilWhenAnApprovalLasts(String members, long seconds) {
		String answer = "{\"request_id\":\"jit_41\",\"status\":\"approved\"," + members + "}";
		Instant end = this.asking.agent.clock.instant().plusSeconds(seconds);
		request(answer);
		assertThat(this.channel.ask(Asked.question(null)).expiresAt()).isEqualTo(end);
		status(okJson(answer));
		assertThat(this.channel.status(Asked.approval("jit_41", "task_7f")).expiresAt()).isEqualTo(end);
	}

	@ParameterizedTest
	@ValueSource(strings = { "\"granted_ttl\":\"300\"", "\"granted_ttl\":true", "\"granted_ttl\":[300]",
			"\"expires_at\":\"tomorrow\"", "\"expires_at\":1893456000", "\"expires_at\":true",
			"\"granted_ttl\":300,\"expires_at\":\"2026-13-04T10:00:00Z\"" })
	void anApprovalWhoseEndCannotBeReadIsNone(String members) {
		String answer = "{\"request_id\":\"jit_41\",\"status\":\"approved\"," + members + "}";
		request(answer);
		assertThatExceptionOfType(LumoAuthProtocolException.class)
			.isThrownBy(() -> this.channel.ask(Asked.question(null)));
		status(okJson(answer));
		assertThatExceptionOfType(LumoAuthProtocolException.class)
			.isThrownBy(() -> this.channel.status(Asked.approval("jit_41", "task_7f")));
	}

	@ParameterizedTest
	@ValueSource(ints = { 400, 403, 404, 429, 500 })
	void leavesNothingBehindIfAskingFails(int status) {
		lumoAuth.stubFor(post(AskingAgent.JIT_REQUEST).willReturn(aResponse().withStatus(status)));
		assertThatExceptionOfType(LumoAuthException.class).isThrownBy(() -> this.channel.ask(Asked.question(null)));
		lumoAuth.verify(1, postRequestedFor(urlEqualTo(AskingAgent.JIT_REQUEST)));
		lumoAuth.verify(1, postRequestedFor(urlEqualTo(COMPLETE)));
	}

	@ParameterizedTest
	@CsvSource({ "pending, PENDING", "approved, APPROVED", "denied, DENIED", "expired, EXPIRED", "cancelled, CANCELLED",
			"APPROVED, PENDING", "under_review, PENDING" })
	void knowsWhatTheWordsMean(String status, ApprovalState state) {
		status(okJson("{\"request_id\":\"jit_41\",\"status\":\"" + status + "\",\"agent_message\":\"Too much\"}"));
		assertThat(this.channel.status(Asked.approval("jit_41", "task_7f")))
			.isEqualTo(new ApprovalAnswer(state, "jit_41", null, null, null, "Too much"));
	}

	@Test
	void requestThatLumoAuthKnowsNoMoreIsOver() {
		status(jsonResponse("{\"error\":\"not_found\",\"message\":\"no\"}", 404));
		assertThat(this.channel.status(Asked.approval("jit_41", "task_7f")))
			.isEqualTo(ApprovalAnswer.of(ApprovalState.CANCELLED));
	}

	@Test
	void noAnswerIsNoDecision() {
		Approval approval = Asked.approval("jit_41", "task_7f");
		status(jsonResponse("{\"error\":\"access_denied\"}", 403));
		assertThatExceptionOfType(LumoAuthDeniedException.class).isThrownBy(() -> this.channel.status(approval));
		status(okJson("{\"request_id\":\"jit_42\",\"status\":\"approved\"}"));
		assertThatExceptionOfType(LumoAuthProtocolException.class).isThrownBy(() -> this.channel.status(approval));
		status(aResponse().withStatus(404));
		assertThatExceptionOfType(LumoAuthProtocolException.class).isThrownBy(() -> this.channel.status(approval));
		status(jsonResponse("{\"error\":\"rate_limited\"}", 429).withHeader("Retry-After", "7"));
		assertThatExceptionOfType(LumoAuthRateLimitedException.class).isThrownBy(() -> this.channel.status(approval));
		assertThatIllegalStateException().isThrownBy(() -> this.channel.status(Asked.approval(null, null)));
	}

	@Test
	void givesTheTokenOfTheRequest() {
		lumoAuth.stubFor(post(AskingAgent.JIT_REQUEST + "/jit_41/token")
			.willReturn(okJson("{\"access_token\":\"jit-token-1\",\"token_type\":\"Bearer\",\"expires_in\":300}")));
		assertThat(this.channel.token(Asked.approval("jit_41", "task_7f")).getTokenValue()).isEqualTo("jit-token-1");
	}

	@Test
	void completesTheTask() {
		this.channel.ended(Asked.approval("jit_41", "task_7f"));
		lumoAuth.verify(1, postRequestedFor(urlEqualTo(COMPLETE)));
	}

	@ParameterizedTest
	@ValueSource(ints = { 200, 400, 401, 403, 404, 429, 500 })
	void isQuietIfTheTaskIsNotCompleted(int status) {
		lumoAuth.stubFor(post(COMPLETE).willReturn(aResponse().withStatus(status)));
		this.channel.ended(Asked.approval("jit_41", "task_7f"));
		this.channel.ended(Asked.approval(null, null));
		this.channel.ended(Asked.approval("jit_41", "../x"));
	}

	@Test
	void asksAsOftenAsIsSet() {
		assertThat(ApprovalChannels.jit(this.asking.client, Duration.ofSeconds(1), Clock.systemUTC(), null).interval())
			.isEqualTo(Duration.ofSeconds(1));
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new JitChannel(this.asking.client, Duration.ZERO, Clock.systemUTC(), null));
	}

	@Test
	void requestsOfOneConversationAreOneTask() {
		taskLastsUntil("2026-05-04T11:00:00+00:00");
		request(PENDING);
		ask("a", "chat-1");
		this.channel.ended(inChat("a", "chat-1", ApprovalState.DENIED));
		ask("b", "chat-1");
		this.channel.ended(inChat("b", "chat-1", ApprovalState.DENIED));
		ask("c", "chat-1");
		lumoAuth.verify(1, postRequestedFor(urlEqualTo(AskingAgent.JIT_TASK))
			.withRequestBody(equalToJson("{\"name\":\"A conversation\"}")));
		lumoAuth.verify(3, postRequestedFor(urlEqualTo(AskingAgent.JIT_REQUEST)));
		lumoAuth.verify(0, postRequestedFor(urlEqualTo(COMPLETE)));
		ask("d", "chat-2");
		ask("e", null);
		lumoAuth.verify(3, postRequestedFor(urlEqualTo(AskingAgent.JIT_TASK)));
	}

	@Test
	void completesTheTaskOfAConversationOnceNothingIsOpen() {
		taskLastsUntil("2026-05-04T11:00:00+00:00");
		request(PENDING);
		ask("a", "chat-1");
		ask("b", "chat-1");
		this.channel.ended(inChat("b", "chat-1", ApprovalState.DENIED));
		lumoAuth.verify(0, postRequestedFor(urlEqualTo(COMPLETE)));
		this.channel.ended(inChat("a", "chat-1", ApprovalState.DONE));
		lumoAuth.verify(1, postRequestedFor(urlEqualTo(COMPLETE)));
		ask("c", "chat-1");
		lumoAuth.verify(2, postRequestedFor(urlEqualTo(AskingAgent.JIT_TASK)));
		this.channel.ended(inChat("c", "chat-1", ApprovalState.EXPIRED));
		lumoAuth.verify(2, postRequestedFor(urlEqualTo(COMPLETE)));
	}

	@Test
	void asksNobodyOnceLumoAuthHasSuspendedTheTask() {
		taskLastsUntil("2026-05-04T11:00:00+00:00");
		request(PENDING);
		ask("a", "chat-1");
		this.channel.ended(inChat("a", "chat-1", ApprovalState.DENIED));
		lumoAuth.stubFor(post(AskingAgent.JIT_REQUEST)
			.willReturn(jsonResponse("{\"error\":\"task_not_active\",\"message\":\"no\"}", 400)));
		for (int i = 0; i < 3; i++) {
			assertThatExceptionOfType(TooSoonAfterDenialException.class).isThrownBy(() -> ask("b", "chat-1"))
				.withMessageContaining("LumoAuth accepts no more requests in the task of this conversation")
				.satisfies((ex) -> assertThat(ex.modelText()).contains("Stop calling it"));
		}
		lumoAuth.verify(1, postRequestedFor(urlEqualTo(AskingAgent.JIT_TASK)));
		lumoAuth.verify(0, postRequestedFor(urlEqualTo(COMPLETE)));
		request(PENDING);
		ask("c", "chat-2");
		this.asking.agent.clock.advance(Duration.ofHours(2));
		taskLastsUntil("2026-05-04T14:00:00+00:00");
		ask("d", "chat-1");
	}

	@ParameterizedTest
	@ValueSource(ints = { 400, 404 })
	void beginsAnotherTaskIfTheLastOneIsOverWithoutADenial(int status) {
		taskLastsUntil("2026-05-04T11:00:00+00:00");
		request(PENDING);
		ask("a", "chat-1");
		lumoAuth.stubFor(post(AskingAgent.JIT_REQUEST)
			.willReturn(jsonResponse("{\"error\":\"not_found\",\"message\":\"no\"}", status)));
		assertThatExceptionOfType(LumoAuthException.class).isThrownBy(() -> ask("b", "chat-1"));
		request(PENDING);
		ask("c", "chat-1");
		lumoAuth.verify(2, postRequestedFor(urlEqualTo(AskingAgent.JIT_TASK)));
	}

	@Test
	void aTaskWhoseEndIsNotKnownOrIsNearIsForOneRequest() {
		request(PENDING);
		ask("a", "chat-1");
		ask("b", "chat-1");
		taskLastsUntil("2026-05-04T10:04:00+00:00");
		ask("c", "chat-1");
		ask("d", "chat-1");
		lumoAuth.verify(4, postRequestedFor(urlEqualTo(AskingAgent.JIT_TASK)));
	}

	private void ask(String id, @Nullable String chat) {
		this.channel.ask(Asked.question(inChat(id, chat, ApprovalState.PENDING), null, Duration.ofMinutes(5)));
	}

	private static Approval inChat(String id, @Nullable String chat, ApprovalState state) {
		Approval approval = Asked.approval("jit_41", "task_7f");
		return new Approval(id, 0, state, approval.call(), approval.reason(), approval.impact(), List.of(), List.of(),
				chat, true, "jit_41", "task_7f", approval.requestedAt(), approval.expiresAt(), null, null, null, null,
				null);
	}

	private static void taskLastsUntil(String end) {
		lumoAuth.stubFor(post(AskingAgent.JIT_TASK)
			.willReturn(jsonResponse("{\"task_id\":\"task_7f\",\"expires_at\":\"" + end + "\"}", 201)));
	}

	private static void request(String body) {
		lumoAuth.stubFor(post(AskingAgent.JIT_REQUEST).willReturn(jsonResponse(body, 201)));
	}

	private static void status(ResponseDefinitionBuilder response) {
		lumoAuth.stubFor(get(AskingAgent.JIT_REQUEST + "/jit_41/status").willReturn(response));
	}

}
