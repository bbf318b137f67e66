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

package dev.lumoauth.spring.autoconfigure;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import com.github.tomakehurst.wiremock.stubbing.ServeEvent;
import dev.lumoauth.spring.LumoAuthAgent;
import dev.lumoauth.spring.LumoAuthAuthenticationException;
import dev.lumoauth.spring.LumoAuthException;
import dev.lumoauth.spring.LumoAuthProtocolException;
import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.http.EndpointState;
import dev.lumoauth.spring.http.LumoAuthHttp;
import dev.lumoauth.spring.http.RequestError;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ContextConsumer;
import org.springframework.context.ApplicationContext;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.ok;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathMatching;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * At which of two addresses LumoAuth's checks are asked for.
 */
class AuthzPathTests {

	private static final String TENANT = "/t/acme/api/v1/authz";

	private static final String ORGANIZATION = "/orgs/acme/api/v1/authz";

	private static final String ROOT = "/api/v1/authz";

	private static final String PAGE = "<html><body><h1>404 Not Found</h1></body></html>";

	/** Of gateways and frameworks that may stand in LumoAuth's place. */
	private static final List<String> OTHERS = List.of("", PAGE, "404 page not found", "default backend - 404", "[]",
			"null", "{", "{}", "{\"message\":\"no Route matched with those values\"}", "{\"message\":\"Not Found\"}",
			"{\"timestamp\":\"2026-11-26T08:00:00Z\",\"status\":404,\"error\":\"Not Found\",\"path\":\"/x\"}",
			"{\"type\":\"about:blank\",\"title\":\"Not Found\",\"status\":404,\"detail\":\"No static resource.\"}",
			"{\"detail\":\"Not Found\"}", "{\"code\":5,\"message\":\"Not Found\",\"details\":[]}",
			"{\"code\":\"404\",\"type\":\"Status report\",\"message\":\"Not Found\"}",
			"{\"code\":\"NOT_FOUND\",\"message\":\"no such route\"}",
			"{\"error\":{\"code\":\"not_found\",\"message\":\"no\"}}", "{\"error\":\"HTTP 404 Not Found\"}",
			"{\"error\":\"404\"}", "{\"error\":true}", "{\"error\":true,\"message\":\"no\",\"status\":500}",
			"{\"error\":false,\"message\":\"no\",\"status\":404}", "{\"error\":\"\",\"code\":\"\"}",
			"{\"error\":\"not_found\"}{}");

	/** In the shapes of LumoAuth's errors. */
	private static final List<String> OWN = List.of("{\"error\":\"not_found\"}",
			"{\"error\":\"invalid_tenant\",\"error_description\":\"There is no such tenant.\"}",
			"{\"error\":true,\"message\":\"Not found\",\"status\":404}",
			"{\"error\":true,\"message\":\"Not found\",\"status\":404,\"code\":\"not_found\"}",
			"{\"error\":\"not_found\",\"message\":\"Not found\",\"status\":404,\"details\":{}}",
			"{\"error\":\"Permission not found\",\"code\":\"PERMISSION_NOT_FOUND\"}");

