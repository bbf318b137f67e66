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

package dev.lumoauth.spring.aauth.resource;

import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;

import com.nimbusds.jwt.JWTClaimsSet;
import jakarta.servlet.ServletInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.mock.web.MockFilterChain;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

import dev.lumoauth.spring.token.key.SigningKey;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A service with a real server, and those who call it well and badly.
 */
@ExtendWith(OutputCaptureExtension.class)
class AAuthAuthenticationFilterTests {

	private static final Clock CLOCK = Clock.systemUTC();

	private static final SigningKey KEY = TestKeys.ed25519("agent-1");

	private static StubLumoAuth lumoAuth;

	private static SignedService service;

	@BeforeAll
	static void start() {
		lumoAuth = new StubLumoAuth();
		service = SignedService.start(lumoAuth, "server.http2.enabled=true");
	}

	@AfterAll
	static void stop() {
		service.close();
		lumoAuth.close();
	}

	@Test
	void takesWhatIsSigned() {
		for (SigningKey key : List.of(KEY, TestKeys.rsa("agent-2"))) {
			WireAnswer answer = json("POST", "/api/things?a=1", "{\"x\":1}", key).signed(key, CLOCK)
				.send(service.port());
			assertThat(answer.status()).isEqualTo(200);
			assertThat(answer.body()).contains("user-1 POST {a=1} {\"x\":1}");
		}
	}

	/**
	 * Boot's {@code FormContentFilter}, {@code HiddenHttpMethodFilter} or
	 * {@code MultipartFilter} may stand in front and read them.
	 */
	@ParameterizedTest
	@CsvSource({ "PUT, application/x-www-form-urlencoded", "PATCH, Application/X-WWW-Form-Urlencoded;charset=UTF-8",
			"DELETE, application/x-www-form-urlencoded", "POST, application/x-www-form-urlencoded",
			"POST, multipart/form-data; boundary=x", "POST, Multipart/mixed" })
	void formsAreRefused(String method, String type) {
		WireRequest signed = json(method, "/api/form?a=1", "amount=1", KEY).with("Content-Type", type);
		int before = service.reached();
		assertThat(signed.signed(KEY, CLOCK).send(service.port()).status()).isIn(401, 415);
		assertThat(signed.signed(KEY, CLOCK).inChunks().send(service.port()).status()).isEqualTo(415);
		byte[] other = "amount=1000000".getBytes(StandardCharsets.UTF_8);
		assertThat(signed.withBody(new byte[0]).signed(KEY, CLOCK).withBody(other).send(service.port()).status())
			.isIn(401, 415);
		assertThat(service.reached()).isEqualTo(before);
	}

	/**
	 * There the service's name is in {@code :authority}.
	 */
	@Test
	void takesRequestsByHttp2ForItsOwnNameOnly() throws Exception {
		assertThat(http2(service)).isEqualTo(401);
		int port;
		try (ServerSocket free = new ServerSocket(0)) {
			port = free.getLocalPort();
		}
		try (SignedService local = SignedService.start(lumoAuth, "server.http2.enabled=true", "server.port=" + port,
				"lumoauth.aauth.resource.authorities=other.example,LOCALHOST:" + port)) {
			assertThat(http2(local)).isEqualTo(200);
		}
	}

	private static int http2(SignedService service) throws Exception {
		WireRequest signed = WireRequest
			.of("POST", "/api/things?a=1", "localhost:" + service.port(), "{}", "Content-Type: application/json",
					"Authorization: Bearer " + token(KEY))
			.signed(KEY, CLOCK);
		HttpRequest.Builder request = HttpRequest
			.newBuilder(URI.create("http://localhost:" + service.port() + signed.target()))
			.version(HttpClient.Version.HTTP_2)
			.timeout(Duration.ofSeconds(20))
			.POST(HttpRequest.BodyPublishers.ofByteArray(signed.body()));
		for (String name : List.of("Content-Type", "Authorization", "Content-Digest", "Signature-Input", "Signature")) {
			request.header(name, signed.values(name).get(0));
		}
		HttpResponse<String> answer = HttpClient.newHttpClient()
			.send(request.build(), HttpResponse.BodyHandlers.ofString());
		assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
		return answer.statusCode();
	}

