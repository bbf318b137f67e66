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

package dev.lumoauth.demo;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;

import dev.lumoauth.demo.analyst.ResearchAnalyst;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/**
 * The whole way of the guide's question: the application, the starter, the dev server and
 * the MCP server in processes of their own, and the scripted model.
 */
@ExtendWith(OutputCaptureExtension.class)
@Timeout(300)
class DemoJourneyIT {

	@TempDir
	private static Path outbox;

	private static ConfigurableApplicationContext context;

	private static Http http;

	private static String printed;

	@BeforeAll
	static void start(CapturedOutput output) {
		context = DemoApplication.application()
			.run("--server.port=0", "--demo.outbox=" + outbox, "--lumoauth.capabilities.cache.allow-ttl=10m");
		http = new Http("http://127.0.0.1:" + context.getEnvironment().getProperty("local.server.port"));
		printed = output.getAll();
	}

	@AfterAll
	static void stopEndsItsServersToo() {
		List<ProcessHandle> children = ProcessHandle.current().children().toList();
		assertThat(children).as("LumoAuth and the MCP server").hasSize(2);
		// An open page does not hold it up.
		Http.Events page = http.events("/chat/events");
		Instant before = Instant.now();
		context.close();
		assertThat(before).isCloseTo(Instant.now(), within(20, ChronoUnit.SECONDS));
		page.lines().forEachRemaining((line) -> {
		});
		assertThat(children).noneMatch(ProcessHandle::isAlive);
	}

	@Test
	void answersFromWhatBothToolsReturned() {
		assertThat(printed.replaceAll("\\s+", " ")).contains("I found 3 documents: \"Q3 Performance Review\"",
				"The first says: Q3 performance was driven by the sensor line",
				"Q3 EBITDA: $1.2M (Q2: $1.0M), a margin of 24 percent.");
	}

	@Test
	void printsEachStep() {
		assertThat(printed.lines()).anyMatch((line) -> line.startsWith("1  Identity   agt_research-analyst, tenant"))
			.anyMatch((line) -> line.contains("tenant acme-corp"))
			.anyMatch((line) -> line.matches(" +an access token of its own, good for \\d+ min"))
			.anyMatch((line) -> line.matches("2  Tools +offered +searchCompanyDocuments +requires read:documents"))
			.anyMatch((line) -> line.matches(" +offered +sendReport +requires reports:send"))
			.anyMatch((line) -> line.matches(" +offered +queryFinancials +requires mcp:financial"))
			.anyMatch((line) -> line.matches(".* allow +read:documents +LumoAuth +\\d+ ms +before offering the tools"))
			.anyMatch((line) -> line.matches(".* allow +mcp:financial +cache +\\d+ ms +before running queryFinancials"))
			.anyMatch((line) -> line
				.matches("4  Exchange   the agent's own token for one for urn:mcp:financial-data, good for \\d+ min"))
			.contains("              subject agt_research-analyst, no actor: the agent acts for itself",
					"   MCP server saw sub agt_research-analyst, act none, scope mcp:financial mcp:read")
			.anyMatch((line) -> line.matches("5  Model +scripted +[\\d,]+ tokens in.*calls searchCompanyDocuments"))
			.anyMatch((line) -> line.matches("   Budget +before +0 of 100,000 tokens used today"))
			.anyMatch((line) -> line.matches(" +after +[1-9][\\d,]* of 100,000 tokens used today"))
			.anyMatch((line) -> line.matches("Still running: http://localhost:\\d+/, POST /chat, .*"));
	}

	@Test
	void printsNothingElse() {
		assertThat(printed.lines()).noneMatch((line) -> line.contains("WARN") || line.contains("ERROR"))
			.noneMatch((line) -> line.length() > 100);
	}

	@Test
	void showsNoSecret() {
		String secret = context.getEnvironment().getRequiredProperty("lumoauth.client-secret");
		String chat = http.post("/chat", "{\"message\":\"What was the revenue?\"}").body();
		assertThat(List.of(printed, chat, http.get("/actuator/health").body()))
			.noneMatch((text) -> text.contains(secret) || text.contains("eyJ"));
	}

