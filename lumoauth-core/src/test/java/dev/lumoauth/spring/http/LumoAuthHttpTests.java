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

package dev.lumoauth.spring.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import com.github.tomakehurst.wiremock.stubbing.Scenario;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.http.MediaType;
import org.springframework.util.LinkedMultiValueMap;

import dev.lumoauth.spring.LumoAuthAuthenticationException;
import dev.lumoauth.spring.LumoAuthBudgetExceededException;
import dev.lumoauth.spring.LumoAuthDeniedException;
import dev.lumoauth.spring.LumoAuthException;
import dev.lumoauth.spring.LumoAuthProtocolException;
import dev.lumoauth.spring.LumoAuthRateLimitedException;
import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.ManualClock;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.jsonResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.ok;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Tests for {@link LumoAuthHttp}.
 */
@ExtendWith(OutputCaptureExtension.class)
class LumoAuthHttpTests {

	@RegisterExtension
	static final WireMockExtension lumoAuth = WireMockExtension.newInstance().build();

	private final ManualClock clock = new ManualClock();

	private final List<Duration> pauses = new ArrayList<>();

	private final List<LumoAuthBudgetExceededException> budget = new ArrayList<>();

	private LumoAuthHttp http;

	@BeforeEach
	void http() {
		this.http = http(lumoAuth.baseUrl(), Duration.ofSeconds(5));
	}

	private LumoAuthHttp http(String url, Duration readTimeout) {
		ClientHttpRequestFactory factory = LumoAuthHttp.requestFactory(HttpClient.newBuilder()
			.version(HttpClient.Version.HTTP_1_1)
			.connectTimeout(Duration.ofSeconds(20))
			.build(), readTimeout);
		return LumoAuthHttp.builder(LumoAuthAddresses.forOrganization(URI.create(url), "acme-corp"), "agt_1", factory)
			.clock(this.clock)
			.maxWait(Duration.ofSeconds(5))
			.pause((duration) -> {
				this.pauses.add(duration);
				this.clock.advance(duration);
			})
			.budgetListener(this.budget::add)
			.build();
	}

	@Test
	void givesBackASuccess() {
		answer(ok("hello"));
		assertThat(read()).isEqualTo("hello");
	}

	@ParameterizedTest
	@ValueSource(ints = { 201, 202, 203, 204, 205, 206, 207, 208, 226, 299, 600, 999 })
	void anotherStatusThan200IsNoAnswerWhateverItsBodySays(int status) {
		answer(jsonResponse("{\"error\":\"invalid_client\",\"message\":\"hidden\",\"access_token\":\"hidden\"}",
				status));
		assertThatExceptionOfType(LumoAuthProtocolException.class).isThrownBy(this::read)
			.withMessageContainingAll("HTTP " + status, "only 200", "/agents/me")
			.withMessageNotContaining("hidden")
			.returns(false, LumoAuthUnavailableException::isUnreachable);
		assertThat(this.http.recentErrors()).singleElement().returns(status, RequestError::status);
		lumoAuth.verify(1, anyRequestedFor(anyUrl()));
	}

	@ParameterizedTest
	@ValueSource(ints = { 301, 302, 303, 307, 308 })
	void redirectIsRefusedAndNamesThePropertyToChange(int status) {
		answer(aResponse().withStatus(status).withHeader("Location", "https://elsewhere.example.com/x?code=hidden"));
		assertThatExceptionOfType(LumoAuthProtocolException.class).isThrownBy(this::read)
			.withMessageContainingAll("redirect", "HTTP " + status, "https://elsewhere.example.com/x", "lumoauth.url")
			.withMessageNotContaining("hidden");
		lumoAuth.verify(1, anyRequestedFor(anyUrl()));
	}

	@Test
	void responseOfOneMebibyteIsTaken() {
		answer(ok().withBody(new byte[1024 * 1024]));
		assertThat(read()).hasSize(1024 * 1024);
	}

	@Test
	void responseThatSaysItIsLargerIsRefused() {
		answer(ok().withBody(new byte[1024 * 1024 + 1]));
		assertThatExceptionOfType(LumoAuthProtocolException.class).isThrownBy(this::read)
			.withMessageContaining("larger than 1 MiB");
	}

