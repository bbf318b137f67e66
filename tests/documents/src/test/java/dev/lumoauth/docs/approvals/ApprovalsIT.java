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

package dev.lumoauth.docs.approvals;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import dev.lumoauth.docs.SharedDevServer;
import dev.lumoauth.spring.approval.Approval;
import dev.lumoauth.spring.approval.ApprovalRule;
import dev.lumoauth.spring.approval.ApprovalState;
import dev.lumoauth.spring.guard.CallArguments;
import dev.lumoauth.spring.call.Conversation;
import dev.lumoauth.spring.approval.Impact;
import dev.lumoauth.spring.approval.LumoAuthApprovals;
import dev.lumoauth.spring.approval.TooSoonAfterDenialException;
import dev.lumoauth.spring.test.ScriptedChatModel;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.http.MediaType;
import org.springframework.web.client.RestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The whole way of docs/approvals.md: a model, the guard, the dev server, and a person
 * who decides there.
 */
class ApprovalsIT {

	private static final String TEN = "refund {\"customer\":\"bob\",\"amount\":10,\"currency\":\"EUR\"}";

	private static ConfigurableApplicationContext application;

	private final Cashier cashier = application.getBean(Cashier.class);

	private final PaymentTools payments = application.getBean(PaymentTools.class);

	private final LumoAuthApprovals approvals = application.getBean(LumoAuthApprovals.class);

	@BeforeAll
	static void start() {
		Map<String, Object> properties = new HashMap<>(SharedDevServer.variables());
		properties.put("spring.config.name", "approvals");
		properties.put("spring.main.banner-mode", "off");
		properties.put("lumoauth.approvals.poll-interval", "1s");
		// A model that tries again and again would spend it.
		properties.put("lumoauth.budget.enforce", "false");
		application = new SpringApplicationBuilder(ApprovalsApplication.class).web(WebApplicationType.NONE)
			.properties(properties)
			.run();
	}

	@AfterAll
	static void stop() {
		if (application != null) {
			application.close();
		}
	}

	@BeforeEach
	void reset() {
		this.payments.paid().clear();
	}

	@Test
	void goesOnByItselfWhenAPersonHasApproved() throws Exception {
		assertThat(this.cashier.ask("c1", TEN)).isEqualTo("Approval pending: Refund 10 EUR to bob. Tell the user, and "
				+ "call the tool again with the same arguments after it is approved.");
		assertThat(this.payments.paid()).isEmpty();
		Approval waiting = waiting();
		assertThat(waiting.conversationId()).isEqualTo("c1");
		assertThat(inbox()).contains("Refund 10 EUR to bob", "bob", "EUR");
		decide("Refund 10 EUR", "approve", Map.of("user", "alice"));
		application.getBean(Continuation.class).answer(waiting.id()).get(60, TimeUnit.SECONDS);
		assertThat(this.payments.paid()).hasSize(1);
		assertThat(this.approvals.status(waiting.id()).state()).isEqualTo(ApprovalState.DONE);
		List<Prompt> prompts = application.getBean(ScriptedChatModel.class).prompts();
		assertThat(prompts.get(prompts.size() - 1).getContents()).contains("\"customer\":\"bob\"", TEN);
		// A model that asks again reads the result.
		assertThat(this.cashier.ask("c1", TEN)).contains("bob").contains("10");
		assertThat(this.payments.paid()).hasSize(1);
	}

	@Test
	void tellsTheModelWhatAPersonSaid() throws Exception {
		assertThat(this.cashier.ask("c2", TEN.replace("10", "11"))).startsWith("Approval pending");
		Approval waiting = waiting();
		decide("Refund 11 EUR", "deny", Map.of("user", "alice", "agent_message", "Ask the customer first"));
		application.getBean(Continuation.class).answer(waiting.id()).get(60, TimeUnit.SECONDS);
		assertThat(this.cashier.ask("c2", TEN.replace("10", "11")))
			.isEqualTo("Error: a person denied this call. The reviewer's message: \"Ask the customer first\"");
		assertThat(this.payments.paid()).isEmpty();
	}

	@Test
	void asksOnlyWhereTheConditionSaysSo() {
		assertThat(this.cashier.ask("c3", "credit {\"customer\":\"bob\",\"amount\":100}")).contains("credited 100");
		assertThat(this.cashier.ask("c3", "credit {\"customer\":\"bob\",\"amount\":100.5}"))
			.startsWith("Approval pending: Credit 100.5 to bob.");
		this.approvals.cancel(waiting().id());
	}

	@Test
	void asksForACapabilityThatIsMissing() {
		assertThat(this.cashier.ask("c4", "closeAccount {\"customer\":\"bob\"}"))
			.startsWith("Approval pending: the agent lacks accounts:close.");
		decide("the agent lacks", "approve", Map.of("user", "alice"));
		String id = waiting().id();
		assertThat(this.approvals.await(id, Duration.ofSeconds(20)).state()).isIn(ApprovalState.APPROVED,
				ApprovalState.RUNNING, ApprovalState.DONE);
	}

