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

package dev.lumoauth.spring.mcp.server;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An MCP server that is not where its application is: below a path, behind a proxy, and
 * beside a port for the actuator.
 */
@ExtendWith(ServedMcp.Extension.class)
class ServedElsewhereTests {

	private static final String METADATA = "/.well-known/oauth-protected-resource";

	private static final String[] BELOW_A_PATH = { "server.servlet.context-path=/app", "spring.webflux.base-path=/app",
			"management.server.port=0", "management.endpoints.web.exposure.include=health",
			"server.forward-headers-strategy=framework", "lumoauth.mcp.server.allowed-hosts=mcp.example.com" };

	private static final String[] NAMED = { "server.servlet.context-path=/app", "spring.webflux.base-path=/app",
			"lumoauth.mcp.server.resource=https://mcp.example.com/tools/mcp" };

	private static String challenge(String address) {
		return "Bearer resource_metadata=\"" + address + "\", scope=\"mcp:reports\"";
	}

	@ParameterizedTest
	@CsvSource({ "SERVLET", "REACTIVE" })
	void saysWhereItIsBelowAPath(String web, ServedMcp served) {
		int port = served.server(web, "STATELESS", "SYNC", BELOW_A_PATH).port();
		String address = "http://localhost:" + port + "/app";
		assertThat(RawHttp.initialize(port, "/app/mcp").header("WWW-Authenticate"))
			.isEqualTo(challenge(address + METADATA + "/mcp"));
		assertThat(RawHttp.get(port, "/app" + METADATA + "/mcp").body())
			.contains("\"resource\":\"" + address + "/mcp\"");
		assertThat(call(port, "/app/mcp", served)).contains("open to user-1");
		assertThat(RawHttp.initialize(port, "/mcp").status()).isEqualTo(404);
		assertThat(RawHttp.get(port, METADATA + "/mcp").status()).isEqualTo(404);
	}

	@Test
	@Tag("nightly")
	void saysWhereItIsBelowThePathOfTheServlet(ServedMcp served) {
		int port = served.server("SERVLET", "STATELESS", "SYNC", "spring.mvc.servlet.path=/api").port();
		saysWhereItIs(port, "/api", "/mcp", served);
	}

	@Test
	void saysWhereItIsBelowThePathOfTheServletInThatOfTheApplication(ServedMcp served) {
		int both = served
			.server("SERVLET", "STATELESS", "SYNC", "spring.mvc.servlet.path=/api", "server.servlet.context-path=/app")
			.port();
		saysWhereItIs(both, "/app/api", "/mcp", served);
	}

	@ParameterizedTest
	@CsvSource({ "SERVLET", "REACTIVE" })
	void saysWhereItIsIfItsPathHasAVariable(String web, ServedMcp served) {
		int port = served
			.server(web, "STATELESS", "SYNC", "spring.ai.mcp.server.streamable-http.mcp-endpoint=/tenants/{tenant}/mcp")
			.port();
		saysWhereItIs(port, "", "/tenants/acme/mcp", served);
		saysWhereItIs(port, "", "/tenants/b%20c/mcp", served);
		assertThat(RawHttp.get(port, METADATA + "/tenants/acme/other").status()).isEqualTo(404);
		assertThat(RawHttp.get(port, METADATA + "/tenants/{tenant}/mcp").status()).isIn(400, 404);
	}

	/**
	 * As a client looks for it: without a token, then by the address in the challenge.
	 */
	private static void saysWhereItIs(int port, String prefix, String endpoint, ServedMcp served) {
		String origin = "http://localhost:" + port;
		RawHttp.Answer answer = RawHttp.initialize(port, prefix + endpoint);
		assertThat(answer.status()).as(answer.body()).isEqualTo(401);
		String metadata = answer.header("WWW-Authenticate").replaceFirst(".*resource_metadata=\"([^\"]*)\".*", "$1");
		assertThat(metadata).isEqualTo(origin + prefix + METADATA + endpoint);
		assertThat(RawHttp.get(port, metadata.substring(origin.length())).body())
			.contains("\"resource\":\"" + origin + prefix + endpoint + "\"");
		assertThat(call(port, prefix + endpoint, served)).contains("open to user-1");
	}

