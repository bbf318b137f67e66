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
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The demo's page beside the inbox: a call that waits for a person is a card in the chat,
 * which goes on once it is decided.
 */
@Tag("nightly")
@Timeout(600)
class ApprovalIT {

	/** Enough to decide by hand below, and no more: the test waits for one to expire. */
	private static final String TIME = "20s";

	private static final HttpClient http = HttpClient.newHttpClient();

	@TempDir
	private Path directory;

	private Browser browser;

	private String console;

	@Test
	void approvedDeniedReopenedExpired() throws Exception {
		try (Browser started = Browser.start(this.directory.resolve("profile"));
				Server demo = Server.demo(this.directory, "--demo.outbox=" + outbox(),
						"--demo.approval-time=" + TIME)) {
			this.browser = started;
			this.browser.appear(1040, 680, "light");
			this.browser.open(demo.address() + "/");
			this.console = this.browser.find("#console").getAttribute("href");

			approvedInTheInbox();
			ask("To be forgotten");
			awaitCard("To be forgotten", "Waits for a person");
			deniedWithAWord();
			openedAgainWhileItWaitsAndAfterIt(demo.address());
			Looks.check(this.browser, "approvals");
			expired();
			assertThat(reports("")).hasSize(2);
			assertThat(this.browser.complaints()).isEmpty();
			assertThat(this.browser.resources()).isNotEmpty()
				.allSatisfy((host) -> assertThat(host).isEqualTo(URI.create(demo.address()).getAuthority()));
		}
	}

	private void approvedInTheInbox() {
		ask("Q3 performance");
		awaitCard("Q3 performance", "Waits for a person");
		this.browser.awaitText("#log .turn", "A person has to approve this first");
		assertThat(card("Q3 performance"))
			.contains("Send the report \"Q3 performance\" to \"the board\"", "A call of sendReport, impact high, with",
					"recipients the board", "subject Q3 performance", "text I found 3 documents")
			.containsPattern("0:[0-2]\\d left to decide");
		assertThat(this.browser.texts("#journeys li.pending")).hasSize(1);
		assertThat(reports("")).isEmpty();
		this.browser.appear(1040, 880, "light");
		this.browser.screenshot("readme-approval");
		this.browser.appear(1040, 680, "light");

		String chat = this.browser.handle();
		WebElement link = this.browser.find(".approval a");
		assertThat(link.getText()).isEqualTo("Decide in LumoAuth’s inbox");
		link.sendKeys(Keys.ENTER);
		this.browser.otherThan(chat);
		this.browser.awaitText(".ask", "Send the report \"Q3 performance\" to \"the board\"");
		this.browser.awaitText("#signed-in", "igned in");
		this.browser.find("#who optgroup option");
		this.browser.find("#who").sendKeys("Alice");
		this.browser.click("#sign-in button");
		this.browser.awaitText("#signed-in", "Signed in as Alice");
		this.browser.click(".ask .more summary");
		this.browser.find(".ask [name=word]").sendKeys("Only this once");
		this.browser.click(".ask .approve:enabled");
		this.browser.awaitText("#message", "Approved");

		this.browser.switchTo(chat);
		awaitCard("Q3 performance", "Approved and done");
		awaitAnswer("The report \"Q3 performance\" was sent to the board.");
		assertThat(card("Q3 performance")).contains("The reviewer says: “Only this once”").doesNotContain("left");
		assertThat(this.browser.texts("#journeys .journey:first-child h3")).singleElement()
			.asString()
			.startsWith("Approved");
		assertThat(reports("Subject: Q3 performance")).hasSize(1);
		this.browser.awaitText("#outbox", "1 report was sent");
		this.browser.awaitText("#outbox", "To: the board Subject: Q3 performance");
		// Asked again, it is not sent again.
		ask("Q3 performance");
		this.browser.awaitText("#log .turn:last-child", "The report \"Q3 performance\" was sent to the board.");
		assertThat(reports("")).hasSize(1);
		assertThat(this.browser.texts(".approval")).hasSize(1);
	}