	@Test
	void whatAnAgentMayNotDoIsForbidden() {
		WireAnswer answer = json("GET", "/admin/things", "", KEY).signed(KEY, CLOCK).send(service.port());
		assertThat(answer.status()).isEqualTo(403);
	}

	@Test
	void whoSignsNothingIsAskedTo() {
		WireAnswer answer = WireRequest.of("GET", "/api/things", SignedService.HOST, "").send(service.port());
		assertThat(answer.status()).isEqualTo(401);
		assertThat(answer.header("Agent-Auth")).isEqualTo("httpsig");
		assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
		assertThat(answer.body()).contains("\"error\":\"invalid_signature\"");
	}

	@Test
	void whatIsPublicIsOpenToAll() {
		assertThat(WireRequest.of("GET", "/public", SignedService.HOST, "").send(service.port()).status())
			.isEqualTo(200);
		assertThat(json("GET", "/public", "", KEY).send(service.port()).status()).isEqualTo(401);
	}

	@Test
	void whoShowsAnAgentTokenIsToldWhoGivesAuthTokens() {
		WireAnswer answer = withAgentToken(KEY, KEY, (claims) -> claims).send(service.port());
		assertThat(answer.status()).isEqualTo(401);
		assertThat(answer.header("Agent-Auth"))
			.isEqualTo("httpsig; auth-token; auth_server=\"" + lumoAuth.issuer() + "\"");
	}

	@Test
	void agentTokensThatAreNoneAreRefused() {
		refusesAgentToken(withAgentToken(KEY, TestKeys.ed25519("other"), (claims) -> claims), "invalid_signature");
		refusesAgentToken(withAgentToken(KEY, KEY, (claims) -> claims.audience("https://other.example")),
				"invalid_agent_token");
		refusesAgentToken(withAgentToken(KEY, KEY, (claims) -> claims.issuer("agent")), "invalid_agent_token");
		refusesAgentToken(withAgentToken(KEY, KEY, (claims) -> claims.issuer("https://a\"; x=\"")),
				"invalid_agent_token");
		refusesAgentToken(withAgentToken(KEY, KEY, (claims) -> claims.expirationTime(Date.from(Instant.now()))),
				"invalid_agent_token");
		refusesAgentToken(withAgentToken(KEY, KEY, (claims) -> claims).with("Agent-Auth", "x"), "invalid_agent_token");
		WireRequest twice = withAgentToken(KEY, KEY, (claims) -> claims);
		refusesAgentToken(twice.plus("Agent-Auth: x"), "invalid_agent_token");
	}

	private static void refusesAgentToken(WireRequest request, String error) {
		WireAnswer answer = request.send(service.port());
		assertThat(answer.status()).isEqualTo(401);
		assertThat(answer.header("Agent-Auth")).isEqualTo("httpsig");
		assertThat(answer.body()).contains("\"error\":\"" + error + "\"");
	}

	@Test
	void bothTokensHaveToBeOfOneAgentWithOneKey() {
		SigningKey other = TestKeys.ed25519("other");
		WireRequest request = json("GET", "/api/things", "", KEY).signed(KEY, CLOCK);
		assertThat(request.plus("Agent-Auth: agent_token=" + agentToken(other, (claims) -> claims))
			.send(service.port())
			.body()).contains("key_binding_failed");
		assertThat(request
			.plus("Agent-Auth: agent_token=" + agentToken(KEY, (claims) -> claims.issuer("https://other.example")))
			.send(service.port())
			.body()).contains("key_binding_failed");
		assertThat(request.plus("Agent-Auth: agent_token=" + agentToken(KEY, (claims) -> claims))
			.send(service.port())
			.status()).isEqualTo(200);
	}