	@RegisterExtension
	static final WireMockExtension lumoAuth = WireMockExtension.newInstance().build();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(LumoAuthAutoConfiguration.class))
		.withPropertyValues("lumoauth.client-id=agt_1", "lumoauth.client-secret=secret",
				"lumoauth.capabilities.cache.allow-ttl=0s", "lumoauth.capabilities.cache.deny-ttl=0s");

	@BeforeEach
	void token() {
		lumoAuth.stubFor(post(urlPathMatching(".*/oauth/token"))
			.willReturn(okJson("{\"access_token\":\"token-1\",\"token_type\":\"Bearer\",\"expires_in\":3600}")));
	}

	private void tenant(ContextConsumer<AssertableApplicationContext> consumer) {
		run("tenant", consumer);
	}

	private void run(String layout, ContextConsumer<AssertableApplicationContext> consumer) {
		this.runner.withPropertyValues("lumoauth.url=" + lumoAuth.baseUrl(), "lumoauth." + layout + "=acme")
			.run(consumer);
	}

	private static void allows(String authz) {
		answers(authz, okJson("{\"allowed\":true,\"results\":{\"a\":true,\"b\":true}}"));
	}

	private static void answers(String authz, ResponseDefinitionBuilder answer) {
		lumoAuth.stubFor(post(urlPathMatching(authz + "/check(-bulk)?")).willReturn(answer));
	}

	private static ResponseDefinitionBuilder notFound(String body) {
		return aResponse().withStatus(404).withBody(body);
	}

	/**
	 * With one request, or with one for both.
	 */
	private static boolean ask(ApplicationContext context, boolean bulk) {
		LumoAuthAgent agent = context.getBean(LumoAuthAgent.class);
		return bulk ? agent.hasCapabilities(List.of("a", "b")).equals(Map.of("a", true, "b", true))
				: agent.hasCapability("a");
	}

	private static boolean ask(ApplicationContext context) {
		return ask(context, false);
	}

	/**
	 * Where checks were asked for since the last time, in that order.
	 */
	private static List<String> asked() {
		List<String> paths = new ArrayList<>(lumoAuth.getAllServeEvents()
			.stream()
			.map(ServeEvent::getRequest)
			.map((request) -> request.getUrl().replaceAll("/check(-bulk)?$", ""))
			.filter((path) -> path.endsWith("/authz"))
			.toList());
		Collections.reverse(paths);
		lumoAuth.resetRequests();
		return paths;
	}

	private static List<RequestError> errors(ApplicationContext context) {
		return context.getBean(LumoAuthHttp.class).recentErrors();
	}

	private static List<EndpointState> checks(ApplicationContext context) {
		return context.getBean(LumoAuthHttp.class)
			.endpointStates()
			.stream()
			.filter((state) -> state.endpoint().startsWith("authz/"))
			.toList();
	}

	static Stream<Arguments> combinations() {
		return Stream.of(true, false)
			.flatMap((bulk) -> Stream.of(List.of("tenant", TENANT, ROOT), List.of("org-id", ROOT, ORGANIZATION))
				.flatMap((row) -> Stream.of(TENANT, ORGANIZATION, ROOT, "/nowhere")
					.map((home) -> Arguments.of(row.get(0), bulk, home, row.subList(1, row.size())))));
	}

	@ParameterizedTest
	@MethodSource("combinations")
	void asksAtBothAddressesAndNowhereElse(String layout, boolean bulk, String home, List<String> addresses) {
		List.of(TENANT, ORGANIZATION, ROOT).forEach((address) -> answers(address, notFound(PAGE)));
		allows(home);
		run(layout, (context) -> {
			if (addresses.contains(home)) {
				assertThat(ask(context, bulk)).isTrue();
				assertThat(asked()).isEqualTo(addresses.subList(0, addresses.indexOf(home) + 1));
				assertThat(ask(context, bulk)).isTrue();
				assertThat(asked()).as("remembered").containsExactly(home);
				assertThat(errors(context)).isEmpty();
			}
			else {
				assertThatExceptionOfType(LumoAuthProtocolException.class).isThrownBy(() -> ask(context, bulk))
					.withMessageContainingAll("lumoauth." + layout, "lumoauth.url", "HTTP 404")
					.satisfies((ex) -> addresses.forEach((address) -> assertThat(ex).hasMessageContaining(address)))
					.returns(false, LumoAuthUnavailableException::isUnreachable);
				assertThat(asked()).isEqualTo(addresses);
				assertThat(errors(context)).singleElement().returns(404, RequestError::status);
			}
		});
	}

	/**
	 * With one request and with one for both in turns.
	 */
	private static Stream<Arguments> eachOneWay(List<String> bodies) {
		return bodies.stream().map((body) -> Arguments.of(body, bodies.indexOf(body) % 2 == 0));
	}

	static Stream<Arguments> others() {
		return eachOneWay(OTHERS);
	}

	@ParameterizedTest
	@MethodSource("others")
	void asksElsewhereAfterA404ThatIsNotInLumoAuthsWords(String body, boolean bulk) {
		answers(TENANT, notFound(body));
		allows(ROOT);
		tenant((context) -> {
			assertThat(ask(context, bulk)).isTrue();
			assertThat(asked()).containsExactly(TENANT, ROOT);
		});
	}

	static Stream<Arguments> own() {
		return eachOneWay(OWN);
	}

	@ParameterizedTest
	@MethodSource("own")
	void aNotFoundInLumoAuthsWordsIsItsWord(String body, boolean bulk) {
		answers(TENANT, notFound(body));
		allows(ROOT);
		tenant((context) -> {
			assertThatExceptionOfType(LumoAuthProtocolException.class).isThrownBy(() -> ask(context, bulk))
				.withMessageContainingAll("lumoauth.tenant", "lumoauth.url");
			assertThat(asked()).containsExactly(TENANT);
			assertThat(errors(context)).singleElement().returns(404, RequestError::status);
		});
	}

	@ParameterizedTest
	@ValueSource(ints = { 201, 204, 301, 400, 401, 403, 405, 408, 409, 410, 422, 429, 500, 501, 502, 503 })
	void asksElsewhereAfterNoOtherStatus(int status) {
		answers(TENANT, aResponse().withStatus(status).withBody(PAGE));
		allows(ROOT);
		tenant((context) -> {
			assertThatExceptionOfType(LumoAuthException.class).isThrownBy(() -> ask(context))
				.withMessageContaining("HTTP " + status);
			assertThat(asked()).containsOnly(TENANT);
		});
	}

	@Test
	void aDenialIsAnAnswer() {
		answers(TENANT, okJson("{\"allowed\":false}"));
		allows(ROOT);
		tenant((context) -> {
			assertThat(ask(context)).isFalse();
			assertThat(asked()).containsExactly(TENANT);
		});
	}

	@Test
	void aPageInPlaceOfAnAnswerIsNone() {
		answers(TENANT, ok(PAGE));
		allows(ROOT);
		tenant((context) -> {
			assertThatExceptionOfType(LumoAuthProtocolException.class).isThrownBy(() -> ask(context));
			assertThat(asked()).containsExactly(TENANT);
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"allowed\":true,\"permission\":\"b\"}", "{\"allowed\":\"true\"}", "{}", PAGE,
			"{\"results\":{\"a\":true}}", "" })
	void anAnswerFromTheOtherAddressIsReadAsStrictlyAndNotRemembered(String body) {
		answers(TENANT, notFound(PAGE));
		answers(ROOT, ok(body));
		tenant((context) -> {
			for (int i = 0; i < 2; i++) {
				assertThatExceptionOfType(LumoAuthProtocolException.class).isThrownBy(() -> ask(context))
					.withMessageContaining(ROOT + "/check");
				assertThat(asked()).containsExactly(TENANT, ROOT);
			}
		});
	}

	@ParameterizedTest
	@CsvSource({ "401, LumoAuthAuthenticationException", "403, LumoAuthDeniedException",
			"429, LumoAuthRateLimitedException", "500, LumoAuthProtocolException", "503, LumoAuthProtocolException" })
	void aFailureAtTheOtherAddressIsAFailureAndNotRemembered(int status, String exception) {
		answers(TENANT, notFound(PAGE));
		answers(ROOT, aResponse().withStatus(status));
		tenant((context) -> {
			LumoAuthException failure = catchThrowableOfType(LumoAuthException.class, () -> ask(context));
			assertThat(failure.getClass().getSimpleName()).isEqualTo(exception);
			assertThat(failure).hasMessageContainingAll("HTTP " + status, ROOT + "/check");
			// Something did answer: no outage that an allow of before could bridge.
			assertThat(failure).satisfiesAnyOf((denied) -> assertThat(status).isEqualTo(403),
					(unavailable) -> assertThat(((LumoAuthUnavailableException) unavailable).isUnreachable())
						.isFalse());
			assertThat(asked()).startsWith(TENANT, ROOT);
			allows(TENANT);
			assertThat(ask(context)).isTrue();
			assertThat(asked()).containsExactly(TENANT);
		});
	}

	@Test
	void aTokenThatTheOtherAddressRejectsIsReplacedThere() {
		answers(TENANT, notFound(PAGE));
		answers(ROOT, aResponse().withStatus(401));
		tenant((context) -> {
			assertThatExceptionOfType(LumoAuthAuthenticationException.class).isThrownBy(() -> ask(context));
			assertThat(asked()).containsExactly(TENANT, ROOT, ROOT);
		});
	}

	@Test
	void oneCheckFindsTheAddressForAllOfThem() {
		answers(TENANT, notFound(PAGE));
		allows(ROOT);
		tenant((context) -> {
			assertThat(ask(context, true)).isTrue();
			assertThat(ask(context, false)).isTrue();
			assertThat(ask(context, true)).isTrue();
			assertThat(asked()).containsExactly(TENANT, ROOT, ROOT, ROOT);
		});
	}

	@Test
	void findsTheAddressAgainWhenLumoAuthHasMoved() {
		answers(TENANT, notFound(PAGE));
		allows(ROOT);
		tenant((context) -> {
			assertThat(ask(context)).isTrue();
			answers(ROOT, notFound(""));
			allows(TENANT);
			asked();
			assertThat(ask(context)).isTrue();
			assertThat(asked()).containsExactly(ROOT, TENANT);
			assertThat(ask(context)).isTrue();
			assertThat(asked()).containsExactly(TENANT);
			answers(TENANT, notFound(""));
			assertThatExceptionOfType(LumoAuthProtocolException.class).isThrownBy(() -> ask(context));
			allows(ROOT);
			asked();
			assertThat(ask(context)).isTrue();
			assertThat(asked()).containsExactly(TENANT, ROOT);
			assertThat(errors(context)).hasSize(1);
		});
	}

	@Test
	void whatIsFoundNowhereIsNoOutage() {
		answers(TENANT, notFound(PAGE));
		answers(ROOT, notFound(PAGE));
		tenant((context) -> {
			for (int i = 0; i < 10; i++) {
				assertThatExceptionOfType(LumoAuthProtocolException.class).isThrownBy(() -> ask(context));
			}
			assertThat(asked()).hasSize(20);
			assertThat(checks(context)).hasSize(2)
				.allSatisfy((state) -> assertThat(state.failures()).isZero())
				.extracting(EndpointState::endpoint)
				.containsExactly("authz/check", "authz/check-bulk");
			assertThat(errors(context)).hasSize(10)
				.allSatisfy((error) -> assertThat(error.endpoint()).isEqualTo("authz/check"));
			allows(ROOT);
			assertThat(ask(context)).isTrue();
		});
	}

	@Test
	void showsEachCheckOnceWhereverItIs() {
		answers(TENANT, notFound(PAGE));
		allows(ROOT);
		tenant((context) -> {
			ask(context);
			assertThat(checks(context)).extracting(EndpointState::endpoint)
				.containsExactly("authz/check", "authz/check-bulk");
			answers(ROOT, aResponse().withStatus(503));
			assertThatExceptionOfType(LumoAuthUnavailableException.class).isThrownBy(() -> ask(context))
				.matches(LumoAuthUnavailableException::isUnreachable);
			assertThat(checks(context)).extracting(EndpointState::failures).containsExactly(1, 0);
		});
	}

	@Test
	void threadsThatAskAtOnceFindItTogether() throws Exception {
		answers(TENANT, notFound(PAGE));
		allows(ROOT);
		tenant((context) -> {
			context.getBean(LumoAuthAgent.class).accessToken();
			for (String[] move : new String[][] { { TENANT, ROOT }, { ROOT, TENANT }, { TENANT, ROOT } }) {
				answers(move[0], notFound(PAGE));
				allows(move[1]);
				assertThat(atOnce(context, 16)).hasSize(16).doesNotContain(false);
				assertThat(asked().stream().filter(move[0]::equals).count()).isBetween(1L, 16L);
				assertThat(atOnce(context, 16)).hasSize(16).doesNotContain(false);
				assertThat(asked()).hasSize(16).containsOnly(move[1]);
			}
		});
	}

	private static List<Boolean> atOnce(ApplicationContext context, int threads) throws Exception {
		LumoAuthAgent agent = context.getBean(LumoAuthAgent.class);
		CyclicBarrier start = new CyclicBarrier(threads);
		ExecutorService executor = Executors.newFixedThreadPool(threads);
		try {
			List<Callable<Boolean>> calls = new ArrayList<>();
			for (int i = 0; i < threads; i++) {
				String capability = "c" + i;
				calls.add(() -> {
					start.await();
					return agent.hasCapability(capability);
				});
			}
			List<Boolean> results = new ArrayList<>();
			for (Future<Boolean> result : executor.invokeAll(calls)) {
				results.add(result.get());
			}
			return results;
		}
		finally {
			executor.shutdownNow();
		}
	}

}
