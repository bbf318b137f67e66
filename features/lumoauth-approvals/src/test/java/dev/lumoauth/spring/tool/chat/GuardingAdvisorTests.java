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

package dev.lumoauth.spring.tool.chat;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;

import dev.lumoauth.spring.approval.ApprovalRequirement;
import dev.lumoauth.spring.approval.RequiresApproval;
import dev.lumoauth.spring.capability.CapabilityDecision;
import dev.lumoauth.spring.capability.CapabilityRequirement;
import dev.lumoauth.spring.capability.RequiresCapability;
import dev.lumoauth.spring.guard.Gate;
import dev.lumoauth.spring.guard.Guard;
import dev.lumoauth.spring.guard.GuardLayer;
import dev.lumoauth.spring.guard.GuardRegister;
import dev.lumoauth.spring.guard.GuardReports;
import dev.lumoauth.spring.guard.GuardTermsFinder;
import dev.lumoauth.spring.guard.tool.OnRefusal;
import dev.lumoauth.spring.tool.ChatMode;
import dev.lumoauth.spring.tool.FakeDecisions;
import dev.lumoauth.spring.tool.ParallelManager;
import dev.lumoauth.spring.tool.TestGuards;
import dev.lumoauth.spring.tool.ToolGuard;
import dev.lumoauth.spring.user.Caller;
import dev.lumoauth.spring.user.IdentifiedCaller;
import dev.lumoauth.spring.user.TestUsers;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.client.advisor.ToolCallingAdvisor;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.model.tool.ToolCallingChatOptions;
import org.springframework.ai.tool.annotation.Tool;
import org.springframework.security.authentication.TestingAuthenticationToken;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.argThat;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link GuardingAdvisor}.
 */
class GuardingAdvisorTests {

	/**
	 * A tool of the application's own MCP server may chat itself.
	 */
	@ParameterizedTest
	@EnumSource(names = { "CALL", "BLOCK", "SUBSCRIBE" })
	void decidesForTheCallerOfTheServerOnWhateverThread(ChatMode mode) {
		Queue<String> seen = new ConcurrentLinkedQueue<>();
		FakeDecisions decisions = new FakeDecisions() {

			@Override
			public CapabilityDecision decide(CapabilityRequirement requirement) {
				seen.add("decided for " + who());
				return super.decide(requirement);
			}

		}.grant("read:documents");
		ChatClient.Builder builder = ChatClient.builder(new Model())
			.defaultAdvisors(ToolCallingAdvisor.builder().toolCallingManager(new ParallelManager()).build());
		GuardingAdvisor.addTo(builder, TestGuards.of(decisions), ToolCallingAdvisor.DEFAULT_ORDER);
		ChatClient client = builder.build();
		String answer = Caller.of(new Served("ada")).call(() -> mode.ask(client.prompt("go").tools(new Tools(seen))));
		assertThat(answer).isEqualTo("done");
		assertThat(seen).containsExactlyInAnyOrder("decided for ada", "read for ada", "open for ada");
	}

	/**
	 * Whoever the chat acts for, the caller of the server stays the caller.
	 */
	@ParameterizedTest
	@CsvSource({ "CALL, true", "BLOCK, true", "SUBSCRIBE, true", "CALL, false", "BLOCK, false", "SUBSCRIBE, false" })
	void decidesForTheCallerOfTheServerInAChatForAUser(ChatMode mode, boolean guarded) {
		Queue<String> seen = new ConcurrentLinkedQueue<>();
		ChatClient.Builder builder = ChatClient.builder(new Model())
			.defaultAdvisors(ToolCallingAdvisor.builder().toolCallingManager(new ParallelManager()).build());
		if (guarded) {
			GuardingAdvisor.addTo(builder, TestGuards.of(new FakeDecisions().grant("read:documents")),
					ToolCallingAdvisor.DEFAULT_ORDER);
		}
		ChatClient client = builder.build();
		Caller.of(new Served("ada"))
			.call(() -> mode.ask(client.prompt("go").advisors(ChatUser.of("token-of-bob")).tools(new Tools(seen))));
		assertThat(seen).containsExactlyInAnyOrder("read for ada", "open for ada");
	}

