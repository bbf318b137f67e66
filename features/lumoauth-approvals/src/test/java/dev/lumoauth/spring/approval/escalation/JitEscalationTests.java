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
package dev.lumoauth.spring.approval.escalation;

import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import dev.lumoauth.spring.approval.client.ApprovalsClient;
import dev.lumoauth.spring.http.LumoAuthHttp;
import dev.lumoauth.spring.token.AuthorizationFilterFunction;
import dev.lumoauth.spring.token.AuthorizationInterceptor;
import dev.lumoauth.spring.token.LumoAuthTokens;
import dev.lumoauth.spring.token.WireAgent;
import dev.lumoauth.spring.user.UserScope;
import dev.lumoauth.spring.user.UserToken;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;

import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.http.client.reactive.JdkClientHttpConnector;
import org.springframework.web.client.HttpClientErrorException;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.client.WebClientException;
import org.springframework.web.reactive.function.client.WebClientResponseException;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.containing;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.equalToJson;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.jsonResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.ok;
import static com.github.tomakehurst.wiremock.client.WireMock.lessThanOrExactly;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Tests for {@link JitEscalation}, over the clients that a server refuses.
 */
class JitEscalationTests {

	private static final String JIT = "/t/acme-corp/api/v1/jit/";

	private static final String DETAILS = "{\"type\":\"payment\",\"actions\":[\"initiate\"],\"locations\":[\"urn:a\"]}";

	@RegisterExtension
	static final WireMockExtension lumoAuth = WireMockExtension.newInstance().build();

	@RegisterExtension
	static final WireMockExtension server = WireMockExtension.newInstance().build();

	private WireAgent agent;

	private LumoAuthTokens tokens;

	@BeforeEach
	void answers() {
		tokens(Runnable::run);
		lumoAuth.stubFor(post(WireAgent.TOKEN).withRequestBody(containing("grant_type=client_credentials"))
			.willReturn(WireAgent.token("agent-1", 3600)));
		lumoAuth.stubFor(post(WireAgent.TOKEN).withRequestBody(containing("token-exchange"))
			.willReturn(WireAgent.exchanged("exchanged-1", 3600)));
		lumoAuth.stubFor(post(JIT + "task").willReturn(jsonResponse("{\"task_id\":\"task_1\"}", 201)));
		lumoAuth.stubFor(post(JIT + "task/task_1/complete")
			.willReturn(okJson("{\"task_id\":\"task_1\",\"status\":\"completed\"}")));
		lumoAuth.stubFor(post(JIT + "request/jit_1/token")
			.willReturn(okJson("{\"access_token\":\"jit-token-1\",\"token_type\":\"Bearer\",\"expires_in\":300}")));
		requestIs("approved");
		server.stubFor(post("/pay").willReturn(refusal(DETAILS)));
		server.stubFor(post("/pay").withHeader("Authorization", equalTo("Bearer jit-token-1")).willReturn(ok("paid")));
	}

	private void tokens(Executor executor) {
		this.agent = new WireAgent(lumoAuth);
		LumoAuthHttp http = this.agent.http();
		this.agent.customizer = (tokens) -> tokens
			.refusedRequests((built) -> new JitEscalation(new ApprovalsClient(http, built), Duration.ofMinutes(5),
					Duration.ofMinutes(1), Duration.ofMillis(1), executor, this.agent.clock));
		this.tokens = this.agent.tokens(http);
	}

	@Test
	void asksForWhatIsMissingAndSendsTheRequestOnceMore() {
		assertThat(Client.REST.pay(this.tokens)).isEqualTo("paid");
		server.verify(1, postRequestedFor(urlEqualTo("/pay")).withHeader("Authorization", equalTo("Bearer exchanged-1"))
			.withRequestBody(equalTo("body")));
		server.verify(1, postRequestedFor(urlEqualTo("/pay")).withHeader("Authorization", equalTo("Bearer jit-token-1"))
			.withRequestBody(equalTo("body")));
		server.verify(2, anyRequestedFor(anyUrl()));
		lumoAuth.verify(1, postRequestedFor(urlEqualTo(JIT + "request")).withRequestBody(equalToJson("""
				{"task_id":"task_1","authorization_details":{"type":"payment","actions":["initiate"],
				  "locations":["urn:a"]},
				 "requested_ttl":300,"justification":"The server of 'urn:a' asks for this permission"}""")));
		lumoAuth.verify(1, postRequestedFor(urlEqualTo(JIT + "task/task_1/complete")));
		assertThat(this.tokens.exchange("urn:a").getTokenValue()).isEqualTo("exchanged-1");
	}

