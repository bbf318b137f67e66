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

package dev.lumoauth.spring.autoconfigure;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;

import dev.lumoauth.spring.approval.autoconfigure.LumoAuthApprovalsAutoConfiguration;
import dev.lumoauth.spring.approval.autoconfigure.ApprovalsCustomizer;
import dev.lumoauth.spring.LumoAuthAgent;
import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.agent.AgentRuntimes;
import dev.lumoauth.spring.approval.Approval;
import dev.lumoauth.spring.approval.ApprovalAnswer;
import dev.lumoauth.spring.approval.ApprovalChannel;
import dev.lumoauth.spring.approval.ApprovalRule;
import dev.lumoauth.spring.approval.ApprovalState;
import dev.lumoauth.spring.approval.process.Approvals;
import dev.lumoauth.spring.approval.Impact;
import dev.lumoauth.spring.autoconfigure.tool.LumoAuthBudgetAutoConfiguration;
import dev.lumoauth.spring.budget.BudgetMonitor;
import dev.lumoauth.spring.guard.CallArguments;
import dev.lumoauth.spring.http.LumoAuthHttp;
import dev.lumoauth.spring.http.LumoAuthRequestFactory;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.http.HttpMethod;
import org.springframework.http.client.ClientHttpRequest;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.mock.http.client.MockClientHttpRequest;
import org.springframework.mock.http.client.MockClientHttpResponse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * That agents forget everything between two tests, with a {@link LumoAuthRequestFactory}
 * bean in place of LumoAuth.
 */
class AgentsForgetTests {

	private final Answers answers = new Answers();