	@Test
	void answersOverHttpAndSaysHow() {
		HttpResponse<String> response = http.post("/chat", "{\"message\":\"What was the revenue?\"}");
		assertThat(response.statusCode()).isEqualTo(200);
		JsonNode body = Http.json(response);
		assertThat(body.path("answer").asString())
			.isEqualTo("Q3 Revenue: $5.0M (Q2: $4.4M), 13.6 percent more than in Q2.");
		assertThat(body.path("steps").path(0).propertyNames()).startsWith("step");
		assertThat(kinds(body)).contains("identity", "budget", "decision", "tools", "model-call", "exchange",
				"server-call", "tool-result");
		assertThat(StreamSupport.stream(body.path("steps").spliterator(), false)
			.filter((step) -> step.path("step").asString().equals("decision"))).isNotEmpty()
			.allMatch((step) -> step.path("outcome").asString().equals("allow"));
	}

	@Test
	void streamsTheAnswerAndWhatHappens() {
		context.getBean(CapabilityDecisions.class).invalidate();
		HttpResponse<String> response = http.post("/chat/stream", "{\"message\":\"What was the revenue?\"}");
		assertThat(response.headers().firstValue("Content-Type")).hasValue("text/event-stream");
		assertThat(response.body()).containsSubsequence("\"step\":\"identity\"", "\"when\":\"before\"",
				"\"source\":\"LumoAuth\"", "\"offered\":{\"searchCompanyDocuments\"", "\"source\":\"cache\"",
				"\"before\":\"running queryFinancials\"", "\"audience\":\"urn:mcp:financial-data\"",
				"\"step\":\"server-call\"", "\"outcome\":\"ok\"", "event:text\ndata:{\"text\":\"Q3 \"}",
				"\"when\":\"after\"", "event:answer\ndata:{\"answer\":\"Q3 Revenue: $5.0M");
		assertThat(response.body()).contains("\"step\":\"request\"").doesNotContain("eyJ");
		assertThat(http.post("/chat/stream", "{}").statusCode()).isEqualTo(400);
	}

	/**
	 * Nothing else would tell the demo, which remembers an allow for 10 minutes.
	 */
	@Test
	void takesAtOnceWhatLumoAuthTakesAway() {
		Http admin = new Http(context.getEnvironment().getRequiredProperty("lumoauth.url"));
		String capability = "/dev/tenants/acme-corp/agents/agt_research-analyst/capabilities/mcp:financial";
		awaitTaken(admin, "verification", 1);
		assertThat(answer("What was the revenue?")).startsWith("Q3 Revenue: $5.0M");
		long before = taken(admin, "token-claims-change");
		try {
			assertThat(admin.delete(capability).statusCode()).isEqualTo(200);
			awaitTaken(admin, "token-claims-change", before + 1);
			assertThat(answer("What was the revenue, even if you are not offered the tool?"))
				.contains("agent lacks 'mcp:financial' capability.");
		}
		finally {
			admin.put(capability);
			awaitTaken(admin, "token-claims-change", before + 2);
		}
		assertThat(answer("What was the revenue?")).startsWith("Q3 Revenue: $5.0M");
	}

	private static void awaitTaken(Http admin, String event, long times) {
		Instant end = Instant.now().plusSeconds(30);
		while (taken(admin, event) < times) {
			assertThat(Instant.now()).as(event).isBefore(end);
		}
	}

	private static long taken(Http admin, String event) {
		JsonNode deliveries = Http.json(admin.get("/dev/deliveries")).path("deliveries");
		return StreamSupport.stream(deliveries.spliterator(), false)
			.filter((delivery) -> delivery.path("type").asString().endsWith(event)
					&& delivery.path("outcome").asString().equals("taken"))
			.count();
	}