	@Test
	void responseThatDoesNotSayHowLargeItIsIsRefusedOnTheWay() {
		answer(ok().withBody(new byte[1024 * 1024 + 1]).withChunkedDribbleDelay(4, 10));
		assertThatExceptionOfType(LumoAuthProtocolException.class).isThrownBy(this::read)
			.withMessageContaining("larger than 1 MiB");
	}

	@Test
	void asksForNoCompressedAnswer() {
		answer(ok().withBody(new byte[3 * 1024 * 1024]));
		assertThatExceptionOfType(LumoAuthProtocolException.class).isThrownBy(this::read)
			.withMessageContaining("larger than 1 MiB");
		assertThat(lumoAuth.getAllServeEvents().get(0).getRequest().getHeader("Accept-Encoding")).isNull();
	}

	@Test
	void hugeErrorIsStillThatError() {
		answer(aResponse().withStatus(503).withBody("x".repeat(3 * 1024 * 1024)));
		assertThatExceptionOfType(LumoAuthUnavailableException.class).isThrownBy(this::read)
			.withMessageContaining("HTTP 503");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			{"error":"access_denied","error_description":"why"}                      | access_denied
			{"error":true,"message":"why","status":403,"code":"permission_denied"}   | permission_denied
			{"error":"validation_error","message":"why","status":403}                | validation_error
			{"error":"why","code":"MISSING_PERMISSION"}                              | MISSING_PERMISSION
			{"error":"insufficient_scope","detail":"why","retry_after":30}           | insufficient_scope
			""")
	void readsEveryShapeOfError(String body, String code) {
		answer(jsonResponse(body, 403));
		LumoAuthDeniedException denied = catchThrowableOfType(LumoAuthDeniedException.class, this::read);
		assertThat(denied.getErrorCode()).isEqualTo(code);
		assertThat(denied).hasMessageContainingAll("HTTP 403", code, "why", "agt_1");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "<html>Forbidden</html>", "{", "[]", "null", "{\"error\":{\"code\":1}}" })
	void readsAnErrorWithoutAShape(String body) {
		answer(aResponse().withStatus(403).withBody(body));
		assertThatExceptionOfType(LumoAuthDeniedException.class).isThrownBy(this::read)
			.withMessageContaining("HTTP 403");
	}

	@Test
	void unauthenticatedNamesClientAndAddressAndNotTheToken() {
		answer(jsonResponse("{\"error\":\"invalid_token\",\"error_description\":\"token tok-MARKER is bad\"}", 401));
		assertThatExceptionOfType(LumoAuthAuthenticationException.class).isThrownBy(this::read)
			.withMessageContainingAll("agt_1", "/agents/me", "token *** is bad")
			.withMessageNotContaining("MARKER");
	}

	@Test
	void unknownAddressNamesTheProperties() {
		answer(aResponse().withStatus(404).withBody("<html>no</html>"));
		assertThatExceptionOfType(LumoAuthProtocolException.class).isThrownBy(this::read)
			.withMessageContainingAll("lumoauth.org-id", "lumoauth.url", "HTTP 404");
	}

	@ParameterizedTest
	@CsvSource({ "invalid_target", "invalid_scope", "insufficient_scope", "unauthorized_client" })
	void definitiveOAuthErrorIsADenial(String code) {
		answer(jsonResponse("{\"error\":\"" + code + "\"}", 400));
		assertThatExceptionOfType(LumoAuthDeniedException.class).isThrownBy(this::read)
			.satisfies((ex) -> assertThat(ex.getErrorCode()).isEqualTo(code));
	}

	@ParameterizedTest
	@CsvSource({ "400, '{\"error\":\"invalid_request\"}'", "409, ''", "422, '{\"code\":\"validation_error\"}'",
			"418, ''" })
	void requestThatIsNotTakenIsNoAnswer(int status, String body) {
		answer(aResponse().withStatus(status).withBody(body));
		assertThatExceptionOfType(LumoAuthProtocolException.class).isThrownBy(this::read);
	}

	@ParameterizedTest
	@ValueSource(ints = { 408, 500, 502, 503, 504, 599 })
	void failureIsUnavailability(int status) {
		answer(aResponse().withStatus(status));
		assertThatExceptionOfType(LumoAuthUnavailableException.class).isThrownBy(this::read)
			.isExactlyInstanceOf(LumoAuthUnavailableException.class)
			.returns(status >= 500, LumoAuthUnavailableException::isUnreachable);
		lumoAuth.verify(1, anyRequestedFor(anyUrl()));
	}

	@ParameterizedTest
	@EnumSource(Fault.class)
	void brokenConnectionIsUnavailability(Fault fault) {
		answer(aResponse().withFault(fault));
		assertThatExceptionOfType(LumoAuthUnavailableException.class).isThrownBy(this::read)
			.matches(LumoAuthUnavailableException::isUnreachable);
	}

	@Test
	void answerThatBreaksOffIsUnavailability() throws IOException {
		try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			new Thread(() -> breakOff(server, 200)).start();
			LumoAuthHttp broken = http("http://localhost:" + server.getLocalPort(), Duration.ofSeconds(5));
			assertThatExceptionOfType(LumoAuthUnavailableException.class).isThrownBy(() -> readSafely(broken))
				.withMessageContaining("broke off")
				.matches(LumoAuthUnavailableException::isUnreachable);
		}
	}

	@ParameterizedTest
	@CsvSource({ "401, LumoAuthAuthenticationException", "403, LumoAuthDeniedException",
			"404, LumoAuthProtocolException", "429, LumoAuthRateLimitedException" })
	void refusalThatBreaksOffIsARefusal(int status, String exception) throws IOException {
		try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			new Thread(() -> breakOff(server, status)).start();
			LumoAuthHttp broken = http("http://localhost:" + server.getLocalPort(), Duration.ofSeconds(5));
			LumoAuthException failure = catchThrowableOfType(LumoAuthException.class, () -> readSafely(broken));
			assertThat(failure.getClass().getSimpleName()).isEqualTo(exception);
			assertThat(failure).hasMessageContaining("HTTP " + status);
		}
	}

	private static void breakOff(ServerSocket server, int status) {
		try (Socket socket = server.accept()) {
			socket.getInputStream().read(new byte[4096]);
			socket.getOutputStream()
				.write(("HTTP/1.1 " + status + " X\r\nContent-Length: 100\r\n\r\n{\"allowed\":tr").getBytes());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Test
	void noServerIsUnavailabilityAndNamesTheAddress() {
		LumoAuthHttp nowhere = http("http://localhost:1", Duration.ofSeconds(5));
		assertThatExceptionOfType(LumoAuthUnavailableException.class)
			.isThrownBy(
					() -> nowhere.restClient().get().uri(nowhere.endpoints().agentsMe()).retrieve().body(byte[].class))
			.withMessageContaining("http://localhost:1/orgs/acme-corp");
	}

	@Test
	void slowServerIsUnavailabilityAndNotAskedTwice() {
		LumoAuthHttp impatient = http(lumoAuth.baseUrl(), Duration.ofMillis(200));
		answer(ok("late").withFixedDelay(2000));
		assertThatExceptionOfType(LumoAuthUnavailableException.class).isThrownBy(() -> readSafely(impatient));
		lumoAuth.verify(1, anyRequestedFor(anyUrl()));
	}

	@Test
	void serverThatIsDownIsLeftAloneAndFoundAgain() {
		answer(aResponse().withStatus(503));
		for (int i = 0; i < 1000; i++) {
			assertThatExceptionOfType(LumoAuthUnavailableException.class).isThrownBy(this::read);
		}
		lumoAuth.verify(3, anyRequestedFor(anyUrl()));
		answer(ok("back"));
		assertThatExceptionOfType(LumoAuthUnavailableException.class).isThrownBy(this::read)
			.withMessageContainingAll("3 times in a row", "HTTP 503")
			.matches(LumoAuthUnavailableException::isUnreachable);
		this.clock.advance(Duration.ofSeconds(1));
		assertThat(read()).isEqualTo("back");
	}

	@Test
	void answersThatBreakOffCountAndErrorsOfOneRequestDoNot() {
		answer(aResponse().withFault(Fault.MALFORMED_RESPONSE_CHUNK));
		for (int i = 0; i < 10; i++) {
			assertThatExceptionOfType(LumoAuthUnavailableException.class).isThrownBy(this::read);
		}
		lumoAuth.verify(3, anyRequestedFor(anyUrl()));
		this.clock.advance(Duration.ofSeconds(1));
		answer(aResponse().withStatus(500));
		for (int i = 0; i < 10; i++) {
			assertThatExceptionOfType(LumoAuthUnavailableException.class).isThrownBy(this::read);
		}
		lumoAuth.verify(13, anyRequestedFor(anyUrl()));
	}

	@ParameterizedTest
	@ValueSource(ints = { 502, 503, 504 })
	void safeCallIsTriedOnceMoreWithJitter(int status) {
		answerOnceThen(aResponse().withStatus(status), ok("second"));
		assertThat(readSafely(this.http)).isEqualTo("second");
		assertThat(this.pauses).hasSize(1)
			.allSatisfy((pause) -> assertThat(pause).isBetween(Duration.ofMillis(50), Duration.ofMillis(250)));
	}

	@Test
	void safeCallIsTriedOnceMoreAfterABrokenConnection() {
		answerOnceThen(aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER), ok("second"));
		assertThat(readSafely(this.http)).isEqualTo("second");
	}

	@Test
	void safeCallIsTriedOnlyOnceMore() {
		answer(aResponse().withStatus(503));
		assertThatExceptionOfType(LumoAuthUnavailableException.class).isThrownBy(() -> readSafely(this.http));
		lumoAuth.verify(2, anyRequestedFor(anyUrl()));
	}

	@ParameterizedTest
	@ValueSource(ints = { 400, 403, 404, 500, 501 })
	void whatASecondTryDoesNotChangeIsNotTriedAgain(int status) {
		answer(aResponse().withStatus(status));
		assertThatExceptionOfType(LumoAuthException.class).isThrownBy(() -> readSafely(this.http));
		lumoAuth.verify(1, anyRequestedFor(anyUrl()));
	}

	@Test
	void otherCallIsNeverTriedAgain() {
		answer(aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER));
		assertThatExceptionOfType(LumoAuthUnavailableException.class).isThrownBy(this::read);
		assertThat(this.pauses).isEmpty();
	}

	@Test
	void shortRateLimitIsWaitedOutByASafeCall() {
		answerOnceThen(aResponse().withStatus(429).withHeader("Retry-After", "2"), ok("second"));
		assertThat(readSafely(this.http)).isEqualTo("second");
		assertThat(this.pauses).hasSize(1)
			.allSatisfy((pause) -> assertThat(pause).isBetween(Duration.ofSeconds(2), Duration.ofMillis(2250)));
	}

	@Test
	void longRateLimitFailsAtOnceAndSaysHowLong() {
		answer(aResponse().withStatus(429).withHeader("Retry-After", "3"));
		LumoAuthRateLimitedException limited = catchThrowableOfType(LumoAuthRateLimitedException.class,
				() -> readSafely(this.http));
		assertThat(limited.getRetryAfter()).isEqualTo(Duration.ofSeconds(3));
		assertThat(this.pauses).isEmpty();
		lumoAuth.verify(1, anyRequestedFor(anyUrl()));
	}

	@Test
	void nobodyAsksBeforeTheWaitHasPassed() {
		answer(aResponse().withStatus(429).withHeader("Retry-After", "20"));
		assertThatExceptionOfType(LumoAuthRateLimitedException.class).isThrownBy(this::read);
		this.clock.advance(Duration.ofSeconds(15));
		assertThatExceptionOfType(LumoAuthRateLimitedException.class).isThrownBy(() -> readSafely(this.http))
			.satisfies((ex) -> assertThat(ex.getRetryAfter()).isEqualTo(Duration.ofSeconds(5)));
		lumoAuth.verify(1, anyRequestedFor(anyUrl()));
		this.clock.advance(Duration.ofSeconds(5));
		answer(ok("open"));
		assertThat(read()).isEqualTo("open");
	}

	@Test
	void shortRestOfAWaitIsWaitedOutByASafeCall() {
		answer(aResponse().withStatus(429).withHeader("Retry-After", "20"));
		assertThatExceptionOfType(LumoAuthRateLimitedException.class).isThrownBy(this::read);
		this.clock.advance(Duration.ofSeconds(18));
		answer(ok("open"));
		assertThatExceptionOfType(LumoAuthRateLimitedException.class).isThrownBy(this::read);
		assertThat(readSafely(this.http)).isEqualTo("open");
		assertThat(this.pauses).containsExactly(Duration.ofSeconds(2));
	}

	@Test
	void otherEndpointsAreNotHeldBack() {
		lumoAuth.stubFor(get("/api/v1/authz/check").willReturn(ok("other")));
		lumoAuth.stubFor(get(ME).willReturn(aResponse().withStatus(429).withHeader("Retry-After", "20")));
		assertThatExceptionOfType(LumoAuthRateLimitedException.class).isThrownBy(this::read);
		byte[] other = this.http.restClient()
			.get()
			.uri(this.http.<URI>askCheck((check) -> check))
			.retrieve()
			.body(byte[].class);
		assertThat(other).asString().isEqualTo("other");
	}

	@Test
	void nobodyIsHeldBackForLongerThanThirtySeconds() {
		answer(aResponse().withStatus(429).withHeader("Retry-After", "86400"));
		assertThatExceptionOfType(LumoAuthRateLimitedException.class).isThrownBy(this::read)
			.satisfies((ex) -> assertThat(ex.getRetryAfter()).isEqualTo(Duration.ofDays(1)));
		this.clock.advance(Duration.ofSeconds(29));
		assertThatExceptionOfType(LumoAuthRateLimitedException.class).isThrownBy(this::read);
		lumoAuth.verify(1, anyRequestedFor(anyUrl()));
		this.clock.advance(Duration.ofSeconds(1));
		answer(ok("open"));
		assertThat(read()).isEqualTo("open");
	}

	@Test
	void rateLimitThatNamesNoWaitHoldsBackForASecond() {
		answer(jsonResponse("{\"error\":\"too_many_requests\"}", 429));
		assertThatExceptionOfType(LumoAuthRateLimitedException.class).isThrownBy(this::read)
			.satisfies((ex) -> assertThat(ex.getRetryAfter()).isNull());
		assertThatExceptionOfType(LumoAuthRateLimitedException.class).isThrownBy(this::read);
		lumoAuth.verify(1, anyRequestedFor(anyUrl()));
		this.clock.advance(Duration.ofSeconds(1));
		answer(ok("open"));
		assertThat(read()).isEqualTo("open");
	}

	@Test
	void readsAWaitThatIsADateByTheServersClock() {
		Instant serverTime = this.clock.instant().plus(Duration.ofHours(1)).truncatedTo(ChronoUnit.SECONDS);
		answer(aResponse().withStatus(429)
			.withHeader("Date", rfc1123(serverTime))
			.withHeader("Retry-After", rfc1123(serverTime.plusSeconds(40))));
		assertWait(Duration.ofSeconds(40));
	}

	@Test
	void readsAWaitFromTheBody() {
		answer(jsonResponse("{\"error\":\"rate_limit_exceeded\",\"retry_after\":45}", 429));
		assertWait(Duration.ofSeconds(45));
	}

	@Test
	void readsAWaitFromTheResetHeader() {
		Instant serverTime = Instant.parse("2026-05-04T11:00:00Z");
		answer(aResponse().withStatus(429)
			.withHeader("Date", rfc1123(serverTime))
			.withHeader("X-RateLimit-Reset", String.valueOf(serverTime.plusSeconds(50).getEpochSecond())));
		assertWait(Duration.ofSeconds(50));
	}

	@ParameterizedTest
	@ValueSource(strings = { "soon", "NaN", "" })
	void waitThatIsNoWaitIsIgnored(String value) {
		answer(aResponse().withStatus(429).withHeader("Retry-After", value));
		assertThatExceptionOfType(LumoAuthRateLimitedException.class).isThrownBy(this::read)
			.satisfies((ex) -> assertThat(ex.getRetryAfter()).isNull());
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"error\":\"budget_exceeded\"}", "{\"error\":true,\"code\":\"agent_budget_exceeded\"}",
			"{\"error\":true,\"message\":\"Agent budget exceeded\",\"status\":429}",
			"{\"error\":\"BUDGET_EXCEEDED\",\"retry_after\":1}" })
	void budgetIsNoRateLimit(String body) {
		answer(jsonResponse(body, 429));
		LumoAuthBudgetExceededException exceeded = catchThrowableOfType(LumoAuthBudgetExceededException.class,
				() -> readSafely(this.http));
		assertThat(exceeded).hasMessageContainingAll("budget", "agt_1");
		assertThat(this.budget).containsExactly(exceeded);
		assertThatExceptionOfType(LumoAuthBudgetExceededException.class).isThrownBy(this::read);
		lumoAuth.verify(2, anyRequestedFor(anyUrl()));
	}

	@Test
	void rateLimitThatSpeaksOfBudgetsIsARateLimit() {
		answer(jsonResponse(
				"{\"error\":\"too_many_requests\",\"error_description\":\"rate limit or agent budget exceeded\"}",
				429));
		assertThatExceptionOfType(LumoAuthRateLimitedException.class).isThrownBy(this::read);
		assertThat(this.budget).isEmpty();
	}

	@Test
	void whatIsNoAnswerIsAmongTheErrors() {
		LumoAuthProtocolException malformed = this.http.malformed(this.http.endpoints().agentsMe(), 200, "it is odd");
		assertThat(malformed).hasMessageContainingAll("HTTP 200", "it is odd");
		assertThat(this.http.recentErrors()).extracting(RequestError::code).containsExactly(RequestError.Code.PROTOCOL);
	}

	@Test
	void errorThatRepeatsTheFormsSecretsDoesNotTakeThemIntoTheMessage() {
		lumoAuth.stubFor(any(anyUrl()).willReturn(jsonResponse(
				"{\"error\":\"invalid_grant\",\"error_description\":\"got a%20b&c and a b&c and eyJhbGciOiJub25lIn0.e30.\"}",
				400)));
		LinkedMultiValueMap<String, String> form = new LinkedMultiValueMap<>();
		form.add("subject_token", "a b&c");
		assertThatExceptionOfType(LumoAuthDeniedException.class)
			.isThrownBy(() -> this.http.restClient()
				.post()
				.uri(this.http.endpoints().token())
				.contentType(MediaType.APPLICATION_FORM_URLENCODED)
				.body(form)
				.retrieve()
				.body(byte[].class))
			.withMessageContaining("and *** and ***")
			.withMessageNotContaining("a b&c")
			.withMessageNotContaining("eyJ");
	}

	private static final String ME = "/orgs/acme-corp/api/v1/agents/me";

	private void assertWait(Duration wait) {
		assertThatExceptionOfType(LumoAuthRateLimitedException.class).isThrownBy(this::read)
			.satisfies((ex) -> assertThat(ex.getRetryAfter()).isEqualTo(wait));
	}

	private static String rfc1123(Instant instant) {
		return DateTimeFormatter.RFC_1123_DATE_TIME.format(instant.atZone(ZoneOffset.UTC));
	}

	private void answer(ResponseDefinitionBuilder response) {
		lumoAuth.stubFor(get(ME).willReturn(response));
	}

	private void answerOnceThen(ResponseDefinitionBuilder first, ResponseDefinitionBuilder then) {
		lumoAuth.stubFor(get(ME).inScenario("twice")
			.whenScenarioStateIs(Scenario.STARTED)
			.willReturn(first)
			.willSetStateTo("second"));
		lumoAuth.stubFor(get(ME).inScenario("twice").whenScenarioStateIs("second").willReturn(then));
	}

	private String read() {
		return text(this.http.restClient()
			.get()
			.uri(this.http.endpoints().agentsMe())
			.header("Authorization", "Bearer tok-MARKER")
			.retrieve()
			.body(byte[].class));
	}

	private static String readSafely(LumoAuthHttp http) {
		return text(http.restClient()
			.get()
			.uri(http.endpoints().agentsMe())
			.attributes(LumoAuthHttp.safe())
			.retrieve()
			.body(byte[].class));
	}

	private static String text(byte[] body) {
		return (body != null) ? new String(body) : "";
	}

}
