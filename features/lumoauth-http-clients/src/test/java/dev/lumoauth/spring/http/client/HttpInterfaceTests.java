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

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.http.client.reactive.JdkClientHttpConnector;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.invoker.HttpServiceProxyFactory;

import dev.lumoauth.spring.LumoAuthDeniedException;
import dev.lumoauth.spring.LumoAuthSetupException;
import dev.lumoauth.spring.token.CallTokens;
import dev.lumoauth.spring.token.WireAgent;
import dev.lumoauth.spring.user.UserScope;
import dev.lumoauth.spring.user.UserToken;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.absent;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.jsonResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.ok;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * What {@link LumoAuthAudience} does to the requests of HTTP interfaces that are made by
 * hand, over both kinds of client.
 */
class HttpInterfaceTests {

	private static final Duration SOON = Duration.ofSeconds(20);

	@RegisterExtension
	static final WireMockExtension lumoAuth = WireMockExtension.newInstance().build();

	@RegisterExtension
	static final WireMockExtension reports = WireMockExtension.newInstance().build();

	@RegisterExtension
	static final WireMockExtension orders = WireMockExtension.newInstance().build();

	private LumoAuthHttpClients clients;

	@BeforeEach
	void tokens() {
		this.clients = new LumoAuthHttpClients(new WireAgent(lumoAuth).tokens());
		lumoAuth.stubFor(WireAgent.agentTokenRequest().willReturn(WireAgent.token("agent-1", 3600)));
		exchange("urn:reports", "for-reports");
		exchange("urn:orders", "for-orders");
		reports.stubFor(any(anyUrl()).willReturn(ok("done")));
		orders.stubFor(any(anyUrl()).willReturn(ok("done")));
	}

	@ParameterizedTest
	@EnumSource
	void audienceOfTheTypeIsThatOfEachMethod(Kind kind) {
		Reports client = kind.create(this.clients, reports, Reports.class);
		assertThat(client.report()).isEqualTo("done");
		reports.verify(1,
				getRequestedFor(urlEqualTo("/report")).withHeader("Authorization", equalTo("Bearer for-reports")));
	}

	@ParameterizedTest
	@EnumSource
	void audienceOfTheMethodWins(Kind kind) {
		Reports client = kind.create(this.clients, reports, Reports.class);
		client.order();
		reports.verify(1,
				getRequestedFor(urlEqualTo("/order")).withHeader("Authorization", equalTo("Bearer for-orders")));
	}

	@ParameterizedTest
	@EnumSource
	void composedAnnotationIsTheSame(Kind kind) {
		kind.create(this.clients, reports, Composed.class).report();
		verifyReport("Bearer for-reports");
	}

	@ParameterizedTest
	@EnumSource
	void inheritedMethodHasTheAudienceOfTheInterfaceThatIsCalled(Kind kind) {
		HttpServiceProxyFactory factory = kind.factory(this.clients, kind.http(), reports);
		factory.createClient(ForReports.class).report();
		verifyReport("Bearer for-reports");
		reports.resetRequests();
		factory.createClient(ForOrders.class).report();
		verifyReport("Bearer for-orders");
	}

	@ParameterizedTest
	@EnumSource
	void defaultMethodSendsWhatTheMethodsThatItCallsSend(Kind kind) {
		Reports client = kind.create(this.clients, reports, Reports.class);
		assertThat(client.both()).isEqualTo("donedone");
		verifyReport("Bearer for-reports");
		reports.verify(1,
				getRequestedFor(urlEqualTo("/order")).withHeader("Authorization", equalTo("Bearer for-orders")));
	}

	@ParameterizedTest
	@EnumSource
	void interfaceWithoutTheAnnotationIsLeftAlone(Kind kind) {
		kind.create(this.clients, reports, Plain.class).report();
		reports.verify(1, getRequestedFor(urlEqualTo("/report")).withHeader("Authorization", absent()));
		lumoAuth.verify(0, anyRequestedFor(anyUrl()));
	}

	@ParameterizedTest
	@EnumSource
	void nothingIsSentWithoutAToken(Kind kind) {
		lumoAuth.stubFor(WireAgent.exchangeRequest().willReturn(jsonResponse("{\"error\":\"invalid_target\"}", 400)));
		Reports client = kind.create(this.clients, reports, Reports.class);
		assertThatExceptionOfType(LumoAuthDeniedException.class).isThrownBy(client::report);
		reports.verify(0, anyRequestedFor(anyUrl()));
	}

	@ParameterizedTest
	@EnumSource
	void rejectedTokenIsReplacedOnce(Kind kind) {
		Reports client = kind.create(this.clients, reports, Reports.class);
		client.report();
		reports.stubFor(any(anyUrl()).withHeader("Authorization", equalTo("Bearer for-reports"))
			.willReturn(aResponse().withStatus(401)));
		exchange("urn:reports", "another");
		assertThat(client.report()).isEqualTo("done");
		verifyReport("Bearer another");
	}

