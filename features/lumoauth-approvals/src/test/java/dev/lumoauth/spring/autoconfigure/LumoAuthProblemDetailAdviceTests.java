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

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

import dev.lumoauth.spring.LumoAuthDeniedException;
import dev.lumoauth.spring.LumoAuthRateLimitedException;
import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.ManualClock;
import dev.lumoauth.spring.approval.Approval;
import dev.lumoauth.spring.approval.ApprovalDeniedException;
import dev.lumoauth.spring.approval.ApprovalNotGivenException;
import dev.lumoauth.spring.approval.ApprovalPendingException;
import dev.lumoauth.spring.approval.ApprovalState;
import dev.lumoauth.spring.approval.CallNotShownException;
import dev.lumoauth.spring.approval.NobodyToAskException;
import dev.lumoauth.spring.approval.TooManyPendingException;
import dev.lumoauth.spring.approval.autoconfigure.ApprovalAuditTrailTests;
import dev.lumoauth.spring.autoconfigure.tool.LumoAuthMethodSecurityAutoConfiguration;
import dev.lumoauth.spring.budget.BudgetExhaustedException;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.capability.CapabilityDeniedException;
import dev.lumoauth.spring.capability.FakeCapabilitySource;
import dev.lumoauth.spring.capability.RequiresCapability;
import dev.lumoauth.spring.user.UserRequiredException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.http.converter.autoconfigure.HttpMessageConvertersAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.authentication.AnonymousAuthenticationToken;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.web.access.ExceptionTranslationFilter;
import org.springframework.security.web.authentication.HttpStatusEntryPoint;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.WebApplicationContext;
import org.springframework.web.server.ResponseStatusException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link LumoAuthAutoConfiguration}.
 */
class LumoAuthProblemDetailAdviceTests {

	private static final String ADDRESS = "https://lumoauth.internal/token";

	private final FakeCapabilitySource lumoAuth = new FakeCapabilitySource().deny("read:documents");

	private final WebApplicationContextRunner runner = new WebApplicationContextRunner()
		.withConfiguration(
				AutoConfigurations.of(JacksonAutoConfiguration.class, HttpMessageConvertersAutoConfiguration.class,
						DispatcherServletAutoConfiguration.class, WebMvcAutoConfiguration.class,
						LumoAuthMethodSecurityAutoConfiguration.class, LumoAuthAutoConfiguration.class))
		.withBean(CapabilityDecisions.class, () -> BeanMethodGuardTests.decisions(this.lumoAuth))
		.withUserConfiguration(Web.class);

	@Test
	void answersADenialFromAControllerWith403() {
		runWithAndWithoutSpringSecurity((mvc) -> {
			for (String path : List.of("/documents", "/mono", "/self")) {
				assertThat(exchange(mvc, path)).hasStatus(HttpStatus.FORBIDDEN)
					.hasContentTypeCompatibleWith(MediaType.APPLICATION_PROBLEM_JSON)
					.bodyJson()
					.hasPathSatisfying("$.detail",
							(detail) -> assertThat(detail).isEqualTo("agent lacks 'read:documents' capability."))
					.hasPathSatisfying("$.status", (status) -> assertThat(status).isEqualTo(403));
			}
		});
	}

