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

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import com.github.tomakehurst.wiremock.stubbing.Scenario;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.lumoauth.spring.LumoAuthAuthenticationException;
import dev.lumoauth.spring.LumoAuthBudgetExceededException;
import dev.lumoauth.spring.LumoAuthDeniedException;
import dev.lumoauth.spring.LumoAuthProtocolException;
import dev.lumoauth.spring.LumoAuthRateLimitedException;
import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.client.ApiRequest;
import dev.lumoauth.spring.http.EndpointState;
import dev.lumoauth.spring.http.RequestError;
import dev.lumoauth.spring.token.TokenSubject;
import dev.lumoauth.spring.token.WireAgent;
import dev.lumoauth.spring.user.UserToken;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.containing;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.equalToJson;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.jsonResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathMatching;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link JitApi}.
 */
class JitApiTests {

	@RegisterExtension
	static final WireMockExtension lumoAuth = WireMockExtension.newInstance().build();

	private static final String TASK = AskingAgent.JIT_TASK;

	private static final String REQUEST = AskingAgent.JIT_REQUEST;

	private static final JitPermissionRequest PAYMENT = new JitPermissionRequest("task_7f", Map.of("type", "payment"),
			"Pay it", Duration.ofMinutes(5), URI.create("http://localhost:1/decided"));

	private AskingAgent asking;

	private ApprovalsClient api;

	@BeforeEach
	void api() {
		this.asking = new AskingAgent(lumoAuth);
		this.api = this.asking.client;
	}

	@Test
	void beginsATask() {
		lumoAuth.stubFor(post(TASK).willReturn(jsonResponse("""
				{"task_id":"task_7f","caep_session_id":"s","expires_at":"2026-11-26T08:05:00+00:00",
				 "agent_id":"a","agent":{}}""", 201)));
		assertThat(this.api.beginTask("Pay", null))
			.isEqualTo(new JitTask("task_7f", Instant.parse("2026-11-26T08:05:00Z")));
		lumoAuth.verify(1,
				postRequestedFor(urlEqualTo(TASK)).withHeader("Authorization", equalTo("Bearer agent-1"))
					.withHeader("Content-Type", equalTo("application/json"))
					.withRequestBody(equalToJson("{\"name\":\"Pay\"}")));
	}

	@Test
	void actsForAUserWithATokenThatNamesBoth() {
		lumoAuth.stubFor(post(WireAgent.TOKEN).withRequestBody(containing("token-exchange"))
			.willReturn(WireAgent.exchanged("delegated-1", 600)));
		lumoAuth.stubFor(post(TASK).willReturn(jsonResponse("{\"task_id\":\"task_7f\"}", 201)));
		lumoAuth
			.stubFor(post(REQUEST).willReturn(jsonResponse("{\"request_id\":\"jit_41\",\"status\":\"pending\"}", 201)));
		TokenSubject user = TokenSubject.of(UserToken.of("user-1"));
		this.api.beginTask("Pay", user);
		this.api.requestPermission(PAYMENT, user);
		lumoAuth.verify(1, postRequestedFor(urlEqualTo(TASK)).withHeader("Authorization", equalTo("Bearer delegated-1"))
			.withRequestBody(equalToJson("{\"name\":\"Pay\"}")));
		lumoAuth.verify(1,
				postRequestedFor(urlEqualTo(REQUEST)).withHeader("Authorization", equalTo("Bearer delegated-1")));
		lumoAuth.verify(1,
				postRequestedFor(urlEqualTo(WireAgent.TOKEN)).withRequestBody(containing("subject_token=user-1")));
	}

	@Test
	void asksForAPermission() {
		lumoAuth.stubFor(post(REQUEST).willReturn(jsonResponse("""
				{"request_id":"jit_41","status":"pending","risk_level":"critical","task_id":"task_7f",
				 "status_url":"https://elsewhere.example/","expires_at":"2026-11-26T08:05:00+00:00",
				 "message":"A human has to approve it"}""", 201)));
		assertThat(this.api.requestPermission(PAYMENT, null)).isEqualTo(
				new JitPermission("jit_41", "pending", "critical", Instant.parse("2026-11-26T08:05:00Z"), null, null));
		lumoAuth.verify(1, postRequestedFor(urlEqualTo(REQUEST)).withRequestBody(equalToJson("""
				{"task_id":"task_7f","authorization_details":{"type":"payment"},"justification":"Pay it",
				 "requested_ttl":300,"callback_url":"http://localhost:1/decided"}""")));
	}

