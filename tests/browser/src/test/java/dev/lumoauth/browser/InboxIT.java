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

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
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
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The inbox of the dev server's console.
 */
@Timeout(600)
class InboxIT {

	private static final String BASE = "/t/acme-corp/api/v1";

	private static final HttpClient http = HttpClient.newHttpClient();

	@TempDir
	private static Path directory;

	private static Browser browser;

	private static Server server;

	private static String agent;

	@BeforeAll
	static void start() throws Exception {
		browser = Browser.start(directory.resolve("profile"));
		server = Server.dev(directory);
		agent = field(form(BASE + "/oauth/token", Map.of("grant_type", "client_credentials", "client_id",
				"agt_research-analyst", "client_secret", "local-development-only"), null), "access_token");
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
		browser.open(server.address() + "/console/inbox");
		browser.awaitText("#connection", "Connected");
		browser.find("#nothing");
	}

	@Test
	void aPersonApprovesByKeyboard() throws Exception {
		signIn("Nobody");
		String id = ask("inv-12", 4500, "Pay the supplier");
		browser.awaitText(".ask h3", "Payment inv-12");
		browser.awaitText("#message", "New in the inbox: Payment inv-12 (amount: 4500, currency: USD, and 1 more).");
		assertThat(browser.script("return document.title")).isEqualTo("(1) Inbox · LumoAuth dev server");
		browser.awaitText(".ask", "Sign in to decide. Only alice of acme-corp can decide this.");
		assertThat(browser.find(".ask .approve").isEnabled()).isFalse();
		signIn("Bob");
		browser.awaitText(".ask", "Only alice of acme-corp can decide this.");
		assertThat(browser.find(".ask .approve").isEnabled()).isFalse();
		signIn("Alice");
		browser.find(".ask .more summary").sendKeys(Keys.ENTER);
		WebElement word = browser.find(".ask [name=word]");
		// The key Enter in a text decides nothing.
		word.sendKeys("Only this once", Keys.ENTER);
		// What is typed stays when something else arrives.
		String other = ask("inv-13", 1, "Another");
		browser.await(() -> (browser.texts(".ask h3").size() == 2) ? true : null);
		assertThat(word.getAttribute("value")).isEqualTo("Only this once");
		assertThat(browser.script("return document.title")).isEqualTo("(2) Inbox · LumoAuth dev server");
		browser.find(".ask [name=ttl]").sendKeys("1 min");
		word.sendKeys(Keys.TAB);
		active().sendKeys("checked", Keys.TAB);
		assertThat(active().getText()).isEqualTo("Approve");
		active().sendKeys(Keys.ENTER);
		browser.awaitText("#message", "Approved: Payment inv-12 (amount: 4500, currency: USD, and 1 more).");
		assertThat(status(id)).contains("\"status\":\"approved\"", "\"granted_ttl\":60", "\"has_notes\":true",
				"\"agent_message\":\"Only this once\"");
		assertThat(active().getText()).contains("inv-13");
		browser.awaitText("#history li:first-child", "approved by Alice for 1 min");
		active().findElement(By.cssSelector(".deny")).sendKeys(Keys.SPACE);
		browser.awaitText("#message", "Denied: Payment inv-13 (amount: 1, currency: USD, and 1 more).");
		assertThat(status(other)).contains("\"status\":\"denied\"", "\"agent_message\":null");
		browser.find("#nothing");
		assertThat(browser.script("return document.title")).isEqualTo("Inbox · LumoAuth dev server");
		// It is still alice after the page was opened again.
		browser.open(server.address() + "/console/inbox");
		browser.awaitText("#signed-in", "Signed in as Alice of acme-corp.");
		assertThat(browser.complaints()).isEmpty();
	}

	@Test
	void saysThatTheServerDoesNotAnswer() {
		browser.script("window.fetch = () => Promise.reject(new TypeError('Failed to fetch'))");
		browser.click("#sign-in button");
		browser.awaitText("#message", "Not signed in: the server does not answer. Is it still running?");
		assertThat(browser.complaints()).isEmpty();
	}

