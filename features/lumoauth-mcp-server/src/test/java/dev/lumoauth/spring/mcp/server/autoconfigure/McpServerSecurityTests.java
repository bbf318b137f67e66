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

package dev.lumoauth.spring.mcp.server.autoconfigure;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

import dev.lumoauth.spring.mcp.server.RawHttp;
import dev.lumoauth.spring.mcp.server.ServedMcp;
import dev.lumoauth.spring.mcp.server.TokenIssuer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What an MCP server answers over HTTP to those who may reach it and to those who may
 * not.
 */
@ExtendWith(ServedMcp.Extension.class)
class McpServerSecurityTests {

	private static final String[] BOUNDS = { "lumoauth.mcp.server.allowed-hosts=mcp.example.com",
			"lumoauth.mcp.server.allowed-origins=https://app.example.com,http://pages.example:*,chrome-extension://abc",
			"lumoauth.mcp.server.max-request-size=1KB", "lumoauth.mcp.server.max-requests-per-caller=2" };

	private static ServedMcp served;

	private static TokenIssuer issuer;

	private int port;

	@BeforeAll
	static void open(ServedMcp servers) {
		served = servers;
		issuer = servers.issuer;
	}

	private void start(String protocol, String... properties) {
		this.port = served.server("SERVLET", protocol, "SYNC", properties).port();
	}

	private static String bearer(String token) {
		return "Authorization: Bearer " + token;
	}

	private String challenge(String endpoint) {
		return "resource_metadata=\"http://localhost:%d/.well-known/oauth-protected-resource%s\", scope=\"mcp:reports\""
			.formatted(this.port, endpoint);
	}

	@ParameterizedTest
	@CsvSource({ "STREAMABLE, SYNC, open", "STREAMABLE, ASYNC, openLater", "STATELESS, SYNC, open",
			"STATELESS, ASYNC, openLater" })
	void runsAToolAsItsCaller(String protocol, String type, String tool) {
		this.port = served.server("SERVLET", protocol, type).port();
		for (String user : List.of("ada", "grace")) {
			String token = issuer.token((claims) -> claims.subject(user).claim("act", Map.of("sub", "agt_of_" + user)));
			RawHttp.Answer begun = RawHttp.initialize(this.port, "/mcp", bearer(token));
			assertThat(begun.status()).as(begun.body()).isEqualTo(200);
			String session = begun.header("Mcp-Session-Id");
			RawHttp.Answer answer = session.isEmpty() ? RawHttp.call(this.port, "/mcp", tool, bearer(token))
					: RawHttp.call(this.port, "/mcp", tool, bearer(token), "Mcp-Session-Id: " + session);
			assertThat(answer.status()).isEqualTo(200);
			assertThat(answer.body()).contains(user + " <- agt_of_" + user + " [mcp:reports, read:reports]");
		}
	}

	@ParameterizedTest
	@CsvSource({ "STREAMABLE, /mcp", "STATELESS, /mcp" })
	void tellsWhoHasNoTokenWhereTokensComeFrom(String protocol, String endpoint) {
		start(protocol);
		for (String method : List.of("GET", "POST", "DELETE", "PUT", "HEAD", "OPTIONS", "PATCH")) {
			RawHttp.Answer answer = RawHttp.send(this.port, method, endpoint, "");
			assertThat(answer.status()).as(method).isEqualTo(401);
			assertThat(answer.header("WWW-Authenticate")).isEqualTo("Bearer " + challenge(endpoint));
			assertThat(answer.body()).isIn("", "0\r\n\r\n");
		}
		RawHttp.Answer metadata = RawHttp.get(this.port, "/.well-known/oauth-protected-resource" + endpoint);
		assertThat(metadata.status()).isEqualTo(200);
		assertThat(metadata.body()).contains("\"resource\":\"http://localhost:%d%s\"".formatted(this.port, endpoint))
			.contains("\"authorization_servers\":[\"" + issuer.issuer() + "\"]")
			.contains("\"scopes_supported\":[\"mcp:reports\"]")
			.contains("\"bearer_methods_supported\":[\"header\"]");
		assertThat(RawHttp.get(this.port, "/.well-known/oauth-protected-resource").body())
			.contains("\"resource\":\"http://localhost:%d\"".formatted(this.port));
	}

