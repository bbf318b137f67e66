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

package dev.lumoauth.spring.token;

import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.IntStream;

import dev.lumoauth.spring.call.CallContext;
import dev.lumoauth.spring.call.Action;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import dev.lumoauth.spring.call.Action;
import dev.lumoauth.spring.user.UserScope;
import dev.lumoauth.spring.user.UserToken;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.http.client.reactive.JdkClientHttpConnector;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.web.client.HttpClientErrorException;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.client.WebClientResponseException;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.util.context.Context;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.ok;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link CallTokens}: where the token of one call goes, and where it doesn't.
 */
class CallTokensTests {

	private static final Duration SOON = Duration.ofSeconds(20);

	private static final String EXCHANGED = "exchanged-1";

	private static final UserToken ANNA = UserToken.of("user-anna");

	private static final UserToken BEN = UserToken.of("user-ben");

	@RegisterExtension
	static final WireMockExtension lumoAuth = WireMockExtension.newInstance().build();

	@RegisterExtension
	static final WireMockExtension server = WireMockExtension.newInstance().build();

	private WireAgent agent;

	private LumoAuthTokens tokens;

	@BeforeEach
	void tokens() {
		this.agent = new WireAgent(lumoAuth);
		this.tokens = this.agent.tokens();
		lumoAuth.stubFor(WireAgent.agentTokenRequest().willReturn(WireAgent.token("agent-1", 3600)));
		lumoAuth.stubFor(WireAgent.exchangeRequest().willReturn(WireAgent.exchanged(EXCHANGED, 3600)));
		server.stubFor(post("/mcp").willReturn(ok("done")));
	}

	@Test
	void isExchangedForItsAudienceAlone() {
		call("jit-1", () -> {
			assertThat(value("urn:a")).isEqualTo("jit-1");
			assertThat(value("urn:b")).isEqualTo(EXCHANGED);
			assertThat(this.tokens.exchange(new TokenTarget(null, "urn:a", Set.of())).getTokenValue())
				.isEqualTo("jit-1");
			assertThat(this.tokens.agentToken().getTokenValue()).isEqualTo("agent-1");
			return null;
		});
		lumoAuth.verify(1, WireAgent.exchangeRequests().withFormParam("audience", equalTo("urn:b")));
		lumoAuth.verify(1, WireAgent.exchangeRequests());
	}

	@Test
	void isForTheAgentThatAskedAlone() {
		WireAgent another = new WireAgent(lumoAuth);
		another.clientId = "agt_another";
		LumoAuthTokens others = another.tokens();
		call("jit-1", () -> {
			assertThat(others.exchange("urn:a").getTokenValue()).isEqualTo(EXCHANGED);
			return null;
		});
	}

	@Test
	void isForTheUserOfTheCallAlone() {
		UserScope.call(ANNA, () -> call("jit-anna", () -> {
			assertThat(value("urn:a")).isEqualTo("jit-anna");
			assertThat(this.tokens.exchange("urn:a", TokenSubject.of(ANNA)).getTokenValue()).isEqualTo("jit-anna");
			assertThat(UserScope.call(BEN, () -> value("urn:a"))).isEqualTo(EXCHANGED);
			assertThat(this.tokens.exchange("urn:a", TokenSubject.of(BEN)).getTokenValue()).isEqualTo(EXCHANGED);
			assertThat(this.tokens.exchange(this.tokens.target("urn:a"), null).getTokenValue()).isEqualTo(EXCHANGED);
			return null;
		}));
		call("jit-agent", () -> {
			assertThat(UserScope.call(ANNA, () -> value("urn:a"))).isEqualTo(EXCHANGED);
			return null;
		});
	}

	@Test
	void isForTheUserWhoseTokenIsRenewedMeanwhile() {
		UserToken anna = UserToken.of(jwt("anna", "first"));
		UserScope.call(anna, () -> call("jit-anna", () -> {
			assertThat(UserScope.call(UserToken.of(jwt("anna", "second")), () -> value("urn:a"))).isEqualTo("jit-anna");
			assertThat(UserScope.call(UserToken.of(jwt("ben", "first")), () -> value("urn:a"))).isEqualTo(EXCHANGED);
			return null;
		}));
	}