	/**
	 * Twenty questions, five at once, over all three ways: each step is told before the
	 * answer, and its number says where it belongs.
	 */
	@Test
	void tellsTheStepsInTheOrderInWhichTheyHappened() {
		// The chat's memory grows with each question, and so does what each costs.
		new Http(context.getEnvironment().getRequiredProperty("lumoauth.url"))
			.post("/dev/tenants/acme-corp/agents/agt_research-analyst/budget/raise", "{\"tokens\":1000000}");
		String question = "{\"message\":\"" + ResearchAnalyst.QUESTION + "\"}";
		List<String> paths = List.of("/chat/stream", "/chat/stream", "/chat", "/chat/stream", "/chat/stream");
		List<CompletableFuture<HttpResponse<String>>> answers = IntStream.range(0, 20)
			.mapToObj((i) -> http.postAsync(paths.get(i % paths.size()), question))
			.toList();
		for (CompletableFuture<HttpResponse<String>> answer : answers) {
			HttpResponse<String> response = answer.join();
			assertThat(response.statusCode()).isEqualTo(200);
			List<JsonNode> steps = response.uri().getPath().equals("/chat")
					? StreamSupport.stream(Http.json(response).path("steps").spliterator(), false).toList()
					: streamed(response.body());
			List<String> order = new ArrayList<>();
			for (String step : steps.stream().map(DemoJourneyIT::inShort).toList()) {
				// Both guards of the agent's own tool ask.
				if (!step.isEmpty() && (order.isEmpty() || !order.get(order.size() - 1).equals(step))) {
					order.add(step);
				}
			}
			assertThat(order).containsExactly("identity", "before", "tools", "calls searchCompanyDocuments",
					"running searchCompanyDocuments", "searchCompanyDocuments", "calls queryFinancials",
					"running queryFinancials", "exchange", "server-call", "queryFinancials", "answers", "after");
		}
	}

	private static List<JsonNode> streamed(String body) {
		assertThat(body.lastIndexOf("event:step")).isLessThan(body.indexOf("event:answer"));
		return body.lines()
			.filter((line) -> line.startsWith("data:{\"step\""))
			.map((line) -> Http.json(line.substring("data:".length())))
			.sorted(Comparator.comparingLong((step) -> step.path("number").asLong()))
			.toList();
	}

	private static String inShort(JsonNode step) {
		return switch (step.path("step").asString()) {
			case "budget" -> step.path("when").asString();
			case "model-call" ->
				step.path("calls").isEmpty() ? "answers" : "calls " + step.path("calls").path(0).asString();
			case "tool-result" -> step.path("tool").asString();
			case "decision" ->
				step.path("before").asString().startsWith("running") ? step.path("before").asString() : "";
			case "request" -> "";
			default -> step.path("step").asString();
		};
	}

	@Test
	void tellsLumoAuthWhatItsModelCallsHaveUsed() {
		answer("What was the revenue?");
		Http admin = new Http(context.getEnvironment().getRequiredProperty("lumoauth.url"));
		JsonNode there = Http.json(admin.get("/dev/tenants/acme-corp/agents/agt_research-analyst"));
		JsonNode here = http.events("/chat/events").await("all", "budget").path("budget").path("limits").path(0);
		assertThat(here.path("used").asLong()).isPositive()
			.isEqualTo(there.path("budget_policy").path("tokens_used_today").asLong());
	}

	@Test
	void hasAPage() {
		HttpResponse<String> page = http.get("/");
		assertThat(page.body()).contains("<h1>Research Analyst</h1>", "Open LumoAuth’s console",
				"LumoAuth’s count, including the demo’s model calls");
		assertThat(page.headers().firstValue("Content-Security-Policy")).get().asString().contains("script-src 'self'");
	}

	@Test
	void asksTheServerForWhatTheQuestionNames() {
		assertThat(answer("How many people does Hooli have, by headcount, in Q2?"))
			.isEqualTo("Hooli Q2 Headcount: 931 (Q1: 905).");
		assertThat(answer("What is the EBITDA for Q4?")).isEqualTo("There is no period 'Q4'. Known are: Q1, Q2, Q3.");
	}

	@Test
	void takesAQuestionWithBracesAsItIs() {
		JsonNode body = Http.json(http.post("/chat", "{\"message\":\"Is {revenue} in <this>?\"}"));
		assertThat(body.path("answer").asString()).startsWith("Q3 Revenue: $5.0M");
	}

	@Test
	void saysWhatIsWrongWithARequest() {
		for (String body : List.of("{}", "{\"message\":\" \"}", "{\"message\":null}",
				"{\"message\":\"" + "x".repeat(4001) + "\"}", "{", "", "[]")) {
			HttpResponse<String> response = http.post("/chat", body);
			assertThat(response.statusCode()).as(body).isEqualTo(400);
			assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
		}
		assertThat(Http.json(http.post("/chat", "{}")).path("detail").asString()).contains("{\"message\":");
	}