	@Test
	void reachesNoToolByAnyPathWithoutAToken() {
		start("STATELESS");
		int calls = ServedMcp.Tools.CALLS.get();
		for (String target : List.of("/mcp", "/mcp;x", "/mcp;jsessionid=1", "/;x/mcp", "//mcp", "/./mcp", "/x/../mcp",
				"/%6dcp", "/%6Dcp", "/MCP", "/mcp/", "/mcp//", "/mcp%2f", "/mcp%00", "/mcp%3bx", "/mcp%20", "/mcp.json",
				"/mcp?x=y", "/mcp/.", "/a/..;/mcp", "/mcp\\", "http://localhost/mcp")) {
			assertThat(RawHttp.call(this.port, target, "open").status()).as(target).isIn(400, 401, 404, 421);
			assertThat(RawHttp.initialize(this.port, target).status()).as(target).isIn(400, 401, 404, 421);
		}
		assertThat(ServedMcp.Tools.CALLS).hasValue(calls);
	}

	static Stream<Named<Function<TokenIssuer, String>>> tokensThatAreNotForIt() {
		Date hourAgo = Date.from(Instant.now().minusSeconds(3600));
		Date hourAhead = Date.from(Instant.now().plusSeconds(3600));
		return Stream.of(
				token("for another audience", (lumo) -> lumo.token((claims) -> claims.audience("urn:mcp:other"))),
				token("for an audience that begins like it",
						(lumo) -> lumo.token((claims) -> claims.audience(TokenIssuer.AUDIENCE + "/x"))),
				token("for nobody", (lumo) -> lumo.token((claims) -> claims.audience((String) null))),
				token("expired", (lumo) -> lumo.token((claims) -> claims.expirationTime(hourAgo))),
				token("that never expires", (lumo) -> lumo.token((claims) -> claims.expirationTime(null))),
				token("not valid yet", (lumo) -> lumo.token((claims) -> claims.notBeforeTime(hourAhead))),
				token("of the future", (lumo) -> lumo.token((claims) -> claims.issueTime(hourAhead))),
				token("of another issuer",
						(lumo) -> lumo.token((claims) -> claims.issuer(lumo.issuer().replace("acme", "evil")))),
				token("of no issuer", (lumo) -> lumo.token((claims) -> claims.issuer(null))),
				token("of nobody", (lumo) -> lumo.token((claims) -> claims.subject(null))),
				token("with an actor without a name",
						(lumo) -> lumo.token((claims) -> claims.claim("act", Map.of("iss", "x")))),
				token("with an actor that is a text",
						(lumo) -> lumo.token((claims) -> claims.claim("act", "agt_other"))),
				token("with an inner actor that is a list",
						(lumo) -> lumo
							.token((claims) -> claims.claim("act", Map.of("sub", "agt_a", "act", List.of("agt_b"))))),
				token("bound to a key", (lumo) -> lumo.token(
						(claims) -> claims.claim("cnf", Map.of("jkt", "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I")))),
				token("bound to a certificate",
						(lumo) -> lumo.token((claims) -> claims.claim("cnf",
								Map.of("x5t#S256", "bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2")))),
				token("bound to a text", (lumo) -> lumo.token((claims) -> claims.claim("cnf", "thumbprint"))),
				token("with a scope that is a number",
						(lumo) -> lumo.token((claims) -> claims.claim("scope", List.of(1)))),
				token("that is an ID token",
						(lumo) -> lumo.token("JWT",
								(claims) -> claims.claim("nonce", "n").claim("scope", "mcp:reports"))),
				token("of another type", (lumo) -> lumo.token("logout+jwt", (claims) -> {
				})), token("signed by another key", (lumo) -> lumo.tokenByAnotherKey("k1")),
				token("signed by an unknown key", (lumo) -> lumo.tokenByAnotherKey("k9")),
				token("signed by nobody", TokenIssuer::unsignedToken),
				token("signed by the public key", TokenIssuer::tokenByThePublicKey),
				token("that is none", (lumo) -> "not-a-token"),
				token("that is too long", (lumo) -> lumo.token() + "x".repeat(3000)));
	}

	private static Named<Function<TokenIssuer, String>> token(String name, Function<TokenIssuer, String> token) {
		return Named.of("a token " + name, token);
	}

