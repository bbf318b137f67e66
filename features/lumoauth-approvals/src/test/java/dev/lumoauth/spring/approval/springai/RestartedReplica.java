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

package dev.lumoauth.spring.approval.springai;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import dev.lumoauth.spring.approval.Approval;
import dev.lumoauth.spring.approval.ApprovalAnswer;
import dev.lumoauth.spring.approval.ApprovalChannel;
import dev.lumoauth.spring.approval.ApprovalDecidedEvent;
import dev.lumoauth.spring.approval.ApprovalQuestion;
import dev.lumoauth.spring.approval.ApprovalState;
import dev.lumoauth.spring.approval.LumoAuthApprovals;
import dev.lumoauth.spring.approval.RequiresApproval;
import dev.lumoauth.spring.approval.autoconfigure.LumoAuthApprovalsAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.LumoAuthAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.tool.LumoAuthMethodSecurityAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.tool.LumoAuthToolAutoConfiguration;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.memory.ChatMemory;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.Message;
import org.springframework.ai.chat.messages.ToolResponseMessage;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.model.chat.client.autoconfigure.ChatClientAutoConfiguration;
import org.springframework.ai.model.tool.ToolCallingChatOptions;
import org.springframework.ai.model.tool.autoconfigure.ToolCallingAutoConfiguration;
import org.springframework.ai.tool.annotation.Tool;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.security.oauth2.core.OAuth2AccessToken;

/**
 * A replica of an application that {@link RollingRestartTests} starts and stops. A chat
 * is begun with a line on its input: an amount to refund, which is the conversation too.
 * What people decide, what a refund does and which chats went on is in the database.
 */
final class RestartedReplica {

	private RestartedReplica() {
	}

	/**
	 * Run until the process is told to end.
	 * @param arguments the address of the database, and what this process is called
	 */
	public static void main(String[] arguments) throws IOException {
		ConfigurableApplicationContext application = new SpringApplicationBuilder(Application.class)
			.web(WebApplicationType.NONE)
			.run("--spring.main.banner-mode=off", "--spring.docker.compose.enabled=false",
					"--spring.datasource.url=" + arguments[0], "--spring.datasource.username=postgres",
					"--spring.application.name=" + arguments[1], "--lumoauth.url=http://127.0.0.1:1",
					"--lumoauth.tenant=acme", "--lumoauth.client-id=agt_1", "--lumoauth.client-secret=s3cr3t",
					"--lumoauth.verify-at-start=off", "--lumoauth.budget.enforce=false",
					"--lumoauth.approvals.store=jdbc", "--lumoauth.approvals.ttl=10m");
		ChatClient chat = application.getBean(ChatClient.class);
		ExecutorService chats = Executors.newFixedThreadPool(4);
		say("ready");
		BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
		for (String amount = input.readLine(); amount != null; amount = input.readLine()) {
			String question = amount;
			chats.execute(() -> say(String.valueOf(chat.prompt(question)
				.advisors((spec) -> spec.param(ChatMemory.CONVERSATION_ID, question))
				.call()
				.content())));
		}
	}

	private static void say(String line) {
		System.out.println(line);
		System.out.flush();
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ DataSourceAutoConfiguration.class, DataSourceTransactionManagerAutoConfiguration.class,
			JdbcTemplateAutoConfiguration.class, ToolCallingAutoConfiguration.class, ChatClientAutoConfiguration.class,
			LumoAuthAutoConfiguration.class, LumoAuthMethodSecurityAutoConfiguration.class,
			LumoAuthToolAutoConfiguration.class, LumoAuthApprovalsAutoConfiguration.class })
	static class Application {

		@Bean
		Refunds refunds(JdbcTemplate database) {
			return new Refunds(database);
		}

		@Bean
		People people(JdbcTemplate database) {
			return new People(database);
		}

		@Bean
		Model model(JdbcTemplate database) {
			return new Model(database);
		}

		@Bean
		ChatClient chat(ChatClient.Builder builder, Refunds refunds) {
			return builder.defaultTools(refunds).build();
		}

		@Bean
		Continuation continuation(ChatClient chat, LumoAuthApprovals approvals, JdbcTemplate database) {
			return new Continuation(chat, approvals, database);
		}

	}

	/**
	 * Takes a while, as a request to another system does.
	 */
	static class Refunds {

		private final JdbcTemplate database;

		Refunds(JdbcTemplate database) {
			this.database = database;
		}

		@Tool(description = "Refund an amount")
		@RequiresApproval(reason = "Refund {amount}")
		public String refund(int amount) {
			this.database.update("insert into refunded (amount) select ? from pg_sleep(0.2)", amount);
			return "refunded " + amount;
		}

	}

	record Continuation(ChatClient chat, LumoAuthApprovals approvals, JdbcTemplate database) {

		@EventListener
		void decided(ApprovalDecidedEvent event) {
			if (event.isToResume()) {
				String answer = DecidedChat.resume(this.chat, this.approvals, event.getApproval()).call().content();
				this.database.update("insert into went_on (conversation, answer) values (?, ?)",
						event.getApproval().conversationId(), answer);
			}
		}

	}

	/**
	 * Calls the tool for a number, says what a tool answered, and thinks for a second
	 * about a decision.
	 */
	static class Model implements ChatModel {

		private final JdbcTemplate database;

		Model(JdbcTemplate database) {
			this.database = database;
		}

		@Override
		public ChatResponse call(Prompt prompt) {
			List<Message> messages = prompt.getInstructions();
			Message last = messages.get(messages.size() - 1);
			if (last instanceof ToolResponseMessage answered) {
				return text(answered.getResponses().get(0).responseData());
			}
			if (last.getText().matches("\\d+")) {
				return new ChatResponse(List.of(new Generation(AssistantMessage.builder()
					.content("")
					.toolCalls(List.of(new AssistantMessage.ToolCall("1", "function", "refund",
							"{\"amount\":" + last.getText() + "}")))
					.build())));
			}
			this.database.queryForList("select pg_sleep(1)");
			return text(last.getText());
		}

		private static ChatResponse text(String text) {
			return new ChatResponse(List.of(new Generation(new AssistantMessage(text))));
		}

		@Override
		public ToolCallingChatOptions getOptions() {
			return ToolCallingChatOptions.builder().build();
		}

	}

	/**
	 * LumoAuth, which is the same for all processes.
	 */
	record People(JdbcTemplate database) implements ApprovalChannel {

		@Override
		public ApprovalAnswer ask(ApprovalQuestion question) {
			return new ApprovalAnswer(ApprovalState.PENDING, "ref-" + question.approval().id(), "task", null, null,
					null);
		}

		@Override
		public ApprovalAnswer status(Approval approval) {
			return ApprovalAnswer.of(this.database
				.queryForList("select state from decided where reference = ?", String.class, approval.reference())
				.stream()
				.map(ApprovalState::valueOf)
				.findFirst()
				.orElse(ApprovalState.PENDING));
		}

		@Override
		public @Nullable OAuth2AccessToken token(Approval approval) {
			Instant now = Instant.now();
			return new OAuth2AccessToken(OAuth2AccessToken.TokenType.BEARER, "token", now, now.plusSeconds(60));
		}

		@Override
		public void ended(Approval approval) {
		}

		@Override
		public Duration interval() {
			return Duration.ofSeconds(1);
		}

	}

}
