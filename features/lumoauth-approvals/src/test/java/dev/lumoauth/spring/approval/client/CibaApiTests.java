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

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.lumoauth.spring.LumoAuthAuthenticationException;
import dev.lumoauth.spring.LumoAuthDeniedException;
import dev.lumoauth.spring.LumoAuthException;
import dev.lumoauth.spring.LumoAuthProtocolException;
import dev.lumoauth.spring.LumoAuthRateLimitedException;
import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.approval.client.BackchannelDecision.Status;
import dev.lumoauth.spring.client.LumoAuthClient;
import dev.lumoauth.spring.token.WireAgent;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.containing;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.jsonResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Tests for {@link CibaApi}.
 */
class CibaApiTests {

	@RegisterExtension
	static final WireMockExtension lumoAuth = WireMockExtension.newInstance().build();

	private AskingAgent asking;

	private ApprovalsClient api;

	private final BackchannelQuestion question = new BackchannelQuestion("alice@example.com", "Pay it & go", details());

	private static Map<String, Object> details() {
		Map<String, Object> details = new LinkedHashMap<>();
		details.put("type", "payment");
		details.put("identifier", "inv-12");
		return details;
	}

	@BeforeEach
	void api() {
		this.asking = new AskingAgent(lumoAuth);
		this.api = this.asking.client;
	}

	@Test
	void asksAUser() {
		ask(okJson("{\"auth_req_id\":\"apv_1\",\"expires_in\":300,\"interval\":7}"));
		assertThat(this.api.askUser(this.question))
			.isEqualTo(new BackchannelRequest("apv_1", Duration.ofMinutes(5), Duration.ofSeconds(7)));
		lumoAuth.verify(1, postRequestedFor(urlEqualTo(AskingAgent.BC_AUTHORIZE))
			.withHeader("Authorization", equalTo("Bearer agent-1"))
			.withHeader("Content-Type", equalTo("application/x-www-form-urlencoded"))
			.withFormParam("login_hint", equalTo("alice@example.com"))
			.withFormParam("binding_message", equalTo("Pay it & go"))
			.withFormParam("authorization_details", equalTo("[{\"type\":\"payment\",\"identifier\":\"inv-12\"}]")));
	}

