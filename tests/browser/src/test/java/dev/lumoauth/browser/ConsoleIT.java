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

package dev.lumoauth.browser;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The dev server's console.
 */
@Timeout(600)
class ConsoleIT {

	private static final String AGENT = "#tenants article:first-of-type ";

	private static final Pattern TOKEN = Pattern.compile("\"access_token\":\"([^\"]+)\"");

	private static final HttpClient http = HttpClient.newHttpClient();

	@TempDir
	private static Path directory;

	private static Browser browser;

	private static Server server;

	@BeforeAll
	static void start() throws Exception {
		browser = Browser.start(directory.resolve("profile"));
		server = Server.dev(directory);
	}

	@AfterAll
	static void stop() throws Exception {
		if (server != null) {
			server.close();
		}
		if (browser != null) {
			browser.close();
		}
	}

	@BeforeEach
	void open() {
		browser.appear(Looks.SCREEN, "light");
		browser.open(server.address() + "/");
		browser.awaitText("#connection", "Live");
		browser.find(AGENT + "h3");
	}

	@Test
	void aSwitchGrantsAndRevokes() throws Exception {
		String token = agentToken("agt_research-analyst", "");
		WebElement financial = capability("mcp:financial");
		assertThat(financial.isSelected()).isTrue();
		financial.sendKeys(Keys.SPACE);
		browser.awaitText("#message", "Research Analyst no longer has the capability mcp:financial.");
		assertThat(check(token, "mcp:financial")).contains("\"allowed\":false");
		browser.awaitText("#requests .note", "'mcp:financial' denied");
		capability("mcp:financial").sendKeys(Keys.SPACE);
		browser.awaitText("#message", "Research Analyst has the capability mcp:financial.");
		assertThat(check(token, "mcp:financial")).contains("\"allowed\":true");
		assertThat(browser.complaints()).isEmpty();
	}

	@Test
	void whatAnApplicationAsksForBecomesASwitch() throws Exception {
		String token = agentToken("agt_research-analyst", "");
		assertThat(check(token, "reports/write")).contains("\"allowed\":false");
		browser.awaitText(AGENT + ".switches", "reports/write");
		capability("reports/write").click();
		browser.awaitText("#message", "Research Analyst has the capability reports/write.");
		assertThat(check(token, "reports/write")).contains("\"allowed\":true");
		WebElement other = browser.find(AGENT + "[name=capability]");
		other.sendKeys("reports:read", Keys.ENTER);
		browser.awaitText("#message", "Research Analyst has the capability reports:read.");
		assertThat(check(token, "reports:read")).contains("\"allowed\":true");
	}

	@Test
	void theBudgetCanBeEdited() throws Exception {
		WebElement limit = browser.find(AGENT + "[name=limit]");
		limit.clear();
		limit.sendKeys("2000", Keys.ENTER);
		browser.awaitText(AGENT + ".budget-text", "of 2,000 tokens used today");
		browser.find(AGENT + ".bar").sendKeys(Keys.END);
		browser.awaitText(AGENT + ".budget-text", "2,000 of 2,000 tokens used today exhausted");
		assertThat(state()).contains("\"tokens_used_today\":2000").contains("\"budget_exhausted\":true");
		browser.click(AGENT + "[data-raise]");
		browser.awaitText(AGENT + ".budget-text", "2,000 of 52,000 tokens used today");
		browser.click(AGENT + "[data-exhaust]");
		browser.awaitText(AGENT + ".budget-text", "exhausted");
		browser.click(AGENT + "[data-reset]");
		browser.awaitText("#message", "has used nothing yet");
		assertThat(state()).contains("\"tokens_used_today\":0");
	}

	@Test
	void aFaultIsSwitchedOnAndOff() throws Exception {
		String token = agentToken("agt_research-analyst", "");
		WebElement unavailable = browser.find("[data-fault=unavailable]");
		unavailable.click();
		browser.awaitText("#message", "Switched on: 503 Unavailable");
		browser.find("[data-fault=unavailable][aria-pressed=true]");
		assertThat(check(token, "mcp:read")).contains("\"error\":\"unavailable\"");
		browser.click("[data-fault=too-many-requests]");
		browser.find("[data-fault=too-many-requests][aria-pressed=true]");
		assertThat(check(token, "mcp:read")).contains("\"retry_after\":5");
		browser.awaitText("#requests .status.refused", "429");
		browser.click("[data-fault=too-many-requests]");
		browser.awaitText("#message", "LumoAuth answers normally again.");
		assertThat(check(token, "mcp:read")).contains("\"allowed\":true");
		browser.click("#revoke-all");
		browser.awaitText("#message", "Tokens revoked: ");
		assertThat(check(token, "mcp:read")).contains("invalid_token");
		browser.find("#no-tokens");
	}

