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
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
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

	private static final String AGENT = "/console/agents/acme-corp/agt_research-analyst";

	/** Whatever an agent, a tool or a request says. */
	private static final String HOSTILE = "<img src=x onerror=alert(1)>${alert(2)}</script><script>alert(3)</script>";

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
		open("/");
	}

	private static void open(String path) {
		browser.open(server.address() + path);
		browser.awaitText("#connection", "Connected");
		browser.await(() -> browser.texts("#content").get(0).contains("Connecting") ? null : true);
	}

	@Test
	void eachPageHasItsAddress() {
		browser.click("nav a[href='/console/agents']");
		browser.awaitText("h1", "Agents");
		assertThat(browser.script("return document.title")).isEqualTo("Agents · LumoAuth dev server");
		browser.click(".card a");
		browser.awaitText("h1", "Research Analyst");
		// Where a screen reader goes on.
		assertThat(browser.script("return document.activeElement.tagName")).isEqualTo("H1");
		assertThat(browser.script("return location.pathname")).isEqualTo(AGENT);
		browser.script("history.back()");
		browser.awaitText("h1", "Agents");
		browser.script("history.back()");
		browser.find("#pause");
		assertThat(browser.script("return document.title")).isEqualTo("Live · LumoAuth dev server");
		browser.script("history.forward()");
		browser.awaitText("h1", "Agents");
		browser.awaitText("nav [aria-current=page]", "Agents");
		open("/console/users");
		browser.awaitText("h1", "Users and connections");
		assertThat(browser.texts(".card[data-user=bob] code")).contains("mcp:read");
		open("/console/services");
		browser.awaitText("dl", "urn:mcp:financial-data");
		open("/console/nothing");
		browser.awaitText("h1", "There is no such page");
		open("/console/agents/acme-corp/agt_none");
		browser.awaitText("h1", "There is no such agent");
		assertThat(browser.complaints()).isEmpty();
	}

	@Test
	void theKeyboardLeadsThroughThePage() {
		WebElement body = browser.find("body");
		body.sendKeys(Keys.TAB);
		assertThat(active().getText()).isEqualTo("Skip to the page");
		active().sendKeys(Keys.ENTER);
		assertThat(active().getTagName()).isEqualTo("main");
		active().sendKeys(Keys.TAB);
		assertThat(active().getText()).isEqualTo("Research Analyst");
		active().sendKeys(Keys.ENTER);
		browser.awaitText("h1", "Research Analyst");
	}

	@Test
	void aSwitchGrantsAndRevokes() throws Exception {
		open(AGENT);
		String token = agentToken("agt_research-analyst", "");
		WebElement financial = capability("mcp:financial");
		assertThat(financial.isSelected()).isTrue();
		financial.sendKeys(Keys.SPACE);
		browser.awaitText("#message", "Research Analyst no longer has the capability mcp:financial.");
		assertThat(check(token, "mcp:financial")).contains("\"allowed\":false");
		browser.click("nav a");
		browser.awaitText(".requests .note.bad",
				"Research Analyst: 'mcp:financial' denied, because Research Analyst does not have it");
		browser.script("history.back()");
		capability("mcp:financial").sendKeys(Keys.SPACE);
		browser.awaitText("#message", "Research Analyst has the capability mcp:financial.");
		assertThat(check(token, "mcp:financial")).contains("\"allowed\":true");
		assertThat(browser.complaints()).isEmpty();
	}

	@Test
	void whatAnApplicationAsksForBecomesASwitch() throws Exception {
		open(AGENT);
		String token = agentToken("agt_research-analyst", "");
		assertThat(check(token, "reports/write")).contains("\"allowed\":false");
		browser.awaitText(".switches", "reports/write");
		capability("reports/write").click();
		browser.awaitText("#message", "Research Analyst has the capability reports/write.");
		assertThat(check(token, "reports/write")).contains("\"allowed\":true");
		WebElement other = browser.find("[name=capability]");
		other.sendKeys("reports:read", Keys.ENTER);
		browser.awaitText("#message", "Research Analyst has the capability reports:read.");
		assertThat(check(token, "reports:read")).contains("\"allowed\":true");
		assertThat(other.getAttribute("value")).isEmpty();
	}

	@Test
	void theBudgetCanBeEdited() throws Exception {
		open(AGENT);
		WebElement limit = browser.find("[name=limit]");
		limit.clear();
		limit.sendKeys("2000", Keys.ENTER);
		browser.awaitText("#budget-text", "of 2,000 tokens used today");
		browser.find("#budget-text [type=range]").sendKeys(Keys.END);
		browser.awaitText("#budget-text", "2,000 of 2,000 tokens used today, exhausted");
		assertThat(state()).contains("\"tokens_used_today\":2000").contains("\"budget_exhausted\":true");
		press("Raise by 50,000");
		browser.awaitText("#budget-text", "2,000 of 52,000 tokens used today");
		press("Spend all");
		browser.awaitText("#budget-text", "exhausted");
		browser.click("nav a");
		browser.awaitText(".strip .exhausted", "Research Analyst 52,000 of 52,000 tokens used today, exhausted");
		browser.script("history.back()");
		press("Back to 0");
		browser.awaitText("#message", "has used nothing yet");
		assertThat(state()).contains("\"tokens_used_today\":0");
	}

	@Test
	void aFaultStandsOnEachPageUntilItIsEnded() throws Exception {
		String token = agentToken("agt_research-analyst", "");
		open("/console/faults");
		browser.click("[data-fault=unavailable]");
		browser.awaitText("#message", "Switched on: 503.");
		browser.find("[data-fault=unavailable][aria-pressed=true]");
		assertThat(check(token, "mcp:read")).contains("\"error\":\"unavailable\"");
		browser.click("[data-fault=too-many-requests]");
		browser.find("[data-fault=too-many-requests][aria-pressed=true]");
		assertThat(check(token, "mcp:read")).contains("\"retry_after\":5");
		browser.click("[data-fault=lose]");
		for (String page : new String[] { "/", "/console/agents", "/console/users", "/console/services",
				"/console/inbox", AGENT }) {
			browser.click("nav a[href='" + page.replace(AGENT, "/console/agents") + "']");
			browser.await(() -> (browser.texts(".banner").size() == 2) ? true : null);
			if (page.equals("/")) {
				browser.awaitText(".requests .status.bad", "429");
			}
		}
		assertThat(browser.texts(".banner").get(0)).startsWith("429 LumoAuth answers 429, with 5 s to wait. On since ");
		browser.click(".banner button");
		browser.awaitText("#message", "LumoAuth answers normally again.");
		assertThat(check(token, "mcp:read")).contains("\"allowed\":true");
		browser.await(() -> (browser.texts(".banner").size() == 1) ? true : null);
		browser.click(".banner button");
		browser.awaitText("#message", "Events are sent normally again.");
		browser.click("nav a[href='/console/faults']");
		WebElement seconds = browser.find(".card:has([data-fault=slow]) input");
		seconds.clear();
		seconds.sendKeys("0.3");
		browser.click("[data-fault=slow]");
		browser.awaitText(".banner", "Slow LumoAuth answers 0.3 s late.");
		browser.click("[data-fault=slow]");
		browser.await(() -> browser.texts(".banner").isEmpty() ? true : null);
		press("Revoke them");
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
		browser.awaitText(".requests li:first-child",
				"Report Writer exchanges a token for one for urn:mcp:financial-data");
		browser.click(".requests li:first-child a");
		browser.awaitText(".pane", "\"access_token\" : \"(left out)\"");
		assertThat(active().getText()).isEqualTo("POST /t/acme-corp/api/v1/oauth/token");
		assertThat(browser.texts(".pane h3")).containsExactlyInAnyOrder("Request", "Answer", "Token: subject_token",
				"Token: actor_token", "Token: access_token, in the answer");
		browser.awaitText(".pane", "\"act\":{\"sub\":\"agt_research-analyst\"}");
		Looks.check(browser, "console-request");
		// It has an address, and the way back leads to its line.
		String address = (String) browser.script("return location.pathname");
		open(address);
		browser.awaitText(".pane", "\"access_token\" : \"(left out)\"");
		browser.find("#pane-title").sendKeys(Keys.ESCAPE);
		assertThat(browser.script("return location.pathname")).isEqualTo("/");
		assertThat(active().getAttribute("href")).endsWith(address);
		open(AGENT.replace("research-analyst", "report-writer"));
		browser.awaitText("#token-list .chain", "agt_report-writer acts for agt_research-analyst acts for usr_alice");
		browser.click("#token-list > li:first-child summary");
		browser.awaitText("#token-list > li:first-child .rows", "urn:mcp:financial-data");
		Looks.check(browser, "console-agent");
		String page = (String) browser.script("return document.documentElement.outerHTML");
		for (String token : new String[] { alice, analyst, writer, first, second }) {
			assertThat(page).doesNotContain(token.substring(token.lastIndexOf('.') + 1), token);
		}
		assertThat(browser.resources()).isNotEmpty()
			.allSatisfy((host) -> assertThat(host).isEqualTo(URI.create(server.address()).getAuthority()));
		assertThat(browser.complaints()).isEmpty();
	}

	@Test
	void theListFollowsFoldsFiltersAndWaits() throws Exception {
		String analyst = agentToken("agt_research-analyst", "");
		String writer = agentToken("agt_report-writer", "-report-writer");
		for (int i = 0; i < 5; i++) {
			me(analyst);
		}
		browser.awaitText(".requests li:first-child", "5 times 200");
		me(writer);
		// Another agent's request is no poll of this one, and a decision is not folded.
		check(analyst, "fold:me");
		check(analyst, "fold:me");
		browser.await(() -> (shown("'fold:me' denied").size() == 2) ? true : null);
		assertThat(shown("agents/me")).hasSize(2);
		browser.find("[name=agent]").sendKeys("Report Writer");
		browser.await(() -> shown("fold:me").isEmpty() ? true : null);
		assertThat(shown("agents/me")).hasSize(1);
		String address = (String) browser.script("return location.search");
		assertThat(address).isEqualTo("?agent=agt_report-writer");
		open("/?refused=1&path=authz");
		browser.await(() -> (shown("'fold:me' denied").size() == 2) ? true : null);
		assertThat(shown("agents/me")).isEmpty();
		browser.click("#pause");
		check(analyst, "after:pause");
		browser.awaitText("#pause", "Go on, 1 new");
		assertThat(shown("after:pause")).isEmpty();
		browser.click("#pause");
		browser.await(() -> (shown("'after:pause' denied").size() == 1) ? true : null);
		browser.awaitText("#pause", "Pause");
	}

	@Test
	void whatComesDoesNotMoveWhatSomebodyReads() throws Exception {
		String token = agentToken("agt_research-analyst", "");
		for (int i = 0; i < 60; i++) {
			check(token, "read:me" + i);
		}
		browser.awaitText(".requests li:first-child", "'read:me59' denied");
		assertThat(browser.texts(".requests li")).hasSizeLessThan(50);
		browser.script("document.querySelector('.requests').scrollTop = 1400");
		String line = "[...document.querySelectorAll('.requests li')].find((each) => each.textContent.includes(\"'read:me30'\"))";
		browser.await(() -> browser.script("return " + line + " || null"));
		browser.script(line + ".querySelector('a').focus({ preventScroll: true })");
		Object before = browser.script("return " + line + ".getBoundingClientRect().top");
		check(token, "one:more");
		browser.await(() -> (browser.script("return document.querySelector('.requests').scrollTop").equals(1456L))
				? true : null);
		assertThat(browser.script("return " + line + ".getBoundingClientRect().top")).isEqualTo(before);
		// The line with the focus stays when it is out of sight.
		browser.script("document.querySelector('.requests').scrollTop = 0");
		browser.awaitText(".requests li", "'one:more' denied");
		assertThat(active().getText()).contains("'read:me30' denied");
		check(token, "another:one");
		browser.awaitText(".requests li", "'another:one' denied");
		active().sendKeys(Keys.ARROW_DOWN);
		browser.await(() -> active().getText().contains("'read:me29' denied") ? true : null);
		active().sendKeys(Keys.TAB);
		assertThat(browser.script("return document.activeElement.closest('.requests')")).isNull();
	}

	@Test
	void nothingBecomesHtml() throws Exception {
		String token = agentToken("agt_research-analyst", "");
		String text = HOSTILE.replace("\"", "\\\"");
		check(token, text);
		HttpRequest.Builder request = HttpRequest
			.newBuilder(URI.create(server.address() + "/dev/" + URLEncoder.encode(HOSTILE, StandardCharsets.UTF_8)))
			.header("User-Agent", HOSTILE);
		http.send(request.build(), BodyHandlers.ofString());
		form(Map.of("grant_type", HOSTILE, "client_id", HOSTILE, "client_secret", "x"));
		post("/t/acme-corp/api/v1/jit/request", "application/json", """
				{"task_id":"%s","authorization_details":{"type":"payment","actions":["initiate"],"identifier":"%2$s",
				"arguments":{"%2$s":"%2$s"}},"justification":"%2$s"}""".formatted(task(token), text), token);
		browser.awaitText(".requests", "'" + HOSTILE + "' denied");
		for (int i = 1; i <= 5; i++) {
			browser.click(".requests li:nth-child(" + i + ") a");
			browser.find(".pane pre");
			assertThat(injected()).as("request " + i).isZero();
			browser.script("history.back()");
		}
		for (String page : new String[] { AGENT, "/console/inbox", "/console/faults",
				"/?path=" + URLEncoder.encode(HOSTILE, StandardCharsets.UTF_8),
				"/?agent=" + URLEncoder.encode(HOSTILE, StandardCharsets.UTF_8),
				"/console/live/%3Cimg%20src=x%20onerror=alert(1)%3E", "/console/%3Cimg%20src=x%3E" }) {
			open(page);
			assertThat(injected()).as(page).isZero();
		}
		assertThat(browser.complaints())
			.allSatisfy((complaint) -> assertThat(complaint).containsPattern("status of 40[04]"));
		open("/console/inbox");
		browser.awaitText(".ask", HOSTILE);
		decide("deny");
		browser.awaitText("#history", HOSTILE);
		assertThat(injected()).isZero();
	}

	private static long injected() {
		return (Long) browser.script("return document.querySelectorAll('body img, body script, body iframe').length");
	}

	@Test
	void everybodyCanUseEachPage() throws Exception {
		agentToken("agt_research-analyst", "");
		put("/dev/faults/slow", "{\"delay_ms\":1}");
		put("/dev/faults/events/delay", "");
		for (String page : new String[] { "", "agents", "users", "services", "faults" }) {
			open(page.isEmpty() ? "/" : "/console/" + page);
			browser.find(".banner");
			assertThat((List<?>) browser.script("""
					return [...document.querySelectorAll('header, nav, main, footer, h1')].map((each) => each.tagName)
					""")).as(page).asString().isEqualTo("[HEADER, NAV, MAIN, H1, FOOTER]");
			Looks.check(browser, "console-" + (page.isEmpty() ? "live" : page));
		}
		browser.click(".banner button");
		browser.await(() -> (browser.texts(".banner").size() == 1) ? true : null);
		browser.click(".banner button");
		browser.await(() -> browser.texts(".banner").isEmpty() ? true : null);
		assertThat(browser.complaints()).isEmpty();
	}

	@Test
	@Tag("nightly")
	void showsAServerThatIsStartedAgain() throws Exception {
		Server first = Server.dev(directory);
		browser.open(first.address() + AGENT);
		browser.awaitText("#connection", "Connected");
		capability("mcp:financial").click();
		browser.awaitText("#message", "Research Analyst no longer has the capability mcp:financial.");
		first.close();
		browser.awaitText("#connection", "Not connected: the server was stopped");
		press("Spend all");
		browser.awaitText("#message", "The change failed: the server does not answer. Is it still running?");
		for (String button : new String[] { "Show", "Copy" }) {
			browser.script("document.getElementById('message').textContent = ''");
			press(button);
			browser.awaitText("#message", "The secret is not shown: the server does not answer. Is it still running?");
		}
		// What could not be changed shows its value again.
		browser.find("#budget-text [type=range]").sendKeys(Keys.END);
		browser
			.await(() -> "0".equals(browser.find("#budget-text [type=range]").getDomProperty("value")) ? true : null);
		capability("mcp:read").click();
		browser.await(() -> capability("mcp:read").isSelected() ? true : null);
		browser.click("nav a[href='/console/users']");
		String state = "return document.querySelector('.connections select').value";
		Object before = browser.script(state);
		browser.find(".connections select").sendKeys("grant revoked", Keys.TAB);
		browser.await(() -> browser.script(state).equals(before) ? true : null);
		assertThat(browser.complaints()).noneMatch((complaint) -> complaint.contains("Uncaught"));
		browser.script("history.back()");
		try (Server second = Server.devAgain(directory, first)) {
			assertThat(second.address()).isEqualTo(first.address());
			browser.awaitText("#connection", "Connected");
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
					return [...document.querySelectorAll('.switches label')]
						.filter((label) => label.textContent.trim() === arguments[0]).map((label) => label.control)[0]
					""", name);
			return (WebElement) input;
		});
	}

	private static void press(String text) {
		browser.await(() -> (WebElement) browser.script(
				"""
						return [...document.querySelectorAll('main button')].filter((each) => each.textContent === arguments[0])[0]
						""",
				text))
			.click();
	}

	private static WebElement active() {
		return (WebElement) browser.script("return document.activeElement");
	}

	/** The visible lines with a text. */
	private static List<String> shown(String text) {
		return browser.texts(".requests li:not([hidden])").stream().filter((line) -> line.contains(text)).toList();
	}

	private static void decide(String decision) {
		browser.find("#who optgroup option");
		browser.find("#who").sendKeys("Alice");
		browser.click("#sign-in button");
		browser.awaitText("#signed-in", "Signed in as Alice");
		browser.click(".ask ." + decision);
	}

	private static String task(String token) throws Exception {
		Matcher matcher = Pattern.compile("\"task_id\":\"([^\"]+)\"")
			.matcher(post("/t/acme-corp/api/v1/jit/task", "application/json", "{}", token));
		assertThat(matcher.find()).isTrue();
		return matcher.group(1);
	}

	private static void me(String token) throws Exception {
		http.send(HttpRequest.newBuilder(URI.create(server.address() + "/t/acme-corp/api/v1/agents/me"))
			.header("Authorization", "Bearer " + token)
			.build(), BodyHandlers.ofString());
	}

	private static void put(String path, String body) throws Exception {
		HttpResponse<String> answer = http.send(HttpRequest.newBuilder(URI.create(server.address() + path))
			.header("Content-Type", "application/json")
			.PUT(HttpRequest.BodyPublishers.ofString(body))
			.build(), BodyHandlers.ofString());
		assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
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
