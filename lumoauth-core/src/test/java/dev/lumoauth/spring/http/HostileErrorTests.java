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

import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;

import dev.lumoauth.spring.CannedResponses;
import dev.lumoauth.spring.HostileHeaders;
import dev.lumoauth.spring.HostileJson;
import dev.lumoauth.spring.LumoAuthAuthenticationException;
import dev.lumoauth.spring.LumoAuthBudgetExceededException;
import dev.lumoauth.spring.LumoAuthDeniedException;
import dev.lumoauth.spring.LumoAuthException;
import dev.lumoauth.spring.LumoAuthProtocolException;
import dev.lumoauth.spring.LumoAuthRateLimitedException;
import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.ManualClock;
import dev.lumoauth.spring.QuietLog;
import dev.lumoauth.spring.StrictJson;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AddLifecycleHook;

import org.springframework.http.HttpHeaders;
import org.springframework.mock.http.client.MockClientHttpResponse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Whatever an error of LumoAuth looks like, it is one of this library's exceptions, of
 * the kind that the status says, with a message fit for a log.
 */
@AddLifecycleHook(QuietLog.class)
class HostileErrorTests {

	private static final String SECRET = "agent-s3cret-token";

	private final ManualClock clock = new ManualClock();

	@Provide
	Arbitrary<Integer> statuses() {
		return Arbitraries.oneOf(Arbitraries.of(400, 401, 403, 404, 408, 429, 429, 500, 502, 503),
				Arbitraries.integers().between(300, 599));
	}

	@Provide
	Arbitrary<HttpHeaders> headers() {
		return HostileHeaders.any();
	}

	@Provide
	Arbitrary<byte[]> errors() {
		return HostileJson.near(
				"{\"error\":\"access_denied\",\"error_description\":\"no, " + SECRET + "\",\"error_uri\":\"x\"}",
				"{\"error\":true,\"message\":\"" + SECRET
						+ "\",\"status\":400,\"code\":\"validation_error\",\"details\":{}}",
				"{\"error\":\"budget_exceeded\",\"message\":\"the budget is exceeded\",\"status\":429}",
				"{\"error\":\"Agent budget exceeded\",\"code\":\"BUDGET_EXCEEDED\"}",
				"{\"error\":\"rate_limit_exceeded\",\"error_description\":\"slow\",\"retry_after\":30}",
				"{\"error\":\"invalid_client\",\"max_depth\":3}", "<html><body>" + SECRET + "</body></html>");
	}

	@Property(tries = 500, seed = HostileJson.SEED)
	void anErrorIsOneOfThisLibrarysExceptions(@ForAll("statuses") int status, @ForAll("headers") HttpHeaders headers,
			@ForAll("errors") byte[] body) {
		LumoAuthAddresses endpoints = LumoAuthAddresses.forTenant(URI.create("http://localhost:1"), "acme");
		LumoAuthHttp http = LumoAuthHttp.builder(endpoints, "agt_1", new CannedResponses((uri) -> {
			MockClientHttpResponse response = new MockClientHttpResponse(body, status);
			response.getHeaders().putAll(headers);
			return response;
		})).clock(this.clock).build();
		Throwable failure = catchThrowable(() -> http.restClient()
			.post()
			.uri(endpoints.authz().get(0).check())
			.headers((sent) -> sent.setBearerAuth(SECRET))
			.body(new byte[0])
			.retrieve()
			.toEntity(byte[].class));
		assertThat(failure).isInstanceOf(LumoAuthException.class)
			.message()
			.hasSizeLessThan(1_000)
			.contains("LumoAuth at http://localhost:1/t/acme/api/v1/authz/check")
			.doesNotContain(SECRET)
			.matches((message) -> message.chars().noneMatch((c) -> Character.isISOControl(c) || c == 0x202e));
		assertThat(failure).isInstanceOf(kind(status, StrictJson.object(body).orElse(Map.of())));
		if (failure instanceof LumoAuthRateLimitedException limit && limit.getRetryAfter() != null) {
			assertThat(limit.getRetryAfter()).isBetween(Duration.ZERO, Duration.ofDays(36_500));
		}
	}

	private static Class<? extends LumoAuthException> kind(int status, Map<String, Object> fields) {
		Object code = (fields.get("code") instanceof String text && !text.isBlank()) ? text : fields.get("error");
		if (status < 400) {
			return LumoAuthProtocolException.class;
		}
		if (status == 401 || "invalid_client".equals(code)) {
			return LumoAuthAuthenticationException.class;
		}
		return switch (status) {
			case 400 -> "access_denied".equals(code) ? LumoAuthDeniedException.class : LumoAuthProtocolException.class;
			case 403 -> LumoAuthDeniedException.class;
			case 429 ->
				budget(code, fields) ? LumoAuthBudgetExceededException.class : LumoAuthRateLimitedException.class;
			case 408 -> LumoAuthUnavailableException.class;
			default -> (status < 500) ? LumoAuthProtocolException.class : LumoAuthUnavailableException.class;
		};
	}

	private static boolean budget(Object code, Map<String, Object> fields) {
		return !"rate_limit_exceeded".equals(code) && fields.entrySet()
			.stream()
			.filter((field) -> !field.getKey().equals("details"))
			.map((field) -> String.valueOf(field.getValue()).toLowerCase(Locale.ROOT))
			.anyMatch((text) -> text.contains("budget") && text.contains("exceeded"));
	}

	@Property(seed = HostileJson.SEED)
	void aWaitIsOneThatIsThere(@ForAll("headers") HttpHeaders headers, @ForAll("errors") byte[] body) throws Exception {
		MockClientHttpResponse response = new MockClientHttpResponse(body, 429);
		response.getHeaders().putAll(headers);
		Duration wait = RetryAfter.of(ErrorAnswer.read(response), this.clock);
		boolean named = headers.containsHeader("Retry-After") || headers.containsHeader("X-RateLimit-Reset")
				|| StrictJson.object(body).filter((fields) -> fields.containsKey("retry_after")).isPresent();
		if (wait != null) {
			assertThat(named).isTrue();
			assertThat(wait).isBetween(Duration.ZERO, Duration.ofDays(36_500));
		}
		String seconds = headers.getFirst("Retry-After");
		if (seconds != null && seconds.matches("[0-9]{1,9}")) {
			assertThat(wait).isEqualTo(Duration.ofSeconds(Long.parseLong(seconds)));
		}
	}

}