	@ParameterizedTest
	@EnumSource(names = { "CALL", "BLOCK", "SUBSCRIBE" })
	void tellsTheUsersNextChatWhatIsApprovedAndHasNotRun(ChatMode mode) {
		List<String> read = new CopyOnWriteArrayList<>();
		String alice = Caller.of(TestUsers.authentication("alice")).name();
		Gate<ApprovalRequirement> gate = mock();
		given(gate.term()).willReturn(ApprovalRequirement.class);
		given(gate.remarks(eq("refund"), argThat((caller) -> alice.equals(caller.name()))))
			.willReturn(List.of("The refund is approved."));
		Guard guard = new Guard(FakeDecisions::new, () -> {
			throw new IllegalStateException();
		}, GuardReports.NONE, null, () -> List.of(gate));
		ChatModel model = new ChatModel() {

			@Override
			public ChatOptions getOptions() {
				return ToolCallingChatOptions.builder().build();
			}

			@Override
			public ChatResponse call(Prompt prompt) {
				read.add(prompt.getUserMessage().getText());
				return new ChatResponse(List.of(new Generation(new AssistantMessage("done"))));
			}

			@Override
			public Flux<ChatResponse> stream(Prompt prompt) {
				return Flux.just(call(prompt));
			}

		};
		ChatClient.Builder builder = ChatClient.builder(model)
			.defaultAdvisors(ToolCallingAdvisor.builder().toolCallingManager(new ParallelManager()).build());
		GuardingAdvisor.addTo(builder, new ToolGuard(guard, new GuardTermsFinder(), List::of, OnRefusal.TELL_MODEL,
				true, new GuardRegister().place(GuardLayer.TOOL_GUARD, null)), ToolCallingAdvisor.DEFAULT_ORDER);
		ChatClient client = builder.build();
		for (String user : List.of("alice", "bob")) {
			TestUsers.as(user, () -> mode.ask(client.prompt("go").tools(new Refunds())));
		}
		assertThat(read).containsExactly("go\n\n(A note of the application, not of the user. The refund is approved.)",
				"go");
	}

	record Refunds() {

		@Tool
		@RequiresApproval
		String refund() {
			return "refunded";
		}

	}

	private static String who() {
		IdentifiedCaller caller = IdentifiedCaller.current();
		return (caller != null) ? caller.identity() : "nobody";
	}

	private static final class Served extends TestingAuthenticationToken implements IdentifiedCaller {

		Served(String name) {
			super(name, "none", List.of());
		}

		@Override
		public String identity() {
			return getName();
		}

		@Override
		public @Nullable String user() {
			return null;
		}

	}

	record Tools(Queue<String> seen) {

		@Tool
		@RequiresCapability("read:documents")
		String read() {
			this.seen.add("read for " + who());
			return "read";
		}

		@Tool
		String open() {
			this.seen.add("open for " + who());
			return "open";
		}

	}

	private static final class Model implements ChatModel {

		@Override
		public ChatOptions getOptions() {
			return ToolCallingChatOptions.builder().build();
		}

		@Override
		public ChatResponse call(Prompt prompt) {
			AssistantMessage answer = (prompt.getInstructions().size() > 1) ? new AssistantMessage("done")
					: AssistantMessage.builder()
						.toolCalls(List.of(new AssistantMessage.ToolCall("1", "function", "read", "{}"),
								new AssistantMessage.ToolCall("2", "function", "open", "{}")))
						.build();
			return new ChatResponse(List.of(new Generation(answer)));
		}

		@Override
		public Flux<ChatResponse> stream(Prompt prompt) {
			return Flux.just(call(prompt));
		}

	}

}
