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

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import dev.lumoauth.spring.LumoAuthAuthenticationException;
import dev.lumoauth.spring.LumoAuthBudgetExceededException;
import dev.lumoauth.spring.LumoAuthDeniedException;
import dev.lumoauth.spring.LumoAuthException;
import dev.lumoauth.spring.LumoAuthProtocolException;
import dev.lumoauth.spring.LumoAuthRateLimitedException;
import dev.lumoauth.spring.LumoAuthUnavailableException;
import org.jspecify.annotations.Nullable;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.jsonResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.ok;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.status;

/**
 * What LumoAuth can answer wrongly, and what comes of it.
 *
 * @param fault what it answers
 * @param at which of its endpoints
 * @param answer the answer
 * @param error what application code gets; {@code null} if this is no fault, and guarded
 * code runs
 * @param names what the error names
 * @param recovers how long after the fault has ended guarded code runs again
 */
record Fault(String fault, Endpoint at, ResponseDefinitionBuilder answer,
		@Nullable Class<? extends LumoAuthException> error, List<String> names, Duration recovers) {

	private static final Class<LumoAuthUnavailableException> UNAVAILABLE = LumoAuthUnavailableException.class;

	private static final Class<LumoAuthProtocolException> PROTOCOL = LumoAuthProtocolException.class;

	private static final Class<LumoAuthAuthenticationException> CREDENTIALS = LumoAuthAuthenticationException.class;

	private static final Class<LumoAuthDeniedException> DENIED = LumoAuthDeniedException.class;

	private static final Class<LumoAuthRateLimitedException> RATE_LIMIT = LumoAuthRateLimitedException.class;

	private static final Class<LumoAuthBudgetExceededException> BUDGET = LumoAuthBudgetExceededException.class;

	private static final Duration AT_ONCE = Duration.ZERO;

	/** What the circuit is open for at first. */
	private static final Duration CIRCUIT = Duration.ofSeconds(1);

	private static final Duration REFUSED_TOKEN = Duration.ofSeconds(10);

	private static final String HTML = "<html><body>Please log in</body></html>";

	static Stream<Fault> table() {
		return Stream
			.of(bodies(), decisions(), results(), tokens(), statuses(), rateLimits(), budgets(), redirects(), sizes())
			.flatMap(List::stream);
	}

	private static List<Fault> bodies() {
		return everywhere("truncated JSON", okJson("{\"allowed\":true,\"access_token\":\"token"), PROTOCOL, AT_ONCE,
				"but it")
			.and("HTML page", ok(HTML).withHeader("Content-Type", "text/html"), PROTOCOL, AT_ONCE, "but it")
			.and("HTML page that says it is JSON", okJson(HTML), PROTOCOL, AT_ONCE, "but it")
			.and("HTML error page", status(500).withBody(HTML), UNAVAILABLE, AT_ONCE, "HTTP 500")
			.and("200 with empty body", ok(), PROTOCOL, AT_ONCE, "but it")
			.and("204", status(204), PROTOCOL, AT_ONCE, "but only 200")
			.and("JSON list", okJson("[true]"), PROTOCOL, AT_ONCE, "but it")
			.and("JSON null", okJson("null"), PROTOCOL, AT_ONCE, "but it")
			.rows();
	}

	private static List<Fault> decisions() {
		String what = "'allowed'";
		return check("'allowed' missing", okJson("{\"granted\":true}"), PROTOCOL, what + " is missing")
			.and("'allowed' null", okJson("{\"allowed\":null}"), PROTOCOL, what + " is not a boolean")
			.and("'allowed' a string", okJson("{\"allowed\":\"true\"}"), PROTOCOL, what + " is not a boolean")
			.and("'allowed' a number", okJson("{\"allowed\":1}"), PROTOCOL, what + " is not a boolean")
			.and("'allowed' a list", okJson("{\"allowed\":[true]}"), PROTOCOL, what + " is not a boolean")
			.and("'allowed' twice", okJson("{\"allowed\":false,\"allowed\":true}"), PROTOCOL, "not a JSON object")
			.and("'Allowed'", okJson("{\"Allowed\":true}"), PROTOCOL, what + " is missing")
			.and("another permission", okJson("{\"allowed\":true,\"permission\":\"read:all\"}"), PROTOCOL,
					"not about the 'permission'")
			.and("another subject", okJson("{\"allowed\":true,\"subject_id\":[\"agt_1\"]}"), PROTOCOL,
					"not about the 'subject_id'")
			.and("two answers", okJson("{\"allowed\":false}{\"allowed\":true}"), PROTOCOL, "not a JSON object")
			.and("another content type", ok("{\"allowed\":true}").withHeader("Content-Type", "text/plain"), null)
			.and("no content type", ok("{\"allowed\":true}").withHeader("Content-Type", "nonsense"), null)
			.and("UTF-16", ok().withBody("{\"allowed\":true}".getBytes(StandardCharsets.UTF_16)), PROTOCOL,
					"not a JSON object")
			.rows();
	}

	/**
	 * Of a question about several capabilities: an allow for each of them, or none.
	 */
	private static List<Fault> results() {
		String none = "says nothing about capability 'read:archive'";
		String missing = "'results' are missing or not an object";
		return bulk("'results' missing", okJson("{\"allowed\":true}"), PROTOCOL, missing)
			.and("'results' null", okJson("{\"allowed\":true,\"results\":null}"), PROTOCOL, missing)
			.and("'results' a boolean", okJson("{\"results\":true}"), PROTOCOL, missing)
			.and("'results' a list", okJson("{\"results\":[true,true,true]}"), PROTOCOL, missing)
			.and("'results' a list of objects", okJson("{\"results\":[{\"read:documents\":true}]}"), PROTOCOL, missing)
			.and("'results' empty", about(), PROTOCOL, "says nothing about capability 'read:documents'")
			.and("fewer results", about("documents\":true"), PROTOCOL, none)
			.and("results null", about("documents\":true", "archive\":null", "notes\":null"), PROTOCOL, none)
			.and("results a string", about("documents\":true", "archive\":\"true\"", "notes\":\"true\""), PROTOCOL,
					none)
			.and("results a number", about("documents\":true", "archive\":1", "notes\":1"), PROTOCOL, none)
			.and("results an object",
					about("documents\":true", "archive\":{\"allowed\":true}", "notes\":{\"allowed\":true}"), PROTOCOL,
					none)
			.and("other capabilities", about("documents\":true", "Archive\":true", "notes \":true", "*\":true"),
					PROTOCOL, none)
			.and("a result twice", about("documents\":true", "archive\":true", "notes\":false", "notes\":true"),
					PROTOCOL, "not a JSON object")
			.and("'results' twice", okJson("{\"results\":{},\"results\":{\"read:documents\":true}}"), PROTOCOL,
					"not a JSON object")
			.and("two answers", okJson("{\"results\":{}}{\"results\":{\"read:documents\":true}}"), PROTOCOL,
					"not a JSON object")
			.and("more results in another order",
					about("all\":false", "notes\":true", "archive\":true", "documents\":true"), null)
			.rows();
	}

	private static ResponseDefinitionBuilder about(String... results) {
		String all = Stream.of(results).map((result) -> "\"read:" + result).collect(Collectors.joining(","));
		return okJson("{\"results\":{" + all + "},\"subject_type\":\"agent\"}");
	}

	private static List<Fault> tokens() {
		return token("token without expires_in", token("\"Bearer\"", ""), null)
			.and("token for 30 s", token("\"Bearer\"", ",\"expires_in\":30"), null)
			.and("token for 1e18 s", token("\"Bearer\"", ",\"expires_in\":1e18"), null)
			.and("expires_in a string", token("\"Bearer\"", ",\"expires_in\":\"3600\""), null)
			.and("token_type bearer", token("\"bearer\"", ",\"expires_in\":3600"), null)
			.and("token for 0 s", token("\"Bearer\"", ",\"expires_in\":0"), PROTOCOL, "expired already")
			.and("token for -1 s", token("\"Bearer\"", ",\"expires_in\":-1"), PROTOCOL, "expired already")
			.and("expires_in no number", token("\"Bearer\"", ",\"expires_in\":\"soon\""), PROTOCOL, "'expires_in'")
			.and("expires_in twice", token("\"Bearer\"", ",\"expires_in\":1,\"expires_in\":2"), PROTOCOL, "JSON")
			.and("token_type N_A", token("\"N_A\"", ",\"expires_in\":3600"), PROTOCOL, "'token_type' is not Bearer")
			.and("token_type DPoP", token("\"DPoP\"", ",\"expires_in\":3600"), PROTOCOL, "'token_type' is not Bearer")
			.and("token_type null", token("null", ",\"expires_in\":3600"), PROTOCOL, "'token_type' is not Bearer")
			.and("no token", okJson("{\"token_type\":\"Bearer\"}"), PROTOCOL, "'access_token'")
			.and("token of two lines", okJson("{\"access_token\":\"a\\r\\nb\",\"token_type\":\"Bearer\"}"), PROTOCOL,
					"'access_token'")
			.rows();
	}

	private static List<Fault> statuses() {
		return everywhere("503, Retry-After 1 h", status(503).withHeader("Retry-After", "3600"), UNAVAILABLE, CIRCUIT,
				"503")
			.and("403", error(403, "access_denied"), DENIED, REFUSED_TOKEN, "HTTP 403", "access_denied", "agt_1")
			.and("404", error(404, "not_found"), PROTOCOL, AT_ONCE, "HTTP 404", "lumoauth.tenant", "lumoauth.url")
			.and("404, a page", status(404).withBody("<html>no</html>"), PROTOCOL, AT_ONCE, "HTTP 404",
					"lumoauth.tenant", "lumoauth.url")
			.rows(new Fault("wrong secret", Endpoint.TOKEN, error(401, "invalid_client"), CREDENTIALS,
					List.of("HTTP 401", "invalid_client", "agt_1", "lumoauth.client-secret"), REFUSED_TOKEN),
					new Fault("token never accepted", Endpoint.CHECK, error(401, "invalid_token"), CREDENTIALS,
							List.of("HTTP 401", "invalid_token", "agt_1"), AT_ONCE),
					new Fault("unknown scope", Endpoint.TOKEN, error(400, "invalid_scope"), DENIED,
							List.of("HTTP 400", "invalid_scope", "agt_1"), REFUSED_TOKEN));
	}

	private static List<Fault> rateLimits() {
		return everywhere("429, 5 s", limit().withHeader("Retry-After", "5"), RATE_LIMIT, Duration.ofSeconds(5), "429")
			.and("429, a date in 20 s", dated(), RATE_LIMIT, Duration.ofSeconds(20), "429")
			.and("429, no header", limit(), RATE_LIMIT, CIRCUIT, "429")
			.and("429, 1 h", limit().withHeader("Retry-After", "3600"), RATE_LIMIT, Duration.ofSeconds(30), "429")
			.and("429, nonsense", limit().withHeader("Retry-After", "soon"), RATE_LIMIT, CIRCUIT, "429")
			.rows();
	}

	/**
	 * Section i.1 of the contract. A page says nothing that could be told from a rate
	 * limit.
	 */
	private static List<Fault> budgets() {
		String spent = "\"Agent budget exceeded\"";
		return everywhere("budget, E1",
				jsonResponse("{\"error\":\"budget_exceeded\",\"error_description\":" + spent + "}", 429), BUDGET,
				AT_ONCE, "budget", "agt_1")
			.and("budget, E2",
					jsonResponse(
							"{\"error\":true,\"status\":429,\"code\":\"budget_exceeded\",\"message\":" + spent + "}",
							429),
					BUDGET, AT_ONCE, "budget", "agt_1")
			.and("budget, E3",
					jsonResponse("{\"error\":\"budget_exceeded\",\"status\":429,\"message\":" + spent + "}", 429),
					BUDGET, AT_ONCE, "budget", "agt_1")
			.and("budget, E4", jsonResponse("{\"error\":" + spent + ",\"code\":\"BUDGET_EXCEEDED\"}", 429), BUDGET,
					AT_ONCE, "budget", "agt_1")
			.and("budget, E5", jsonResponse("{\"error\":\"budget_exceeded\",\"retry_after\":30}", 429), BUDGET, AT_ONCE,
					"budget", "agt_1")
			.and("budget, E6", jsonResponse("{\"error\":\"budget_exceeded\",\"limit\":{\"tokens\":1}}", 429), BUDGET,
					AT_ONCE, "budget", "agt_1")
			.and("budget, E7", status(429).withBody("<p>budget_exceeded</p>"), RATE_LIMIT, CIRCUIT, "429")
			.rows();
	}

	private static List<Fault> redirects() {
		return everywhere("redirect to another host", redirect("https://elsewhere.example.com/x"), PROTOCOL, AT_ONCE,
				"redirect", "elsewhere.example.com", "lumoauth.url")
			.and("redirect to http", redirect("http://app.lumoauth.dev/x"), PROTOCOL, AT_ONCE, "redirect",
					"http://app.lumoauth.dev")
			.and("redirect to itself", redirect("?"), PROTOCOL, AT_ONCE, "redirect")
			.and("redirect to nowhere", status(302), PROTOCOL, AT_ONCE, "redirect")
			.rows();
	}

	private static List<Fault> sizes() {
		return everywhere("2 MiB", okJson("{\"allowed\":true,\"x\":\"" + "x".repeat(2 * 1024 * 1024) + "\"}"), PROTOCOL,
				AT_ONCE, "larger than 1 MiB")
			.and("gzip bomb", GzipBomb.answer(200), PROTOCOL, AT_ONCE, "not a JSON object")
			.and("gzip bomb as an error", GzipBomb.answer(500), UNAVAILABLE, AT_ONCE, "HTTP 500")
			.rows();
	}

	private static ResponseDefinitionBuilder token(String type, String rest) {
		return okJson("{\"access_token\":\"token-1\",\"token_type\":" + type + rest + "}");
	}

	private static ResponseDefinitionBuilder error(int status, String code) {
		return jsonResponse("{\"error\":\"" + code + "\",\"error_description\":\"no\"}", status);
	}

	private static ResponseDefinitionBuilder limit() {
		return error(429, "rate_limit_exceeded");
	}

	/**
	 * By the server's clock, which is another than the application's.
	 */
	private static ResponseDefinitionBuilder dated() {
		Instant now = Instant.parse("2031-01-01T00:00:00Z");
		return limit().withHeader("Date", date(now)).withHeader("Retry-After", date(now.plusSeconds(20)));
	}

	private static String date(Instant instant) {
		return DateTimeFormatter.RFC_1123_DATE_TIME.format(instant.atOffset(ZoneOffset.UTC));
	}

	private static ResponseDefinitionBuilder redirect(String location) {
		return aResponse().withStatus(307).withHeader("Location", location);
	}

	private static Rows everywhere(String fault, ResponseDefinitionBuilder answer,
			Class<? extends LumoAuthException> error, Duration recovers, String... names) {
		return new Rows(List.of(Endpoint.values())).and(fault, answer, error, recovers, names);
	}

	private static Rows check(String fault, ResponseDefinitionBuilder answer, Class<? extends LumoAuthException> error,
			String... names) {
		return new Rows(List.of(Endpoint.CHECK)).and(fault, answer, error, names);
	}

	private static Rows bulk(String fault, ResponseDefinitionBuilder answer, Class<? extends LumoAuthException> error,
			String... names) {
		return new Rows(List.of(Endpoint.BULK)).and(fault, answer, error, names);
	}

	private static Rows token(String fault, ResponseDefinitionBuilder answer,
			@Nullable Class<? extends LumoAuthException> error, String... names) {
		return new Rows(List.of(Endpoint.TOKEN)).and(fault, answer, error, names);
	}

	@Override
	public String toString() {
		return this.fault + " at " + this.at.path;
	}

	enum Endpoint {

		TOKEN("oauth/token"), CHECK("authz/check"), BULK("authz/check-bulk");

		final String path;

		Endpoint(String path) {
			this.path = path;
		}

	}

	private static final class Rows {

		private final List<Fault> rows = new ArrayList<>();

		private final List<Endpoint> endpoints;

		private Rows(List<Endpoint> endpoints) {
			this.endpoints = endpoints;
		}

		Rows and(String fault, ResponseDefinitionBuilder answer, @Nullable Class<? extends LumoAuthException> error,
				String... names) {
			return and(fault, answer, error, AT_ONCE, names);
		}

		Rows and(String fault, ResponseDefinitionBuilder answer, @Nullable Class<? extends LumoAuthException> error,
				Duration recovers, String... names) {
			this.endpoints
				.forEach((at) -> this.rows.add(new Fault(fault, at, answer, error, List.of(names), recovers)));
			return this;
		}

		List<Fault> rows(Fault... others) {
			this.rows.addAll(List.of(others));
			return this.rows;
		}

	}

}
