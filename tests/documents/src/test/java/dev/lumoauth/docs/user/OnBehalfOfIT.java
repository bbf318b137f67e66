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

package dev.lumoauth.docs.user;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

import dev.lumoauth.docs.BashBlock;
import dev.lumoauth.docs.Document;
import dev.lumoauth.docs.ServerProcess;
import dev.lumoauth.docs.SharedDevServer;
import dev.lumoauth.spring.user.UserRequiredException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClient;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClientService;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.security.oauth2.core.OAuth2AccessToken.TokenType;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * The application of docs/on-behalf-of.md with the dev server's login, the demo's MCP
 * server and a browser.
 */
class OnBehalfOfIT {

	private static final String NOBODY = "Error: this tool acts for a user, and no user is signed in.";

	private static final String UNAVAILABLE = "Error: authorization is unavailable; try again later.";

	private static ServerProcess mcpServer;

	private static ConfigurableApplicationContext application;

	private static String url;

	@BeforeAll
	static void start() {
		mcpServer = new ServerProcess("demo-mcp-server.jar", SharedDevServer.variables());
		Map<String, Object> environment = new HashMap<>(SharedDevServer.variables());
		environment.putAll(mcpServer.variables());
		environment.put("BACK_OFFICE_CLIENT_SECRET", SharedDevServer.SECRET + "-back-office");
		environment.put("REPORT_WRITER_CLIENT_SECRET", SharedDevServer.SECRET + "-report-writer");
		application = new SpringApplicationBuilder(BackOffice.class)
			.initializers((context) -> configure(context.getEnvironment(), environment))
			.run("--server.port=0");
		url = "http://127.0.0.1:" + application.getEnvironment().getProperty("local.server.port");
	}

	private static void configure(ConfigurableEnvironment target, Map<String, Object> environment) {
		String name = StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME;
		target.getPropertySources().replace(name, new SystemEnvironmentPropertySource(name, environment));
	}

	@AfterAll
	static void stop() {
		for (AutoCloseable each : new AutoCloseable[] { application, mcpServer }) {
			try {
				if (each != null) {
					each.close();
				}
			}
			catch (Exception ex) {
				throw new IllegalStateException(ex);
			}
		}
	}

	@Test
	void actsForEachUserWhoLogsIn() {
		Browser alice = new Browser(url).logIn("alice");
		Browser bob = new Browser(url).logIn("bob");
		assertThat(alice.ask("figures EBITDA")).isEqualTo("\"EBITDA for usr_alice <- agt_research-analyst\"");
		assertThat(bob.ask("figures EBITDA")).isEqualTo("\"EBITDA for usr_bob <- agt_research-analyst\"");
		assertThat(alice.ask("figuresLater revenue")).isEqualTo("\"revenue for usr_alice <- agt_research-analyst\"");
	}

	@Test
	void letsTheMcpServerSeeUserAndAgent() {
		assertThat(new Browser(url).logIn("alice").ask("queryFinancials EBITDA")).contains("Q3 EBITDA: $1.2M");
		assertThat(mcpServer.await("tool=queryFinancials")).contains(" sub=usr_alice act=agt_research-analyst ");
	}

	@Test
	void letsAnAgentDoNothingThatTheUserMayNotLetItDo() {
		mcpServer.forget();
		Browser bob = new Browser(url).logIn("bob");
		assertThat(bob.ask("queryFinancials EBITDA")).isEqualTo("Error: agent lacks 'mcp:financial' capability.");
		Browser alice = new Browser(url).logIn("alice");
		assertThat(alice.ask("queryFinancials revenue")).contains("Revenue");
		assertThat(mcpServer.await("tool=queryFinancials")).contains(" sub=usr_alice ");
	}

	@ParameterizedTest
	@ValueSource(strings = { "alice", "bob" })
	void actsForTheCallerOfTheApi(String user) throws Exception {
		String expected = "EBITDA for usr_" + user + " <- agt_research-analyst";
		assertThat(call("/api/chat", token(user)).body()).isEqualTo("\"" + expected + "\"");
		assertThat(streamed(call("/api/chat/stream", token(user)))).contains(expected);
		assertThat(call("/api/chat", "nonsense").statusCode()).isEqualTo(401);
	}

	@Test
	void actsForTheUserInAStream() {
		assertThat(streamed(new Browser(url).logIn("alice").post("/chat/stream", "figures EBITDA")))
			.contains("EBITDA for usr_alice <- agt_research-analyst");
	}

	/**
	 * The text of events, of which each has a word.
	 */
	private static String streamed(HttpResponse<String> events) {
		return events.body().replaceAll("\\s*data:", " ");
	}

	@Test
	void letsAnotherAgentActForTheAgentAndTheUser() {
		assertThat(new Browser(url).logIn("alice").ask("report EBITDA"))
			.isEqualTo("\"EBITDA for usr_alice <- agt_report-writer <?> agt_research-analyst\"");
	}

