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
import java.time.Instant;
import java.util.Map;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import dev.lumoauth.spring.LumoAuthDeniedException;
import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.approval.ApprovalAnswer;
import dev.lumoauth.spring.approval.ApprovalChannel;
import dev.lumoauth.spring.approval.ApprovalQuestion;
import dev.lumoauth.spring.approval.ApprovalState;
import dev.lumoauth.spring.approval.Asked;
import dev.lumoauth.spring.approval.CallNotShownException;
import dev.lumoauth.spring.approval.NobodyToAskException;
import dev.lumoauth.spring.approval.client.AskingAgent;
import dev.lumoauth.spring.user.UserScope;
import dev.lumoauth.spring.user.UserToken;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
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

/**
 * Tests for {@link PushChannel}.
 */
class PushChannelTests {

	@RegisterExtension
	static final WireMockExtension lumoAuth = WireMockExtension.newInstance().build();

	private static final ResponseDefinitionBuilder PENDING = jsonResponse(
			"{\"approval_token\":\"apv_9c\",\"status\":\"pending\",\"expires_at\":\"2026-05-04T10:02:00+00:00\"}", 201);

	private ApprovalChannel channel;

	@BeforeEach
	void channel() {
		this.channel = ApprovalChannels.push(new AskingAgent(lumoAuth).client);
	}

	@Test
	void asksTheApprover() {
		request(PENDING);
		assertThat(this.channel.ask(Asked.question("alice@example.com"))).isEqualTo(new ApprovalAnswer(
				ApprovalState.PENDING, "apv_9c", null, Instant.parse("2026-05-04T10:02:00Z"), null, null));
		lumoAuth.verify(1, postRequestedFor(urlEqualTo(AskingAgent.APPROVALS)).withRequestBody(equalToJson("""
				{"task_id":"0190-1","impact":"high","on_behalf_of":"alice@example.com",
				 "reason":"Refund 4500 EUR. refund {\\"amount\\":4500,\\"card\\":\\"***\\",\\"note\\":null}",
				 "meta":{"tool":"refund","arguments":{"amount":4500,"card":"***","note":null}}}""")));
	}

	@ParameterizedTest
	@CsvSource({ "bob@example.com, bob-1, bob@example.com", ", bob-1, bob-1" })
	void asksTheUserOnWhoseBehalfTheCallIs(String email, String subject, String asked) {
		request(PENDING);
		String token = new PlainJWT(new JWTClaimsSet.Builder().subject(subject).claim("email", email).build())
			.serialize();
		UserScope.call(UserToken.of(token), () -> this.channel.ask(Asked.question("alice@example.com")));
		lumoAuth.verify(1, postRequestedFor(urlEqualTo(AskingAgent.APPROVALS))
			.withRequestBody(matchingJsonPath("$.on_behalf_of", equalTo(asked))));
	}

	@Test
	void asksNobodyElseInThePlaceOfAUserWithoutAName() {
		assertThatExceptionOfType(NobodyToAskException.class)
			.isThrownBy(() -> UserScope.call(UserToken.of("opaque-MARKER"),
					() -> this.channel.ask(Asked.question("alice@example.com"))))
			.withMessageContaining("lumoauth.approvals.channel")
			.withMessageNotContaining("MARKER");
		lumoAuth.verify(0, postRequestedFor(urlEqualTo(AskingAgent.APPROVALS)));
	}

	@ParameterizedTest
	@NullSource
	@ValueSource(strings = { "", " " })
	void saysWhichPropertyNamesSomebodyToAsk(String approver) {
		assertThatExceptionOfType(NobodyToAskException.class)
			.isThrownBy(() -> this.channel.ask(Asked.question(approver)))
			.withMessageContaining("lumoauth.approvals.approver")
			.satisfies(
					(ex) -> assertThat(ex.modelText()).isEqualTo("Error: nobody can be asked to approve this call."));
		lumoAuth.verify(0, postRequestedFor(urlEqualTo(AskingAgent.APPROVALS)));
	}

	@Test
	void tellsTheWaysOfHavingNoDeviceApart() {
		request(jsonResponse("{\"status\":\"email_fallback_sent\",\"message\":\"sent\",\"task_id\":\"0190-1\"}", 202));
		assertThatExceptionOfType(NobodyToAskException.class)
			.isThrownBy(() -> this.channel.ask(Asked.question("a@b.c")))
			.satisfies((ex) -> assertThat(ex.modelText()).isEqualTo("Error: the user was asked by e-mail, and nothing "
					+ "can be decided there; ask the user to set up a device."));
		request(jsonResponse("{\"error\":\"no_push_device\"}", 428));
		assertThatExceptionOfType(NobodyToAskException.class)
			.isThrownBy(() -> this.channel.ask(Asked.question("a@b.c")))
			.satisfies((ex) -> assertThat(ex.modelText())
				.isEqualTo("Error: the user has no device to approve this with."));
		request(jsonResponse("{\"error\":\"not_found\",\"message\":\"no\"}", 404));
		assertThatExceptionOfType(NobodyToAskException.class)
			.isThrownBy(() -> this.channel.ask(Asked.question("a@b.c")))
			.withMessageContaining("lumoauth.approvals.approver");
	}

