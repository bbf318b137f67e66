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

import java.time.Duration;
import java.util.Objects;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import dev.lumoauth.spring.LumoAuthDeniedException;
import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.approval.Approval;
import dev.lumoauth.spring.approval.ApprovalAnswer;
import dev.lumoauth.spring.approval.ApprovalChannel;
import dev.lumoauth.spring.approval.ApprovalState;
import dev.lumoauth.spring.approval.Asked;
import dev.lumoauth.spring.approval.NobodyToAskException;
import dev.lumoauth.spring.approval.client.AskingAgent;
import dev.lumoauth.spring.token.WireAgent;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.containing;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.equalToJson;
import static com.github.tomakehurst.wiremock.client.WireMock.jsonResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link CibaChannel}.
 */
class CibaChannelTests {

	@RegisterExtension
	static final WireMockExtension lumoAuth = WireMockExtension.newInstance().build();

	private static final ResponseDefinitionBuilder WAITING = jsonResponse("{\"error\":\"authorization_pending\"}", 400);

	private static final Approval REQUEST = Asked.approval("apv_1", null);

	private AskingAgent asking;

	private ApprovalChannel channel;

	@BeforeEach
	void channel() {
		this.asking = new AskingAgent(lumoAuth);
		this.channel = new CibaChannel(this.asking.client, this.asking.agent.clock);
	}

	@Test
	void asksTheApprover() {
		ask(okJson("{\"auth_req_id\":\"apv_1\",\"expires_in\":300,\"interval\":5}"));
		assertThat(this.channel.ask(Asked.question("alice@example.com"))).isEqualTo(new ApprovalAnswer(
				ApprovalState.PENDING, "apv_1", null, this.asking.agent.clock.instant().plusSeconds(300), null, null));
		lumoAuth.verify(1,
				postRequestedFor(urlEqualTo(AskingAgent.BC_AUTHORIZE))
					.withFormParam("login_hint", equalTo("alice@example.com"))
					.withFormParam("binding_message", equalTo("Refund 4500 EUR"))
					.withFormParam("authorization_details", equalToJson("""
							[{"type":"tool_invocation","actions":["execute"],"identifier":"refund",
							  "arguments":{"amount":4500,"card":"***","note":null},"impact":"high"}]""")));
	}

	@Test
	void saysWhichPropertyNamesSomebodyToAsk() {
		assertThatExceptionOfType(NobodyToAskException.class).isThrownBy(() -> this.channel.ask(Asked.question(null)))
			.withMessageContaining("lumoauth.approvals.approver");
		ask(jsonResponse("{\"error\":\"unknown_user_id\"}", 400));
		assertThatExceptionOfType(NobodyToAskException.class)
			.isThrownBy(() -> this.channel.ask(Asked.question("alice@example.com")))
			.withMessageContaining("lumoauth.approvals.approver")
			.withMessageNotContaining("alice");
	}

	@ParameterizedTest
	@CsvSource({ "400, invalid_scope", "403, access_denied", "403, unauthorized_client" })
	void refusalIsOne(int status, String code) {
		ask(jsonResponse("{\"error\":\"" + code + "\"}", status));
		assertThatExceptionOfType(LumoAuthDeniedException.class)
			.isThrownBy(() -> this.channel.ask(Asked.question("alice@example.com")));
	}

	@Test
	void asksNotBeforeTheIntervalOfTheServerHasPassed() {
		ask(okJson("{\"auth_req_id\":\"apv_1\",\"expires_in\":300,\"interval\":7}"));
		poll(WAITING);
		this.channel.ask(Asked.question("alice@example.com"));
		assertThat(stateAfter(0)).isEqualTo(ApprovalState.PENDING);
		assertThat(stateAfter(6)).isEqualTo(ApprovalState.PENDING);
		verifyPolls(0);
		stateAfter(1);
		verifyPolls(1);
		stateAfter(6);
		verifyPolls(1);
		stateAfter(1);
		verifyPolls(2);
	}

	@Test
	void remembersThatItIsToBeSlower() {
		poll(jsonResponse("{\"error\":\"slow_down\"}", 400));
		assertThat(stateAfter(0)).isEqualTo(ApprovalState.PENDING);
		poll(WAITING);
		stateAfter(9);
		verifyPolls(1);
		stateAfter(1);
		verifyPolls(2);
		stateAfter(9);
		verifyPolls(2);
		assertThat(this.channel.status(Asked.approval("apv_2", null)).state()).isEqualTo(ApprovalState.PENDING);
		verifyPolls(3);
	}