	@Test
	void showsWhatATokenSaysAndWhoActsForWhom() throws Exception {
		String alice = token(post("/dev/tenants/acme-corp/users/alice/token", "application/json", "{}", null));
		String analyst = agentToken("agt_research-analyst", "");
		String writer = agentToken("agt_report-writer", "-report-writer");
		String first = exchange(alice, analyst, Map.of());
		String second = exchange(first, writer, Map.of("audience", "urn:mcp:financial-data", "scope", "mcp:read"));
		browser.awaitText("#tokens .chain", "agt_report-writer acts for agt_research-analyst acts for usr_alice");
		browser.click("#tokens > li:first-child summary");
		browser.awaitText("#tokens > li:first-child .claims", "urn:mcp:financial-data");
		browser.click("#requests > li:first-child summary");
		browser.awaitText("#requests > li:first-child .answer", "\"access_token\" : \"(left out)\"");
		Looks.check(browser, "console");
		String page = (String) browser.script("return document.documentElement.outerHTML");
		for (String token : new String[] { alice, analyst, writer, first, second }) {
			assertThat(page).doesNotContain(token.substring(token.lastIndexOf('.') + 1), token);
		}
		assertThat(browser.resources()).isNotEmpty()
			.allSatisfy((host) -> assertThat(host).isEqualTo(URI.create(server.address()).getAuthority()));
		assertThat(browser.complaints()).isEmpty();
	}

	@Test
	@Tag("nightly")
	void showsAServerThatIsStartedAgain() throws Exception {
		Server first = Server.dev(directory);
		browser.open(first.address() + "/");
		browser.awaitText("#connection", "Live");
		capability("mcp:financial").click();
		browser.awaitText("#message", "Research Analyst no longer has the capability mcp:financial.");
		first.close();
		browser.awaitText("#connection", "Not connected: the server was stopped");
		browser.click("[data-fault=unavailable]");
		browser.awaitText("#message", "The change failed: the server does not answer. Is it still running?");
		for (String button : new String[] { "[data-show-secret]", "[data-copy-secret]" }) {
			browser.script("document.getElementById('message').textContent = ''");
			browser.click(AGENT + button);
			browser.awaitText("#message", "The secret is not shown: the server does not answer. Is it still running?");
		}
		// What could not be changed shows its value again.
		String state = "return document.querySelector('[data-connections] select').value";
		Object before = browser.script(state);
		browser.find("[data-connections] select").sendKeys("grant revoked", Keys.TAB);
		browser.await(() -> browser.script(state).equals(before) ? true : null);
		browser.find(AGENT + ".bar").sendKeys(Keys.END);
		browser.await(() -> browser.texts(AGENT + ".budget-text").get(0).startsWith("0 of ") ? true : null);
		assertThat(browser.complaints()).noneMatch((complaint) -> complaint.contains("Uncaught"));
		try (Server second = Server.devAgain(directory, first)) {
			assertThat(second.address()).isEqualTo(first.address());
			browser.awaitText("#connection", "Live");
			browser.await(() -> capability("mcp:financial").isSelected() ? true : null);
			capability("mcp:financial").click();
			browser.awaitText("#message", "Research Analyst no longer has the capability mcp:financial.");
		}
		// That the server was gone for a while.
		browser.complaints();
	}

	private WebElement capability(String name) {
		return browser.await(() -> {
			Object input = browser.script("""
					return [...document.querySelectorAll(arguments[0] + '.switches label')]
						.filter((label) => label.textContent === arguments[1]).map((label) => label.control)[0]
					""", AGENT, name);
			return (WebElement) input;
		});
	}

	private static String agentToken(String id, String secret) throws Exception {
		return token(form(Map.of("grant_type", "client_credentials", "client_id", id, "client_secret",
				"local-development-only" + secret)));
	}

	private static String exchange(String subject, String actor, Map<String, String> more) throws Exception {
		Map<String, String> form = new HashMap<>(more);
		form.put("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange");
		form.put("subject_token", subject);
		form.put("subject_token_type", "urn:ietf:params:oauth:token-type:access_token");
		form.put("actor_token", actor);
		form.put("actor_token_type", "urn:ietf:params:oauth:token-type:access_token");
		return token(form(form));
	}

	private static String form(Map<String, String> parameters) throws Exception {
		return post("/t/acme-corp/api/v1/oauth/token", "application/x-www-form-urlencoded",
				parameters.entrySet()
					.stream()
					.map((entry) -> entry.getKey() + "=" + URLEncoder.encode(entry.getValue(), StandardCharsets.UTF_8))
					.collect(Collectors.joining("&")),
				null);
	}

	private static String check(String token, String permission) throws Exception {
		return post("/api/v1/authz/check", "application/json", "{\"permission\":\"" + permission + "\"}", token);
	}

	private static String state() throws Exception {
		return http
			.send(HttpRequest.newBuilder(URI.create(server.address() + "/dev/state")).build(), BodyHandlers.ofString())
			.body();
	}

	private static String post(String path, String type, String body, String token)
			throws IOException, InterruptedException {
		HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server.address() + path))
			.header("Content-Type", type)
			.POST(HttpRequest.BodyPublishers.ofString(body));
		if (token != null) {
			request.header("Authorization", "Bearer " + token);
		}
		return http.send(request.build(), BodyHandlers.ofString()).body();
	}

	private static String token(String answer) {
		Matcher matcher = TOKEN.matcher(answer);
		assertThat(matcher.find()).as(answer).isTrue();
		return matcher.group(1);
	}

}