	@ParameterizedTest
	@EnumSource
	void tokenStaysWithTheOriginOfTheBaseUrl(Kind kind) {
		Anywhere client = kind.create(this.clients, reports, Anywhere.class);
		assertThatIllegalStateException().isThrownBy(() -> client.report(URI.create(orders.url("/report"))))
			.withMessageContaining("urn:reports");
		client.report(URI.create(reports.url("/report")));
		orders.verify(0, anyRequestedFor(anyUrl()));
	}

	@ParameterizedTest
	@EnumSource
	void callersOwnAuthorizationStays(Kind kind) {
		kind.create(this.clients, reports, Own.class).report("Bearer own");
		verifyReport("Bearer own");
		lumoAuth.verify(0, anyRequestedFor(anyUrl()));
	}

	@ParameterizedTest
	@EnumSource
	void actsForTheUserOfTheCallingThread(Kind kind) {
		Reports client = kind.create(this.clients, reports, Reports.class);
		UserScope.call(UserToken.of("user-anna"), client::report);
		lumoAuth.verify(1,
				WireAgent.exchangeRequests()
					.withFormParam("subject_token", equalTo("user-anna"))
					.withFormParam("actor_token", equalTo("agent-1")));
	}

	@Test
	void reactiveMethodActsForTheUserOfTheThreadThatCallsIt() {
		ReactiveReports client = Kind.WEB_CLIENT.create(this.clients, reports, ReactiveReports.class);
		Mono<String> answer = UserScope.call(UserToken.of("user-anna"), client::report);
		assertThat(answer.subscribeOn(Schedulers.boundedElastic()).block(SOON)).isEqualTo("done");
		lumoAuth.verify(1, WireAgent.exchangeRequests().withFormParam("subject_token", equalTo("user-anna")));
		verifyReport("Bearer for-reports");
	}

	@Test
	void interfaceWithoutAnAudienceGetsNoTokenInsideACallThatHasOne() {
		AtomicReference<Plain> plain = new AtomicReference<>();
		RestClient client = RestClient.builder()
			.baseUrl(reports.baseUrl())
			.requestInterceptor((request, body, next) -> {
				if (request.getURI().getPath().equals("/order")) {
					plain.get().report();
				}
				return next.execute(request, body);
			})
			.build();
		HttpServiceProxyFactory factory = this.clients.httpServices(client).build();
		plain.set(factory.createClient(Plain.class));
		factory.createClient(Orders.class).order();
		reports.verify(1, getRequestedFor(urlEqualTo("/report")).withHeader("Authorization", absent()));
		reports.verify(1,
				getRequestedFor(urlEqualTo("/order")).withHeader("Authorization", equalTo("Bearer for-orders")));
	}

	@ParameterizedTest
	@EnumSource
	void whatTheAnnotationSaysHasToBeUsable(Kind kind) {
		HttpServiceProxyFactory factory = kind.factory(this.clients, kind.http(), reports);
		assertThatExceptionOfType(LumoAuthSetupException.class).isThrownBy(() -> factory.createClient(Blank.class))
			.withMessageContaining(Blank.class.getName() + ".report");
		assertThatExceptionOfType(LumoAuthSetupException.class).isThrownBy(() -> factory.createClient(Ambiguous.class))
			.withMessageContainingAll("urn:reports", "urn:orders", "Put the one that should apply on the method");
		assertThatExceptionOfType(LumoAuthSetupException.class)
			.isThrownBy(() -> factory.createClient(Placeholder.class))
			.withMessageContainingAll("${reports.audience}", "@ImportHttpServices");
	}

	/**
	 * Two servers, two users and the agent itself, from many threads over one client:
	 * each server answers only to its own tokens, and each answer names the token.
	 */
	@ParameterizedTest
	@EnumSource
	void tokensOfTwoServersAndTwoUsersNeverMix(Kind kind) throws Exception {
		for (String user : new String[] { "agent-1", "user-anna", "user-ben" }) {
			for (String server : new String[] { "reports", "orders" }) {
				String token = user + "-" + server;
				lumoAuth.stubFor(WireAgent.exchangeRequest()
					.withFormParam("audience", equalTo("urn:" + server))
					.withFormParam("subject_token", equalTo(user))
					.willReturn(WireAgent.exchanged(token, 600)));
				WireMockExtension target = server.equals("reports") ? reports : orders;
				target.stubFor(
						any(anyUrl()).withHeader("Authorization", equalTo("Bearer " + token)).willReturn(ok(token)));
			}
		}
		Function<WireMockExtension, HttpServiceProxyFactory> factory = (target) -> kind.factory(this.clients,
				kind.http(), target);
		Reports toReports = factory.apply(reports).createClient(Reports.class);
		Orders toOrders = factory.apply(orders).createClient(Orders.class);
		UserToken anna = UserToken.of("user-anna");
		UserToken ben = UserToken.of("user-ben");
		ExecutorService threads = Executors.newFixedThreadPool(16);
		try {
			Iterable<Future<Void>> calls = threads.invokeAll(IntStream.range(0, 150).mapToObj((i) -> {
				UserToken user = (i % 3 == 0) ? null : (i % 3 == 1) ? anna : ben;
				String name = (user != null) ? user.value() : "agent-1";
				return (Callable<Void>) () -> {
					assertThat(as(user, toReports::report)).isEqualTo(name + "-reports");
					assertThat(as(user, toOrders::order)).isEqualTo(name + "-orders");
					return null;
				};
			}).toList(), 200, TimeUnit.SECONDS);
			for (Future<Void> call : calls) {
				call.get(1, TimeUnit.SECONDS);
			}
		}
		finally {
			threads.shutdownNow();
		}
		lumoAuth.verify(6, WireAgent.exchangeRequests());
	}