	@Test
	void sendsAReportOnceAPersonHasApprovedIt() throws Exception {
		Http.Events page = http.events("/chat/events");
		assertThat(answer("Send the report \\\"Q1 revenue\\\" to the board."))
			.startsWith("A person has to approve this first: Send the report \"Q1 revenue\" to \"the board\".");
		JsonNode entry = page.await("entry", "\"card\":{");
		JsonNode card = entry.path("card");
		assertThat(card.path("state").asString()).isEqualTo("PENDING");
		assertThat(card.path("arguments").path("recipients").asString()).isEqualTo("the board");
		assertThat(card.path("secondsLeft").asInt()).isBetween(240, 300);
		assertThat(reports("Q1 revenue")).isEmpty();
		decide("approve", "Q1 revenue", "Only this once");
		assertThat(page.await("entry", "\"APPROVED\"").path("card").path("word").asString())
			.isEqualTo("Only this once");
		JsonNode sent = page.await("sent", "Q1 revenue");
		assertThat(page.await("text", entry.path("id").asString()).path("text").asString()).isNotEmpty();
		assertThat(page.await("entry", "\"answering\":false").path("answer").asString())
			.isEqualTo("The report \"Q1 revenue\" was sent to the board.");
		// The model that calls it again reads the result that was kept.
		assertThat(answer("Send the report \\\"Q1 revenue\\\" to the board."))
			.isEqualTo("The report \"Q1 revenue\" was sent to the board.");
		assertThat(reports("Q1 revenue")).singleElement()
			.asString()
			.isEqualTo(sent.path("content").asString())
			.startsWith("To: the board\nSubject: Q1 revenue\n");
		// Who comes later is told all of it.
		assertThat(http.events("/chat/events").await("all", "Q1 revenue").path("entries"))
			.anySatisfy((each) -> assertThat(each.path("answer").asString()).contains("was sent to the board"))
			.filteredOn((each) -> each.path("question").asString("").contains("Q1 revenue"))
			.allSatisfy((each) -> assertThat(each.path("answer").asString()).contains("the board"));
	}

	@Test
	void sendsNoReportThatAPersonDenies() throws Exception {
		Http.Events page = http.events("/chat/events");
		answer("Send the report \\\"Q1 margin\\\" to the press.");
		page.await("entry", "\"card\":{");
		decide("deny", "Q1 margin", "Not before the audit");
		page.await("entry", "\"DENIED\"");
		assertThat(page.await("entry", "\"answering\":false").path("answer").asString())
			.isEqualTo("I could not send the report: a person denied this call. "
					+ "The reviewer's message: \"Not before the audit\"");
		assertThat(reports("Q1 margin")).isEmpty();
	}

	private static void decide(String decision, String subject, String word) {
		Http admin = new Http(context.getEnvironment().getRequiredProperty("lumoauth.url"));
		String inbox = "/dev/tenants/acme-corp/inbox";
		String id = StreamSupport.stream(Http.json(admin.get(inbox)).path("requests").spliterator(), false)
			.filter((request) -> request.path("reason").asString().contains(subject))
			.map((request) -> request.path("id").asString())
			.findFirst()
			.orElseThrow();
		assertThat(admin.post(inbox + "/" + id + "/" + decision,
				"{\"user\":\"alice\",\"agent_message\":\"" + word + "\"}"))
			.returns(200, HttpResponse::statusCode);
	}

	private static List<String> reports(String subject) throws IOException {
		List<String> reports = new ArrayList<>();
		try (DirectoryStream<Path> files = Files.newDirectoryStream(outbox)) {
			for (Path file : files) {
				reports.add(Files.readString(file));
			}
		}
		return reports.stream().filter((report) -> report.contains(subject)).toList();
	}

	@Test
	void showsTheBudgetInItsHealth() {
		HttpResponse<String> response = http.get("/actuator/health");
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(Http.json(response).path("components").path("lumoAuthBudget").path("status").asString())
			.isEqualTo("UP");
	}

	private static String answer(String question) {
		return Http.json(http.post("/chat", "{\"message\":\"" + question + "\"}")).path("answer").asString();
	}

	private static List<String> kinds(JsonNode body) {
		return StreamSupport.stream(body.path("steps").spliterator(), false)
			.map((step) -> step.path("step").asString())
			.toList();
	}

}
