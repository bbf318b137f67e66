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

import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

import org.springframework.boot.tomcat.reactive.TomcatReactiveWebServerFactory;
import org.springframework.boot.web.server.WebServer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.server.reactive.ContextPathCompositeHandler;
import org.springframework.http.server.reactive.HttpHandler;
import org.springframework.http.server.reactive.ReactorHttpHandlerAdapter;
import org.springframework.security.authentication.AuthenticationCredentialsNotFoundException;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.ReactiveSecurityContextHolder;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.adapter.ForwardedHeaderTransformer;
import org.springframework.web.server.adapter.WebHttpHandlerBuilder;

import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.http.LumoAuthHttp;
import dev.lumoauth.spring.token.key.SigningKey;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A reactive service with a real server.
 */
class AAuthWebFilterTests {

	private static final Clock CLOCK = Clock.systemUTC();

	private static final SigningKey KEY = TestKeys.ed25519("agent-1");

	private static final AtomicInteger REACHED = new AtomicInteger();

	private static StubLumoAuth lumoAuth;

	private static AAuthResource resource;

	/** A server that itself believes the headers of proxies. */
	private static DisposableServer server;

	/** A server whose application believes the headers of proxies, also below a path. */
	private static DisposableServer behindProxies;

	private static WebServer tomcat;

	@BeforeAll
	static void start() {
		lumoAuth = new StubLumoAuth();
		resource = AAuthResource
			.builder(SignedService.RESOURCE, lumoAuth.issuer(),
					LumoAuthHttp.requestFactory(HttpClient.newHttpClient(), Duration.ofSeconds(5)))
			.scopes(Set.of("read"))
			.key(() -> KEY)
			.maxBodySize(10_000)
			.build();
		server = HttpServer.create()
			.host("localhost")
			.port(0)
			.forwarded(true)
			.handle(new ReactorHttpHandlerAdapter(handler().build()))
			.bindNow();
		HttpHandler believing = handler().forwardedHeaderTransformer(new ForwardedHeaderTransformer()).build();
		HttpHandler belowPath = new ContextPathCompositeHandler(Map.of("/base", believing));
		behindProxies = HttpServer.create()
			.host("localhost")
			.port(0)
			.handle(new ReactorHttpHandlerAdapter((request, response) -> request.getPath().value().startsWith("/base/")
					? belowPath.handle(request, response) : believing.handle(request, response)))
			.bindNow();
		tomcat = new TomcatReactiveWebServerFactory(0)
			.getWebServer(handler().forwardedHeaderTransformer(new ForwardedHeaderTransformer()).build());
		tomcat.start();
	}

	private static WebHttpHandlerBuilder handler() {
		AAuthServerEntryPoint entryPoint = new AAuthServerEntryPoint(resource);
		return WebHttpHandlerBuilder
			.webHandler((exchange) -> ReactiveSecurityContextHolder.getContext()
				.map(SecurityContext::getAuthentication)
				.map(Optional::of)
				.defaultIfEmpty(Optional.empty())
				.flatMap((authentication) -> authentication.isPresent() ? echo(exchange, authentication.get())
						: entryPoint.commence(exchange, new AuthenticationCredentialsNotFoundException("none"))))
			.filter(new AAuthWebFilter(resource));
	}

	private static int port(String name) {
		return switch (name) {
			case "netty" -> server.port();
			case "behindProxies" -> behindProxies.port();
			default -> tomcat.getPort();
		};
	}

	private static Mono<Void> echo(ServerWebExchange exchange, Authentication authentication) {
		REACHED.incrementAndGet();
		if (exchange.getRequest().getURI().getPath().equals("/api/down")) {
			return Mono.error(new LumoAuthUnavailableException("the application's", null));
		}
		return DataBufferUtils.join(exchange.getRequest().getBody())
			.map((body) -> body.toString(StandardCharsets.UTF_8))
			.defaultIfEmpty("")
			.map((body) -> authentication.getName() + " " + body + " " + authentication.getAuthorities())
			.flatMap((text) -> exchange.getResponse()
				.writeWith(
						Mono.just(exchange.getResponse().bufferFactory().wrap(text.getBytes(StandardCharsets.UTF_8)))));
	}

	@AfterAll
	static void stop() {
		tomcat.stop();
		behindProxies.disposeNow();
		server.disposeNow();
		resource.close();
		lumoAuth.close();
	}