	@Test
	void refusesTokensThatAreNotForIt() {
		start("STREAMABLE");
		tokensThatAreNotForIt().forEach((named) -> {
			RawHttp.Answer answer = RawHttp.initialize(this.port, "/mcp", bearer(named.getPayload().apply(issuer)));
			assertThat(answer.status()).as(named.getName()).isEqualTo(401);
			assertThat(answer.header("WWW-Authenticate")).as(named.getName())
				.startsWith("Bearer error=\"invalid_token\"")
				.endsWith(challenge("/mcp"));
			assertThat(answer.body()).as(named.getName())
				.contains("\"error\":\"invalid_token\"")
				.doesNotContainIgnoringCase("signature")
				.doesNotContain("algorithm", " key");
		});
		assertThat(RawHttp.initialize(this.port, "/mcp", bearer(issuer.token("JWT", (claims) -> {
		}))).status()).isEqualTo(200);
		assertThat(
				RawHttp
					.initialize(this.port, "/mcp",
							bearer(issuer.token(null,
									(claims) -> claims.audience(List.of("urn:other", TokenIssuer.AUDIENCE)))))
					.status())
			.isEqualTo(200);
	}

	@Test
	void asksForTheScopeThatIsMissing() {
		start("STREAMABLE");
		for (String scope : List.of("", "mcp:other", "mcp:reports:read", "MCP:REPORTS")) {
			RawHttp.Answer answer = RawHttp.initialize(this.port, "/mcp",
					bearer(issuer.token((claims) -> claims.claim("scope", scope))));
			assertThat(answer.status()).isEqualTo(403);
			assertThat(answer.header("WWW-Authenticate"))
				.isEqualTo("Bearer error=\"insufficient_scope\", " + challenge("/mcp"));
			assertThat(answer.body()).contains("\"error\":\"insufficient_scope\"");
		}
	}

	@Test
	void takesATokenFromOneHeaderAuthorizationOnly() {
		start("STREAMABLE");
		String token = issuer.token();
		List<RawHttp.Answer> refused = List.of(RawHttp.initialize(this.port, "/mcp?access_token=" + token),
				RawHttp.initialize(this.port, "/mcp?access_token=" + token, bearer(token)),
				RawHttp.send(this.port, "POST", "/mcp", "access_token=" + token,
						"Content-Type: application/x-www-form-urlencoded"),
				RawHttp.send(this.port, "POST", "/mcp", "access_token=" + token,
						"Content-Type: Application/X-WWW-Form-Urlencoded; charset=utf-8", bearer(token)),
				RawHttp.initialize(this.port, "/mcp", bearer(token), bearer(token)),
				RawHttp.initialize(this.port, "/mcp", bearer(token), "Authorization: Basic eDp5"),
				RawHttp.initialize(this.port, "/mcp", "Authorization: Bearer"),
				RawHttp.initialize(this.port, "/mcp", "Authorization: Bearer " + token + ", Bearer " + token),
				RawHttp.initialize(this.port, "/mcp", "Authorization: Bearer a b"),
				RawHttp.initialize(this.port, "/mcp", "Authorization: Bearer ö"));
		assertThat(refused).allSatisfy((answer) -> {
			assertThat(answer.status()).isEqualTo(400);
			assertThat(answer.header("WWW-Authenticate")).startsWith("Bearer error=\"invalid_request\"");
			assertThat(answer.body()).contains("\"error\":\"invalid_request\"").doesNotContain(token);
		});
		RawHttp.Answer basic = RawHttp.initialize(this.port, "/mcp", "Authorization: Basic eDp5");
		assertThat(basic.status()).isEqualTo(401);
		assertThat(basic.header("WWW-Authenticate")).isEqualTo("Bearer " + challenge("/mcp"));
		assertThat(RawHttp.initialize(this.port, "/mcp", "authorization: bearer " + token).status()).isEqualTo(200);
	}