	/**
	 * A token is worth nothing to who has another key.
	 */
	@Test
	void tokensOfOthersAreWorthNothing(CapturedOutput output) {
		SigningKey thief = TestKeys.ed25519("thief");
		String stolen = token(KEY);
		WireRequest request = WireRequest.of("GET", "/api/things", SignedService.HOST, "",
				"Authorization: Bearer " + stolen);
		for (WireRequest each : List.of(request, request.signed(thief, CLOCK),
				request.with("Authorization", "Bearer " + token(thief))
					.signed(thief, CLOCK)
					.with("Authorization", "Bearer " + stolen),
				json("GET", "/api/things", "", KEY).signed(KEY, CLOCK).with("Authorization", "Bearer " + token(thief)),
				json("GET", "/api/things", "", KEY).signed(KEY, CLOCK).with("Authorization", "Bearer " + token(KEY)))) {
			WireAnswer answer = each.send(service.port());
			assertThat(answer.status()).isEqualTo(401);
			assertThat(answer.body()).contains("invalid_signature").doesNotContain("eyJ");
		}
		assertThat(output).doesNotContain("eyJ");
	}

	@Test
	void saysWhatHasToBeCovered() {
		WireAnswer answer = json("GET", "/api/things?a", "", KEY).signed(KEY, CLOCK)
			.changed("Signature-Input", (input) -> input.replace("\"@path\" ", ""))
			.send(service.port());
		assertThat(answer.body())
			.isEqualTo("{\"error\":\"invalid_signature\",\"error_description\":\"The request is not signed as "
					+ "required.\",\"required_components\":[\"@method\",\"@authority\",\"@path\",\"@query\","
					+ "\"signature-key\",\"content-digest\",\"content-type\",\"authorization\"]}");
	}

	@ParameterizedTest
	@ValueSource(strings = { "Basic dXNlcjpwYXNz", "Bearer", "Bearer x", "Bearer x y", "DPoP x", "Bearer a.b.c" })
	void whatIsNoTokenIsRefused(String authorization) {
		WireAnswer answer = json("GET", "/api/things", "", KEY).with("Authorization", authorization)
			.signed(KEY, CLOCK)
			.send(service.port());
		assertThat(answer.status()).isEqualTo(401);
		assertThat(answer.body()).contains("invalid_auth_token");
	}

	@ParameterizedTest
	@ValueSource(strings = { "Signature", "Signature-Input" })
	void readsNoBodyOfWhatIsNotSigned(String missing) throws Exception {
		WireRequest signed = json("POST", "/api/things", "{}", KEY).signed(KEY, CLOCK).without(missing);
		MockHttpServletRequest request = new MockHttpServletRequest("POST", "/api/things") {

			@Override
			public ServletInputStream getInputStream() {
				throw new IllegalStateException("The body is read");
			}

		};
		request.setContent(signed.body());
		signed.headers().forEach((line) -> request.addHeader(line.split(": ?")[0], line.split(": ?", 2)[1]));
		MockHttpServletResponse response = new MockHttpServletResponse();
		new AAuthAuthenticationFilter(service.bean(AAuthResource.class)).doFilter(request, response,
				new MockFilterChain());
		assertThat(response.getStatus()).isEqualTo(401);
		assertThat(response.getContentAsString()).contains("invalid_signature");
	}

	@Test
	void largeBodiesAreRefused() {
		int limit = 1024 * 1024;
		for (UnaryOperator<WireRequest> way : List.<UnaryOperator<WireRequest>>of(UnaryOperator.identity(),
				WireRequest::inChunks)) {
			WireRequest fits = json("POST", "/api/things", "x".repeat(limit), KEY).signed(KEY, CLOCK);
			assertThat(way.apply(fits).send(service.port()).status()).isEqualTo(200);
			WireAnswer answer = way.apply(json("POST", "/api/things", "x".repeat(limit + 1), KEY).signed(KEY, CLOCK))
				.send(service.port());
			assertThat(answer.status()).isEqualTo(413);
		}
	}

	@Test
	void theBodyOfWhoHasNoTokenIsNotRead() throws Exception {
		MockHttpServletRequest request = new MockHttpServletRequest("POST", "/api/things") {

			@Override
			public ServletInputStream getInputStream() {
				throw new AssertionError("It is read");
			}

		};
		request.addHeader("Authorization", "Bearer x");
		MockHttpServletResponse response = new MockHttpServletResponse();
		new AAuthAuthenticationFilter(service.bean(AAuthResource.class)).doFilter(request, response,
				new MockFilterChain());
		assertThat(response.getStatus()).isEqualTo(401);
	}

