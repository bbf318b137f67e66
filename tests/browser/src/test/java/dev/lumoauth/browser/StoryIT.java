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
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The demo's page beside the console: a switch flipped there is felt by the chat's next
 * tool call.
 */
@Timeout(600)
@Tag("nightly")
class StoryIT {

	private static final String QUESTION = "Search documents for Q3 performance, then query the financial MCP for EBITDA.";

	private static final String INSISTING = "What was the EBITDA, even if you are not offered the tool?";

	@TempDir
	private Path directory;

	private Browser browser;

	private String chat;

	private String console;

	@Test
	void refusedGrantedAnsweredExhaustedRaised() throws Exception {
		try (Browser started = Browser.start(this.directory.resolve("profile"));
				Server demo = Server.demo(this.directory, "--lumoauth.capabilities.cache.allow-ttl=10m")) {
			this.browser = started;
			this.browser.appear(1040, 680, "light");
			this.browser.open(demo.address() + "/");
			this.chat = this.browser.handle();
			this.browser.click("#console");
			this.console = this.browser.otherThan(this.chat);
			this.browser.appear(1040, 680, "light");
			this.browser.awaitText("#connection", "Connected");

			refused();
			granted();
			exhausted();
			raised();
			failedLooksDifferent();
			modelsAndPeopleCannotWriteHtml();
			assertThat(this.browser.complaints()).isEmpty();
			assertThat(this.browser.resources()).isNotEmpty()
				.allSatisfy((host) -> assertThat(host).isEqualTo(URI.create(demo.address()).getAuthority()));
			Looks.check(this.browser, "chat");
		}
	}

	private void refused() {
		ask(INSISTING, "Q3 EBITDA: $1.2M"); // remembered from now on
		flip("mcp:financial");
		this.browser.awaitText("#message", "Research Analyst no longer has the capability mcp:financial.");
		assertThat(this.browser.complaints()).isEmpty();

		ask(QUESTION, "I was offered no tool for it.");
		assertThat(note()).isEqualTo("Hidden from the model queryFinancials requires mcp:financial");
		assertThat(steps("deny")).contains("hidden queryFinancials requires mcp:financial");
		assertThat(steps("allow")).contains("offered searchCompanyDocuments requires read:documents")
			.anyMatch((step) -> step
				.matches("allow read:documents from the cache, \\d+ ms, before running searchCompanyDocuments"));
		assertThat(steps("deny"))
			.anyMatch((step) -> step.matches("deny mcp:financial by LumoAuth, \\d+ ms, before offering the tools"));
		ask(INSISTING, "agent lacks 'mcp:financial' capability.");
		assertThat(note()).startsWith("Refused queryFinancials: agent lacks 'mcp:financial'");
		// Also by a decision that is remembered.
		assertThat(steps("deny")).contains("hidden queryFinancials requires mcp:financial");
		this.browser.screenshot("readme-chat");
		atConsole();
		this.browser.click("nav a");
		this.browser.awaitText(".requests .note.bad",
				"'mcp:financial' denied, because Research Analyst does not have it");
		this.browser.script("""
				[...document.querySelectorAll('.requests a')].find((line) => line.querySelector('.note.bad')).click()
				""");
		this.browser.find(".pane pre");
		this.browser.screenshot("readme-console");
	}

	private void granted() {
		flip("mcp:financial");
		this.browser.awaitText("#message", "Research Analyst has the capability mcp:financial.");
		int before = requests();
		ask(QUESTION, "Q3 EBITDA: $1.2M (Q2: $1.0M), a margin of 24 percent.");
		assertThat(steps("ok"))
			.contains("Token agt_research-analyst → urn:mcp:financial-data no actor: the agent acts for itself",
					"The MCP server saw subject agt_research-analyst, actor none, scope mcp:financial mcp:read")
			.anyMatch((step) -> step.startsWith("returned queryFinancials"));
		// What a tool returned is cut between words, and there in full.
		assertThat((List<?>) this.browser.script("""
				return [...document.querySelectorAll('#journeys .journey:first-child details.result')]
					.map((result) => [result.firstChild.textContent, result.lastChild.textContent])
				""")).isNotEmpty().allSatisfy((result) -> {
			String cut = String.valueOf(((List<?>) result).get(0));
			assertThat(cut).endsWith(" …");
			assertThat((String) ((List<?>) result).get(1)).startsWith(cut.substring(0, cut.length() - 1));
		});
		assertThat(requests()).isGreaterThan(before);
		assertThat(this.browser.find("#budget strong").getText()).matches("[\\d,]+ of 100,000 tokens used today");
	}

