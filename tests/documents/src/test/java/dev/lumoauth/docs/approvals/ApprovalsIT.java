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

import dev.lumoauth.docs.ServerProcess;
import dev.lumoauth.spring.approval.Approval;
import dev.lumoauth.spring.approval.ApprovalState;
import dev.lumoauth.spring.approval.LumoAuthApprovals;
import dev.lumoauth.spring.test.ScriptedChatModel;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.http.MediaType;
import org.springframework.web.client.RestClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The whole way of docs/approvals.md: a model, the guard, the dev server, and a person
 * who decides there.
 */
class ApprovalsIT {

	private static final String TEN = "refund {\"customer\":\"bob\",\"amount\":10,\"currency\":\"EUR\"}";

	private static ServerProcess lumoAuth;

	private static ConfigurableApplicationContext application;

	private final Cashier cashier = application.getBean(Cashier.class);

	private final PaymentTools payments = application.getBean(PaymentTools.class);

	private final LumoAuthApprovals approvals = application.getBean(LumoAuthApprovals.class);

	@BeforeAll
	static void start() {
		lumoAuth = new ServerProcess("lumoauth-dev-server.jar", Map.of());
		Map<String, Object> properties = new HashMap<>(lumoAuth.variables());
		properties.put("spring.config.name", "approvals");
		properties.put("spring.main.banner-mode", "off");
		properties.put("lumoauth.approvals.poll-interval", "1s");
		application = new SpringApplicationBuilder(ApprovalsApplication.class).web(WebApplicationType.NONE)
			.properties(properties)
			.run();
	}

	@AfterAll
	static void stop() {
		if (application != null) {
			application.close();
		}
		lumoAuth.close();
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
		return Objects.requireNonNull(lumoAuth.variables().get("LUMOAUTH_URL")).toString();
	}

}