	@Test
	void theSameRequestFromManyIsTakenOnce() throws Exception {
		for (int round = 0; round < 5; round++) {
			WireRequest request = json("POST", "/api/things", "{}", KEY).signed(KEY, CLOCK);
			ExecutorService threads = Executors.newFixedThreadPool(32);
			try {
				List<Callable<Integer>> calls = new ArrayList<>();
				for (int i = 0; i < 32; i++) {
					calls.add(() -> request.send(service.port()).status());
				}
				List<Integer> statuses = new ArrayList<>();
				for (Future<Integer> call : threads.invokeAll(calls)) {
					statuses.add(call.get());
				}
				assertThat(statuses).containsOnly(200, 401).containsOnlyOnce(200);
			}
			finally {
				threads.shutdownNow();
			}
		}
	}

	/**
	 * A request can't be sent twice, whatever is changed of what is not covered.
	 */
	@Test
	void replaysAreRefused() {
		WireRequest request = json("POST", "/api/things", "{}", KEY).signed(KEY, CLOCK);
		assertThat(request.send(service.port()).status()).isEqualTo(200);
		for (WireRequest again : List.of(request, request.inChunks(), request.plus("X-Other: 1"),
				request.changed("Signature", (value) -> value.replace('-', '+').replace('_', '/')),
				request.changed("Signature", (value) -> value.replaceAll(":$", "==:")),
				request.changed("Signature-Input", (value) -> value + "  "))) {
			assertThat(again.send(service.port()).status()).as(again.toString()).isEqualTo(401);
		}
	}

	@Test
	void whereKeysCantBeHadNothingIsTaken(CapturedOutput output) {
		try (StubLumoAuth silent = new StubLumoAuth(); SignedService other = SignedService.start(silent)) {
			silent.status = 500;
			String token = silent.token(SignedService.RESOURCE, TestKeys.jwk(KEY), Instant.now());
			for (int i = 0; i < 3; i++) {
				WireAnswer answer = json("GET", "/api/things", "", KEY).with("Authorization", "Bearer " + token)
					.signed(KEY, CLOCK)
					.send(other.port());
				assertThat(answer.status()).isEqualTo(503);
				assertThat(answer.body()).contains("temporarily_unavailable").doesNotContain("localhost");
			}
			assertThat(other.reached()).isZero();
		}
		assertThat(output).containsOnlyOnce("Requests are refused, because they can't be checked")
			.contains("lumoauth.aauth.resource.issuer");
	}

	@Test
	void bodiesThatSomebodyHasReadAreRefused() {
		try (SignedService other = SignedService.start(lumoAuth, "spring.mvc.hiddenmethod.filter.enabled=true")) {
			WireRequest request = json("POST", "/api/form", "_method=delete", KEY).with("Content-Type",
					"application/x-www-form-urlencoded");
			assertThat(request.signed(KEY, CLOCK).send(other.port()).status()).isEqualTo(401);
			assertThat(other.reached()).isZero();
		}
	}

	private static WireRequest withAgentToken(SigningKey named, SigningKey signing,
			UnaryOperator<JWTClaimsSet.Builder> change) {
		return WireRequest
			.of("GET", "/api/things", SignedService.HOST, "", "Agent-Auth: agent_token=" + agentToken(named, change))
			.signed(signing, CLOCK);
	}

	static String agentToken(SigningKey key, UnaryOperator<JWTClaimsSet.Builder> change) {
		Instant now = Instant.now();
		return key
			.sign("agent+jwt", Map.of(),
					change.apply(new JWTClaimsSet.Builder().issuer("https://agent.example")
						.subject("worker-1")
						.audience(SignedService.RESOURCE)
						.issueTime(Date.from(now))
						.expirationTime(Date.from(now.plusSeconds(3600)))
						.jwtID("1")
						.claim("cnf", Map.of("jwk", TestKeys.jwk(key).toJSONObject()))).build());
	}

	private static WireRequest json(String method, String target, String body, SigningKey key) {
		return WireRequest.of(method, target, SignedService.HOST, body, "Content-Type: application/json",
				"Authorization: Bearer " + token(key));
	}

	private static String token(SigningKey key) {
		return lumoAuth.token(SignedService.RESOURCE, TestKeys.jwk(key), Instant.now());
	}

}