	@Test
	void keepsASessionToWhoBeganIt() {
		start("STREAMABLE");
		String ada = issuer.token((claims) -> claims.subject("ada").claim("act", Map.of("sub", "agt_a")));
		String session = RawHttp.initialize(this.port, "/mcp", bearer(ada)).header("Mcp-Session-Id");
		String header = "Mcp-Session-Id: " + session;
		RawHttp.Answer unknown = RawHttp.call(this.port, "/mcp", "open", bearer(ada),
				"Mcp-Session-Id: 00000000-0000-0000-0000-000000000000");
		assertThat(unknown.status()).isEqualTo(404);
		String longName = "agt_" + "a".repeat(200);
		List<String> others = List.of(issuer.tokenOf("eve"), issuer.tokenOf("ada"),
				issuer.token((claims) -> claims.subject("ada").claim("act", Map.of("sub", "agt_b"))),
				issuer.token((claims) -> claims.subject("ada").claim("act", Map.of("sub", longName))),
				issuer.token((claims) -> claims.subject("ada")
					.claim("act", Map.of("sub", "agt_a", "act", Map.of("sub", "agt_b")))),
				issuer.token((claims) -> claims.subject("ada")
					.claim("act", Map.of("sub", "agt_a"))
					.claim("client_id", "agt_other")));
		for (String other : others) {
			for (String method : List.of("GET", "DELETE")) {
				assertThat(RawHttp.send(this.port, method, "/mcp", "", bearer(other), header).status()).isEqualTo(404);
			}
			RawHttp.Answer answer = RawHttp.call(this.port, "/mcp", "open", bearer(other), header);
			assertThat(answer.status()).isEqualTo(404);
			assertThat(answer.body()).isEqualTo(unknown.body());
		}
		String renewed = issuer.token((claims) -> claims.subject("ada").claim("act", Map.of("sub", "agt_a")));
		assertThat(RawHttp.call(this.port, "/mcp", "open", bearer(renewed), header).status()).isEqualTo(200);
		assertThat(RawHttp.call(this.port, "/mcp", "open", bearer(renewed), header, "Mcp-Session-Id: x").status())
			.isEqualTo(404);
		assertThat(RawHttp.send(this.port, "DELETE", "/mcp", "", bearer(renewed), header).status()).isEqualTo(200);
		assertThat(RawHttp.call(this.port, "/mcp", "open", bearer(renewed), header).status()).isEqualTo(404);
	}

	@ParameterizedTest
	@ValueSource(strings = { "SERVLET", "REACTIVE" })
	void aCallerWhoOpensManySessionsTakesNoneFromOthers(String web) {
		this.port = served.server(web, "STREAMABLE", "SYNC", "lumoauth.mcp.server.sessions.max=10").port();
		String mallory = bearer(issuer.tokenOf("mallory"));
		String ada = bearer(issuer.tokenOf("ada"));
		String header = "Mcp-Session-Id: " + RawHttp.initialize(this.port, "/mcp", ada).header("Mcp-Session-Id");
		for (int i = 0; i < 15; i++) {
			assertThat(RawHttp.initialize(this.port, "/mcp", mallory).status()).isEqualTo(200);
		}
		assertThat(RawHttp.initialize(this.port, "/mcp", bearer(issuer.tokenOf("bob"))).status()).isEqualTo(200);
		assertThat(RawHttp.call(this.port, "/mcp", "open", ada, header).status()).isEqualTo(200);
	}

	@Test
	void answersToItsOwnNamesOnlyAndToNoOtherPageThanItsOwn() {
		start("STATELESS", BOUNDS);
		String endpoint = "/mcp";
		String token = bearer(issuer.token());
		for (String host : List.of("rebound.example", "127.0.0.1.evil.example:80", "mcp.example.com.evil.example",
				"mcp.example.com:81")) {
			RawHttp.Answer answer = RawHttp.get(this.port, endpoint, "Host: " + host, token);
			assertThat(answer.status()).as(host).isEqualTo(421);
			assertThat(answer.body()).contains("\"error\":\"invalid_request\"");
			assertThat(RawHttp.get(this.port, "/.well-known/oauth-protected-resource", "Host: " + host).status())
				.isEqualTo(421);
		}
		for (String origin : List.of("https://evil.example", "null", "http://127.0.0.1:" + this.port,
				"http://localhost", "http://localhost:" + this.port + "0", "ftp://localhost:" + this.port,
				"http://pages.example.evil.example:3000", "chrome-extension://abcd",
				"http://localhost:" + this.port + "\r\nOrigin: https://evil.example")) {
			assertThat(RawHttp.initialize(this.port, endpoint, "Origin: " + origin, token).status()).as(origin)
				.isEqualTo(403);
		}
		for (String origin : List.of("http://localhost:" + this.port, "https://localhost:" + this.port,
				"https://app.example.com", "http://pages.example", "http://pages.example:3000",
				"chrome-extension://abc")) {
			assertThat(RawHttp.initialize(this.port, endpoint, "Origin: " + origin, token).status()).as(origin)
				.isEqualTo(200);
		}
		assertThat(RawHttp.get(this.port, endpoint, "Host: rebound.example", "Origin: http://rebound.example", token)
			.status()).isEqualTo(421);
		assertThat(
				RawHttp.get(this.port, endpoint, "Host: mcp.example.com", "Origin: https://mcp.example.com").status())
			.isEqualTo(401);
		assertThat(RawHttp.get(this.port, endpoint, "Host: MCP.example.com").status()).isEqualTo(401);
	}

