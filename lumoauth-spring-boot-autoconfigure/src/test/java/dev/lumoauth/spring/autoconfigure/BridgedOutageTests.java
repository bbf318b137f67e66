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

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import com.github.tomakehurst.wiremock.stubbing.StubMapping;
import dev.lumoauth.spring.LumoAuthBudgetExceededException;
import dev.lumoauth.spring.LumoAuthException;
import dev.lumoauth.spring.LumoAuthRateLimitedException;
import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.capability.CapabilityDeniedException;
import dev.lumoauth.spring.capability.StaleIfErrorUse;
import dev.lumoauth.spring.concurrent.WaitAllowance;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.status;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathMatching;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * What {@code lumoauth.capabilities.stale-if-unavailable} does in an application as it is
 * wired, in each row of {@link Fault} and {@link BadLine.Fault}: guarded code goes on
 * only while nothing comes from LumoAuth.
 */
class BridgedOutageTests {

	private static final String BRIDGED = "lumoauth.capabilities.stale-if-unavailable=24h";

	/** Ends the token and the allow, and each wait. */
	private static final Duration LAPSE = Duration.ofHours(2);

	private static final Set<Class<?>> SAY_NOTHING_ABOUT_THE_AGENT = Set.of(LumoAuthUnavailableException.class,
			LumoAuthRateLimitedException.class, LumoAuthBudgetExceededException.class);

	@RegisterExtension
	static final WireMockExtension lumoAuth = WireMockExtension.newInstance().build();

	private static StubMapping answer(String path, ResponseDefinitionBuilder answer) {
		return lumoAuth.stubFor(any(urlPathMatching("(/t/acme)?/api/v1/" + path)).atPriority(1).willReturn(answer));
	}

	private static void lumoAuthIsWell() {
		lumoAuth.stubFor(post(anyUrl()).atPriority(10).willReturn(okJson("{\"allowed\":true}")));
		lumoAuth.stubFor(post(urlPathEqualTo("/t/acme/api/v1/oauth/token")).atPriority(9)
			.willReturn(okJson("{\"access_token\":\"token-1\",\"token_type\":\"Bearer\",\"expires_in\":3600}")));
	}

	@ParameterizedTest
	@EnumSource(names = { "TOKEN", "CHECK" })
	void onlyServerErrorsAreBridgedAndAnAnswerIsTheEnd(Fault.Endpoint at) {
		lumoAuthIsWell();
		GuardedApplication.runner(lumoAuth.baseUrl()).withPropertyValues(BRIDGED).run((context) -> {
			try (GuardedApplication application = new GuardedApplication(context)) {
				Fault.table()
					.filter((fault) -> fault.at() == at && fault.error() != null)
					.forEach((fault) -> withFault(application, fault));
			}
		});
	}

	private static void withFault(GuardedApplication application, Fault fault) {
		application.advance(LAPSE);
		application.assertRuns();
		application.advance(LAPSE);
		StubMapping failing = answer(fault.at().path, fault.answer());
		Class<? extends LumoAuthException> error = fault.error();
		if (error == LumoAuthUnavailableException.class) {
			application.assertRuns();
		}
		else {
			application.assertRefused(error, fault.names());
		}
		lumoAuth.removeStub(failing);
		application.advance(LAPSE);
		StubMapping down = answer(fault.at().path, status(500));
		if (SAY_NOTHING_ABOUT_THE_AGENT.contains(error)) {
			application.assertRuns();
		}
		else {
			application.assertRefused(LumoAuthUnavailableException.class, fault.names().subList(0, 0));
		}
		lumoAuth.removeStub(down);
	}

	@ParameterizedTest
	@ValueSource(ints = { 400, 408, 409, 422, 451 })
	void otherClientErrorsAreNotBridged(int status) {
		lumoAuthIsWell();
		GuardedApplication.runner(lumoAuth.baseUrl()).withPropertyValues(BRIDGED).run((context) -> {
			try (GuardedApplication application = new GuardedApplication(context)) {
				application.assertRuns();
				application.advance(LAPSE);
				answer("authz/check", status(status));
				assertThat(application.failure(application.documents()::read)).isInstanceOf(LumoAuthException.class);
			}
		});
	}