	@Test
	void aModelThatChangesAWordReachesAPersonOnce() {
		assertThat(this.cashier.ask("c5", TEN.replace("10", "500"))).startsWith("Approval pending");
		Approval waiting = waiting("Refund 500");
		decide("Refund 500 EUR", "deny", Map.of("user", "alice"));
		assertThat(this.approvals.await(waiting.id(), Duration.ofSeconds(60)).state()).isEqualTo(ApprovalState.DENIED);
		for (int i = 501; i < 600; i++) {
			assertThat(this.cashier.ask("c5", TEN.replace("10", "" + i)))
				.isEqualTo("Error: a person has denied calls of "
						+ "this tool, so nobody is asked about it now. Stop calling it, and tell the user.");
		}
		assertThat(inbox()).contains("Refund 500 EUR").doesNotContain("Refund 501 EUR", "Refund 599 EUR");
	}

	@Test
	@Tag("nightly")
	void lumoAuthSuspendsAConversationAfterSeveralDenials() {
		Map<String, String> calls = Map.of("Refund 700", TEN.replace("10", "700"), "Credit 700 to carol",
				"credit {\"customer\":\"carol\",\"amount\":700}", "the agent lacks",
				"closeAccount {\"customer\":\"carol\"}");
		calls.forEach((reason, call) -> {
			assertThat(this.cashier.ask("c6", call)).startsWith("Approval pending");
			Approval waiting = waiting(reason);
			decide(reason, "deny", Map.of("user", "alice"));
			assertThat(this.approvals.await(waiting.id(), Duration.ofSeconds(60)).state())
				.isEqualTo(ApprovalState.DENIED);
		});
		ApprovalRule rule = new ApprovalRule("Do something else", Impact.HIGH, "", List.of());
		assertThatExceptionOfType(TooSoonAfterDenialException.class)
			.isThrownBy(() -> Conversation.call("c6", () -> this.approvals.request("else", CallArguments.NONE, rule)))
			.withMessageContaining("LumoAuth accepts no more requests in the task of this conversation");
		assertThat(inbox()).doesNotContain("Do something else");
		this.approvals
			.cancel(Conversation.call("c7", () -> this.approvals.request("else", CallArguments.NONE, rule)).id());
	}

	@Test
	void aPersonSeesAllOfALongArgumentOrIsNotAsked() {
		String long1 = "x".repeat(1_100) + " and eve";
		assertThat(this.cashier.ask("c8", "closeAccount {\"customer\":\"" + long1 + "\"}"))
			.startsWith("Approval pending");
		assertThat(inbox()).contains(long1);
		this.approvals.cancel(waiting("the agent lacks").id());
		assertThat(this.cashier.ask("c8", "closeAccount {\"customer\":\"" + "x".repeat(10_000) + "\"}"))
			.startsWith(
					"Error: this call can't be put to a person for approval: the call, with all its arguments, has ")
			.endsWith("the person is shown at most 10000; use shorter arguments");
		assertThat(this.cashier.ask("c8", TEN.replace("bob", long1))).contains("the question to the person has ",
				"at most 480; use shorter arguments");
		assertThat(inbox()).doesNotContain("x".repeat(1_101), "Refund 10 EUR to x");
	}

	@Test
	void chatsOfNobodyAreLimitedTogether() {
		ChatClient nobody = application.getBean(ChatClient.Builder.class).defaultTools(this.payments).build();
		List<String> answers = IntStream.range(800, 860)
			.mapToObj((i) -> nobody.prompt(TEN.replace("10", "" + i)).call().content())
			.toList();
		assertThat(answers).filteredOn((answer) -> answer.startsWith("Approval pending")).hasSize(20);
		assertThat(answers).filteredOn((answer) -> answer.startsWith("Error: too many calls wait")).hasSize(40);
		this.approvals.pending()
			.stream()
			.filter((each) -> each.call().user() == null)
			.forEach((each) -> this.approvals.cancel(each.id()));
	}

	private Approval waiting(String reason) {
		return this.approvals.pending()
			.stream()
			.filter((each) -> each.state() == ApprovalState.PENDING && each.reason().startsWith(reason))
			.findFirst()
			.orElseThrow();
	}

	private Approval waiting() {
		List<Approval> pending = this.approvals.pending();
		return pending.get(pending.size() - 1);
	}

	private static String inbox() {
		return Objects.requireNonNull(
				RestClient.create(url()).get().uri("/dev/tenants/acme-corp/inbox").retrieve().body(String.class));
	}

	@SuppressWarnings("unchecked")
	private static void decide(String reason, String how, Map<String, String> body) {
		Map<String, Object> inbox = Objects.requireNonNull(RestClient.create(url())
			.get()
			.uri("/dev/tenants/acme-corp/inbox")
			.retrieve()
			.body(new ParameterizedTypeReference<Map<String, Object>>() {
			}));
		Map<String, Object> waiting = ((List<Map<String, Object>>) Objects.requireNonNull(inbox.get("requests")))
			.stream()
			.filter((request) -> "pending".equals(request.get("status"))
					&& String.valueOf(request.get("reason")).startsWith(reason))
			.findFirst()
			.orElseThrow();
		RestClient.create(url())
			.post()
			.uri("/dev/tenants/acme-corp/inbox/{id}/{how}", waiting.get("id"), how)
			.contentType(MediaType.APPLICATION_JSON)
			.body(body)
			.retrieve()
			.toBodilessEntity();
	}

	private static String url() {
		return SharedDevServer.url();
	}

}
