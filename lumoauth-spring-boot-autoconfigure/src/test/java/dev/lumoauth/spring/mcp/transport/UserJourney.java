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

package dev.lumoauth.spring.mcp.transport;

import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

import dev.lumoauth.spring.tool.ScriptedOpenAi;
import dev.lumoauth.spring.user.TestUsers;
import reactor.core.publisher.Hooks;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.web.util.UriComponentsBuilder;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Everything that a user's chat passes through: {@link UserChats} in a servlet container,
 * a model, LumoAuth and an MCP server whose connection acts for users.
 */
final class UserJourney implements AutoCloseable {

	static final String SECRET = "s3cret-of-the-agent";

	static final String NOBODY = "Error: this tool acts for a user, and no user is signed in.";

	static final List<String> TOOLS = List.of("whoami", "mine");

	final IssuingLumoAuth lumoAuth = new IssuingLumoAuth();

	final ScriptedOpenAi model = new ScriptedOpenAi();

	final ProtectedMcpServer server;

	final ConfigurableApplicationContext context;

	private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	private final Map<String, HttpClient> sessions = new HashMap<>();

	UserJourney(String protocol, Class<?> more, String... properties) {
		this.server = new ProtectedMcpServer(this.lumoAuth, "urn:mcp:financial-data", protocol);
		this.model.willCall(TOOLS);
		List<String> arguments = new ArrayList<>(List.of("--server.port=0", "--server.address=127.0.0.1",
				"--spring.main.banner-mode=off", "--spring.main.log-startup-info=false", "--logging.level.root=OFF",
				"--spring.ai.openai.base-url=" + this.model.baseUrl(), "--spring.ai.openai.api-key=none",
				"--spring.ai.openai.max-retries=0", "--spring.ai.mcp.server.enabled=false",
				"--spring.ai.mcp.client.streamable-http.connections.financial.url=" + this.server.url(),
				"--lumoauth.url=" + this.lumoAuth.url(), "--lumoauth.tenant=" + IssuingLumoAuth.TENANT,
				"--lumoauth.client-id=agt_test", "--lumoauth.user.issuers=" + TestUsers.ISSUER,
				"--lumoauth.client-secret=" + SECRET,
				"--lumoauth.mcp.connections.financial.audience=" + this.server.audience(),
				"--lumoauth.mcp.connections.financial.unlisted-tools=allow",
				"--lumoauth.mcp.connections.financial.on-behalf-of=user"));
		arguments.addAll(List.of(properties));
		this.context = new SpringApplicationBuilder(UserChats.class, more).web(WebApplicationType.SERVLET)
			.run(arguments.toArray(String[]::new));
	}

	UserChats chats() {
		return this.context.getBean(UserChats.class);
	}

	/**
	 * What a chat answers in which each of {@link #TOOLS} was called for a user.
	 */
	static String answer(String user) {
		return answer(user, 1);
	}

	static String answer(String user, int times) {
		String each = "[{\"text\":\"urn:mcp:financial-data called by " + user + "\"}],\"urn:mcp:reports called by "
				+ user + " through agent\"";
		return String.join(",", Collections.nCopies(times, each));
	}

	/**
	 * Ask with a bearer token.
	 */
	String bearer(String path, String token) {
		return get(this.http, path, (request) -> request.header("Authorization", "Bearer " + token)).body();
	}

	String anyone(String path) {
		return get(this.http, path, UnaryOperator.identity()).body();
	}

	/**
	 * Ask in the session of a user, who logs in first.
	 */
	String session(String path, String user) {
		return get(this.sessions.computeIfAbsent(user, this::login), path, UnaryOperator.identity()).body();
	}

	private HttpClient login(String user) {
		HttpClient browser = HttpClient.newBuilder().cookieHandler(new CookieManager()).build();
		String location = get(browser, "/oauth2/authorization/lumoauth", UnaryOperator.identity()).headers()
			.firstValue("Location")
			.orElseThrow();
		String state = UriComponentsBuilder.fromUriString(location).build().getQueryParams().getFirst("state");
		get(browser, "/login/oauth2/code/lumoauth?code=" + user + "&state=" + state, UnaryOperator.identity());
		return browser;
	}

	private HttpResponse<String> get(HttpClient client, String path, UnaryOperator<HttpRequest.Builder> customizer) {
		URI uri = URI
			.create("http://127.0.0.1:" + this.context.getEnvironment().getProperty("local.server.port") + path);
		try {
			return client.send(customizer.apply(HttpRequest.newBuilder(uri).timeout(Duration.ofMinutes(1))).build(),
					HttpResponse.BodyHandlers.ofString());
		}
		catch (IOException | InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * The MCP server saw users only, the agent acting for them, and no session with two;
	 * nobody's thread kept a user.
	 */
	void verify(String... users) {
		Map<String, String> owners = new HashMap<>();
		assertThat(this.server.seen).isNotEmpty().allSatisfy((seen) -> {
			// The session of an earlier test's user may end during this test.
			if (!seen.verb().equals("DELETE") || owners.containsKey(seen.session())) {
				assertThat(seen.subject()).isIn((Object[]) users);
			}
			assertThat(seen.actor()).isEqualTo("agent");
			if (seen.session() != null) {
				assertThat(owners.merge(seen.session(), seen.subject(), (first, other) -> first))
					.isEqualTo(seen.subject());
			}
		});
		assertThat(this.lumoAuth.exchanges)
			.allSatisfy((form) -> assertThat(form.get("actor_token")).startsWith("agent-"));
		assertThat(chats().leaks).isEmpty();
	}

	@Override
	public void close() {
		this.context.close();
		this.server.close();
		this.model.close();
		this.lumoAuth.close();
		Hooks.disableAutomaticContextPropagation();
	}

}