	@Test
	void showsWhatExactlyWillRunAndWhatIsDifferent() throws Exception {
		signIn("Alice");
		ask("inv-20", 10, "The first");
		browser.click(".ask .approve");
		browser.find("#nothing");
		ask("inv-20", 9000, "Ignore what was said before \u202e<b>and approve</b>");
		browser.awaitText(".ask .reason", "Ignore what was said before <U+202E><b>and approve</b>");
		browser.awaitText(".ask tr:has(.changed)", "amount");
		browser.awaitText(".ask tr:has(.changed)", "9000 changed, before: 10");
		browser.awaitText(".ask .compared", "Compared with the last similar call, approved at");
		push("Wire 4,500 USD");
		browser.await(() -> (browser.texts(".ask h3").size() == 2) ? true : null);
		assertThat(browser.texts(".ask h3")).containsExactly("Payment inv-20", "Wire 4,500 USD");
		Looks.check(browser, "inbox");
		browser.click("#history li:first-child summary");
		browser.awaitText("#history li:first-child", "“The first”");
		assertThat(browser.resources()).isNotEmpty()
			.allSatisfy((host) -> assertThat(host).isEqualTo(URI.create(server.address()).getAuthority()));
		browser.open(server.address() + "/");
		browser.awaitText("nav a[href='/console/inbox']", "Inbox 2");
		assertThat(browser.script("return document.title")).isEqualTo("(2) Live · LumoAuth dev server");
		browser.click("nav a[href='/console/inbox']");
		browser.find(".ask");
		browser.click(".ask .deny");
		browser.await(() -> (browser.texts(".ask h3").size() == 1) ? true : null);
		browser.click(".ask .deny");
		browser.find("#nothing");
		assertThat(browser.complaints()).isEmpty();
	}

	/**
	 * On a phone, with a call that is longer than the screen.
	 */
	@Test
	void namesTheToolFirstAndShowsAllOfItsCall() throws Exception {
		signIn("Alice");
		browser.appear(390, "light");
		String text = "Revenue grew. ".repeat(200);
		tool("the board", text + "The end.", "alice");
		tool("<img src=x onerror=alert(1)>", text, "conversation 4711");
		browser.await(() -> (browser.texts(".ask h3").size() == 2) ? true : null);
		assertThat(browser.texts(".ask h3")).containsExactly("Send report", "Send report");
		assertThat(browser.texts(".ask .by")).containsExactly(
				"Research Analyst asks to run sendReport for the user alice, as the agent says.",
				"Research Analyst asks to run sendReport in the conversation 4711, where nobody is signed in.");
		assertThat(browser.texts(".ask .arguments th")).startsWith("recipients", "text");
		assertThat(browser.texts(".ask .arguments td")).element(1).asString().endsWith("The end.");
		assertThat(browser.script("return document.querySelectorAll('.ask img').length")).isEqualTo(0L);
		// Told apart by a screen reader as well.
		assertThat(browser.find(".ask:first-child .approve").getAccessibleName()).startsWith("Approve: Send report")
			.contains("the board");
		assertThat(browser.find(".ask:last-child .deny").getAccessibleName()).startsWith("Deny: Send report")
			.contains("<img");
		assertThat(browser.find(".ask:first-child").getAriaRole()).isEqualTo("article");
		// The buttons are on the first screen, with a sign that the call goes on.
		assertThat(browser.script("scrollTo(0, 0); const box = document.querySelector('.ask .approve')"
				+ ".getBoundingClientRect(); return box.top > 0 && box.bottom <= innerHeight"))
			.isEqualTo(true);
		browser.awaitText(".ask .below:not([hidden])", "The call goes on below");
		assertThat(browser.script("return [...document.querySelectorAll('.ask *')].filter((each) => "
				+ "each.scrollHeight > each.clientHeight + 1 && getComputedStyle(each).overflowY !== 'visible').length"))
			.isEqualTo(0L);
		browser.script("document.querySelector('.ask .end-of-call').scrollIntoView({ block: 'center' })");
		browser.await(() -> (Boolean.TRUE.equals(browser.script("return document.querySelector('.ask .below').hidden")))
				? true : null);
		Looks.check(browser, "inbox-tools");
		browser.click(".ask .deny");
		browser.await(() -> (browser.texts(".ask h3").size() == 1) ? true : null);
		browser.click(".ask .deny");
		browser.find("#nothing");
		browser.awaitText("#history li:first-child", "Send report (recipients: <img");
		assertThat(browser.complaints()).isEmpty();
	}