	@Test
	void aRevokedCapabilityWorksUntilLumoAuthIsBack() {
		lumoAuthIsWell();
		GuardedApplication.runner(lumoAuth.baseUrl()).withPropertyValues(BRIDGED).run((context) -> {
			try (GuardedApplication application = new GuardedApplication(context)) {
				CapabilityDecisions decisions = context.getBean(CapabilityDecisions.class);
				application.assertRuns();
				application.advance(LAPSE);
				StubMapping down = answer("authz/check", status(503));
				for (int i = 0; i < 10; i++) {
					application.assertRuns();
				}
				assertThat(decisions.staleUse()).isNotNull().extracting(StaleIfErrorUse::decisions).isEqualTo(30L);
				lumoAuth.removeStub(down);
				answer("authz/check", okJson("{\"allowed\":false}"));
				application.advance(Duration.ofSeconds(10));
				assertThat(application.failure(application.documents()::read))
					.isExactlyInstanceOf(CapabilityDeniedException.class);
				assertThat(decisions.staleUse()).isNull();
				answer("authz/check", status(503));
				application.advance(Duration.ofSeconds(10));
				application.assertRefused(LumoAuthUnavailableException.class, List.of("503"));
			}
		});
	}

	/**
	 * It may have been revoked, and LumoAuth would say so.
	 */
	@Test
	void aChatThatHasWaitedForSomethingElseGetsNoOldAllow() {
		lumoAuthIsWell();
		GuardedApplication.runner(lumoAuth.baseUrl()).withPropertyValues(BRIDGED).run((context) -> {
			try (GuardedApplication application = new GuardedApplication(context)) {
				application.assertRuns();
				answer("authz/check", okJson("{\"allowed\":false}"));
				application.advance(Duration.ofMinutes(1));
				WaitAllowance spent = new WaitAllowance();
				spent.spend(GuardedApplication.MAX_WAIT.toNanos(), System.nanoTime());
				assertThat(application.failure(() -> spent.call(application.documents()::read)))
					.isExactlyInstanceOf(LumoAuthUnavailableException.class)
					.hasMessageContaining("lumoauth.max-wait");
			}
		});
	}

	@Test
	void itEndsInTime() {
		lumoAuthIsWell();
		GuardedApplication.runner(lumoAuth.baseUrl())
			.withPropertyValues("lumoauth.capabilities.stale-if-unavailable=10m")
			.run((context) -> {
				try (GuardedApplication application = new GuardedApplication(context)) {
					application.assertRuns();
					answer("authz/check", status(500));
					application.advance(Duration.ofMinutes(10));
					application.assertRuns();
					application.advance(Duration.ofSeconds(30));
					application.assertRefused(LumoAuthUnavailableException.class, List.of("500"));
				}
			});
	}

	/**
	 * A truncated answer is an answer. {@link Fault} has it.
	 */
	@ParameterizedTest
	@EnumSource(mode = EnumSource.Mode.EXCLUDE, names = { "NONE", "TRUNCATED", "DRIP_IN_HEAD", "DRIP_IN_BODY" })
	void aBadLineIsBridged(BadLine.Fault fault) throws Exception {
		try (BadLine line = new BadLine()) {
			runner(line, fault.endless).run((context) -> {
				try (GuardedApplication application = new GuardedApplication(context)) {
					application.assertRuns();
					line.fail(fault);
					application.advance(LAPSE); // at the token endpoint
					application.assertRuns();
					healAndFail(line, application, fault);
					application.advance(Duration.ofMinutes(1)); // at the check
					application.assertRuns();
				}
			});
		}
	}

	private static void healAndFail(BadLine line, GuardedApplication application, BadLine.Fault fault)
			throws IOException {
		line.heal();
		application.advance(Duration.ofMinutes(1));
		application.assertRuns();
		line.fail(fault);
	}

	@Test
	void aThousandBridgedCallsCostThreeTimeouts() throws Exception {
		try (BadLine line = new BadLine()) {
			runner(line, true).run((context) -> {
				try (GuardedApplication application = new GuardedApplication(context)) {
					application.assertRuns();
					int before = line.requests();
					line.fail(BadLine.Fault.HANG);
					application.advance(Duration.ofMinutes(1));
					for (int i = 0; i < 1_000; i++) {
						assertThat(application.call(application.documents()::read)).isEqualTo("documents");
					}
					assertThat(line.requests() - before).isEqualTo(3);
				}
			});
		}
	}

	private static ApplicationContextRunner runner(BadLine line, boolean endless) {
		return GuardedApplication.runner(line.url())
			.withPropertyValues(BRIDGED, "lumoauth.connect-timeout=10s",
					"lumoauth.read-timeout=" + (endless ? "500ms" : "10s"));
	}

}