	@Test
	void waitsFiveSecondsWhereNothingIsSaid() {
		ask(okJson("{\"auth_req_id\":\"apv_1\"}"));
		assertThat(this.api.askUser(this.question))
			.isEqualTo(new BackchannelRequest("apv_1", null, Duration.ofSeconds(5)));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "{}", "{\"auth_req_id\":\"\"}", "{\"auth_req_id\":\"a b\"}" })
	void requestWithoutAnIdIsNone(String body) {
		ask(okJson(body));
		assertThatExceptionOfType(LumoAuthProtocolException.class).isThrownBy(() -> this.api.askUser(this.question));
	}

	@ParameterizedTest
	@CsvSource({ "400, unknown_user_id", "400, missing_user_code", "400, invalid_user_code",
			"400, invalid_authorization_details", "400, unauthorized_client", "400, invalid_scope",
			"400, invalid_binding_message", "403, access_denied", "403, unauthorized_client" })
	void refusalIsOne(int status, String code) {
		ask(jsonResponse("{\"error\":\"" + code + "\"}", status));
		LumoAuthDeniedException refusal = catchThrowableOfType(LumoAuthDeniedException.class,
				() -> this.api.askUser(this.question));
		assertThat(refusal.getErrorCode()).isEqualTo(code);
		lumoAuth.verify(1, postRequestedFor(urlEqualTo(AskingAgent.BC_AUTHORIZE)));
	}

	@Test
	void asksNobodyTwice() {
		ask(aResponse().withStatus(503));
		assertThatExceptionOfType(LumoAuthUnavailableException.class).isThrownBy(() -> this.api.askUser(this.question));
		lumoAuth.verify(1, postRequestedFor(urlEqualTo(AskingAgent.BC_AUTHORIZE)));
		ask(jsonResponse("{\"error\":\"slow_down\"}", 429));
		assertThatExceptionOfType(LumoAuthRateLimitedException.class).isThrownBy(() -> this.api.askUser(this.question));
		lumoAuth.verify(2, postRequestedFor(urlEqualTo(AskingAgent.BC_AUTHORIZE)));
	}

	@ParameterizedTest
	@CsvSource({ "authorization_pending, PENDING", "slow_down, SLOW_DOWN", "access_denied, DENIED",
			"expired_token, EXPIRED" })
	void readsWhatTheTokenEndpointSaysWithoutAToken(String code, Status status) {
		decision(jsonResponse("{\"error\":\"" + code + "\",\"error_description\":\"apv_1\"}", 400));
		assertThat(this.api.userDecision("apv_1")).isEqualTo(BackchannelDecision.of(status));
		assertThat(this.asking.http.recentErrors()).isEmpty();
		lumoAuth.verify(1,
				postRequestedFor(urlEqualTo(WireAgent.TOKEN)).withFormParam("auth_req_id", equalTo("apv_1"))
					.withFormParam("client_id", equalTo(WireAgent.CLIENT_ID))
					.withFormParam("client_secret", equalTo(WireAgent.SECRET)));
	}

	@Test
	void readsAnApproval() {
		decision(okJson("""
				{"access_token":"ciba-MARKER","token_type":"Bearer","expires_in":300,"task_id":"task_7f",
				 "jit_request_id":"jit_41","authorization_details":[{"type":"payment"}]}"""));
		BackchannelDecision decision = this.api.userDecision("apv_1");
		assertThat(decision.status()).isEqualTo(Status.APPROVED);
		assertThat(decision.lifetime()).isEqualTo(Duration.ofMinutes(5));
		assertThat(decision.taskId()).isEqualTo("task_7f");
		assertThat(decision.jitRequestId()).isEqualTo("jit_41");
		assertThat(decision.toString()).doesNotContain("MARKER");
	}

	@Test
	void takesNoIdThatLeadsElsewhere() {
		decision(okJson("""
				{"access_token":"ciba-1","token_type":"Bearer","task_id":"../x","jit_request_id":"a/b"}"""));
		BackchannelDecision decision = this.api.userDecision("apv_1");
		assertThat(decision.taskId()).isNull();
		assertThat(decision.jitRequestId()).isNull();
	}

	@ParameterizedTest
	@CsvSource({ "403, access_denied", "400, invalid_grant", "400, unauthorized_client" })
	void refusalIsNobodysDecision(int status, String code) {
		decision(jsonResponse("{\"error\":\"" + code + "\"}", status));
		assertThatExceptionOfType(LumoAuthDeniedException.class).isThrownBy(() -> this.api.userDecision("apv_1"));
	}

	@Test
	void answerThatIsNoneIsNobodysDecision() {
		decision(okJson("{\"access_token\":\"\"}"));
		assertThatExceptionOfType(LumoAuthProtocolException.class).isThrownBy(() -> this.api.userDecision("apv_1"));
		decision(aResponse().withStatus(503));
		assertThatExceptionOfType(LumoAuthUnavailableException.class).isThrownBy(() -> this.api.userDecision("apv_1"));
		decision(jsonResponse("{\"error\":\"invalid_client\"}", 401));
		assertThatExceptionOfType(LumoAuthAuthenticationException.class)
			.isThrownBy(() -> this.api.userDecision("apv_1"));
		lumoAuth.verify(3, postRequestedFor(urlEqualTo(WireAgent.TOKEN)).withRequestBody(containing("auth_req_id")));
	}

	@Test
	void sharesTheWaitOfTheTokenEndpoint() {
		decision(jsonResponse("{\"error\":\"rate_limit_exceeded\"}", 429).withHeader("Retry-After", "20"));
		assertThatExceptionOfType(LumoAuthRateLimitedException.class).isThrownBy(() -> this.api.userDecision("apv_1"));
		assertThatExceptionOfType(LumoAuthRateLimitedException.class).isThrownBy(() -> this.api.userDecision("apv_2"));
		assertThatExceptionOfType(LumoAuthException.class)
			.isThrownBy(new LumoAuthClient(this.asking.http, this.asking.tokens)::me)
			.withMessageContaining("accepts no requests for another");
		lumoAuth.verify(1, postRequestedFor(urlEqualTo(WireAgent.TOKEN)));
	}

	@Test
	void showsNoSecret() {
		assertThat(new BackchannelRequest("apv-MARKER", null, Duration.ofSeconds(5)))
			.hasToString("BackchannelRequest[expiresIn=null, interval=PT5S]");
		assertThat(this.question).hasToString("BackchannelQuestion[]");
	}

	private static void ask(ResponseDefinitionBuilder response) {
		lumoAuth.stubFor(post(AskingAgent.BC_AUTHORIZE).willReturn(response));
	}

	private static void decision(ResponseDefinitionBuilder response) {
		lumoAuth.stubFor(AskingAgent.poll().willReturn(response));
	}

}