	@ParameterizedTest
	@ValueSource(strings = { "SERVLET", "REACTIVE" })
	void aCallerWithManySlowRequestsKeepsNobodyOut(String web) {
		this.port = served.server(web, "STATELESS", "SYNC", BOUNDS).port();
		String mallory = bearer(issuer.tokenOf("mallory"));
		List<RawHttp.Stream> slow = new ArrayList<>();
		RawHttp.Answer refused;
		do {
			slow.add(RawHttp.slow(this.port, "/mcp", mallory));
			refused = RawHttp.call(this.port, "/mcp", "open", mallory);
		}
		while (refused.status() == 200 && slow.size() < 100);
		assertThat(refused.status()).isEqualTo(429);
		assertThat(refused.header("Retry-After")).isEqualTo("1");
		assertThat(refused.body()).contains("too_many_requests", "2 requests in progress");
		// More than Tomcat has threads, which would wait for the bodies of refused
		// requests.
		for (int i = 0; i < 220; i++) {
			slow.add(RawHttp.slow(this.port, "/mcp", (i % 2 == 0) ? mallory : "X-Nobody: true"));
		}
		assertThat(slow.get(slow.size() - 2).until((text) -> text.contains("too_many_requests")))
			.startsWith("HTTP/1.1 429 ");
		assertThat(slow.get(slow.size() - 1).until((text) -> text.contains("\r\n\r\n"))).startsWith("HTTP/1.1 401 ");
		assertThat(RawHttp.call(this.port, "/mcp", "open", bearer(issuer.tokenOf("ada"))).body())
			.contains("open to ada");
		slow.forEach(RawHttp.Stream::close);
		RawHttp.Answer later = RawHttp.call(this.port, "/mcp", "open", mallory);
		for (int i = 0; i < 1_000 && later.status() != 200; i++) {
			later = RawHttp.call(this.port, "/mcp", "open", mallory);
		}
		assertThat(later.status()).isEqualTo(200);
	}

	@ParameterizedTest
	@ValueSource(strings = { "SERVLET", "REACTIVE" })
	void takesOneHostAndOneOrigin(String web) {
		this.port = served.server(web, "STATELESS", "SYNC", BOUNDS).port();
		String token = bearer(issuer.token());
		String origin = "Origin: https://app.example.com";
		assertThat(RawHttp.initialize(this.port, "/mcp", origin, token).status()).isEqualTo(200);
		assertThat(RawHttp.initialize(this.port, "/mcp", origin, origin, token).status()).isEqualTo(403);
		String host = "Host: localhost:" + this.port;
		assertThat(RawHttp.initialize(this.port, "/mcp", host, token).status()).isEqualTo(200);
		assertThat(RawHttp.initialize(this.port, "/mcp", host, host, token).status()).isEqualTo(400);
		assertThat(RawHttp.initialize(this.port, "/mcp", host, "Host: evil.example", token).status()).isEqualTo(400);
	}

	@Test
	void takesNoBodyThatIsTooLarge() {
		start("STATELESS", BOUNDS);
		assertThat(RawHttp.send(this.port, "POST", "/mcp", " ".repeat(1025), bearer(issuer.token())).status())
			.isEqualTo(413);
		assertThat(RawHttp.call(this.port, "/mcp", "open", bearer(issuer.token())).status()).isEqualTo(200);
	}

	@Test
	void leavesOtherPagesAsTheyAre() {
		start("STREAMABLE");
		RawHttp.Answer answer = RawHttp.get(this.port, "/page", "Host: anything.example",
				"Origin: https://any.example");
		assertThat(answer.status()).isEqualTo(200);
		assertThat(answer.body()).contains("nobody");
		assertThat(RawHttp.get(this.port, "/page?access_token=x", "Authorization: Basic eDp5").status()).isEqualTo(200);
		assertThat(RawHttp.get(this.port, "/mcp/page").status()).isEqualTo(200);
	}

}
