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

package dev.lumoauth.docs.deployment;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.lumoauth.docs.BashBlock;
import dev.lumoauth.docs.Document;
import dev.lumoauth.spring.LumoAuthAgent;
import dev.lumoauth.spring.autoconfigure.LumoAuthAutoConfiguration;
import dev.lumoauth.spring.client.LumoAuthClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The commands of docs/your-tenant.md ask what the application will ask, and nothing
 * else.
 */
class YourTenantTests {

	private static final String COMMANDS = new Document("your-tenant.md").blocks("bash").get(0);

	private static final String ORGANIZATION = "(?m)^(\\w)=\\S+ +# with an organization: (\\S+)$";

	private final List<String> requests = new CopyOnWriteArrayList<>();

	private HttpServer lumoAuth;

	@BeforeEach
	void start() throws IOException {
		this.lumoAuth = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		this.lumoAuth.createContext("/", this::answer);
		this.lumoAuth.start();
	}

	@AfterEach
	void stop() {
		this.lumoAuth.stop(0);
	}

	private void answer(HttpExchange exchange) throws IOException {
		try (exchange) {
			exchange.getRequestBody().readAllBytes();
			this.requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
			byte[] answer = ("{\"access_token\":\"a-token\",\"token_type\":\"Bearer\",\"expires_in\":3600,"
					+ "\"issued_token_type\":\"urn:ietf:params:oauth:token-type:access_token\",\"sub\":\"agent_1\","
					+ "\"allowed\":true}")
				.getBytes(StandardCharsets.UTF_8);
			exchange.sendResponseHeaders(200, answer.length);
			exchange.getResponseBody().write(answer);
		}
	}

	@Test
	void asksWhatTheApplicationWillAskWithATenant() {
		Set<String> asked = askedByTheCommands(COMMANDS, "LUMOAUTH_TENANT");
		assertThat(asked).containsExactlyInAnyOrderElementsOf(askedByTheApplication("LUMOAUTH_TENANT"))
			.contains("POST /t/acme/api/v1/authz/check");
	}

	@Test
	void asksWhatTheApplicationWillAskWithAnOrganization() {
		Set<String> asked = askedByTheCommands(COMMANDS.replaceAll(ORGANIZATION, "$1=$2"), "LUMOAUTH_ORG_ID");
		assertThat(asked).containsExactlyInAnyOrderElementsOf(askedByTheApplication("LUMOAUTH_ORG_ID"))
			.contains("POST /api/v1/authz/check", "POST /orgs/acme/api/v1/oauth/token");
	}

	private Set<String> askedByTheCommands(String commands, String layout) {
		BashBlock.run(commands, variables(layout));
		return asked();
	}

	private Set<String> askedByTheApplication(String layout) {
		String[] variables = variables(layout).entrySet()
			.stream()
			.map((variable) -> variable.getKey() + "=" + variable.getValue())
			.toArray(String[]::new);
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(LumoAuthAutoConfiguration.class))
			.withPropertyValues(variables)
			.run((context) -> {
				LumoAuthAgent agent = context.getBean(LumoAuthAgent.class);
				assertThat(agent.hasCapability("read:documents")).isTrue();
				agent.mcpToken("urn:mcp:financial-data");
				context.getBean(LumoAuthClient.class).capabilities();
			});
		return asked();
	}

	private Map<String, String> variables(String layout) {
		return Map.of("LUMOAUTH_URL", "http://localhost:" + this.lumoAuth.getAddress().getPort(), layout, "acme",
				"AGENT_CLIENT_ID", "agt_1", "AGENT_CLIENT_SECRET", "secret");
	}

	private Set<String> asked() {
		Set<String> asked = new LinkedHashSet<>(this.requests);
		this.requests.clear();
		return asked;
	}

}