	@Test
	void isKeptNowhere() {
		call("jit-1", () -> value("urn:a"));
		assertThat(this.tokens.statuses()).isEmpty();
		assertThat(value("urn:a")).isEqualTo(EXCHANGED);
		call("jit-2", () -> {
			assertThat(value("urn:a")).isEqualTo("jit-2");
			assertThat(this.tokens.cached(this.tokens.target("urn:a"), null).getTokenValue()).isEqualTo(EXCHANGED);
			assertThat(this.tokens.exchangeApart(this.tokens.target("urn:a"), null).getTokenValue())
				.isEqualTo(EXCHANGED);
			return null;
		});
		assertThat(value("urn:a")).isEqualTo(EXCHANGED);
		lumoAuth.verify(1, WireAgent.exchangeRequests());
	}

	@Test
	void isGoneWhenTheCallHasEndedWhoeverHoldsIt() {
		CallTokens call = of("jit-1");
		call.end();
		assertThat(CallTokens.call(call, () -> value("urn:a"))).isEqualTo(EXCHANGED);
		assertThat(call.toString()).doesNotContain("jit-1");
	}

	@Test
	void isNotFoundOnAnotherThread() {
		call("jit-1", () -> {
			assertThat(CompletableFuture.supplyAsync(() -> value("urn:a")).join()).isEqualTo(EXCHANGED);
			return null;
		});
	}

	@Test
	void innerCallHasItsOwn() {
		call("jit-outer", () -> {
			assertThat(call("jit-inner", () -> value("urn:a"))).isEqualTo("jit-inner");
			assertThat(CallTokens.call(CallTokens.NONE, () -> value("urn:a"))).isEqualTo(EXCHANGED);
			assertThat(value("urn:a")).isEqualTo("jit-outer");
			return null;
		});
		assertThat(value("urn:a")).isEqualTo(EXCHANGED);
	}

	@Test
	void callsAtOneTimeHaveTheirOwn() throws Exception {
		RestClient client = restClient();
		ExecutorService threads = Executors.newFixedThreadPool(2);
		CyclicBarrier both = new CyclicBarrier(2);
		try {
			List<Future<Object>> calls = IntStream.of(1, 2)
				.mapToObj((i) -> threads.submit(() -> call("jit-" + i, () -> {
					both.await(60, TimeUnit.SECONDS);
					client.post().uri(server.url("/mcp")).body("call " + i).retrieve().toBodilessEntity();
					both.await(60, TimeUnit.SECONDS);
					assertThat(value("urn:a")).isEqualTo("jit-" + i);
					return new Object();
				})))
				.toList();
			for (Future<Object> each : calls) {
				each.get(60, TimeUnit.SECONDS);
			}
		}
		finally {
			threads.shutdownNow();
		}
		sent("jit-1", "call 1");
		sent("jit-2", "call 2");
		lumoAuth.verify(0, WireAgent.exchangeRequests());
	}

	@Test
	void serverThatDoesNotTakeItHasTheLastWord() {
		server.stubFor(post("/mcp").withHeader("Authorization", equalTo("Bearer jit-1"))
			.willReturn(aResponse().withStatus(401)));
		assertThatExceptionOfType(HttpClientErrorException.Unauthorized.class).isThrownBy(() -> call("jit-1",
				() -> restClient().post().uri(server.url("/mcp")).body("body").retrieve().toBodilessEntity()));
		assertThatExceptionOfType(WebClientResponseException.Unauthorized.class)
			.isThrownBy(() -> call("jit-1", () -> send(webClient(), "body").block(SOON)));
		server.verify(2, postRequestedFor(urlEqualTo("/mcp")));
		lumoAuth.verify(0, WireAgent.exchangeRequests());
	}

	@Test
	void webClientSendsThatOfTheCallWhichWroteTheRequest() {
		WebClient client = webClient();
		call("jit-1", () -> send(client, "here").block(SOON));
		call("jit-1", () -> send(client, "elsewhere").subscribeOn(Schedulers.boundedElastic()).block(SOON));
		sent("jit-1", "here");
		sent("jit-1", "elsewhere");
	}

