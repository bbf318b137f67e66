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

package dev.lumoauth.spring.mcp;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.ManualClock;
import dev.lumoauth.spring.token.TokenTarget;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.http.client.JdkClientHttpRequestFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class McpTargetsTests {

	private static final String ROOT = "/.well-known/oauth-protected-resource";

	private static final String OF_PATH = ROOT + "/mcp";

	private final Map<String, Answer> answers = new ConcurrentHashMap<>();

	private final List<HttpExchange> requests = new CopyOnWriteArrayList<>();

	private final List<HttpExchange> probes = new CopyOnWriteArrayList<>();

	private List<String> challenges = List.of();

	private final ManualClock clock = new ManualClock();

	private final ProtectedResourceMetadata metadata = new ProtectedResourceMetadata(new JdkClientHttpRequestFactory(
			HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NEVER).build()));

	private HttpServer server;

	private String host;

	@BeforeEach
	void start() throws IOException {
		start(0);
	}

	private void start(int port) throws IOException {
		this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
		this.server.createContext("/", (exchange) -> {
			if (exchange.getRequestMethod().equals("POST")) {
				this.probes.add(exchange);
				this.challenges
					.forEach((challenge) -> exchange.getResponseHeaders().add("WWW-Authenticate", challenge));
				exchange.sendResponseHeaders(this.challenges.isEmpty() ? 400 : 401, -1);
				exchange.close();
				return;
			}
			this.requests.add(exchange);
			Answer answer = this.answers.getOrDefault(exchange.getRequestURI().toString(), new Answer(404, "{}"));
			byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
			exchange.getResponseHeaders().set("Content-Type", "application/json");
			if (answer.status() == 302) {
				exchange.getResponseHeaders().set("Location", "/elsewhere");
			}
			exchange.sendResponseHeaders(answer.status(), body.length);
			exchange.getResponseBody().write(body);
			exchange.close();
		});
		this.server.start();
		this.host = "http://localhost:" + this.server.getAddress().getPort();
	}

	@AfterEach
	void stop() {
		this.server.stop(0);
	}

	private void answer(String place, String resource) {
		this.answers.put(place, new Answer(200, "{\"resource\":\"" + resource + "\",\"scopes_supported\":[\"a\"],"
				+ "\"authorization_servers\":[\"https://evil.example.com\"]}"));
	}

	private DiscoveredTarget discover(String audience, String path) {
		McpConnection connection = new McpConnection("financial", audience, null, Set.of("mcp:read"), null, Map.of(),
				OnBehalfOf.AGENT, true, UnlistedTools.ALLOW, Set.of());
		return new DiscoveredTarget(new McpConnectionAddress(connection, URI.create(this.host + path)), this.metadata,
				this.clock);
	}

	@Test
	void takesWhatIsConfiguredWithoutAsking() {
		McpConnection connection = new McpConnection("financial", "urn:mcp", "https://mcp.example.com", Set.of("a"),
				null, Map.of(), OnBehalfOf.AGENT, false, UnlistedTools.ALLOW, Set.of());
		McpConnections connections = McpConnections.of(Map.of(connection, URI.create(this.host + "/mcp")));
		assertThat(connections.target(connections.address("financial")).get())
			.isEqualTo(new TokenTarget("urn:mcp", "https://mcp.example.com", Set.of("a")));
		assertThat(this.requests).isEmpty();
	}

	@Test
	void readsWhatTheServerSaysWhereItsPathIs() {
		answer(OF_PATH, this.host + "/mcp");
		answer(ROOT, this.host);
		assertThat(discover(null, "/mcp").get())
			.isEqualTo(new TokenTarget(this.host + "/mcp", this.host + "/mcp", Set.of("mcp:read")));
	}

	@Test
	void keepsTheAudienceThatIsConfigured() {
		answer(OF_PATH, this.host + "/mcp");
		assertThat(discover("urn:mcp:financial-data", "/mcp").get())
			.isEqualTo(new TokenTarget("urn:mcp:financial-data", this.host + "/mcp", Set.of("mcp:read")));
	}

	@ParameterizedTest
	@CsvSource({ "true, true", "false, false", "null, false", "'\"yes\"', false" })
	void asksForATokenThatIsBoundWhereTheServerTakesNoOther(String said, boolean bound) {
		this.answers.put(OF_PATH, new Answer(200,
				"{\"resource\":\"" + this.host + "/mcp\",\"dpop_bound_access_tokens_required\":" + said + "}"));
		assertThat(discover(null, "/mcp").get())
			.isEqualTo(new TokenTarget(this.host + "/mcp", this.host + "/mcp", Set.of("mcp:read"), bound));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "/" })
	void readsWhatTheHostSaysWhereThePathSaysNothing(String slash) {
		answer(ROOT, this.host + slash);
		assertThat(discover(null, "/mcp").get().resource()).isEqualTo(this.host + slash);
		assertThat(this.requests).extracting((request) -> request.getRequestURI().toString())
			.containsExactly(OF_PATH, ROOT);
	}

	@Test
	void readsTheMetadataOfAnAddressWithAQuery() {
		answer(OF_PATH + "?tenant=a", this.host + "/mcp?tenant=a");
		assertThat(discover(null, "/mcp?tenant=a").get().resource()).isEqualTo(this.host + "/mcp?tenant=a");
	}

	@Test
	void sendsNoCredentials() {
		answer(OF_PATH, this.host + "/mcp");
		discover(null, "/mcp").get();
		assertThat(this.requests).hasSize(1);
		assertThat(Stream.concat(this.requests.stream(), this.probes.stream())).hasSize(2)
			.allSatisfy(
					(request) -> assertThat(request.getRequestHeaders()).doesNotContainKeys("Authorization", "Cookie"));
	}

	@ParameterizedTest
	@CsvSource({ OF_PATH + ", https://other.example.com/mcp", OF_PATH + ", HOST", OF_PATH + ", HOST/mcp/",
			OF_PATH + ", HOST/MCP", ROOT + ", HOST/mcp", ROOT + ", https://other.example.com", ROOT + ", HOST//" })
	void refusesTheMetadataOfAnotherResource(String place, String resource) {
		answer(place, resource.replace("HOST", this.host));
		assertThatExceptionOfType(LumoAuthUnavailableException.class).isThrownBy(discover(null, "/mcp")::get)
			.withMessageStartingWith("The protected-resource metadata for MCP connection 'financial' to " + this.host
					+ ", at " + this.host + place + ", can't be used: its 'resource' is not " + this.host)
			.withMessageContaining("RFC 9728 section 3.3")
			.withMessageContaining("lumoauth.mcp.connections.financial.audience")
			.withMessageNotContaining("other.example.com");
	}

	@ParameterizedTest
	@ValueSource(strings = { "Bearer resource_metadata=\"HOST/custom/meta.json\"",
			"Bearer error=\"invalid_token\", error_description=\"none, given\", RESOURCE_METADATA = \"HOST/custom/meta.json\"",
			"Bearer scope=\"a b\",resource_metadata=HOST/custom/meta.json, realm=\"x\"" })
	void readsWhatTheServerSaysAtThePlaceThatItNames(String challenge) {
		this.challenges = List.of("Basic realm=\"x\"", challenge.replace("HOST", this.host));
		answer("/custom/meta.json", this.host + "/mcp");
		answer(ROOT, this.host);
		assertThat(discover(null, "/mcp").get().resource()).isEqualTo(this.host + "/mcp");
		assertThat(this.requests).hasSize(1);
	}

	@ParameterizedTest
	@ValueSource(strings = { "https://other.example.com/meta", "http://localhost:1/meta", "https://localhost:PORT/meta",
			"http://localhost.evil.example:PORT/meta", "http://x@localhost:PORT/meta", "file:///etc/passwd", "/meta",
			"http://127.0.0.1:PORT/meta" })
	void readsNothingFromAnotherOrigin(String place) {
		String named = place.replace("PORT", String.valueOf(this.server.getAddress().getPort()));
		this.challenges = List.of("Bearer resource_metadata=\"" + named + "\"");
		answer("/meta", this.host + "/mcp");
		assertThatExceptionOfType(LumoAuthUnavailableException.class).isThrownBy(discover(null, "/mcp")::get)
			.withMessageContaining("names an address of another origin (" + named + ")");
		assertThat(this.requests).extracting((request) -> request.getRequestURI().toString())
			.containsExactly(OF_PATH, ROOT);
		answer(OF_PATH, this.host + "/mcp");
		assertThat(discover(null, "/mcp").get().resource()).isEqualTo(this.host + "/mcp");
	}

	@ParameterizedTest
	@CsvSource({ "https://other.example.com/mcp", "HOST", "HOST/mcp/" })
	void refusesTheMetadataOfAnotherResourceAtThePlaceThatTheServerNames(String resource) {
		this.challenges = List.of("Bearer resource_metadata=\"" + this.host + "/meta\"");
		answer("/meta", resource.replace("HOST", this.host));
		answer(OF_PATH, this.host + "/mcp");
		assertThatExceptionOfType(LumoAuthUnavailableException.class).isThrownBy(discover(null, "/mcp")::get)
			.withMessageContaining("its 'resource' is not " + this.host + "/mcp");
	}

	@Test
	void readsTheUsualPlacesIfNothingIsWhereTheServerSays() {
		this.challenges = List.of("Bearer resource_metadata=\"" + this.host + "/gone\"");
		answer(ROOT, this.host);
		assertThat(discover(null, "/mcp").get().resource()).isEqualTo(this.host);
	}

	@Test
	void readsThePlaceOfTheHostAsThatOfTheHost() {
		this.challenges = List.of("Bearer resource_metadata=\"" + this.host + ROOT + "\"");
		answer(ROOT, this.host);
		assertThat(discover(null, "/mcp").get().resource()).isEqualTo(this.host);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			value = { "302 | {\"resource\":\"HOST/mcp\"} | answers 302", "500 | {} | answers 500",
					"401 | {} | answers 401", "200 | {} | no 'resource'",
					"200 | {\"resource\":[\"HOST/mcp\"]} | no 'resource'", "200 | [\"HOST/mcp\"] | not a JSON object",
					"200 | <html> | not a JSON object", "200 | '' | not a JSON object",
					"200 | {\"resource\":\"HOST/mcp\",\"resource\":\"HOST/mcp\"} | not a JSON object" })
	void refusesWhatIsNoMetadata(int status, String body, String why) {
		this.answers.put(OF_PATH, new Answer(status, body.replace("HOST", this.host)));
		answer(ROOT, this.host);
		answer("/elsewhere", this.host + "/mcp");
		assertThatExceptionOfType(LumoAuthUnavailableException.class).isThrownBy(discover(null, "/mcp")::get)
			.withMessageContaining(why);
		assertThat(this.requests).hasSize(1);
	}

	@Test
	void refusesMetadataWithoutEnd() {
		this.answers.put(OF_PATH,
				new Answer(200, "{\"resource\":\"" + this.host + "/mcp\",\"x\":\"" + "x".repeat(64 * 1024) + "\"}"));
		assertThatExceptionOfType(LumoAuthUnavailableException.class).isThrownBy(discover(null, "/mcp")::get)
			.withMessageContaining("longer than 65536 bytes");
	}

	@Test
	void saysThatThereIsNone() {
		assertThatExceptionOfType(LumoAuthUnavailableException.class).isThrownBy(discover(null, "/mcp")::get)
			.withMessageContaining(this.host + ROOT + ", can't be used: there is none");
	}

	@Test
	void asksOnce() {
		answer(OF_PATH, this.host + "/mcp");
		DiscoveredTarget target = discover(null, "/mcp");
		TokenTarget first = target.get();
		this.clock.advance(Duration.ofDays(1));
		assertThat(target.get()).isSameAs(first);
		assertThat(this.requests).hasSize(1);
		assertThat(this.probes).hasSize(1);
	}

	@Test
	void asksAgainAfterAFailureButNotAtOnce() throws IOException {
		int port = this.server.getAddress().getPort();
		this.server.stop(0);
		DiscoveredTarget target = discover(null, "/mcp");
		assertThatExceptionOfType(LumoAuthUnavailableException.class).isThrownBy(target::get)
			.withMessageContaining("the server can't be reached");
		start(port);
		answer(OF_PATH, this.host + "/mcp");
		this.clock.advance(Duration.ofSeconds(4));
		assertThatExceptionOfType(LumoAuthUnavailableException.class).isThrownBy(target::get)
			.withMessageContaining("the server can't be reached");
		assertThat(this.requests).isEmpty();
		this.clock.advance(Duration.ofSeconds(2));
		assertThat(target.get().resource()).isEqualTo(this.host + "/mcp");
	}

	private record Answer(int status, String body) {
	}

}