	@ParameterizedTest
	@CsvSource({ "SERVLET, /tools", "REACTIVE, /app" })
	void saysWhereItIsAsAProxyThatIsBelievedSays(String web, String prefix, ServedMcp served) {
		int port = served.server(web, "STATELESS", "SYNC", BELOW_A_PATH).port();
		List<String> proxied = new ArrayList<>(
				List.of("X-Forwarded-Proto: https", "X-Forwarded-Host: mcp.example.com", "X-Forwarded-Port: 443"));
		if (web.equals("SERVLET")) {
			// In WebFlux it stands before the base path, and then no path of the
			// application begins with that.
			proxied.add("X-Forwarded-Prefix: " + prefix);
		}
		String[] proxy = proxied.toArray(String[]::new);
		assertThat(RawHttp.send(port, "POST", "/app/mcp", "{}", proxy).header("WWW-Authenticate"))
			.isEqualTo(challenge("https://mcp.example.com" + prefix + METADATA + "/mcp"));
		assertThat(RawHttp.get(port, "/app" + METADATA + "/mcp", proxy).body())
			.contains("\"resource\":\"https://mcp.example.com" + prefix + "/mcp\"");
		for (String host : new String[] { "evil.example", "mcp.example.com.evil.example" }) {
			assertThat(RawHttp.initialize(port, "/app/mcp", "X-Forwarded-Host: " + host).status()).as(host)
				.isEqualTo(421);
			assertThat(RawHttp.get(port, "/app" + METADATA + "/mcp", "Forwarded: host=" + host).status()).as(host)
				.isEqualTo(421);
		}
	}

	@ParameterizedTest
	@CsvSource({ "SERVLET", "REACTIVE" })
	void believesNoProxyThatIsNotToBeBelieved(String web, ServedMcp served) {
		int port = served.server(web, "STATELESS", "SYNC").port();
		assertThat(RawHttp
			.initialize(port, "/mcp", "X-Forwarded-Proto: https", "X-Forwarded-Host: evil.example",
					"Forwarded: host=evil.example")
			.header("WWW-Authenticate")).isEqualTo(challenge("http://localhost:" + port + METADATA + "/mcp"));
	}

	@ParameterizedTest
	@CsvSource({ "SERVLET", "REACTIVE" })
	void hasTheNameThatIsSetWhateverTheProxyMakesOfARequest(String web, ServedMcp served) {
		int port = served.server(web, "STATELESS", "SYNC", NAMED).port();
		for (String host : new String[] { "Host: mcp.example.com", "Host: localhost:" + port }) {
			assertThat(RawHttp.initialize(port, "/app/mcp", host).header("WWW-Authenticate"))
				.isEqualTo(challenge("https://mcp.example.com" + METADATA + "/tools/mcp"));
			assertThat(RawHttp.get(port, "/app" + METADATA + "/tools/mcp", host).body())
				.contains("\"resource\":\"https://mcp.example.com/tools/mcp\"");
		}
		assertThat(call(port, "/app/mcp", served)).contains("open to user-1");
		assertThat(RawHttp.initialize(port, "/app/mcp", "Host: app.example.com").status()).isEqualTo(421);
	}

	@Test
	void servesNothingOnThePortOfTheActuator(ServedMcp served) {
		int port = actuator(served, "SERVLET");
		assertThat(RawHttp.get(port, "/actuator/health").status()).isIn(200, 503);
		for (String target : List.of("/mcp", "/app/mcp", METADATA, METADATA + "/mcp")) {
			assertThat(RawHttp.call(port, target, "open", bearer(served)).status()).as(target).isEqualTo(404);
			assertThat(RawHttp.get(port, target).status()).as(target).isEqualTo(404);
		}
	}

	/**
	 * WebFlux routes there as it does everywhere.
	 */
	@Test
	void isSecuredOnThePortOfTheActuatorOfWebFlux(ServedMcp served) {
		int port = actuator(served, "REACTIVE");
		assertThat(RawHttp.get(port, "/actuator/health").status()).isIn(200, 503);
		assertThat(RawHttp.call(port, "/mcp", "open", bearer(served)).body()).contains("open to user-1");
		assertThat(RawHttp.call(port, "/mcp", "open").status()).isEqualTo(401);
		for (String target : List.of("/mcp;x", "//mcp", "/%6dcp", "/mcp/", "/app/mcp")) {
			assertThat(RawHttp.call(port, target, "open").status()).as(target).isIn(400, 401, 404);
		}
	}

	private static int actuator(ServedMcp served, String web) {
		ServedMcp.Server server = served.server(web, "STATELESS", "SYNC", BELOW_A_PATH);
		int port = server.context().getEnvironment().getRequiredProperty("local.management.port", Integer.class);
		assertThat(port).isNotEqualTo(server.port());
		return port;
	}

	private static String call(int port, String target, ServedMcp served) {
		return RawHttp.call(port, target, "open", bearer(served)).body();
	}

	private static String bearer(ServedMcp served) {
		return "Authorization: Bearer " + served.issuer.token();
	}

}