	private void exhausted() {
		atAgent();
		press("Spend all");
		this.browser.awaitText("#message", "The budget of Research Analyst is exhausted.");
		ask(QUESTION, "No model was called: the budget is exhausted");
		assertThat(this.browser.find("#budget strong").getText()).contains("exhausted");
	}

	private void raised() {
		atAgent();
		press("Raise by 50,000");
		this.browser.awaitText("#message", "Research Analyst may use 150,000 tokens a day.");
		ask("What was the revenue of Globex in Q2?", "Globex");
		String budget = this.browser.find("#budget strong").getText();
		assertThat(budget).endsWith("of 150,000 tokens used today").doesNotStartWith("100,000 ");
		atConsole();
		this.browser.awaitText("#budget-text", budget);
	}

	private void failedLooksDifferent() {
		flip("mcp:financial");
		this.browser.awaitText("#message", "Research Analyst no longer has the capability mcp:financial.");
		flip("mcp:financial"); // so that the demo remembers no decision
		this.browser.awaitText("#message", "Research Analyst has the capability mcp:financial.");
		this.browser.click("nav a[href='/console/faults']");
		this.browser.click("[data-fault=unavailable]");
		this.browser.awaitText("#message", "Switched on: 503.");
		ask(INSISTING, "authorization is unavailable; try again later.");
		assertThat(note()).startsWith("Failed queryFinancials");
		assertThat(style(".tag.failed")).isNotEqualTo(style(".tag.refused"));
		atConsole();
		this.browser.click(".banner button");
		this.browser.awaitText("#message", "LumoAuth answers normally again.");
	}

	private void modelsAndPeopleCannotWriteHtml() {
		ask("Search documents about <img src=x onerror=alert(1)>", "I found no document about that.");
		assertThat(this.browser.texts("#log .question")).last()
			.isEqualTo("Search documents about <img src=x onerror=alert(1)>");
		assertThat(this.browser.texts("main img")).isEmpty();
	}

	private void flip(String capability) {
		atAgent();
		WebElement input = this.browser.await(() -> (WebElement) this.browser.script("""
				return [...document.querySelectorAll('.switches label')]
					.filter((label) => label.textContent.trim() === arguments[0]).map((label) => label.control)[0]
				""", capability));
		input.sendKeys(Keys.SPACE);
	}

	private void press(String text) {
		this.browser.await(() -> (WebElement) this.browser.script(
				"""
						return [...document.querySelectorAll('main button')].filter((each) => each.textContent === arguments[0])[0]
						""",
				text))
			.click();
	}

	private void atAgent() {
		atConsole();
		this.browser.click("nav a[href='/console/agents']");
		this.browser.click(".card a");
		this.browser.awaitText("h1", "Research Analyst");
	}

	private void atConsole() {
		this.browser.switchTo(this.console);
	}

	/**
	 * Asks by keyboard and waits for all of the answer.
	 */
	private void ask(String question, String answer) {
		this.browser.switchTo(this.chat);
		int turns = this.browser.texts("#log .turn").size();
		this.browser.find("#question").sendKeys(question, Keys.ENTER);
		String last = "#log .turn:last-child";
		this.browser.await(() -> (this.browser.texts("#log .turn").size() > turns
				&& this.browser.texts(last + " .waiting").isEmpty()) ? true : null);
		this.browser.awaitText(last, answer);
		this.browser.find("#send[aria-disabled=false]");
	}

	private String note() {
		List<String> notes = this.browser.texts("#log .turn:last-child .notes li");
		return notes.get(notes.size() - 1);
	}

	/**
	 * Also those that one has to scroll to.
	 */
	private List<String> steps(String kind) {
		List<?> texts = (List<?>) this.browser.script(
				"return [...document.querySelectorAll(arguments[0])].map((step) => step.textContent)",
				"#journeys .journey:first-child ." + kind);
		return texts.stream().map(String::valueOf).toList();
	}

	private int requests() {
		this.browser.switchTo(this.chat);
		return Integer.parseInt(this.browser.find("#requests").getText().replace(",", ""));
	}

	private String style(String css) {
		WebElement element = this.browser.find(css);
		return element.getCssValue("color") + element.getCssValue("border-radius");
	}

}