	@ParameterizedTest
	@ValueSource(ints = { 200, 201, 202 })
	void takesEachStatusOfItsDocuments(int status) {
		lumoAuth.stubFor(post(REQUEST).willReturn(jsonResponse(
				"{\"request_id\":\"jit_41\",\"status\":\"approved\",\"granted_ttl\":300,\"token_url\":\"/x\"}",
				status)));
		assertThat(this.api.requestPermission(PAYMENT, null))
			.isEqualTo(new JitPermission("jit_41", "approved", null, null, Duration.ofMinutes(5), null));
	}

	@Test
	void takesNoOtherSuccess() {
		lumoAuth.stubFor(post(REQUEST).willReturn(jsonResponse("{}", 203)));
		assertThatExceptionOfType(LumoAuthProtocolException.class)
			.isThrownBy(() -> this.api.requestPermission(PAYMENT, null))
			.withMessageContaining("HTTP 203, but only 200 or 201 or 202 is a valid answer");
	}

	@Test
	void asksHowItStandsByTheIdAndNotByTheAddressInTheAnswer() {
		status(okJson("""
				{"request_id":"jit_41","status":"denied","risk_level":"high","task_id":"task_7f","has_notes":true,
				 "agent_message":"Too much"}"""));
		assertThat(this.api.permission("jit_41"))
			.isEqualTo(new JitPermission("jit_41", "denied", "high", null, null, "Too much"));
		lumoAuth.verify(1, getRequestedFor(urlEqualTo(REQUEST + "/jit_41/status")));
	}

