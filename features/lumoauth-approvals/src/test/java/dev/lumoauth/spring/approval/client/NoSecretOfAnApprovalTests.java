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

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

import dev.lumoauth.spring.SecretWatch;
import dev.lumoauth.spring.http.LumoAuthHttp;
import dev.lumoauth.spring.token.WireAgent;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.containing;
import static com.github.tomakehurst.wiremock.client.WireMock.jsonResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathMatching;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * That no token of an approval, and no id that is as good as one, gets into a log, an
 * exception or an observation, whatever LumoAuth answers. The secrets all contain the
 * word that is looked for.
 */
class NoSecretOfAnApprovalTests {

	@RegisterExtension
	static final WireMockExtension lumoAuth = WireMockExtension.newInstance().build();

	private final SecretWatch log = new SecretWatch();

	private final Logger root = ((LoggerContext) LoggerFactory.getILoggerFactory()).getLogger(Logger.ROOT_LOGGER_NAME);

	private final Level level = this.root.getLevel();

	private final StringBuilder observed = new StringBuilder();

	private ApprovalsClient api;

	@BeforeEach
	void listen() {
		this.log.setContext(this.root.getLoggerContext());
		this.log.start();
		this.root.setLevel(Level.TRACE);
		this.root.addAppender(this.log);
		ObservationRegistry registry = ObservationRegistry.create();
		registry.observationConfig().observationHandler(new ObservationHandler<Observation.Context>() {

			@Override
			public void onStop(Observation.Context context) {
				NoSecretOfAnApprovalTests.this.observed.append(context.getName()).append(context.getAllKeyValues());
			}

			@Override
			public boolean supportsContext(Observation.Context context) {
				return true;
			}

		});
		WireAgent agent = new WireAgent(lumoAuth);
		LumoAuthHttp http = agent.http((builder) -> builder.observationRegistry(registry));
		this.api = new ApprovalsClient(http, agent.tokens(http));
	}

	@AfterEach
	void stop() {
		this.root.detachAppender(this.log);
		this.root.setLevel(this.level);
	}

	static List<Function<String, ResponseDefinitionBuilder>> answers() {
		return List.of(
				(secret) -> jsonResponse("{\"error\":\"invalid_request\",\"error_description\":\"" + secret + "\"}",
						400),
				(secret) -> jsonResponse("{\"error\":\"access_denied\",\"message\":\"no: " + secret + "\"}", 403),
				(secret) -> jsonResponse("{\"error\":\"not_found\",\"message\":\"no: " + secret + "\"}", 404),
				(secret) -> jsonResponse("{\"error\":\"no_push_device\",\"message\":\"no: " + secret + "\"}", 428),
				(secret) -> jsonResponse("{\"error\":\"rate_limited\",\"message\":\"no: " + secret + "\"}", 429),
				(secret) -> jsonResponse("{\"error\":\"server_error\",\"message\":\"no: " + secret + "\"}", 500),
				(secret) -> aResponse().withStatus(503).withBody(secret),
				(secret) -> aResponse().withStatus(302)
					.withHeader("Location", "https://elsewhere.example/" + secret + "/status"),
				(secret) -> okJson("{\"approval_token\":\"a-MARKER\",\"access_token\":\"x-MARKER"),
				(secret) -> okJson("{\"approval_token\":\"a-MARKER\",\"auth_req_id\":\"b MARKER\"}"),
				(secret) -> okJson("{\"approval_token\":\"a MARKER\",\"status\":\"approved\"}"));
	}

	@ParameterizedTest
	@MethodSource("answers")
	void whateverIsAnswered(Function<String, ResponseDefinitionBuilder> answer) {
		lumoAuth.stubFor(any(urlPathMatching(".*")).atPriority(9).willReturn(answer.apply("?")));
		lumoAuth.stubFor(post(WireAgent.TOKEN).withRequestBody(containing("grant_type=client_credentials"))
			.willReturn(WireAgent.token("agent-1", 3600)));
		lumoAuth.stubFor(
				any(urlPathMatching(".*/agents/me/approvals/.*")).willReturn(answer.apply("apv:MARKER apv%3AMARKER")));
		lumoAuth.stubFor(AskingAgent.poll().willReturn(answer.apply("auth:MARKER auth%3AMARKER")));
		lumoAuth.stubFor(any(urlPathMatching(".*/jit/request/.*")).willReturn(answer.apply("jit:MARKER jit%3AMARKER")));
		assertFailsQuietly(() -> this.api.approval("apv:MARKER"));
		assertFailsQuietly(() -> this.api
			.requestApproval(new PushApprovalRequest("t", "r", "low", "alice-MARKER", Map.of("a", "x-MARKER"))));
		assertFailsQuietly(
				() -> this.api.askUser(new BackchannelQuestion("alice-MARKER", "m", Map.of("type", "x-MARKER"))));
		assertFailsQuietly(() -> this.api.userDecision("auth:MARKER"));
		assertFailsQuietly(() -> this.api.permissionToken("jit:MARKER"));
		assertThat(this.log.leaks).isEmpty();
		assertThat(this.log.seen()).isPositive();
		assertThat(this.observed).contains("/agents/me/approvals/:id/status", "/jit/request/:id/token")
			.doesNotContain("MARKER");
	}

	private static void assertFailsQuietly(ThrowingCallable call) {
		assertThatException().isThrownBy(call)
			.satisfies((failure) -> assertThat(print(failure)).doesNotContain("MARKER"));
	}

	@Test
	void whenAllGoesWell() {
		lumoAuth.stubFor(post(WireAgent.TOKEN).withRequestBody(containing("grant_type=client_credentials"))
			.willReturn(WireAgent.token("agent-1", 3600)));
		lumoAuth.stubFor(any(urlPathMatching(".*/agents/me/approvals.*"))
			.willReturn(okJson("{\"approval_token\":\"apv-MARKER\",\"status\":\"approved\"}")));
		lumoAuth
			.stubFor(any(urlPathMatching(".*/bc-authorize")).willReturn(okJson("{\"auth_req_id\":\"auth-MARKER\"}")));
		lumoAuth.stubFor(
				AskingAgent.poll().willReturn(okJson("{\"access_token\":\"ciba-MARKER\",\"token_type\":\"Bearer\"}")));
		lumoAuth.stubFor(any(urlPathMatching(".*/jit/request/.*"))
			.willReturn(okJson("{\"access_token\":\"jit-MARKER\",\"token_type\":\"Bearer\"}")));
		List<Object> answers = List.of(
				this.api.requestApproval(new PushApprovalRequest("t", "r", "low", "a-MARKER", Map.of())),
				this.api.approval("apv-MARKER"),
				this.api.askUser(new BackchannelQuestion("a-MARKER", "m", Map.of("type", "x"))),
				this.api.userDecision("auth-MARKER"));
		assertThat(this.api.permissionToken("jit-41").getTokenValue()).isEqualTo("jit-MARKER");
		assertThat(answers.toString()).doesNotContain("MARKER");
		assertThat(this.log.leaks).isEmpty();
		assertThat(this.observed.toString()).doesNotContain("MARKER");
	}

	private static String print(Throwable failure) {
		StringWriter text = new StringWriter();
		failure.printStackTrace(new PrintWriter(text));
		return text.toString();
	}

}