	@Test
	void noAnswerIsNoRequest() {
		request(jsonResponse("{\"error\":\"delegation_not_permitted\"}", 403));
		assertThatExceptionOfType(LumoAuthDeniedException.class)
			.isThrownBy(() -> this.channel.ask(Asked.question("a@b.c")));
		request(aResponse().withStatus(503));
		assertThatExceptionOfType(LumoAuthUnavailableException.class)
			.isThrownBy(() -> this.channel.ask(Asked.question("a@b.c")));
		lumoAuth.verify(2, postRequestedFor(urlEqualTo(AskingAgent.APPROVALS)));
	}

	@ParameterizedTest
	@CsvSource({ "pending, PENDING,", "approved, APPROVED, 7", "denied, DENIED,", "expired, EXPIRED,",
			"seen, PENDING," })
	void knowsWhatTheWordsMean(String status, ApprovalState state, String approvedBy) {
		status(okJson("{\"approval_token\":\"apv_9c\",\"status\":\"" + status + "\",\"approved_by\":{\"user_id\":7}}"));
		assertThat(this.channel.status(Asked.approval("apv_9c", null)))
			.isEqualTo(new ApprovalAnswer(state, null, null, null, approvedBy, null));
	}

	@Test
	void takesTheEndThatAnApprovalNames() {
		status(okJson(
				"{\"approval_token\":\"apv_9c\",\"status\":\"approved\",\"expires_at\":\"2026-05-04T09:00:00Z\"}"));
		assertThat(this.channel.status(Asked.approval("apv_9c", null)).expiresAt())
			.isEqualTo(Instant.parse("2026-05-04T09:00:00Z"));
		status(okJson("{\"approval_token\":\"apv_9c\",\"status\":\"approved\",\"expires_at\":\"soon\"}"));
		assertThatExceptionOfType(LumoAuthUnavailableException.class)
			.isThrownBy(() -> this.channel.status(Asked.approval("apv_9c", null)));
	}

	@Test
	void requestThatLumoAuthKnowsNoMoreIsOver() {
		status(jsonResponse("{\"error\":\"not_found\",\"message\":\"no\"}", 404));
		assertThat(this.channel.status(Asked.approval("apv_9c", null)).state()).isEqualTo(ApprovalState.CANCELLED);
		status(jsonResponse("{\"error\":\"access_denied\"}", 403));
		assertThatExceptionOfType(LumoAuthDeniedException.class)
			.isThrownBy(() -> this.channel.status(Asked.approval("apv_9c", null)));
	}

	@Test
	void givesNoTokenAndEndsNothing() {
		assertThat(this.channel.token(Asked.approval("apv_9c", null))).isNull();
		this.channel.ended(Asked.approval("apv_9c", null));
		lumoAuth.verify(0, postRequestedFor(com.github.tomakehurst.wiremock.client.WireMock.anyUrl()));
		assertThat(this.channel.interval()).isEqualTo(Duration.ofMillis(1500));
	}

	/**
	 * LumoAuth promises for the reason only that the user reads it.
	 */
	@Test
	void theReasonHasAllThatIsApprovedOrNobodyIsAsked() {
		request(PENDING);
		String note = "x".repeat(480 - "Refund 4500 EUR. refund {\"note\":\"\"}".length());
		this.channel.ask(question(note));
		lumoAuth.verify(1, postRequestedFor(urlEqualTo(AskingAgent.APPROVALS)).withRequestBody(
				matchingJsonPath("$.reason", equalTo("Refund 4500 EUR. refund {\"note\":\"" + note + "\"}"))));
		assertThatExceptionOfType(CallNotShownException.class).isThrownBy(() -> this.channel.ask(question(note + "x")))
			.withMessageContaining("has 481 characters, and the person is shown at most 480")
			.withMessageContaining("lumoauth.approvals.channel=jit")
			.satisfies((ex) -> assertThat(ex.modelText()).doesNotContain("lumoauth."));
		lumoAuth.verify(1, postRequestedFor(urlEqualTo(AskingAgent.APPROVALS)));
	}

	private static ApprovalQuestion question(String note) {
		return new ApprovalQuestion(Asked.approval(null, null), Map.of("note", note), Duration.ofMinutes(5), "a@b.c");
	}

	private static void request(ResponseDefinitionBuilder response) {
		lumoAuth.stubFor(post(AskingAgent.APPROVALS).willReturn(response));
	}

	private static void status(ResponseDefinitionBuilder response) {
		lumoAuth.stubFor(get(AskingAgent.APPROVALS + "/apv_9c/status").willReturn(response));
	}

}