	@Test
	void webClientSendsThatOfTheStream() {
		WebClient client = webClient();
		Mono<String> stream = Mono.just("body")
			.publishOn(Schedulers.parallel())
			.flatMap((body) -> send(client, body))
			.contextWrite(Context.of(CallContext.REACTOR_KEY, of("jit-1").in(CallContext.EMPTY)));
		assertThat(stream.block(SOON)).isEqualTo("done");
		sent("jit-1", "body");
	}

	@Test
	void requestThatIsSentAfterTheCallCarriesTheOrdinaryOne() {
		CallTokens call = of("jit-1");
		Mono<String> request = CallTokens.call(call, () -> send(webClient(), "late"));
		call.end();
		request.block(SOON);
		sent(EXCHANGED, "late");
	}

	@Test
	void requestThatAnotherCallSendsCarriesThatOnes() {
		Mono<String> request = call("jit-1", () -> send(webClient(), "body"));
		request.contextWrite(Context.of(CallContext.REACTOR_KEY, of("jit-2").in(CallContext.EMPTY))).block(SOON);
		sent("jit-2", "body");
		request.contextWrite(Context.of(CallContext.REACTOR_KEY, CallTokens.NONE.in(CallContext.EMPTY))).block(SOON);
		sent(EXCHANGED, "body");
	}

	@Test
	void stepOfAStreamFindsThatOfItsStream() {
		CallTokens first = of("jit-1");
		CallTokens second = of("jit-2");
		Function<String, String> exchanging = (name) -> name + " " + value("urn:a");
		Flux<String> one = Flux.just("one")
			.publishOn(Schedulers.parallel())
			.map(exchanging)
			.contextWrite(Context.of(CallContext.REACTOR_KEY, first.in(CallContext.EMPTY)));
		Flux<String> two = Flux.just("two")
			.map(exchanging)
			.contextWrite(Context.of(CallContext.REACTOR_KEY, second.in(CallContext.EMPTY)));
		assertThat(CallTokens.call(second, () -> one.collectList().block(SOON))).containsExactly("one jit-1");
		assertThat(CallTokens.call(first, () -> two.collectList().block(SOON))).containsExactly("two jit-2");
		Flux<String> nested = Flux.just("three")
			.map((name) -> CallTokens.call(second, () -> exchanging.apply(name)))
			.contextWrite(Context.of(CallContext.REACTOR_KEY, first.in(CallContext.EMPTY)));
		assertThat(nested.collectList().block(SOON)).containsExactly("three jit-2");
		Flux<String> inCall = Flux.just("four").map(exchanging);
		assertThat(CallTokens.call(first, () -> inCall.collectList().block(SOON))).containsExactly("four jit-1");
	}

	private String value(String audience) {
		return this.tokens.exchange(audience).getTokenValue();
	}

	private static <T extends @Nullable Object, E extends Throwable> T call(String token, Action<T, E> action)
			throws E {
		return CallTokens.call(of(token), action);
	}

	private static CallTokens of(String token) {
		return CallTokens.of(WireAgent.CLIENT_ID, Set.of("urn:a"),
				new OAuth2AccessToken(OAuth2AccessToken.TokenType.BEARER, token, null, null));
	}

	private static String jwt(String subject, String id) {
		return new PlainJWT(new JWTClaimsSet.Builder().subject(subject).issuer("https://idp").jwtID(id).build())
			.serialize();
	}

	private static void sent(String token, String body) {
		server.verify(1, postRequestedFor(urlEqualTo("/mcp")).withHeader("Authorization", equalTo("Bearer " + token))
			.withRequestBody(equalTo(body)));
	}

	private RestClient restClient() {
		return RestClient.builder()
			.requestFactory(factory())
			.requestInterceptor(
					new AuthorizationInterceptor(WireAgent.requests(this.tokens, "urn:a", server.baseUrl())))
			.build();
	}

	private static JdkClientHttpRequestFactory factory() {
		return new JdkClientHttpRequestFactory(HttpClient.newHttpClient());
	}

	private WebClient webClient() {
		return WebClient.builder()
			.clientConnector(new JdkClientHttpConnector())
			.apply(new AuthorizationFilterFunction(WireAgent.requests(this.tokens, "urn:a", server.baseUrl()))
				.configuration())
			.build();
	}

	private static Mono<String> send(WebClient client, String body) {
		return client.post().uri(server.url("/mcp")).bodyValue(body).retrieve().bodyToMono(String.class);
	}

}