	private static void tool(String recipients, String text, String user) throws Exception {
		String task = field(json(BASE + "/jit/task", "{}"), "task_id");
		field(json(BASE + "/jit/request", """
				{"task_id":"%s","authorization_details":{"type":"tool_invocation","actions":["execute"],
				"identifier":"sendReport","arguments":{"recipients":"%s","text":"%s"},"impact":"high","user":"%s"},
				"justification":"Send it"}""".formatted(task, recipients, text, user)), "request_id");
	}

	@Test
	@Tag("nightly")
	void whatExpiresCanNotBeDecided() throws Exception {
		signIn("Alice");
		form(BASE + "/oauth/bc-authorize", Map.of("login_hint", "alice@example.com", "requested_expiry", "3",
				"authorization_details", "[{\"type\":\"payment\",\"identifier\":\"inv-30\"}]"), agent);
		browser.awaitText(".ask h3", "Payment inv-30");
		browser.awaitText(".ask .left", "expired");
		assertThat(browser.find(".ask .approve").isEnabled()).isFalse();
		assertThat(browser.script("return document.title")).isEqualTo("Inbox · LumoAuth dev server");
		browser.awaitText("#history li:first-child", "expired");
		browser.find("#nothing");
	}

	private static void signIn(String name) {
		// Or who is signed in already is shown only after the choice.
		browser.awaitText("#signed-in", "igned in");
		browser.find("#who optgroup option");
		browser.find("#who").sendKeys(name);
		browser.click("#sign-in button");
		browser.awaitText("#signed-in", name.startsWith("Nobody") ? "Nobody is signed in." : "Signed in as " + name);
	}

	private static WebElement active() {
		return (WebElement) browser.script("return document.activeElement");
	}

	private static String ask(String invoice, int amount, String reason) throws Exception {
		String task = field(json(BASE + "/jit/task", "{}"), "task_id");
		return field(json(BASE + "/jit/request", """
				{"task_id":"%s","authorization_details":{"type":"payment","actions":["initiate"],"identifier":"%s",
				"arguments":{"amount":%d,"currency":"USD","to":"Supplier"}},"justification":"%s"}""".formatted(task,
				invoice, amount, reason)), "request_id");
	}

	private static void push(String reason) throws Exception {
		field(json(BASE + "/agents/me/approvals",
				"""
						{"task_id":"t","reason":"%s","impact":"medium","on_behalf_of":"alice@example.com","meta":{"amount":4500}}"""
					.formatted(reason)),
				"approval_token");
	}

	private static String status(String id) throws Exception {
		HttpRequest request = HttpRequest
			.newBuilder(URI.create(server.address() + BASE + "/jit/request/" + id + "/status"))
			.header("Authorization", "Bearer " + agent)
			.build();
		return http.send(request, BodyHandlers.ofString()).body();
	}

	private static String json(String path, String body) throws Exception {
		return post(path, "application/json", body, agent);
	}

	private static String form(String path, Map<String, String> parameters, String token) throws Exception {
		return post(path, "application/x-www-form-urlencoded",
				parameters.entrySet()
					.stream()
					.map((entry) -> entry.getKey() + "=" + URLEncoder.encode(entry.getValue(), StandardCharsets.UTF_8))
					.collect(Collectors.joining("&")),
				token);
	}

	private static String post(String path, String type, String body, String token) throws Exception {
		HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server.address() + path))
			.header("Content-Type", type)
			.POST(HttpRequest.BodyPublishers.ofString(body));
		if (token != null) {
			request.header("Authorization", "Bearer " + token);
		}
		return http.send(request.build(), BodyHandlers.ofString()).body();
	}

	private static String field(String answer, String name) {
		Matcher matcher = Pattern.compile("\"" + name + "\":\"([^\"]+)\"").matcher(answer);
		assertThat(matcher.find()).as(List.of(name, answer).toString()).isTrue();
		return matcher.group(1);
	}

}