	@Test
	void formsAreRefused() {
		for (String type : List.of("application/x-www-form-urlencoded", "multipart/form-data; boundary=x")) {
			int before = REACHED.get();
			assertThat(request("POST", "/api/form", "a=1&b=2", type).send().status()).isEqualTo(415);
			assertThat(REACHED).hasValue(before);
		}
	}

	@Test
	void saysHowToGetAToken() {
		assertThat(WireRequest.of("GET", "/api/things", SignedService.HOST, "").send(server.port()))
			.satisfies((answer) -> assertThat(answer.status()).isEqualTo(401))
			.extracting((answer) -> answer.header("Agent-Auth"))
			.isEqualTo("httpsig");
		WireRequest shown = WireRequest.of("GET", "/api/things", SignedService.HOST, "",
				"Agent-Auth: agent_token=" + AAuthAuthenticationFilterTests.agentToken(KEY, (claims) -> claims));
		assertThat(shown.signed(KEY, CLOCK).send(server.port()).header("Agent-Auth"))
			.matches("httpsig; auth-token; resource_token=\"[^\"]+\"; auth_server=\"" + lumoAuth.issuer() + "\"");
	}

	@Test
	void refusesWhatIsTooLargeAndWhatCameBefore() {
		assertThat(request("POST", "/api/things", "x".repeat(10_001), "text/plain").send().status()).isEqualTo(413);
		Sent once = request("POST", "/api/things", "x", "text/plain");
		assertThat(once.send().body()).contains("user-1 x [").contains("SCOPE_read");
		assertThat(once.send().status()).isEqualTo(401);
	}

	@Test
	void whatTheApplicationThrowsIsTheApplications() {
		assertThat(request("GET", "/api/down", "", "text/plain").send().status()).isEqualTo(500);
	}

	@Test
	void noChangeComesThrough() {
		changes("netty", "POST /api/things?a=1&b=2 {\"amount\":1}");
	}

	@ParameterizedTest
	@Tag("nightly")
	@CsvSource(delimiter = '|', textBlock = """
			netty         | GET /api/things
			behindProxies | GET /api/things
			tomcat        | POST /api/things?a=1&b=2 {"amount":1}
			""")
	void noChangeComesThroughElsewhere(String server, String line) {
		changes(server, line);
	}

	private static void changes(String server, String line) {
		String[] parts = line.split(" ", 3);
		WireRequest signed = request(parts[0], parts[1], (parts.length == 3) ? parts[2] : "", "application/json")
			.request();
		Map<String, UnaryOperator<WireRequest>> changes = RequestMutations.of(signed);
		List<String> through = new ArrayList<>();
		changes.forEach((name, change) -> {
			int before = REACHED.get();
			WireAnswer answer = change.apply(signed).send(port(server));
			if (answer.status() == 200 || answer.status() >= 500 || REACHED.get() != before) {
				through.add(name + " -> " + answer.status() + " " + answer.body());
			}
		});
		assertThat(through).isEmpty();
		assertThat(signed.send(port(server)).status()).isEqualTo(200);
	}

	@ParameterizedTest
	@ValueSource(strings = { "netty", "behindProxies", "tomcat" })
	void whatProxiesSayMakesNoDifference(String server) {
		for (UnaryOperator<WireRequest> change : List.<UnaryOperator<WireRequest>>of(UnaryOperator.identity(),
				(request) -> request.plus("X-Forwarded-Prefix: /prefix").plus("X-Forwarded-Host: public.example"),
				(request) -> request.plus("X-Forwarded-Proto: https").plus("X-Forwarded-For: 1.2.3.4"),
				(request) -> request.withVersion("HTTP/1.0"),
				(request) -> request.withTarget("http://" + SignedService.HOST + request.target()))) {
			for (String path : List.of("/api/things?a=1", "/base/things")) {
				WireRequest request = change.apply(request("POST", path, "{}", "application/json").request());
				assertThat(request.send(port(server)).status()).as(request.toString()).isEqualTo(200);
			}
		}
	}

	private static Sent request(String method, String target, String body, String type) {
		return new Sent(
				WireRequest
					.of(method, target, SignedService.HOST, body, "Content-Type: " + type,
							"Authorization: Bearer "
									+ lumoAuth.token(SignedService.RESOURCE, TestKeys.jwk(KEY), Instant.now()))
					.signed(KEY, CLOCK));
	}

	private record Sent(WireRequest request) {

		WireAnswer send() {
			return this.request.send(server.port());
		}

	}

}
