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
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The demo's page where not all goes well: opened again, in two tabs, on a phone, with a
 * LumoAuth that is slow, without a budget, and without the demo. Starts the demo a second
 * time, after DemoJourneyIT.
 */
@Timeout(600)
@Tag("nightly")
class PageIT {

	private static final HttpClient http = HttpClient.newHttpClient();

	@TempDir
	private Path directory;

	private Browser browser;

	private URI admin;

	@Test
	void showsWhatHappensWhateverHappens() throws Exception {
		try (Browser started = Browser.start(this.directory.resolve("profile"));
				Server demo = Server.demo(this.directory)) {
			this.browser = started;
			this.browser.appear(1280, 900, "light");
			this.browser.open(demo.address() + "/");
			this.admin = URI.create(this.browser.find("#console").getAttribute("href")).resolve("/dev/");
			anExampleIsAskedWhenItIsPressed();
			aLongResultIsCutBetweenTwoWords();
			theChatIsStillThereWhenThePageIsOpenedAgain();
			anotherTabShowsTheSame(demo.address());
			aPhoneHasTheStepsBelowTheAnswer();
			aSlowLumoAuthIsNamed();
			aSpentBudgetIsAStep();
			theLastAnswerStaysInViewUnlessSomebodyReadsAnother(demo.address());
			nothingBecomesHtml();
			assertThat(this.browser.complaints()).isEmpty();
		}
	}

	@Test
	void goesOnWithADemoThatIsStartedAgain() throws Exception {
		try (Browser started = Browser.start(this.directory.resolve("profile"))) {
			this.browser = started;
			this.browser.appear(1280, 900, "light");
			Server demo = Server.demo(this.directory);
			try (demo) {
				this.browser.open(demo.address() + "/");
				ask();
				awaitAnswer(1);
			}
			aDemoThatIsGoneIsNamed();
			try (Server again = Server.demoAgain(this.directory, demo)) {
				this.browser.await(() -> this.browser.texts("#connection").contains("") ? true : null);
				// The other process knows nothing of the old questions.
				this.browser.find("#welcome");
				assertThat(this.browser.texts("#log .turn")).isEmpty();
				ask();
				awaitAnswer(1);
				assertThat(again.address()).isEqualTo(demo.address());
			}
		}
	}

	private void anExampleIsAskedWhenItIsPressed() {
		ask();
		awaitAnswer(1);
		assertThat(this.browser.texts("#log .question")).containsExactly("What was the revenue of Globex in Q2?");
		this.browser.awaitText("#journeys .result", "Globex");
		assertThat(String.join("\n", steps())).containsSubsequence("The agent is", "Budget before:",
				"allow mcp:financial", "offered", "Model", "allow mcp:financial", "Token agt_research-analyst",
				"The MCP server saw", "returned queryFinancials", "Model", "Budget after:");
	}

	private void aLongResultIsCutBetweenTwoWords() {
		assertThat(this.browser
			.script("return import('/page.js').then((page) => page.cut('performance '.repeat(30), 200))"))
			.isEqualTo("performance ".repeat(16) + "…");
	}

	private void theChatIsStillThereWhenThePageIsOpenedAgain() {
		List<String> steps = steps();
		String budget = this.browser.find("#budget strong").getText();
		this.browser.script("location.reload()");
		awaitAnswer(1);
		assertThat(steps()).isEqualTo(steps);
		this.browser.awaitText("#budget strong", budget);
	}

	private void anotherTabShowsTheSame(String address) {
		String first = this.browser.handle();
		this.browser.script("window.open(arguments[0])", address + "/");
		String second = this.browser.otherThan(first);
		this.browser.appear(1280, 900, "light");
		awaitAnswer(1);
		this.browser.switchTo(first);
		ask();
		awaitAnswer(2);
		String budget = this.browser.find("#budget strong").getText();
		String answer = this.browser.texts("#log .turn").get(1);
		this.browser.switchTo(second);
		awaitAnswer(2);
		assertThat(this.browser.texts("#log .turn").get(1)).isEqualTo(answer);
		this.browser.awaitText("#budget strong", budget);
		this.browser.script("window.close()");
		this.browser.switchTo(first);
	}

	private void aPhoneHasTheStepsBelowTheAnswer() {
		this.browser.appear(Looks.PHONE, "light");
		this.browser.awaitText("#log .turn:last-child summary", "What happened: ");
		this.browser.click("#log .turn:last-child summary");
		this.browser.awaitText("#log .turn:last-child .steps", "returned queryFinancials");
		assertThat(this.browser.accessibilityProblems()).isEmpty();
		assertThat(this.browser.scrollsSideways()).isFalse();
		this.browser.appear(1280, 900, "light");
		this.browser.find("#journeys .steps");
	}

