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

package dev.lumoauth.spring.http.client;

import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.NonBlocking;
import reactor.core.scheduler.Schedulers;
import reactor.util.retry.Retry;

import org.springframework.http.client.reactive.JdkClientHttpConnector;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.client.WebClientResponseException;

import dev.lumoauth.spring.LumoAuthDeniedException;
import dev.lumoauth.spring.LumoAuthRateLimitedException;
import dev.lumoauth.spring.token.LumoAuthTokens;
import dev.lumoauth.spring.token.WireAgent;
import dev.lumoauth.spring.user.ReactiveUserScope;
import dev.lumoauth.spring.user.UserScope;
import dev.lumoauth.spring.user.UserToken;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.absent;
import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.jsonResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.ok;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link LumoAuthExchangeFilterFunction}.
 */
class LumoAuthExchangeFilterFunctionTests {

	private static final Duration SOON = Duration.ofSeconds(20);

	private static final UserToken ANNA = UserToken.of("user-anna");

	private static final UserToken BEN = UserToken.of("user-ben");

	@RegisterExtension
	static final WireMockExtension lumoAuth = WireMockExtension.newInstance().build();

	@RegisterExtension
	static final WireMockExtension server = WireMockExtension.newInstance().build();

	@RegisterExtension
	static final WireMockExtension elsewhere = WireMockExtension.newInstance().build();

	private final List<Thread> fetching = new CopyOnWriteArrayList<>();

	private LumoAuthHttpClients clients;

	@BeforeEach
	void tokens() {
		WireAgent agent = new WireAgent(lumoAuth);
		LumoAuthTokens tokens = agent
			.tokens(agent.http((http) -> http.budgetListener((exceeded) -> this.fetching.add(Thread.currentThread()))));
		this.clients = new LumoAuthHttpClients(() -> tokens, Map.of("urn:a", URI.create(server.baseUrl())));
		lumoAuth.stubFor(WireAgent.agentTokenRequest().willReturn(WireAgent.token("agent-1", 3600)));
		exchange("exchanged-1");
		server.stubFor(post("/mcp").willReturn(ok("done")));
		elsewhere.stubFor(post("/mcp").willReturn(ok("done")));
	}

	@Test
	void addsTheExchangedToken() {
		assertThat(call(client("urn:a"), server)).isEqualTo("done");
		server.verify(1, postRequestedFor(urlEqualTo("/mcp")).withHeader("Authorization", equalTo("Bearer exchanged-1"))
			.withRequestBody(equalTo("body")));
		lumoAuth.verify(1, WireAgent.exchangeRequests().withFormParam("audience", equalTo("urn:a")));
	}

	@Test
	void staysWithTheOriginThatIsConfigured() {
		WebClient client = client("urn:a");
		assertThatIllegalStateException().isThrownBy(() -> call(client, elsewhere)).withMessageContaining("urn:a");
		assertThat(call(client, server)).isEqualTo("done");
		elsewhere.verify(0, anyRequestedFor(anyUrl()));
	}

	@Test
	void staysWithTheOriginOfAnAudienceThatIsAnAddress() {
		WebClient client = client(server.baseUrl() + "/mcp");
		assertThatIllegalStateException().isThrownBy(() -> call(client, elsewhere));
		assertThat(call(client, server)).isEqualTo("done");
		elsewhere.verify(0, anyRequestedFor(anyUrl()));
	}

	@Test
	void staysWithTheOriginItIsGiven() {
		WebClient client = client(
				new LumoAuthExchangeFilterFunction(this.clients, "urn:b", URI.create(server.baseUrl())));
		assertThatIllegalStateException().isThrownBy(() -> call(client, elsewhere));
		assertThat(call(client, server)).isEqualTo("done");
		elsewhere.verify(0, anyRequestedFor(anyUrl()));
	}