	@Test
	void answersWithoutLumoAuthWith503AndNoAddress() {
		this.lumoAuth.fail(new LumoAuthUnavailableException("Cannot reach " + ADDRESS, null));
		runWithAndWithoutSpringSecurity(
				(mvc) -> assertThat(exchange(mvc, "/documents")).hasStatus(HttpStatus.SERVICE_UNAVAILABLE)
					.hasContentTypeCompatibleWith(MediaType.APPLICATION_PROBLEM_JSON)
					.doesNotContainHeader("Retry-After")
					.bodyText()
					.contains("Authorization is unavailable; try again later.")
					.doesNotContain("lumoauth.internal"));
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void logsAnOutageOnceAMinuteHoweverManyRequestsFail(CapturedOutput output) throws Exception {
		ManualClock clock = new ManualClock();
		LumoAuthProblemDetailAdvice advice = new LumoAuthProblemDetailAdvice(clock);
		for (int i = 0; i < 5; i++) {
			advice.handle(new LumoAuthUnavailableException("No answer of " + ADDRESS, null));
		}
		assertThat(output.getOut()).containsOnlyOnce("Answered 503");
		advice.handle(new LumoAuthDeniedException("Another kind", null, null));
		assertThat(output.getOut()).containsOnlyOnce("Another kind. Logged once a minute.");
		clock.advance(Duration.ofMinutes(1));
		advice.handle(new LumoAuthUnavailableException("Still none", null));
		assertThat(output.getOut())
			.containsOnlyOnce("Still none. 4 more since the last such line. Logged once a minute.");
	}

	@Test
	void saysWhenToTryAgainInWholeSecondsRoundedUp() {
		runWithAndWithoutSpringSecurity((mvc) -> {
			this.lumoAuth.fail(new LumoAuthRateLimitedException(ADDRESS, Duration.ofMillis(2_100), null));
			assertThat(exchange(mvc, "/documents")).hasStatus(HttpStatus.SERVICE_UNAVAILABLE)
				.hasHeader("Retry-After", "3");
			this.lumoAuth.fail(new LumoAuthRateLimitedException(ADDRESS, Duration.ZERO, null));
			assertThat(exchange(mvc, "/documents")).hasHeader("Retry-After", "1");
			this.lumoAuth.fail(new LumoAuthRateLimitedException(ADDRESS, null, null));
			assertThat(exchange(mvc, "/documents")).doesNotContainHeader("Retry-After");
		});
	}

	@Test
	void answersEveryOtherFailureOfThisLibraryWith503() {
		runWithAndWithoutSpringSecurity(
				(mvc) -> assertThat(exchange(mvc, "/throws/refused")).hasStatus(HttpStatus.SERVICE_UNAVAILABLE)
					.bodyText()
					.doesNotContain("lumoauth.internal"));
	}

	@Test
	void answersWhatActsForAUserWith403WhereThereIsNone() {
		runWithAndWithoutSpringSecurity(
				(mvc) -> assertThat(exchange(mvc, "/throws/user")).hasStatus(HttpStatus.FORBIDDEN)
					.hasContentTypeCompatibleWith(MediaType.APPLICATION_PROBLEM_JSON)
					.doesNotContainHeader("WWW-Authenticate")
					.bodyText()
					.contains("This call acts for a user, but no user is signed in.")
					.doesNotContain("lumoauth.internal"));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			pending  | 403 | urn:lumoauth:problem:approval-pending    | Make the same call again
			not-approved | 403 | urn:lumoauth:problem:approval-denied     | A person denied this call.
			expired  | 403 | urn:lumoauth:problem:approval-expired    | Nobody approved this call in time.
			cancelled| 403 | urn:lumoauth:problem:approval-cancelled  | was cancelled.
			running  | 409 | urn:lumoauth:problem:call-has-begun      | does not run again automatically.
			nobody   | 403 | urn:lumoauth:problem:approval-impossible | there is no person to ask.
			toomany  | 403 | urn:lumoauth:problem:too-many-pending    | Too many calls wait
			notshown | 422 | urn:lumoauth:problem:call-not-shown      | its arguments can't be shown to a person.
			""")
	void answersACallWithoutAnApproval(String path, int status, String type, String detail) {
		runWithAndWithoutSpringSecurity(
				(mvc) -> assertThat(exchange(mvc, "/throws/" + path)).hasStatus(HttpStatus.valueOf(status))
					.hasContentTypeCompatibleWith(MediaType.APPLICATION_PROBLEM_JSON)
					.bodyText()
					.contains(type, detail)
					.doesNotContain("MARKER", "lumoauth.approvals"));
	}

	@Test
	void saysWhichRequestIsPendingAndUntilWhen() {
		runWithAndWithoutSpringSecurity((mvc) -> assertThat(exchange(mvc, "/throws/pending")).bodyJson()
			.hasPathSatisfying("$.approval_id", (id) -> assertThat(id).isEqualTo("apr_1"))
			.hasPathSatisfying("$.expires_at", (until) -> assertThat(until).isEqualTo("2026-05-04T10:05:00Z")));
	}

	@Test
	void answersAnExhaustedBudgetWith429() {
		runWithAndWithoutSpringSecurity(
				(mvc) -> assertThat(exchange(mvc, "/throws/budget")).hasStatus(HttpStatus.TOO_MANY_REQUESTS)
					.hasContentTypeCompatibleWith(MediaType.APPLICATION_PROBLEM_JSON)
					.bodyText()
					.contains("Agent budget exhausted for today."));
	}

	@Test
	void leavesAnExceptionThatTheApplicationPutInItsPlaceAlone() {
		runWithAndWithoutSpringSecurity(
				(mvc) -> assertThat(exchange(mvc, "/throws/own")).hasStatus(HttpStatus.BAD_GATEWAY));
	}

	@ParameterizedTest
	@ValueSource(classes = { OwnAdvice.class, CatchAllAdvice.class })
	void leavesTheAnswerToTheApplicationsOwnAdvice(Class<?> advice) {
		this.runner.withUserConfiguration(advice)
			.run((context) -> assertThat(exchange(mvc(context, false), "/documents"))
				.hasStatus(HttpStatus.NOT_IMPLEMENTED));
	}

	@Test
	void lets200Through() {
		this.lumoAuth.grant("read:documents");
		runWithAndWithoutSpringSecurity((mvc) -> {
			assertThat(exchange(mvc, "/documents")).hasStatusOk().bodyText().isEqualTo("documents");
			assertThat(exchange(mvc, "/mono")).hasStatusOk().bodyText().isEqualTo("mono");
		});
	}

	@Test
	void answersInWebFluxAsWell() {
		WebTestClient client = WebTestClient.bindToController(new ThrowingController())
			.controllerAdvice(new LumoAuthProblemDetailAdvice(Clock.systemUTC()))
			.build();
		client.get()
			.uri("/throws/denied")
			.exchange()
			.expectStatus()
			.isForbidden()
			.expectHeader()
			.contentTypeCompatibleWith(MediaType.APPLICATION_PROBLEM_JSON)
			.expectBody()
			.jsonPath("$.detail")
			.isEqualTo("agent lacks 'read:documents' capability.");
		client.get().uri("/throws/refused").exchange().expectStatus().isEqualTo(HttpStatus.SERVICE_UNAVAILABLE);
		client.get().uri("/throws/own").exchange().expectStatus().isEqualTo(HttpStatus.BAD_GATEWAY);
	}

	@Test
	void isForWebApplicationsOnly() {
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(LumoAuthAutoConfiguration.class))
			.run((context) -> assertThat(context).doesNotHaveBean(LumoAuthProblemDetailAdvice.class));
	}

	private void runWithAndWithoutSpringSecurity(Consumer<MockMvcTester> test) {
		this.runner.run((context) -> {
			assertThat(context).hasNotFailed();
			for (boolean security : new boolean[] { false, true }) {
				try {
					test.accept(mvc(context, security));
				}
				finally {
					SecurityContextHolder.clearContext();
				}
			}
		});
	}

	/**
	 * With Spring Security, the user is not logged in and would be sent to log in: 401.
	 */
	private static MockMvcTester mvc(WebApplicationContext context, boolean security) {
		if (!security) {
			return MockMvcTester.create(MockMvcBuilders.webAppContextSetup(context).build());
		}
		SecurityContextHolder.getContext()
			.setAuthentication(
					new AnonymousAuthenticationToken("key", "anonymous", AuthorityUtils.createAuthorityList("NOBODY")));
		return MockMvcTester.create(MockMvcBuilders.webAppContextSetup(context)
			.addFilters(new ExceptionTranslationFilter(new HttpStatusEntryPoint(HttpStatus.UNAUTHORIZED)))
			.build());
	}

	private static MvcTestResult exchange(MockMvcTester mvc, String path) {
		return mvc.get().uri(path).accept(MediaType.TEXT_HTML, MediaType.ALL).exchange();
	}

	@Configuration(proxyBeanMethods = false)
	static class Web {

		@Bean
		Documents documents() {
			return new Documents();
		}

		@Bean
		DocumentController documentController(Documents documents) {
			return new DocumentController(documents);
		}

		@Bean
		ThrowingController throwingController() {
			return new ThrowingController();
		}

	}

	static class Documents {

		@RequiresCapability("read:documents")
		public String read() {
			return "documents";
		}

		@RequiresCapability("read:documents")
		public Mono<String> mono() {
			return Mono.just("mono");
		}

	}

	@RestController
	static class DocumentController {

		private final Documents documents;

		DocumentController(Documents documents) {
			this.documents = documents;
		}

		@GetMapping("/documents")
		String documents() {
			return this.documents.read();
		}

		@GetMapping("/mono")
		Mono<String> mono() {
			return this.documents.mono();
		}

		@GetMapping("/self")
		@RequiresCapability("read:documents")
		public String self() {
			return "self";
		}

	}

	@RestController
	static class ThrowingController {

		@GetMapping("/throws/{what}")
		String fail(@PathVariable String what) {
			BudgetExhaustedException exhausted = mock();
			given(exhausted.getMessage()).willReturn("Agent budget exhausted for today.");
			LumoAuthUnavailableException unavailable = new LumoAuthUnavailableException(ADDRESS, null);
			throw switch (what) {
				case "denied" -> new CapabilityDeniedException(List.of("read:documents"));
				case "refused" -> new LumoAuthDeniedException(ADDRESS, "invalid_target", null);
				case "user" -> new UserRequiredException("Sign in at " + ADDRESS, null);
				case "budget" -> exhausted;
				case "pending" -> new ApprovalPendingException(approval(ApprovalState.PENDING));
				case "not-approved" -> new ApprovalDeniedException(approval(ApprovalState.DENIED));
				case "expired" -> new ApprovalNotGivenException(approval(ApprovalState.EXPIRED));
				case "toomany" -> new TooManyPendingException("MARKER", 20);
				case "cancelled" -> new ApprovalNotGivenException(approval(ApprovalState.CANCELLED));
				case "running" -> new ApprovalNotGivenException(approval(ApprovalState.RUNNING));
				case "nobody" -> new NobodyToAskException("Set lumoauth.approvals.approver", "Error: nobody.");
				case "notshown" -> new CallNotShownException("refund", "a value is no JSON: MARKER");
				default -> new ResponseStatusException(HttpStatus.BAD_GATEWAY, "own", unavailable);
			};
		}

		private static Approval approval(ApprovalState state) {
			return ApprovalAuditTrailTests.approval(state, null, null);
		}

	}

	@RestControllerAdvice
	static class OwnAdvice {

		@ExceptionHandler
		ResponseEntity<String> handle(CapabilityDeniedException ex) {
			return ResponseEntity.status(HttpStatus.NOT_IMPLEMENTED).body("own");
		}

	}

	@RestControllerAdvice
	static class CatchAllAdvice {

		@ExceptionHandler
		ResponseEntity<String> handle(Exception ex) {
			return ResponseEntity.status(HttpStatus.NOT_IMPLEMENTED).body("own");
		}

	}

}
