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

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import com.github.tomakehurst.wiremock.matching.UrlPathPattern;
import com.github.tomakehurst.wiremock.stubbing.StubMapping;
import dev.lumoauth.spring.LumoAuthAuthenticationException;
import dev.lumoauth.spring.LumoAuthDeniedException;
import dev.lumoauth.spring.LumoAuthException;
import dev.lumoauth.spring.LumoAuthProtocolException;
import dev.lumoauth.spring.LumoAuthRateLimitedException;
import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.capability.CapabilityDeniedException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.context.ApplicationContext;

import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.jsonResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.status;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathMatching;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whatever LumoAuth answers, in an application as it is wired: no guarded code runs
 * without an allow, the error names its cause, and all is well again by itself when
 * LumoAuth is. {@link Fault} has the table.
 */
class FaultTests {

	@RegisterExtension
	static final WireMockExtension lumoAuth = WireMockExtension.newInstance().build();

	private static final String WELL = """
			{"allowed":true,"results":{"read:documents":true,"read:archive":true,"read:notes":true},
			"access_token":"token-1","token_type":"Bearer","expires_in":3600}""";

	@BeforeEach
	void lumoAuthIsWell() {
		lumoAuth.stubFor(any(urlPathMatching("/t/acme/api/v1/.well-known/.*")).atPriority(9).willReturn(okJson("{}")));
		lumoAuth.stubFor(post(anyUrl()).atPriority(10).willReturn(okJson("{\"allowed\":true}")));
		lumoAuth.stubFor(post(path(Fault.Endpoint.BULK)).atPriority(9)
			.willReturn(okJson("{\"results\":{\"read:documents\":true,\"read:archive\":true,\"read:notes\":true}}")));
		lumoAuth.stubFor(post(path(Fault.Endpoint.TOKEN)).atPriority(9)
			.willReturn(okJson("{\"access_token\":\"token-1\",\"token_type\":\"Bearer\",\"expires_in\":3600}")));
	}

	private static UrlPathPattern path(Fault.Endpoint at) {
		return urlPathEqualTo("/t/acme/api/v1/" + at.path);
	}

	/**
	 * Wherever checks may be.
	 */
	private static StubMapping fail(Fault.Endpoint at, ResponseDefinitionBuilder answer) {
		return lumoAuth.stubFor(any(urlPathMatching("(/t/acme)?/api/v1/" + at.path)).atPriority(1).willReturn(answer));
	}

	/**
	 * In one application for each endpoint, which has just forgotten everything, and
	 * again with a token and an allow that have ended.
	 */
	@ParameterizedTest
	@EnumSource
	void noGuardedCodeRunsAndItRecovers(Fault.Endpoint at) {
		GuardedApplication.runner(lumoAuth.baseUrl()).run((context) -> {
			try (GuardedApplication application = application(context, at)) {
				Fault.table().filter((fault) -> fault.at() == at).forEach((fault) -> {
					try {
						application.advance(Duration.ofHours(2));
						application.forget();
						withFault(application, fault);
						application.advance(Duration.ofHours(2));
						withFault(application, fault);
					}
					catch (AssertionError ex) {
						throw new AssertionError("With " + fault, ex);
					}
				});
			}
		});
		assertThat(lumoAuth.findAllUnmatchedRequests()).isEmpty();
	}

	private static GuardedApplication application(ApplicationContext context, Fault.Endpoint at) {
		return (at == Fault.Endpoint.BULK) ? GuardedApplication.ofSeveralCapabilities(context)
				: new GuardedApplication(context);
	}

	private static void withFault(GuardedApplication application, Fault fault) {
		StubMapping stub = fail(fault.at(), fault.answer());
		Class<? extends LumoAuthException> error = fault.error();
		if (error != null) {
			application.assertRefused(error, fault.names());
			lumoAuth.removeStub(stub);
			application.advance(fault.recovers());
		}
		application.assertRuns();
		lumoAuth.removeStub(stub);
	}