	@Test
	void refusesWhereNobodyIsSignedIn() {
		ChatClient chat = application.getBean(ChatClient.Builder.class)
			.defaultTools(application.getBean(FigureTools.class))
			.build();
		assertThat(chat.prompt("figures EBITDA").call().content()).isEqualTo(NOBODY);
		assertThatExceptionOfType(UserRequiredException.class)
			.isThrownBy(() -> application.getBean(ReportDesk.class).report("EBITDA"));
		assertThat(new Browser(url).post("/chat", "figures EBITDA").body()).doesNotContain("EBITDA");
	}

	@Test
	void letsAJobActForAUserWhoHasLoggedIn() {
		new Browser(url).logIn("alice");
		MorningMail mail = application.getBean(MorningMail.class);
		assertThat(mail.write("usr_alice", "figures EBITDA"))
			.isEqualTo("\"EBITDA for usr_alice <- agt_research-analyst\"");
		assertThatIllegalStateException().isThrownBy(() -> mail.write("usr_carol", "figures EBITDA"))
			.withMessage("The user has to sign in first");
	}

	@Test
	void keepsLumoAuthsReasonsFromTheModel() throws Exception {
		String narrow = token("alice", "{\"scopes\":[\"read:documents\"]}");
		assertThat(call("/api/chat", narrow).body()).isEqualTo(UNAVAILABLE);
		String capability = "/agents/agt_research-analyst/capabilities/delegate:on_behalf";
		admin("DELETE", capability);
		try {
			assertThat(call("/api/chat", token("alice")).body()).isEqualTo(UNAVAILABLE);
		}
		finally {
			admin("PUT", capability);
		}
		assertThat(call("/api/chat", token("alice")).body()).contains("usr_alice");
	}

	@Test
	void feelsARevocationWhenTheNextExchangeIsDue() throws Exception {
		String exchanged = token("alice");
		String unused = token("alice", "{\"expires_in\":1200}");
		assertThat(call("/api/chat", exchanged).body()).contains("usr_alice");
		admin("DELETE", "/users/alice/tokens");
		assertThat(call("/api/chat", exchanged).body()).contains("usr_alice");
		assertThat(call("/api/chat", unused).body()).isEqualTo(UNAVAILABLE);
	}

	@Test
	void doesWhatTheDocumentsCommandsAreThereFor() {
		String script = new Document("on-behalf-of.md").blocks("bash")
			.get(0)
			.replace("http://127.0.0.1:9000", SharedDevServer.url())
			.replace("http://127.0.0.1:8080", url);
		assertThat(BashBlock.run(script, Map.of()).lines()).containsExactly(
				"[{\"text\":\"Q3 EBITDA: $1.2M (Q2: $1.0M), a margin of 24 percent\"}]",
				"Error: agent lacks 'mcp:financial' capability.",
				"\"EBITDA for usr_bob <- agt_report-writer <?> agt_research-analyst\"");
	}

	@Test
	void renewsTheUsersTokenUntilTheLoginHasEnded() throws Exception {
		Browser alice = new Browser(url).logIn("alice");
		String ended = end("usr_alice");
		assertThat(alice.ask("figures EBITDA")).contains("usr_alice");
		assertThat(login("usr_alice").getAccessToken().getTokenValue()).isNotEqualTo(ended);
		end("usr_alice");
		admin("DELETE", "/users/alice/tokens");
		assertThat(alice.ask("figures EBITDA")).isEqualTo(NOBODY);
		assertThat(new Browser(url).logIn("alice").ask("figures EBITDA")).contains("usr_alice");
	}

	/**
	 * Let the time of a user's access token be over.
	 */
	private static String end(String user) {
		OAuth2AuthorizedClient login = login(user);
		Instant now = Instant.now();
		String value = login.getAccessToken().getTokenValue();
		OAuth2AccessToken ended = new OAuth2AccessToken(TokenType.BEARER, value, now.minusSeconds(3600), now);
		logins().saveAuthorizedClient(
				new OAuth2AuthorizedClient(login.getClientRegistration(), user, ended, login.getRefreshToken()),
				new TestingAuthenticationToken(user, null));
		return value;
	}

	private static OAuth2AuthorizedClient login(String user) {
		return logins().loadAuthorizedClient("lumoauth", user);
	}

	private static OAuth2AuthorizedClientService logins() {
		return application.getBean(OAuth2AuthorizedClientService.class);
	}

	private static String token(String user) throws Exception {
		return token(user, "{}");
	}

	private static String token(String user, String request) throws Exception {
		return JsonMapper.shared()
			.readTree(admin("POST", "/users/" + user + "/token", request))
			.path("access_token")
			.asString();
	}

	private static String admin(String method, String path) throws Exception {
		return admin(method, path, "");
	}

	private static String admin(String method, String path, String body) throws Exception {
		String server = SharedDevServer.url();
		return send(HttpRequest.newBuilder(URI.create(server + "/dev/tenants/acme-corp" + path))
			.header("Content-Type", "application/json")
			.method(method, BodyPublishers.ofString(body))).body();
	}

	private static HttpResponse<String> call(String path, String token) throws Exception {
		return send(HttpRequest.newBuilder(URI.create(url + path))
			.headers("Authorization", "Bearer " + token, "Content-Type", "text/plain")
			.POST(BodyPublishers.ofString("figures EBITDA")));
	}

	private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
		return HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString());
	}

}
