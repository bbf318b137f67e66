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

package dev.lumoauth.spring.approval.client;

import java.time.Instant;
import java.util.Map;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.lumoauth.spring.LumoAuthDeniedException;
import dev.lumoauth.spring.LumoAuthProtocolException;
import dev.lumoauth.spring.LumoAuthRateLimitedException;
import dev.lumoauth.spring.LumoAuthUnavailableException;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.equalToJson;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.jsonResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link PushApprovalsApi}.
 */
class PushApprovalsApiTests {

	@RegisterExtension
	static final WireMockExtension lumoAuth = WireMockExtension.newInstance().build();

	private static final String APPROVALS = AskingAgent.APPROVALS;

	private static final PushApprovalRequest WIRE = new PushApprovalRequest("wire-9", "Wire 4,500 USD", "high",
			"alice@example.com", Map.of("amount", 4500));

	private ApprovalsClient api;

	@BeforeEach
	void api() {
		this.api = new AskingAgent(lumoAuth).client;
	}

	@Test
	void asksAUser() {
		request(jsonResponse("""
				{"approval_token":"apv_9c","status":"pending","expires_at":"2026-11-26T08:02:00+00:00",
				 "task_id":"wire-9","impact":"high"}""", 201));
		assertThat(this.api.requestApproval(WIRE))
			.isEqualTo(new PushApproval("apv_9c", "pending", Instant.parse("2026-11-26T08:02:00Z"), null));
		lumoAuth.verify(1,
				postRequestedFor(urlEqualTo(APPROVALS)).withHeader("Authorization", equalTo("Bearer agent-1"))
					.withRequestBody(equalToJson("""
							{"task_id":"wire-9","reason":"Wire 4,500 USD","impact":"high",
							 "on_behalf_of":"alice@example.com","meta":{"amount":4500}}""")));
	}

	@Test
	void tellsAnEMailFromARequest() {
		request(jsonResponse("""
				{"status":"email_fallback_sent","message":"sent","task_id":"wire-9","impact":"high"}""", 202));
		assertThat(this.api.requestApproval(WIRE)).isEqualTo(new PushApproval(null, "email_fallback_sent", null, null));
	}

	@Test
	void saysThatTheUserHasNoDevice() {
		request(jsonResponse("{\"error\":\"no_push_device\",\"message\":\"none\"}", 428));
		assertThatExceptionOfType(LumoAuthDeniedException.class).isThrownBy(() -> this.api.requestApproval(WIRE))
			.withMessageContaining("HTTP 428, no_push_device")
			.satisfies((ex) -> assertThat(ex.getErrorCode()).isEqualTo("precondition_required"));
		request(aResponse().withStatus(428));
		assertThatExceptionOfType(LumoAuthDeniedException.class).isThrownBy(() -> this.api.requestApproval(WIRE))
			.satisfies((ex) -> assertThat(ex.getErrorCode()).isEqualTo("precondition_required"));
	}

	@Test
	void tellsAnUnknownUserFromAnUnknownAddress() {
		request(jsonResponse("{\"error\":\"not_found\",\"message\":\"There is no such user\"}", 404));
		assertThatExceptionOfType(LumoAuthDeniedException.class).isThrownBy(() -> this.api.requestApproval(WIRE))
			.satisfies((ex) -> assertThat(ex.getErrorCode()).isEqualTo("not_found"));
		request(aResponse().withStatus(404).withBody("<h1>Not Found</h1>"));
		assertThatExceptionOfType(LumoAuthProtocolException.class).isThrownBy(() -> this.api.requestApproval(WIRE))
			.withMessageContaining("lumoauth.tenant");
	}

	@Test
	void refusalsAreNoAnswers() {
		request(jsonResponse("{\"error\":\"invalid_request\",\"message\":\"task_id\"}", 400));
		assertThatExceptionOfType(LumoAuthProtocolException.class).isThrownBy(() -> this.api.requestApproval(WIRE));
		request(jsonResponse("{\"error\":\"delegation_not_permitted\"}", 403));
		assertThatExceptionOfType(LumoAuthDeniedException.class).isThrownBy(() -> this.api.requestApproval(WIRE));
		request(jsonResponse("{\"error\":\"rate_limited\"}", 429).withHeader("Retry-After", "1"));
		assertThatExceptionOfType(LumoAuthRateLimitedException.class).isThrownBy(() -> this.api.requestApproval(WIRE));
		lumoAuth.verify(3, postRequestedFor(urlEqualTo(APPROVALS)));
	}

	@Test
	void asksNobodyTwice() {
		request(aResponse().withStatus(503));
		assertThatExceptionOfType(LumoAuthUnavailableException.class).isThrownBy(() -> this.api.requestApproval(WIRE));
		lumoAuth.verify(1, postRequestedFor(urlEqualTo(APPROVALS)));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "{}", "{\"status\":\"pending\"}", "{\"approval_token\":\"apv_9c\"}",
			"{\"approval_token\":\"a/b\",\"status\":\"pending\"}",
			"{\"approval_token\":\"apv_9c\",\"status\":\"pending\",\"task_id\":\"wire-8\"}" })
	void requestWithoutATokenIsNone(String body) {
		request(jsonResponse(body, 201));
		assertThatExceptionOfType(LumoAuthProtocolException.class).isThrownBy(() -> this.api.requestApproval(WIRE))
			.withMessageNotContaining("apv_9c");
	}

	@Test
	void asksHowItStands() {
		status(okJson("""
				{"approval_token":"apv_9c","status":"approved","task_id":"wire-9","impact":"high",
				 "reason":"Wire 4,500 USD","responded_at":"2026-11-26T08:01:10+00:00","approved_by":{"user_id":7}}"""));
		assertThat(this.api.approval("apv_9c")).isEqualTo(new PushApproval("apv_9c", "approved", null, "7"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "{}", "{\"approval_token\":\"apv_8-MARKER\",\"status\":\"approved\"}" })
	void whatIsNoAnswerIsNoApproval(String body) {
		status(okJson(body));
		assertThatExceptionOfType(LumoAuthProtocolException.class).isThrownBy(() -> this.api.approval("apv_9c"))
			.withMessageNotContainingAny("apv_9c", "MARKER");
	}

	@Test
	void showsNoToken() {
		assertThat(new PushApproval("apv-MARKER", "pending", null, null)).hasToString("PushApproval[pending]");
		assertThat(WIRE).hasToString("PushApprovalRequest[wire-9]");
	}

	private static void request(ResponseDefinitionBuilder response) {
		lumoAuth.stubFor(post(APPROVALS).willReturn(response));
	}

	private static void status(ResponseDefinitionBuilder response) {
		lumoAuth.stubFor(get(APPROVALS + "/apv_9c/status").willReturn(response));
	}

}