	@Test
	void asksAgainIfTheClockIsPutBack() {
		poll(WAITING);
		stateAfter(0);
		this.asking.agent.clock.set("2026-05-04T09:00:00Z");
		stateAfter(0);
		verifyPolls(2);
	}

	@ParameterizedTest
	@CsvSource({ "access_denied, DENIED", "expired_token, EXPIRED" })
	void saysThatNothingWillCome(String code, ApprovalState state) {
		poll(jsonResponse("{\"error\":\"" + code + "\"}", 400));
		assertThat(this.channel.status(REQUEST)).isEqualTo(ApprovalAnswer.of(state));
	}

	@Test
	void noAnswerIsNoDecision() {
		poll(jsonResponse("{\"error\":\"invalid_grant\"}", 400));
		assertThatExceptionOfType(LumoAuthDeniedException.class).isThrownBy(() -> this.channel.status(REQUEST));
		this.asking.agent.clock.advance(Duration.ofSeconds(5));
		poll(jsonResponse("{\"error\":\"access_denied\"}", 403));
		assertThatExceptionOfType(LumoAuthDeniedException.class).isThrownBy(() -> this.channel.status(REQUEST));
		this.asking.agent.clock.advance(Duration.ofSeconds(5));
		poll(aResponse().withStatus(503));
		assertThatExceptionOfType(LumoAuthUnavailableException.class).isThrownBy(() -> this.channel.status(REQUEST));
		verifyPolls(3);
	}

	@Test
	void fetchesTheTokenWhenTheCallBegins() {
		poll(okJson("""
				{"access_token":"ciba-1","token_type":"Bearer","expires_in":300,"task_id":"task_7f",
				 "jit_request_id":"jit_41"}"""));
		ApprovalAnswer answer = this.channel.status(REQUEST);
		assertThat(answer.state()).isEqualTo(ApprovalState.APPROVED);
		assertThat(answer.reference()).isEqualTo("jit_41");
		assertThat(answer.task()).isEqualTo("task_7f");
		assertThat(answer.expiresAt()).isEqualTo(this.asking.agent.clock.instant().plusSeconds(300));
		lumoAuth.stubFor(post(AskingAgent.JIT_REQUEST + "/jit_41/token")
			.willReturn(okJson("{\"access_token\":\"jit-token-1\",\"token_type\":\"Bearer\"}")));
		Approval approved = Asked.approval("jit_41", "task_7f");
		assertThat(token(approved)).isEqualTo("jit-token-1");
		lumoAuth.stubFor(post(AskingAgent.JIT_TASK + "/task_7f/complete").willReturn(okJson("{}")));
		this.channel.ended(approved);
		lumoAuth.verify(1, postRequestedFor(urlEqualTo(AskingAgent.JIT_TASK + "/task_7f/complete")));
	}

	@Test
	void endsWhatWasNeverApprovedWithoutAWord() {
		this.channel.ended(REQUEST);
		this.channel.ended(Asked.approval(null, null));
		lumoAuth.verify(0, postRequestedFor(com.github.tomakehurst.wiremock.client.WireMock.anyUrl()));
	}

	@Test
	void hasNoTokenWhereLumoAuthNamesNoRequestForIt() {
		poll(okJson("{\"access_token\":\"ciba-1\",\"token_type\":\"Bearer\"}"));
		assertThat(this.channel.status(REQUEST).state()).isEqualTo(ApprovalState.APPROVED);
		assertThatExceptionOfType(LumoAuthUnavailableException.class).isThrownBy(() -> token(REQUEST));
	}

	@Test
	void leavesTheTokenEndpointToOthers() {
		assertThat(this.channel.untilNextStatus()).isZero();
		assertThat(this.channel.untilNextStatus()).isBetween(Duration.ofSeconds(3), Duration.ofSeconds(6));
		assertThat(this.channel.interval()).isBetween(Duration.ofSeconds(5), Duration.ofSeconds(6));
	}

	private ApprovalState stateAfter(int seconds) {
		this.asking.agent.clock.advance(Duration.ofSeconds(seconds));
		return this.channel.status(REQUEST).state();
	}

	private String token(Approval approval) {
		return Objects.requireNonNull(this.channel.token(approval)).getTokenValue();
	}

	private static void verifyPolls(int count) {
		lumoAuth.verify(count,
				postRequestedFor(urlEqualTo(WireAgent.TOKEN)).withRequestBody(containing("auth_req_id")));
	}

	private static void ask(ResponseDefinitionBuilder response) {
		lumoAuth.stubFor(post(AskingAgent.BC_AUTHORIZE).willReturn(response));
	}

	private static void poll(ResponseDefinitionBuilder response) {
		lumoAuth.stubFor(AskingAgent.poll().willReturn(response));
	}

}