	@Test
	void asksForAScopeThatIsMissing() {
		server.stubFor(post("/pay").withHeader("Authorization", equalTo("Bearer exchanged-1"))
			.willReturn(aResponse().withStatus(403)
				.withHeader("WWW-Authenticate", "Bearer error=\"insufficient_scope\", scope=\"pay:write\"")
				.withBody("refused")));
		assertThat(Client.REST.status(this.tokens)).as("no such scope is configured").isEqualTo(403);
		this.agent.scopes = Set.of("pay:write");
		this.tokens = this.agent.tokens(this.agent.http());
		assertThat(Client.REST.pay(this.tokens)).isEqualTo("paid");
		lumoAuth.verify(1, postRequestedFor(urlEqualTo(JIT + "request")).withRequestBody(equalToJson("""
				{"authorization_details":{"type":"scope","actions":["pay:write"],"locations":["urn:a"],
				 "capabilities":["pay:write"]}}""", true, true)));
	}

	/**
	 * A person would read another order, or would not see a part.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "\"identifier\":\"pay \\u202Ebob\"", "\"identifier\":\"a\\u200Bb\"", "\"note\":\"a\\nb\"",
			"\"a\\u2066b\":1", "\"order\":[{\"to\":\"\\u00ADbob\"}]", "\"to\":\"\\u3164\"" })
	void asksNobodyAboutWhatIsNotShownAsItIs(String member) {
		server.stubFor(
				post("/pay").willReturn(refusal("{\"type\":\"payment\",\"locations\":[\"urn:a\"]," + member + "}")));
		assertThat(Client.REST.status(this.tokens)).isEqualTo(403);
		lumoAuth.verify(0, postRequestedFor(urlEqualTo(JIT + "task")));
	}

	@Test
	void asksOnBehalfOfTheUser() {
		assertThat(UserScope.call(UserToken.of("user-anna"), () -> Client.REST.pay(this.tokens))).isEqualTo("paid");
		lumoAuth.verify(1, postRequestedFor(urlEqualTo(JIT + "request")).withHeader("Authorization",
				equalTo("Bearer exchanged-1")));
		lumoAuth.verify(2,
				postRequestedFor(urlEqualTo(WireAgent.TOKEN)).withRequestBody(containing("subject_token=user-anna")));
	}

	@Test
	void second403IsTheCallers() {
		server.stubFor(post("/pay").willReturn(refusal(DETAILS)));
		assertThat(Client.REST.status(this.tokens)).isEqualTo(403);
		server.verify(2, anyRequestedFor(anyUrl()));
		assertThat(Client.REST.status(this.tokens)).isEqualTo(403);
		server.verify(3, anyRequestedFor(anyUrl()));
		lumoAuth.verify(1, postRequestedFor(urlEqualTo(JIT + "request")));
		lumoAuth.verify(1, postRequestedFor(urlEqualTo(JIT + "task/task_1/complete")));
	}

	@ParameterizedTest
	@EnumSource
	void first403IsTheCallersWhereItCanNotBeRead(Client client) {
		server.stubFor(post("/pay").willReturn(refusal("[1]")));
		assertThat(client.status(this.tokens)).isEqualTo(403);
		server.verify(1, anyRequestedFor(anyUrl()));
		lumoAuth.verify(0, postRequestedFor(urlEqualTo(JIT + "task")));
	}

	/**
	 * Whatever it names: it could name something else each time.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "denied", "expired", "no word of its documents" })
	void serverCausesNoFloodOfRequestsThatAreRefused(String word) {
		requestIs(word);
		for (int i = 0; i < 5; i++) {
			server.stubFor(post("/pay")
				.willReturn(refusal("{\"type\":\"payment\",\"locations\":[\"urn:a\"],\"identifier\":\"" + i + "\"}")));
			assertThat(Client.REST.status(this.tokens)).isEqualTo(403);
		}
		lumoAuth.verify(1, postRequestedFor(urlEqualTo(JIT + "request")));
		lumoAuth.verify(1, postRequestedFor(urlEqualTo(JIT + "task/task_1/complete")));
		int requests = 1;
		for (int minutes : List.of(1, 2, 4, 8, 16, 32, 60, 60)) {
			this.agent.clock.advance(Duration.ofMinutes(minutes).minusSeconds(1));
			assertThat(Client.REST.status(this.tokens)).isEqualTo(403);
			lumoAuth.verify(requests, postRequestedFor(urlEqualTo(JIT + "request")));
			this.agent.clock.advance(Duration.ofSeconds(1));
			assertThat(Client.REST.status(this.tokens)).isEqualTo(403);
			lumoAuth.verify(++requests, postRequestedFor(urlEqualTo(JIT + "request")));
		}
	}

	@Test
	void serverCausesNoFloodOfRequestsThatWait() {
		requestIs("pending");
		for (int i = 0; i < 60; i++) {
			server.stubFor(post("/pay")
				.willReturn(refusal("{\"type\":\"payment\",\"locations\":[\"urn:a\"],\"identifier\":\"" + i + "\"}")));
			assertThat(Client.REST.status(this.tokens)).isEqualTo(403);
			this.agent.clock.advance(Duration.ofSeconds(5));
		}
		// At once, after 1 minute and after 3 minutes.
		lumoAuth.verify(3, postRequestedFor(urlEqualTo(JIT + "request")));
	}

	@Test
	void asksAtOnceAfterAPermissionThatTheServerAccepted() {
		requestIs("pending");
		statusIs("approved");
		assertThat(Client.REST.status(this.tokens)).isEqualTo(403);
		this.agent.clock.advance(Duration.ofSeconds(1));
		assertThat(Client.REST.pay(this.tokens)).isEqualTo("paid");
		requestIs("approved");
		server.stubFor(post("/pay").withHeader("Authorization", equalTo("Bearer exchanged-1"))
			.willReturn(refusal("{\"type\":\"payment\",\"locations\":[\"urn:a\"],\"identifier\":\"another\"}")));
		assertThat(Client.REST.pay(this.tokens)).isEqualTo("paid");
	}

	@ParameterizedTest
	@ValueSource(strings = { "approved\",\"granted_ttl\":0,\"x\":\"", "approved\",\"granted_ttl\":-1,\"x\":\"",
			"approved\",\"expires_at\":\"2020-01-01T00:00:00Z", "approved\",\"expires_at\":\"soon" })
	void anApprovalWhoseEndHasPassedIsNone(String status) {
		requestIs(status);
		assertThat(Client.REST.status(this.tokens)).isEqualTo(403);
		server.verify(1, anyRequestedFor(anyUrl()));
		lumoAuth.verify(0, postRequestedFor(urlEqualTo(JIT + "request/jit_1/token")));
	}

	@ParameterizedTest
	@ValueSource(ints = { 400, 401, 403, 429, 500 })
	void first403IsTheCallersWhereLumoAuthHelpsNot(int status) {
		lumoAuth.stubFor(post(JIT + "request").willReturn(jsonResponse("{\"error\":\"no\"}", status)));
		assertThat(Client.REST.status(this.tokens)).isEqualTo(403);
		assertThat(Client.REST.status(this.tokens)).isEqualTo(403);
		lumoAuth.verify(1, postRequestedFor(urlEqualTo(JIT + "task")));
		server.verify(2, anyRequestedFor(anyUrl()));
	}

	@Test
	void asksOnceForWhatWaitsForAPersonAndGoesOnAfterTheDecision() {
		requestIs("pending");
		statusIs("pending");
		for (int i = 0; i < 3; i++) {
			assertThat(Client.REST.status(this.tokens)).isEqualTo(403);
			this.agent.clock.advance(Duration.ofSeconds(1));
		}
		lumoAuth.verify(1, postRequestedFor(urlEqualTo(JIT + "request")));
		lumoAuth.verify(2, getRequestedFor(urlEqualTo(JIT + "request/jit_1/status")));
		lumoAuth.verify(0, postRequestedFor(urlEqualTo(JIT + "task/task_1/complete")));
		statusIs("approved");
		assertThat(Client.REST.pay(this.tokens)).isEqualTo("paid");
		lumoAuth.verify(1, postRequestedFor(urlEqualTo(JIT + "request")));
		lumoAuth.verify(1, postRequestedFor(urlEqualTo(JIT + "task/task_1/complete")));
	}

	@Test
	void remembersNothingOfOneUserForAnother() {
		requestIs("denied");
		UserScope.call(UserToken.of("user-anna"), () -> Client.REST.status(this.tokens));
		requestIs("approved");
		assertThat(UserScope.call(UserToken.of("user-ben"), () -> Client.REST.pay(this.tokens))).isEqualTo("paid");
	}

	@Test
	void aWebClientGetsTheRefusal() {
		assertThat(Client.WEB.status(this.tokens)).isEqualTo(403);
		server.verify(1, anyRequestedFor(anyUrl()));
		lumoAuth.verify(0, postRequestedFor(urlEqualTo(JIT + "task")));
	}

	@Test
	void streamIsNotSentAgain() {
		Throwable failure = catchThrowable(() -> Client.web(this.tokens)
			.post()
			.uri(server.url("/pay"))
			.body(Flux.just("bo", "dy"), String.class)
			.retrieve()
			.toBodilessEntity()
			.block(Duration.ofSeconds(60)));
		// The server may answer, or end the stream, before it has read the body.
		assertThat(failure).isInstanceOf(WebClientException.class);
		server.verify(lessThanOrExactly(1), anyRequestedFor(anyUrl()));
		lumoAuth.verify(0, postRequestedFor(urlEqualTo(JIT + "task")));
	}

	@Test
	void asksForNothingByDefault() {
		this.agent.customizer = (tokens) -> {
		};
		LumoAuthTokens plain = this.agent.tokens();
		assertThat(Client.REST.status(plain)).isEqualTo(403);
		assertThat(Client.WEB.status(plain)).isEqualTo(403);
		lumoAuth.verify(0, postRequestedFor(urlEqualTo(JIT + "task")));
	}

	private static ResponseDefinitionBuilder refusal(String details) {
		return aResponse().withStatus(403)
			.withHeader("WWW-Authenticate", "Bearer error=\"insufficient_authorization_details\"")
			.withHeader(MissingPermissionReader.HEADER,
					Base64.getEncoder().encodeToString(details.getBytes(StandardCharsets.UTF_8)))
			.withBody("refused");
	}

	private static void requestIs(String status) {
		lumoAuth.stubFor(post(JIT + "request").willReturn(jsonResponse(status(status), 201)));
	}

	private static void statusIs(String status) {
		lumoAuth.stubFor(get(JIT + "request/jit_1/status").willReturn(okJson(status(status))));
	}

	private static String status(String status) {
		return "{\"request_id\":\"jit_1\",\"task_id\":\"task_1\",\"status\":\"" + status + "\"}";
	}

	enum Client {

		REST {

			@Override
			String pay(LumoAuthTokens tokens) {
				return RestClient.builder()
					.requestFactory(new JdkClientHttpRequestFactory(HttpClient.newHttpClient()))
					.requestInterceptor(
							new AuthorizationInterceptor(WireAgent.requests(tokens, "urn:a", server.baseUrl())))
					.build()
					.post()
					.uri(server.url("/pay"))
					.body("body")
					.retrieve()
					.body(String.class);
			}

		},

		WEB {

			@Override
			String pay(LumoAuthTokens tokens) {
				return web(tokens).post()
					.uri(server.url("/pay"))
					.bodyValue("body")
					.retrieve()
					.bodyToMono(String.class)
					.block(Duration.ofSeconds(60));
			}

		};

		static WebClient web(LumoAuthTokens tokens) {
			return WebClient.builder()
				.clientConnector(new JdkClientHttpConnector())
				.apply(new AuthorizationFilterFunction(WireAgent.requests(tokens, "urn:a", server.baseUrl()))
					.configuration())
				.build();
		}

		abstract String pay(LumoAuthTokens tokens);

		int status(LumoAuthTokens tokens) {
			try {
				pay(tokens);
				return 200;
			}
			catch (HttpClientErrorException ex) {
				assertThat(ex.getResponseBodyAsString()).isEqualTo("refused");
				return ex.getStatusCode().value();
			}
			catch (WebClientResponseException ex) {
				assertThat(ex.getResponseBodyAsString()).isEqualTo("refused");
				return ex.getStatusCode().value();
			}
		}

	}

}