	private void aSlowLumoAuthIsNamed() throws Exception {
		admin("PUT", "faults/slow", "{\"delay_ms\":2500}");
		ask();
		this.browser.await(() -> this.browser.texts("#log .doing")
			.stream()
			.anyMatch((text) -> text.matches("Asking LumoAuth: [A-Z]+ /\\S+, [1-9]\\d* s")) ? true : null);
		admin("DELETE", "faults", "");
		awaitAnswer(3);
	}

	private void aSpentBudgetIsAStep() throws Exception {
		String agent = admin("POST", "tenants/acme-corp/agents/agt_research-analyst/budget/exhaust", "");
		ask();
		awaitAnswer(4);
		assertThat(this.browser.texts("#log .turn:last-child .failure")).singleElement()
			.asString()
			.startsWith("No model was called: the budget is exhausted");
		assertThat(this.browser.texts("#journeys .journey:first-child .refused"))
			.anyMatch((step) -> step
				.equals("Refused the model call: Agent budget exhausted for today. by max_tokens_per_day"))
			.anyMatch((step) -> step.startsWith("Budget before: 100,000 of 100,000"));
		Matcher used = Pattern.compile("\"tokens_used_today\":(\\d+)").matcher(agent);
		assertThat(used.find()).isTrue();
		assertThat(this.browser.find("#budget strong").getText().replace(",", "")).startsWith(used.group(1) + " of ");
	}

	private void theLastAnswerStaysInViewUnlessSomebodyReadsAnother(String address) throws Exception {
		this.browser.appear(1280, 500, "light");
		this.browser.await(() -> log("scrollTop > 0 && log.scrollHeight - log.scrollTop - log.clientHeight < 2"));
		this.browser.script("document.getElementById('log').scrollTop = 0");
		this.browser
			.await(() -> this.browser.script("return import('/page.js').then((page) => page.atEnd ? null : true)"));
		http.send(HttpRequest.newBuilder(URI.create(address + "/chat"))
			.header("Content-Type", "application/json")
			.POST(BodyPublishers.ofString("{\"message\":\"What was the revenue of Globex in Q2?\"}"))
			.build(), BodyHandlers.ofString());
		awaitAnswer(5);
		assertThat(log("scrollTop === 0")).isEqualTo(true);
	}

	private void nothingBecomesHtml() {
		String hostile = "<img src=x onerror=alert(1)>${alert(2)}<script>alert(3)</script>";
		this.browser.find("#question").sendKeys(hostile, Keys.ENTER);
		awaitAnswer(6);
		assertThat(this.browser.texts("#log .question")).last().isEqualTo(hostile);
		assertThat(this.browser.texts("body img, body script")).isEmpty();
	}

	private Object log(String condition) {
		return this.browser.script("const log = document.getElementById('log'); return log." + condition + " || null");
	}

	private void aDemoThatIsGoneIsNamed() {
		this.browser.awaitText("#connection", "The demo does not answer");
		ask();
		this.browser.awaitText("#status", "The question was not asked: the demo does not answer.");
		assertThat(this.browser.accessibilityProblems()).isEmpty();
	}

	private void ask() {
		this.browser.find("#send[aria-disabled=false], #send:not([aria-disabled])");
		this.browser.click(".examples li:nth-child(2) .example");
	}

	private void awaitAnswer(int turns) {
		this.browser.await(() -> (this.browser.texts("#log .turn").size() == turns
				&& this.browser.texts("#log .turn .waiting").isEmpty()
				&& !this.browser.texts("#send[aria-disabled=false]").isEmpty()) ? true : null);
	}

	private List<String> steps() {
		List<?> texts = (List<?>) this.browser.script("""
				return [...document.querySelectorAll('#journeys .journey:first-child .steps > li')]
					.map((step) => step.textContent)
				""");
		return texts.stream().map(String::valueOf).toList();
	}

	private String admin(String method, String path, String body) throws Exception {
		HttpResponse<String> answer = http.send(HttpRequest.newBuilder(this.admin.resolve(path))
			.header("Content-Type", "application/json")
			.method(method, BodyPublishers.ofString(body))
			.build(), BodyHandlers.ofString());
		assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
		return answer.body();
	}

}