	@Test
	void readsWhatItCanOfTimes() {
		status(okJson(
				"{\"request_id\":\"jit_41\",\"status\":\"pending\",\"expires_at\":\"soon\",\"granted_ttl\":\"x\"}"));
		assertThat(this.api.permission("jit_41"))
			.isEqualTo(new JitPermission("jit_41", "pending", null, null, null, null));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "[]", "{}", "{\"request_id\":\"jit_41\"}", "{\"status\":\"approved\"}",
			"{\"request_id\":\"jit_42\",\"status\":\"approved\"}", "{\"request_id\":\"jit_41\",\"status\":true}",
			"{\"request_id\":\"../jit_41\",\"status\":\"approved\"}" })
	void whatIsNoAnswerIsNoApproval(String body) {
		status(okJson(body));
		assertThatExceptionOfType(LumoAuthProtocolException.class).isThrownBy(() -> this.api.permission("jit_41"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "{}", "{\"task_id\":\"\"}", "{\"task_id\":\"a/b\"}", "{\"task_id\":\"..\"}",
			"{\"task_id\":\"a%2Fb\"}", "{\"task_id\":\"a?b\"}", "{\"task_id\":\"a;b\"}", "{\"task_id\":{}}" })
	void taskNeedsAnIdThatCanStandInAnAddress(String body) {
		lumoAuth.stubFor(post(TASK).willReturn(jsonResponse(body, 201)));
		assertThatExceptionOfType(LumoAuthProtocolException.class).isThrownBy(() -> this.api.beginTask("Pay", null));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", ".", "..", "a/b", "a\\b", "a%2e", "a?b", "a#b", "a b", "ä" })
	void sendsNothingToWhatIsNoId(String id) {
		assertThatIllegalArgumentException().isThrownBy(() -> this.api.permission(id));
		assertThatIllegalArgumentException().isThrownBy(() -> this.api.permissionToken(id));
		assertThatIllegalArgumentException().isThrownBy(() -> this.api.completeTask(id));
		lumoAuth.verify(0, getRequestedFor(anyUrl()));
		lumoAuth.verify(0, postRequestedFor(urlPathMatching(".*/jit/.*")));
	}

	@Test
	void encodesAnId() {
		lumoAuth.stubFor(get(REQUEST + "/jit%3A41%3D/status")
			.willReturn(okJson("{\"request_id\":\"jit:41=\",\"status\":\"pending\"}")));
		assertThat(this.api.permission("jit:41=").status()).isEqualTo("pending");
	}

	@Test
	void fetchesTheToken() {
		lumoAuth.stubFor(post(REQUEST + "/jit_41/token")
			.willReturn(okJson("{\"access_token\":\"jit-token-1\",\"token_type\":\"Bearer\",\"expires_in\":300}")));
		assertThat(this.api.permissionToken("jit_41").getTokenValue()).isEqualTo("jit-token-1");
	}

	@ParameterizedTest
	@ValueSource(strings = { "{}", "{\"access_token\":\"a b-MARKER\",\"token_type\":\"Bearer\"}",
			"{\"access_token\":\"a-MARKER\",\"token_type\":\"DPoP\"}",
			"{\"access_token\":\"a-MARKER\",\"token_type\":\"Bearer\",\"expires_in\":0}" })
	void tokenThatCanNotBeUsedIsNone(String body) {
		lumoAuth.stubFor(post(REQUEST + "/jit_41/token").willReturn(okJson(body)));
		assertThatExceptionOfType(LumoAuthProtocolException.class).isThrownBy(() -> this.api.permissionToken("jit_41"))
			.withMessageNotContaining("MARKER");
	}

	@Test
	void tellsASpentBudgetFromARefusal() {
		lumoAuth
			.stubFor(post(REQUEST + "/jit_41/token").willReturn(jsonResponse("{\"error\":\"budget_exceeded\"}", 429)));
		assertThatExceptionOfType(LumoAuthBudgetExceededException.class)
			.isThrownBy(() -> this.api.permissionToken("jit_41"));
		lumoAuth
			.stubFor(post(REQUEST + "/jit_41/token").willReturn(jsonResponse("{\"error\":\"access_denied\"}", 403)));
		assertThatExceptionOfType(LumoAuthDeniedException.class).isThrownBy(() -> this.api.permissionToken("jit_41"));
	}

	@Test
	void completesATask() {
		lumoAuth.stubFor(post(TASK + "/task_7f/complete")
			.willReturn(okJson("{\"task_id\":\"task_7f\",\"status\":\"completed\"}")));
		this.api.completeTask("task_7f");
		lumoAuth.verify(1, postRequestedFor(urlEqualTo(TASK + "/task_7f/complete")));
	}

	@ParameterizedTest
	@ValueSource(ints = { 500, 502, 503, 504 })
	void createsNothingTwice(int status) {
		lumoAuth.stubFor(post(TASK).willReturn(aResponse().withStatus(status)));
		lumoAuth.stubFor(post(REQUEST).willReturn(aResponse().withStatus(status)));
		assertThatExceptionOfType(LumoAuthUnavailableException.class).isThrownBy(() -> this.api.beginTask("Pay", null));
		assertThatExceptionOfType(LumoAuthUnavailableException.class)
			.isThrownBy(() -> this.api.requestPermission(PAYMENT, null));
		lumoAuth.verify(1, postRequestedFor(urlEqualTo(TASK)));
		lumoAuth.verify(1, postRequestedFor(urlEqualTo(REQUEST)));
	}

	@Test
	void createsNothingTwiceWhereTheAnswerIsLost() {
		lumoAuth.stubFor(post(REQUEST).willReturn(aResponse().withFault(Fault.EMPTY_RESPONSE)));
		assertThatExceptionOfType(LumoAuthUnavailableException.class)
			.isThrownBy(() -> this.api.requestPermission(PAYMENT, null));
		assertThat(this.asking.agent.pauses).isEmpty();
	}

	@Test
	void createsOnceMoreWithAnotherTokenWhereNobodyWasLetIn() {
		lumoAuth.stubFor(post(TASK).inScenario("revoked")
			.whenScenarioStateIs(Scenario.STARTED)
			.willSetStateTo("renewed")
			.willReturn(aResponse().withStatus(401)));
		lumoAuth.stubFor(post(TASK).inScenario("revoked")
			.whenScenarioStateIs("renewed")
			.willReturn(jsonResponse("{\"task_id\":\"task_7f\"}", 201)));
		assertThat(this.api.beginTask("Pay", null).id()).isEqualTo("task_7f");
		lumoAuth.verify(2, postRequestedFor(urlEqualTo(TASK)));
		lumoAuth.verify(2, postRequestedFor(urlEqualTo(WireAgent.TOKEN)));
	}

	@Test
	void givesUpWhereNobodyIsLetInAtAll() {
		lumoAuth.stubFor(post(TASK).willReturn(aResponse().withStatus(401)));
		assertThatExceptionOfType(LumoAuthAuthenticationException.class)
			.isThrownBy(() -> this.api.beginTask("Pay", null));
		lumoAuth.verify(2, postRequestedFor(urlEqualTo(TASK)));
	}

	@Test
	void asksAgainHowItStandsAfterAFailure() {
		lumoAuth.stubFor(get(REQUEST + "/jit_41/status").willReturn(aResponse().withStatus(503)));
		assertThatExceptionOfType(LumoAuthUnavailableException.class).isThrownBy(() -> this.api.permission("jit_41"));
		lumoAuth.verify(2, getRequestedFor(urlEqualTo(REQUEST + "/jit_41/status")));
	}

	@Test
	void leavesAllRequestsAloneWhereOneWasAskedTo() {
		status(jsonResponse("{\"error\":\"rate_limited\"}", 429).withHeader("Retry-After", "20"));
		assertThatExceptionOfType(LumoAuthRateLimitedException.class).isThrownBy(() -> this.api.permission("jit_41"));
		assertThatExceptionOfType(LumoAuthRateLimitedException.class).isThrownBy(() -> this.api.permission("jit_42"));
		lumoAuth.verify(1, getRequestedFor(anyUrl()));
	}

	@Test
	void countsTheFailuresOfAnEndpointAndNotOfAnId() {
		lumoAuth.stubFor(get(urlPathMatching(REQUEST + "/.*")).willReturn(aResponse().withStatus(503)));
		for (int i = 0; i < 50; i++) {
			String id = "jit_" + i;
			assertThatExceptionOfType(LumoAuthUnavailableException.class).isThrownBy(() -> this.api.permission(id));
		}
		lumoAuth.verify(6, getRequestedFor(anyUrl()));
		assertThat(this.asking.http.endpointStates()).extracting(EndpointState::endpoint)
			.contains("jit/request/:id/status")
			.doesNotContain("other")
			.hasSizeLessThan(10);
		assertThat(this.asking.http.recentErrors()).hasSize(3)
			.extracting(RequestError::endpoint)
			.containsOnly("jit/request/:id/status");
	}

	@Test
	void saysThatARequestIsUnknownAndNotTheAddress() {
		status(jsonResponse("{\"error\":\"not_found\",\"message\":\"There is no jit_41\"}", 404));
		assertThatExceptionOfType(LumoAuthDeniedException.class).isThrownBy(() -> this.api.permission("jit_41"))
			.withMessageContaining("jit/request/:id/status")
			.withMessageNotContaining("jit_41")
			.withMessageNotContaining("lumoauth.tenant")
			.satisfies((ex) -> assertThat(ex.getErrorCode()).isEqualTo("not_found"));
		status(jsonResponse("{\"error\":\"tenant_not_found\"}", 404));
		assertThatExceptionOfType(LumoAuthProtocolException.class).isThrownBy(() -> this.api.permission("jit_41"))
			.withMessageContaining("check lumoauth.tenant");
	}

	@Test
	void followsNoRedirect() {
		status(aResponse().withStatus(302).withHeader("Location", "https://elsewhere.example/jit_41/status"));
		assertThatExceptionOfType(LumoAuthProtocolException.class).isThrownBy(() -> this.api.permission("jit_41"))
			.withMessageContaining("jit/request/:id/status answered with a redirect")
			.withMessageNotContaining("jit_41");
	}

	@Test
	void readsNoEndlessAnswer() {
		status(okJson("{\"request_id\":\"jit_41\",\"status\":\"" + "x".repeat(1024 * 1024) + "\"}"));
		assertThatExceptionOfType(LumoAuthProtocolException.class).isThrownBy(() -> this.api.permission("jit_41"))
			.withMessageContaining("larger than 1 MiB");
	}

	@Test
	void refusalsAreNoAnswers() {
		lumoAuth.stubFor(post(REQUEST).willReturn(jsonResponse("{\"error\":\"access_denied\"}", 403)));
		assertThatExceptionOfType(LumoAuthDeniedException.class)
			.isThrownBy(() -> this.api.requestPermission(PAYMENT, null));
		lumoAuth.stubFor(post(REQUEST).willReturn(jsonResponse("{\"error\":\"task_not_active\"}", 400)));
		assertThatExceptionOfType(LumoAuthProtocolException.class)
			.isThrownBy(() -> this.api.requestPermission(PAYMENT, null))
			.withMessageContaining("task_not_active");
		lumoAuth.stubFor(post(REQUEST).willReturn(jsonResponse("{\"error\":\"invalid_authorization_details\"}", 400)));
		assertThatExceptionOfType(LumoAuthDeniedException.class)
			.isThrownBy(() -> this.api.requestPermission(PAYMENT, null));
	}

	@Test
	void showsNoArguments() {
		assertThat(new JitPermissionRequest("task_7f", Map.of("type", "a", "arguments", "secret-MARKER"), null, null,
				null))
			.hasToString("JitPermissionRequest[task_7f]");
		assertThat(ApiRequest.create(URI.create("https://a"), Map.of("a", "secret-MARKER")).withId("id-MARKER"))
			.hasToString("POST https://a");
	}

	private static void status(ResponseDefinitionBuilder response) {
		lumoAuth.stubFor(get(REQUEST + "/jit_41/status").willReturn(response));
	}

}