	@ParameterizedTest
	@EnumSource
	void theTokenOfAnApprovedCallIsSent(Kind kind) {
		Reports client = kind.create(this.clients, reports, Reports.class);
		OAuth2AccessToken token = new OAuth2AccessToken(OAuth2AccessToken.TokenType.BEARER, "jit-1", null, null);
		CallTokens.call(CallTokens.of(WireAgent.CLIENT_ID, Set.of("urn:reports"), token), client::report);
		verifyReport("Bearer jit-1");
		reports.resetRequests();
		client.report();
		verifyReport("Bearer for-reports");
	}

	private static String as(UserToken user, Supplier<String> call) {
		return (user != null) ? UserScope.call(user, call::get) : call.get();
	}

	private static void verifyReport(String authorization) {
		reports.verify(1, getRequestedFor(urlEqualTo("/report")).withHeader("Authorization", equalTo(authorization)));
	}

	private static void exchange(String audience, String token) {
		lumoAuth.stubFor(WireAgent.exchangeRequest()
			.withFormParam("audience", equalTo(audience))
			.willReturn(WireAgent.exchanged(token, 600)));
	}

	enum Kind {

		REST_CLIENT {

			@Override
			HttpServiceProxyFactory factory(LumoAuthHttpClients clients, HttpClient http, WireMockExtension target) {
				return clients
					.httpServices(RestClient.builder()
						.baseUrl(target.baseUrl())
						.requestFactory(new JdkClientHttpRequestFactory(http))
						.build())
					.build();
			}

		},

		WEB_CLIENT {

			@Override
			HttpServiceProxyFactory factory(LumoAuthHttpClients clients, HttpClient http, WireMockExtension target) {
				return LumoAuthExchangeFilterFunction
					.httpServices(clients,
							WebClient.builder()
								.baseUrl(target.baseUrl())
								.clientConnector(new JdkClientHttpConnector(http))
								.build())
					.build();
			}

		};

		abstract HttpServiceProxyFactory factory(LumoAuthHttpClients clients, HttpClient http,
				WireMockExtension target);

		HttpClient http() {
			return HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NEVER).build();
		}

		<T> T create(LumoAuthHttpClients clients, WireMockExtension target, Class<T> type) {
			return factory(clients, http(), target).createClient(type);
		}

	}

	// Java calls the default method of a public interface only.
	@LumoAuthAudience("urn:reports")
	public interface Reports {

		@GetExchange("/report")
		String report();

		@GetExchange("/order")
		@LumoAuthAudience("urn:orders")
		String order();

		default String both() {
			return report() + order();
		}

	}

	interface Orders {

		@GetExchange("/order")
		@LumoAuthAudience("urn:orders")
		String order();

	}

	interface Plain {

		@GetExchange("/report")
		String report();

	}

	@LumoAuthAudience("urn:reports")
	interface ForReports extends Plain {

	}

	@LumoAuthAudience("urn:orders")
	interface ForOrders extends Plain {

	}

	interface Ambiguous extends ForReports, ForOrders {

	}

	@Retention(RetentionPolicy.RUNTIME)
	@LumoAuthAudience("urn:reports")
	@interface ToReports {

	}

	@ToReports
	interface Composed {

		@GetExchange("/report")
		String report();

	}

	@LumoAuthAudience("urn:reports")
	interface Anywhere {

		@GetExchange
		String report(URI address);

	}

	@LumoAuthAudience("urn:reports")
	interface Own {

		@GetExchange("/report")
		String report(@RequestHeader("Authorization") String authorization);

	}

	@LumoAuthAudience("urn:reports")
	interface ReactiveReports {

		@GetExchange("/report")
		Mono<String> report();

	}

	@LumoAuthAudience(" ")
	interface Blank extends Plain {

	}

	@LumoAuthAudience("${reports.audience}")
	interface Placeholder extends Plain {

	}

}