	private final ApplicationContextRunner application = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(LumoAuthAutoConfiguration.class,
				LumoAuthApprovalsAutoConfiguration.class, LumoAuthBudgetAutoConfiguration.class))
		.withBean(LumoAuthRequestFactory.class, () -> this.answers)
		.withPropertyValues("lumoauth.url=https://lumoauth.invalid", "lumoauth.tenant=acme-corp",
				"lumoauth.client-id=agt_1", "lumoauth.client-secret=s3cret-of-the-first",
				"lumoauth.agents.other.client-id=agt_2", "lumoauth.agents.other.client-secret=s3cret-of-the-second");

	@Test
	void forgetsDecisionsTokensAndBudgetsOfAllAgents() {
		this.application.run((context) -> {
			List<LumoAuthAgent> agents = List.of(context.getBean(LumoAuthAgent.class),
					context.getBean("lumoAuthAgent.other", LumoAuthAgent.class));
			for (LumoAuthAgent agent : agents) {
				ask(agent);
			}
			int first = this.answers.requests.size();
			agents.forEach(AgentsForgetTests::ask);
			assertThat(this.answers.requests).as("remembered").hasSize(first);
			context.getBean(AgentRuntimes.class).forget();
			agents.forEach(AgentsForgetTests::ask);
			assertThat(this.answers.requests).hasSize(2 * first);
			assertThat(this.answers.requests.subList(first, 2 * first))
				.containsExactlyElementsOf(this.answers.requests.subList(0, first));
		});
	}

	private static void ask(LumoAuthAgent agent) {
		assertThat(agent.hasCapability("read:documents")).isTrue();
		assertThat(agent.mcpToken("urn:mcp:financial-data")).isNotNull();
		assertThat(agent.budget().limit("max_tokens_per_day")).isNotNull();
	}

	@Test
	void forgetsWhatWasUsedOfABudget() {
		this.application.run((context) -> {
			BudgetMonitor budget = context.getBean(BudgetMonitor.class);
			assertThat(budget.status().isExhausted()).isFalse();
			budget.recordTokens(1000);
			assertThat(budget.status().isExhausted()).isTrue();
			context.getBean(AgentRuntimes.class).forget();
			assertThat(budget.status().isExhausted()).isFalse();
		});
	}

	@Test
	void forgetsThatLumoAuthHasFailed() {
		this.application.run((context) -> {
			LumoAuthAgent agent = context.getBean(LumoAuthAgent.class);
			this.answers.failure.set(new IOException("gone"));
			for (int i = 0; i < 4; i++) {
				assertThatExceptionOfType(LumoAuthUnavailableException.class).isThrownBy(agent::accessToken);
			}
			this.answers.failure.set(null);
			assertThatExceptionOfType(LumoAuthUnavailableException.class).isThrownBy(agent::accessToken)
				.withMessageContaining("is not asked for a moment");
			context.getBean(AgentRuntimes.class).forget();
			assertThat(agent.accessToken()).isNotNull();
			assertThat(context.getBean(LumoAuthHttp.class).recentErrors()).isEmpty();
		});
	}

	@Test
	void doesNotKeepATokenThatWasOnItsWay() {
		this.application.run((context) -> {
			LumoAuthAgent agent = context.getBean(LumoAuthAgent.class);
			this.answers.meanwhile.set(context.getBean(AgentRuntimes.class)::forget);
			agent.accessToken();
			this.answers.meanwhile.set(() -> {
			});
			agent.accessToken();
			assertThat(tokenRequests()).hasSize(2);
			agent.accessToken();
			assertThat(tokenRequests()).hasSize(2);
		});
	}

	private List<String> tokenRequests() {
		return this.answers.requests.stream().filter((path) -> path.endsWith("/oauth/token")).toList();
	}

	@Test
	void tellsTheAgentThatAskedAPerson() {
		AtomicReference<ApprovalState> state = new AtomicReference<>(ApprovalState.PENDING);
		ApprovalChannel channel = mock();
		given(channel.interval()).willReturn(Duration.ofHours(1));
		given(channel.ask(any()))
			.willReturn(new ApprovalAnswer(ApprovalState.PENDING, "reference", null, null, null, null));
		given(channel.status(any())).willAnswer((invocation) -> ApprovalAnswer.of(state.get()));
		this.application.withBean(ApprovalsCustomizer.class, () -> (approvals) -> approvals.channel(() -> channel))
			.run((context) -> {
				Approvals other = context.getBean("lumoAuthApprovals.other", Approvals.class);
				Approval asked = other.request("refund", CallArguments.NONE,
						new ApprovalRule("Refund", Impact.HIGH, "", List.of()));
				state.set(ApprovalState.DENIED);
				assertThat(other.refresh(asked.id()).state()).isEqualTo(ApprovalState.DENIED);
				assertThat(other.status(asked.id()).state()).isEqualTo(ApprovalState.DENIED);
				other.forget();
				assertThat(other.status(asked.id()).state()).isEqualTo(ApprovalState.DENIED);
			});
	}

	private static final class Answers implements LumoAuthRequestFactory {

		private final List<String> requests = new CopyOnWriteArrayList<>();

		private final AtomicReference<IOException> failure = new AtomicReference<>();

		private final AtomicReference<Runnable> meanwhile = new AtomicReference<>(() -> {
		});

		@Override
		public ClientHttpRequest createRequest(URI uri, HttpMethod httpMethod) {
			return new MockClientHttpRequest(httpMethod, uri) {

				@Override
				protected ClientHttpResponse executeInternal() throws IOException {
					if (Answers.this.failure.get() != null) {
						throw Answers.this.failure.get();
					}
					Answers.this.meanwhile.get().run();
					String path = uri.getPath();
					Answers.this.requests.add(path);
					String body = """
							{"access_token":"abc","token_type":"Bearer","expires_in":3600,"sub":"agt","allowed":true,
							"issued_token_type":"urn:ietf:params:oauth:token-type:access_token",
							"token_endpoint_auth_methods_supported":["client_secret_post"],
							"budget_policy":{"max_tokens_per_day":1000}}""";
					return new MockClientHttpResponse(body.getBytes(StandardCharsets.UTF_8), 200);
				}

			};
		}

	}

}