	/**
	 * Other arguments are another call, about which a person decides anew.
	 */
	private void deniedWithAWord() throws Exception {
		ask("Q2 performance");
		awaitCard("Q2 performance", "Waits for a person");
		assertThat(card("Q3 performance")).contains("Approved and done");
		decide("deny", "Q2 performance", "<b>Not</b> before the audit");
		awaitCard("Q2 performance", "Denied");
		awaitAnswer("I could not send the report: a person denied this call. "
				+ "The reviewer's message: \"<b>Not</b> before the audit\"");
		assertThat(card("Q2 performance")).contains("The reviewer says: “<b>Not</b> before the audit”");
	}

	private void openedAgainWhileItWaitsAndAfterIt(String address) throws Exception {
		ask("Q1 performance");
		awaitCard("Q1 performance", "Waits for a person");
		this.browser.open("about:blank");
		this.browser.open(address + "/");
		awaitCard("Q1 performance", "Waits for a person");
		assertThat(this.browser.texts(".approval")).hasSize(4);
		this.browser.open("about:blank");
		decide("approve", "Q1 performance", "");
		this.browser.await(() -> reports("Subject: Q1 performance").isEmpty() ? null : true);
		this.browser.open(address + "/");
		awaitCard("Q1 performance", "Approved and done");
		awaitAnswer("The report \"Q1 performance\" was sent to the board.");
		assertThat(card("Q2 performance")).contains("Denied");
		this.browser.awaitText("#outbox", "2 reports were sent");
	}

	private void expired() {
		awaitCard("To be forgotten", "Expired: no decision in time");
		awaitAnswer("I could not send the report: nobody approved this call in time.");
	}

	private void ask(String subject) {
		int turns = this.browser.texts("#log .turn").size();
		this.browser.find("#send[aria-disabled=false], #send:not([aria-disabled])");
		this.browser.find("#question").sendKeys("Send the report \"" + subject + "\" to the board.", Keys.ENTER);
		this.browser.await(() -> (this.browser.texts("#log .turn").size() > turns
				&& this.browser.texts("#log .turn .waiting").isEmpty()) ? true : null);
	}

	private void awaitCard(String subject, String state) {
		this.browser.await(() -> card(subject).contains(state) ? true : null);
	}

	private String card(String subject) {
		return this.browser.texts(".approval")
			.stream()
			.filter((text) -> text.startsWith("Send the report \"" + subject + "\""))
			.findFirst()
			.orElse("");
	}

	private void awaitAnswer(String answer) {
		this.browser.awaitText("#log .after .answer:not(.waiting)", answer);
	}

	private Path outbox() {
		return this.directory.resolve("outbox");
	}

	private List<String> reports(String text) {
		if (!Files.exists(outbox())) {
			return List.of();
		}
		try (Stream<Path> files = Files.list(outbox())) {
			return files.map(ApprovalIT::read).filter((report) -> report.contains(text)).toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static String read(Path file) {
		try {
			return Files.readString(file);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private void decide(String decision, String subject, String word) throws Exception {
		URI inbox = URI.create(this.console).resolve("/dev/tenants/acme-corp/inbox");
		String waiting = http.send(HttpRequest.newBuilder(inbox).build(), BodyHandlers.ofString()).body();
		Matcher request = Pattern
			.compile("\"id\":\"(jit_[^\"]+)\"(?:(?!\"id\":).)*" + Pattern.quote("\\\"" + subject + "\\\""))
			.matcher(waiting);
		assertThat(request.find()).as(waiting).isTrue();
		HttpResponse<String> answer = http
			.send(HttpRequest.newBuilder(URI.create(inbox + "/" + request.group(1) + "/" + decision))
				.header("Content-Type", "application/json")
				.POST(HttpRequest.BodyPublishers.ofString("{\"user\":\"alice\",\"agent_message\":\"" + word + "\"}"))
				.build(), BodyHandlers.ofString());
		assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
	}

}