	@Test
	void sendsNothingInClearTextToAnotherMachine() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new LumoAuthExchangeFilterFunction(this.clients, "http://mcp.example.com"));
		assertThatIllegalStateException().isThrownBy(() -> client("urn:a").post()
			.uri("http://mcp.example.com/mcp")
			.retrieve()
			.toBodilessEntity()
			.block(SOON));
		lumoAuth.verify(0, anyRequestedFor(anyUrl()));
	}

	@Test
	void sendsNothingWithoutAToken() {
		lumoAuth.stubFor(WireAgent.exchangeRequest().willReturn(jsonResponse("{\"error\":\"invalid_target\"}", 400)));
		assertThatExceptionOfType(LumoAuthDeniedException.class).isThrownBy(() -> call(client("urn:a"), server));
		server.verify(0, anyRequestedFor(anyUrl()));
	}

	@Test
	void rateLimitOnTheExchangeIsTheCallersAndNothingIsSent() {
		lumoAuth.stubFor(WireAgent.exchangeRequest()
			.willReturn(jsonResponse("{\"error\":\"rate_limit_exceeded\"}", 429).withHeader("Retry-After", "3600")));
		assertThatExceptionOfType(LumoAuthRateLimitedException.class).isThrownBy(() -> call(client("urn:a"), server));
		server.verify(0, anyRequestedFor(anyUrl()));
	}

	@Test
	void replacesTheTokenOnceOn401() {
		server.stubFor(post("/mcp").withHeader("Authorization", equalTo("Bearer exchanged-1"))
			.willReturn(aResponse().withStatus(401).withBody("no")));
		this.clients.tokens().exchange("urn:a");
		exchange("exchanged-2");
		assertThat(call(client("urn:a"), server)).isEqualTo("done");
		server.verify(1, postRequestedFor(urlEqualTo("/mcp")).withHeader("Authorization", equalTo("Bearer exchanged-2"))
			.withRequestBody(equalTo("body")));
		assertThat(this.clients.tokens().exchange("urn:a").getTokenValue()).isEqualTo("exchanged-2");
	}

	@Test
	void serverThatAnswers401ForEverIsAskedTwiceAndThenOnceACall() {
		server.stubFor(post("/mcp").willReturn(aResponse().withStatus(401).withBody("never")));
		lumoAuth.stubFor(WireAgent.exchangeRequest()
			.inScenario("numbered")
			.willReturn(WireAgent.exchanged("exchanged-1", 600))
			.willSetStateTo("second"));
		lumoAuth.stubFor(WireAgent.exchangeRequest()
			.inScenario("numbered")
			.whenScenarioStateIs("second")
			.willReturn(WireAgent.exchanged("exchanged-2", 600)));
		WebClient client = client("urn:a");
		assertThatExceptionOfType(WebClientResponseException.Unauthorized.class).isThrownBy(() -> call(client, server))
			.satisfies((ex) -> assertThat(ex.getResponseBodyAsString()).isEqualTo("never"));
		server.verify(2, postRequestedFor(urlEqualTo("/mcp")));
		for (int i = 0; i < 10; i++) {
			assertThatExceptionOfType(WebClientResponseException.Unauthorized.class)
				.isThrownBy(() -> call(client, server))
				.satisfies((ex) -> assertThat(ex.getResponseBodyAsString()).isEqualTo("never"));
		}
		server.verify(12, postRequestedFor(urlEqualTo("/mcp")));
		lumoAuth.verify(2, WireAgent.exchangeRequests());
	}

	@Test
	void sameTokenAgainIsNotSentAgain() {
		server.stubFor(post("/mcp").willReturn(aResponse().withStatus(401).withBody("never")));
		assertThatExceptionOfType(WebClientResponseException.Unauthorized.class)
			.isThrownBy(() -> call(client("urn:a"), server))
			.satisfies((ex) -> assertThat(ex.getResponseBodyAsString()).isEqualTo("never"));
		server.verify(1, postRequestedFor(urlEqualTo("/mcp")));
	}

	@Test
	void failureToReplaceTheTokenIsTheCallers() {
		server.stubFor(post("/mcp").willReturn(aResponse().withStatus(401)));
		this.clients.tokens().exchange("urn:a");
		lumoAuth.stubFor(WireAgent.exchangeRequest().willReturn(jsonResponse("{\"error\":\"invalid_target\"}", 400)));
		assertThatExceptionOfType(LumoAuthDeniedException.class).isThrownBy(() -> call(client("urn:a"), server));
		server.verify(1, postRequestedFor(urlEqualTo("/mcp")));
	}

	@Test
	void takesTheAudienceFromTheRequest() {
		WebClient client = client(new LumoAuthExchangeFilterFunction(this.clients));
		client.post()
			.uri(server.url("/mcp"))
			.attributes(LumoAuthHttpClients.audience("urn:a"))
			.retrieve()
			.toBodilessEntity()
			.block(SOON);
		lumoAuth.verify(1, WireAgent.exchangeRequests().withFormParam("audience", equalTo("urn:a")));
		assertThatIllegalStateException().isThrownBy(() -> client.post()
			.uri(elsewhere.url("/mcp"))
			.attributes(LumoAuthHttpClients.audience("urn:a"))
			.retrieve()
			.toBodilessEntity()
			.block(SOON));
		assertThatIllegalStateException().isThrownBy(() -> call(client, server))
			.withMessageContaining("LumoAuthHttpClients.audience");
		server.verify(1, anyRequestedFor(anyUrl()));
		elsewhere.verify(0, anyRequestedFor(anyUrl()));
	}

	@Test
	void leavesTheCallersOwnAuthorizationAlone() {
		client("urn:a").post()
			.uri(server.url("/mcp"))
			.header("Authorization", "Bearer own")
			.retrieve()
			.toBodilessEntity()
			.block(SOON);
		server.verify(1, postRequestedFor(urlEqualTo("/mcp")).withHeader("Authorization", equalTo("Bearer own")));
		lumoAuth.verify(0, anyRequestedFor(anyUrl()));
	}

	@Test
	void redirectIsNotFollowedWithTheToken() {
		server.stubFor(
				post("/mcp").willReturn(aResponse().withStatus(307).withHeader("Location", elsewhere.url("/mcp"))));
		client("urn:a").post().uri(server.url("/mcp")).retrieve().toBodilessEntity().block(SOON);
		elsewhere.verify(0, anyRequestedFor(anyUrl()));
	}

	@Test
	void fetchesNoTokenOnAnEventLoop() {
		// A budget that is used up: what hears of it runs on the thread that asks.
		lumoAuth.stubFor(WireAgent.exchangeRequest().willReturn(jsonResponse("{\"error\":\"budget_exceeded\"}", 429)));
		Mono<String> call = request(client("urn:a"), server).subscribeOn(Schedulers.parallel());
		assertThatExceptionOfType(RuntimeException.class).isThrownBy(() -> call.block(SOON));
		assertThat(this.fetching).singleElement().satisfies((thread) -> {
			assertThat(thread.getName()).startsWith("boundedElastic");
			assertThat(thread).isNotInstanceOf(NonBlocking.class);
		});
	}

	@Test
	void tokenInMemoryNeedsNoOtherThread() {
		this.clients.tokens().exchange("urn:a");
		List<String> sending = new CopyOnWriteArrayList<>();
		WebClient client = client("urn:a").mutate().filter((request, next) -> {
			sending.add(Thread.currentThread().getName());
			return next.exchange(request);
		}).build();
		request(client, server).subscribeOn(Schedulers.parallel()).block(SOON);
		assertThat(sending).singleElement().asString().startsWith("parallel");
	}

	@Test
	void actsForWhomTheRequestWasWrittenWhateverThreadSubscribes() {
		Mono<String> forAnna = UserScope.call(ANNA, () -> request(client("urn:a"), server));
		Mono<String> forTheAgent = request(client("urn:a"), server);
		forAnna.subscribeOn(Schedulers.boundedElastic()).block(SOON);
		forTheAgent.subscribeOn(Schedulers.boundedElastic()).block(SOON);
		lumoAuth.verify(1,
				WireAgent.exchangeRequests()
					.withFormParam("subject_token", equalTo(ANNA.value()))
					.withFormParam("actor_token", equalTo("agent-1")));
		lumoAuth.verify(1,
				WireAgent.exchangeRequests()
					.withFormParam("subject_token", equalTo("agent-1"))
					.withFormParam("actor_token", absent()));
	}

	@Test
	void retryOnAnotherThreadActsForTheSameUser() {
		server.stubFor(post("/mcp").inScenario("busy").willReturn(aResponse().withStatus(503)).willSetStateTo("free"));
		server.stubFor(post("/mcp").inScenario("busy").whenScenarioStateIs("free").willReturn(ok("done")));
		String answer = UserScope.call(ANNA,
				() -> request(client("urn:a"), server).retryWhen(Retry.fixedDelay(1, Duration.ofMillis(1)))
					.block(SOON));
		assertThat(answer).isEqualTo("done");
		lumoAuth.verify(1, WireAgent.exchangeRequests());
		lumoAuth.verify(1, WireAgent.exchangeRequests().withFormParam("subject_token", equalTo(ANNA.value())));
	}

	@Test
	void requestOfOneUserIsNotSentForAnotherBehindAnotherThread() {
		Mono<String> forAnna = UserScope.call(ANNA, () -> request(client("urn:a"), server));
		for (Mono<String> moved : List.of(forAnna.subscribeOn(Schedulers.boundedElastic()),
				Mono.just(1).publishOn(Schedulers.parallel()).flatMap((one) -> forAnna),
				Mono.delay(Duration.ofMillis(1)).then(forAnna))) {
			assertThatIllegalStateException().isThrownBy(() -> UserScope.call(BEN, () -> moved.block(SOON)))
				.withMessageContaining("for one user and is sent for another");
			assertThatIllegalStateException()
				.isThrownBy(() -> moved.contextWrite(ReactiveUserScope.of(BEN)).block(SOON));
		}
		lumoAuth.verify(0, anyRequestedFor(anyUrl()));
		server.verify(0, anyRequestedFor(anyUrl()));
	}

	/**
	 * The second one is written on the thread that brought the answer to the first.
	 */
	@Test
	void secondRequestOfAStreamIsForTheSameUser() {
		WebClient client = client("urn:a");
		Mono<String> both = Mono.defer(() -> request(client, server)).flatMap((first) -> request(client, server));
		assertThat(UserScope.call(ANNA, () -> both.block(SOON))).isEqualTo("done");
		assertThat(both.contextWrite(ReactiveUserScope.of(ANNA)).block(SOON)).isEqualTo("done");
		server.verify(4, anyRequestedFor(anyUrl()));
		lumoAuth.verify(1, WireAgent.exchangeRequests());
		lumoAuth.verify(1, WireAgent.exchangeRequests().withFormParam("subject_token", equalTo(ANNA.value())));
	}

	@Test
	void requestOfOneUserIsNotSentForAnother() {
		Mono<String> forAnna = UserScope.call(ANNA, () -> request(client("urn:a"), server));
		Mono<String> forTheAgent = request(client("urn:a"), server);
		assertThatIllegalStateException().isThrownBy(() -> UserScope.call(BEN, () -> forAnna.block(SOON)))
			.withMessageContaining("for one user and is sent for another")
			.satisfies((ex) -> assertThat(ex.toString()).doesNotContain(ANNA.value(), BEN.value()));
		assertThatIllegalStateException().isThrownBy(() -> UserScope.call(BEN, () -> forTheAgent.block(SOON)));
		server.verify(0, anyRequestedFor(anyUrl()));
		lumoAuth.verify(0, anyRequestedFor(anyUrl()));
	}

	@Test
	void filterThatDoesNotKnowForWhomTheRequestIsRefusesIt() {
		WebClient client = WebClient.builder()
			.filter(new LumoAuthExchangeFilterFunction(this.clients, "urn:a"))
			.build();
		assertThatIllegalStateException().isThrownBy(() -> call(client, server))
			.withMessageContaining("WebClient.Builder.apply(filter.configuration())");
		server.verify(0, anyRequestedFor(anyUrl()));
	}

	private WebClient client(String audience) {
		return client(new LumoAuthExchangeFilterFunction(this.clients, audience));
	}

	private static WebClient client(LumoAuthExchangeFilterFunction filter) {
		HttpClient http = HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NEVER).build();
		return WebClient.builder()
			.clientConnector(new JdkClientHttpConnector(http))
			.apply(filter.configuration())
			.build();
	}

	private void exchange(String token) {
		lumoAuth.stubFor(WireAgent.exchangeRequest().willReturn(WireAgent.exchanged(token, 600)));
	}

	private static Mono<String> request(WebClient client, WireMockExtension target) {
		return client.post().uri(target.url("/mcp")).bodyValue("body").retrieve().bodyToMono(String.class);
	}

	private static String call(WebClient client, WireMockExtension target) {
		return request(client, target).block(SOON);
	}

}