	@ParameterizedTest
	@EnumSource
	void everyErrorStatus(Fault.Endpoint at) {
		GuardedApplication.runner(lumoAuth.baseUrl()).run((context) -> {
			try (GuardedApplication application = application(context, at)) {
				IntStream.rangeClosed(400, 504).filter(FaultTests::isTried).forEach((status) -> {
					int runs = application.runs();
					StubMapping stub = fail(at, jsonResponse("{\"error\":\"fault_of_the_day\"}", status));
					application.advance(Duration.ofHours(2));
					assertThat(application.failure(application.documents()::read)).as("HTTP %d", status)
						.satisfies((ex) -> GuardedApplication.isOf(error(status), ex))
						.hasMessageContainingAll("HTTP " + status, "fault_of_the_day", at.path);
					assertThat(application.runs()).isEqualTo(runs);
					lumoAuth.removeStub(stub);
					application.advance(Duration.ofSeconds(10));
					application.assertRuns();
				});
			}
		});
	}

	/**
	 * All statuses at night; else those that have a meaning, and some that have none.
	 */
	private static boolean isTried(int status) {
		return Integer.getInteger("tests.times", 1) > 1 || status % 100 < 10 || status % 20 == 6
				|| List.of(422, 428, 429, 451).contains(status);
	}

	/**
	 * With a body that would be an allow, or a token, at each of the three.
	 */
	@ParameterizedTest
	@EnumSource
	void everyOtherStatusThan200(Fault.Endpoint at) {
		GuardedApplication.runner(lumoAuth.baseUrl()).run((context) -> {
			try (GuardedApplication application = application(context, at)) {
				IntStream
					.concat(IntStream.rangeClosed(201, 299).filter(FaultTests::isTried), IntStream.of(600, 666, 999))
					.forEach((status) -> {
						int runs = application.runs();
						StubMapping stub = fail(at, jsonResponse(WELL, status));
						application.advance(Duration.ofHours(2));
						application.assertRefused(LumoAuthProtocolException.class,
								List.of("HTTP " + status, "but only 200 is a valid answer", at.path));
						assertThat(application.runs()).as("HTTP %d", status).isEqualTo(runs);
						lumoAuth.removeStub(stub);
						application.assertRuns();
					});
			}
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "PT1H", "PT-1H" })
	void clockThatIsSetForwardOrBack(Duration step) {
		GuardedApplication.runner(lumoAuth.baseUrl()).run((context) -> {
			try (GuardedApplication application = new GuardedApplication(context)) {
				application.assertRuns();
				StubMapping denial = fail(Fault.Endpoint.CHECK, okJson("{\"allowed\":false}"));
				application.advance(step); // in the life of an allow
				assertThat(application.failure(application.documents()::read))
					.isExactlyInstanceOf(CapabilityDeniedException.class);
				lumoAuth.removeStub(denial);
				application.advance(step); // of a denial
				application.assertRuns();
				StubMapping limit = fail(Fault.Endpoint.CHECK, status(429).withHeader("Retry-After", "30"));
				application.advance(step); // of a token
				application.assertRefused(LumoAuthRateLimitedException.class, List.of("429"));
				lumoAuth.removeStub(limit);
				application.advance(step); // of a wait
				application.assertRuns();
				StubMapping down = fail(Fault.Endpoint.CHECK, status(503));
				application.advance(step);
				application.assertRefused(LumoAuthUnavailableException.class, List.of("503"));
				lumoAuth.removeStub(down);
				application.advance(step); // of an open circuit
				application.assertRuns();
			}
		});
	}

	private static Class<? extends LumoAuthException> error(int status) {
		return switch (status) {
			case 401 -> LumoAuthAuthenticationException.class;
			case 403, 428 -> LumoAuthDeniedException.class;
			case 429 -> LumoAuthRateLimitedException.class;
			case 408 -> LumoAuthUnavailableException.class;
			default -> (status < 500) ? LumoAuthProtocolException.class : LumoAuthUnavailableException.class;
		};
	}

}
