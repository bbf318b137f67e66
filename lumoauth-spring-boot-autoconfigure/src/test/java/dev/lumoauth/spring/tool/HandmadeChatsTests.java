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

package dev.lumoauth.spring.tool;

import java.util.List;

import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.guard.GuardConfigurationException;
import io.micrometer.observation.ObservationRegistry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.model.chat.client.autoconfigure.ChatClientBuilderConfigurer;
import org.springframework.ai.model.tool.ToolCallingChatOptions;
import org.springframework.ai.openai.OpenAiChatModel;
import org.springframework.ai.openai.OpenAiChatOptions;
import org.springframework.ai.support.ToolCallbacks;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.context.annotation.UserConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * That a chat client or a chat model which an application makes by hand, beside or in
 * place of the auto-configured one, doesn't get past the guard.
 */
@ExtendWith(OutputCaptureExtension.class)
class HandmadeChatsTests {

	private static final String DENIED = "Error: agent lacks 'read:documents' capability.";

	private static final FakeDecisions DECISIONS = new FakeDecisions();

	private static ScriptedOpenAi model;

	@BeforeAll
	static void start() {
		model = new ScriptedOpenAi();
	}

	@AfterAll
	static void stop() {
		model.close();
	}

	@BeforeEach
	void reset() {
		DECISIONS.reset();
		GuardedTools.RUNS.set(0);
		model.willCall("publicTool", "{\"text\":\"x\"}");
	}

	private static ApplicationContextRunner runner(Class<?> configuration) {
		return new ApplicationContextRunner().withBean(CapabilityDecisions.class, () -> DECISIONS)
			.withUserConfiguration(configuration)
			.withConfiguration(UserConfigurations.of(ToolGuardJourneyTests.Everything.class))
			.withPropertyValues("spring.ai.openai.base-url=" + model.baseUrl(), "spring.ai.openai.api-key=none",
					"spring.ai.openai.max-retries=0");
	}

	@Test
	void guardsEachOfSeveralBuildersAndClients(CapturedOutput output) {
		runner(Chats.class).run((context) -> {
			assertThat(context).hasNotFailed();
			List<ChatClient> clients = List.of(context.getBean("configured", ChatClient.Builder.class).build(),
					context.getBean("byHand", ChatClient.Builder.class).build(),
					context.getBean("client", ChatClient.class),
					context.getBean("client", ChatClient.class).mutate().build());
			for (ChatClient client : clients) {
				guards(client);
			}
		});
		assertThat(output.getOut()).contains("Bean 'byHand' is a chat client that was made by hand")
			.contains("Bean 'client' is a chat client that was made by hand")
			.doesNotContain("Bean 'configured'");
	}

	@Test
	void leavesAClientAsItWasMade() {
		runner(Chats.class).run((context) -> {
			DECISIONS.grant("read:documents");
			model.willCall("privateTool", "{}");
			assertThat(context.getBean("withDefaults", ChatClient.class).prompt().user("go").call().content())
				.contains("secret");
			assertThat(model.offered()).contains("privateTool");
			assertThat(model.systemText()).isEqualTo("You are an analyst.");
		});
	}

	@Test
	void watchesModelsThatNothingElseSees() {
		runner(OwnModels.class).run((context) -> {
			assertThat(context).hasNotFailed();
			refusesInlineTools(context.getBean("ownModel", OwnModel.class));
			refusesInlineTools(context.getBean("byInterface", ChatModel.class));
			refusesInlineTools(context.getBean("withItsOwnTools", ChatModel.class));
			assertThat(OwnModel.calls).isZero();
			assertThat(context.getBean("ownModel", OwnModel.class).call("hello")).isEqualTo("answer");
		});
	}

	@Test
	void watchesAModelOfAFinalClassThatIsDeclaredByItsInterface() {
		runner(UnseenByInterface.class).run((context) -> {
			assertThat(context).hasNotFailed();
			refusesInlineTools(context.getBean("unseen", ChatModel.class));
			assertThat(model.calls()).isZero();
		});
	}

	@ParameterizedTest
	@ValueSource(classes = { UnseenOpenAi.class, Unwatchable.class })
	void refusesAModelThatCannotBeWatched(Class<?> configuration) {
		runner(configuration).withPropertyValues("lumoauth.tenant=acme").run((context) -> {
			assertThat(context).hasFailed();
			assertThat(context.getStartupFailure()).rootCause()
				.isInstanceOf(GuardConfigurationException.class)
				.hasMessageContainingAll("ChatModel bean 'unseen' (HandmadeChatsTests.java:", "gets past the guard",
						"Let the @Bean method return ChatModel");
		});
	}

	@Test
	void letsAModelBeThatIsObserved() {
		runner(ObservedOpenAi.class).withPropertyValues("lumoauth.tenant=acme").run((context) -> {
			assertThat(context).hasNotFailed();
			refusesInlineTools(context.getBean(OpenAiChatModel.class));
			assertThat(model.calls()).isZero();
		});
	}

	@Test
	void leavesTheAutoConfiguredModelAsItIs() {
		runner(Chats.class)
			.run((context) -> assertThat(context.getBean(ChatModel.class)).isExactlyInstanceOf(OpenAiChatModel.class));
	}

	@Test
	void leavesAModelWhoseFieldsOthersSeeAndSaysSo(CapturedOutput output) {
		runner(WithField.class).withPropertyValues("lumoauth.tenant=acme").run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(context.getBean(ModelWithField.class).answers).containsExactly("answer");
		});
		assertThat(output.getOut()).contains("ChatModel bean 'withField' (HandmadeChatsTests.java:",
				"is not watched, since others can see the field 'answers'");
	}

	@Test
	void onlySaysSoWhereNothingIsConfigured(CapturedOutput output) {
		runner(Unwatchable.class).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(context.getBean(FinalModel.class)).isNotNull();
		});
		assertThat(output.getOut()).contains("WARN")
			.contains("ChatModel bean 'unseen' (HandmadeChatsTests.java:", FinalModel.class.getName());
	}

	private static void guards(ChatClient client) {
		DECISIONS.reset();
		GuardedTools.RUNS.set(0);
		model.willCall("publicTool", "{\"text\":\"x\"}");
		Object tools = new GuardedTools.Methods();
		assertThat(client.prompt("go").tools(tools).call().content()).contains(DENIED);
		assertThat(String.join("", client.prompt("go").tools(tools).stream().content().collectList().block()))
			.contains(DENIED);
		assertThat(model.offered()).doesNotContain("publicTool");
		assertThat(GuardedTools.RUNS).hasValue(0);
		DECISIONS.grant("read:documents");
		assertThat(client.prompt("go").tools(tools).call().content()).contains("secret");
		assertThat(GuardedTools.RUNS).hasValue(1);
	}

	private static void refusesInlineTools(ChatModel chatModel) {
		DECISIONS.grant("read:documents");
		ChatClient.ChatClientRequestSpec request = ChatClient.create(chatModel)
			.prompt("go")
			.tools(new GuardedTools.Methods());
		assertThatExceptionOfType(UnguardedToolException.class).isThrownBy(() -> request.call().content());
		assertThatExceptionOfType(UnguardedToolException.class)
			.isThrownBy(() -> request.stream().content().collectList().block());
		assertThat(GuardedTools.RUNS).hasValue(0);
	}

	@Configuration(proxyBeanMethods = false)
	static class Chats {

		@Bean
		ChatClient.Builder configured(ChatModel chatModel, ChatClientBuilderConfigurer configurer) {
			return configurer.configure(ChatClient.builder(chatModel, ObservationRegistry.NOOP, null, null));
		}

		@Bean
		ChatClient.Builder byHand(ChatModel chatModel) {
			return ChatClient.builder(chatModel);
		}

		@Bean
		ChatClient client(ChatModel chatModel) {
			return ChatClient.create(chatModel);
		}

		@Bean
		ChatClient withDefaults(ChatModel chatModel) {
			return ChatClient.builder(chatModel)
				.defaultSystem("You are an analyst.")
				.defaultTools(new GuardedTools.Unadvisable())
				.build();
		}

		@Bean
		ChatClient fromTheBean(@Qualifier("configured") ChatClient.Builder builder) {
			return builder.build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnModels {

		@Bean
		OwnModel ownModel() {
			return new OwnModel(ToolCallingChatOptions.builder().build());
		}

		@Bean
		ChatModel byInterface() {
			return new OwnModel(ToolCallingChatOptions.builder().build());
		}

		@Bean
		ChatModel withItsOwnTools() {
			return new OwnModel(ToolCallingChatOptions.builder()
				.toolCallbacks(ToolCallbacks.from(new GuardedTools.Methods()))
				.build());
		}

		@Bean
		ChatClient.Builder builder(@Qualifier("ownModel") ChatModel model) {
			return ChatClient.builder(model);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class UnseenOpenAi {

		@Bean
		OpenAiChatModel unseen() {
			return OpenAiChatModel.builder()
				.options(OpenAiChatOptions.builder().baseUrl(model.baseUrl()).apiKey("none").build())
				.build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ObservedOpenAi {

		@Bean
		OpenAiChatModel observed(ObservationRegistry registry) {
			return OpenAiChatModel.builder()
				.options(OpenAiChatOptions.builder().baseUrl(model.baseUrl()).apiKey("none").build())
				.observationRegistry(registry)
				.build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class UnseenByInterface {

		@Bean
		ChatModel unseen() {
			return new UnseenOpenAi().unseen();
		}

		@Bean
		ChatClient.Builder builder(@Qualifier("unseen") ChatModel model) {
			return ChatClient.builder(model);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Unwatchable {

		@Bean
		FinalModel unseen() {
			return new FinalModel();
		}

		@Bean
		ChatClient.Builder builder(FinalModel model) {
			return ChatClient.builder(model);
		}

	}

	static class OwnModel implements ChatModel {

		private static int calls;

		private final ChatOptions options;

		OwnModel(ChatOptions options) {
			this.options = options;
		}

		@Override
		public ChatResponse call(Prompt prompt) {
			if (prompt.getOptions() instanceof ToolCallingChatOptions offering
					&& !offering.getToolCallbacks().isEmpty()) {
				calls++;
			}
			return new ChatResponse(List.of(new Generation(new AssistantMessage("answer"))));
		}

		@Override
		public ChatOptions getOptions() {
			return this.options;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class WithField {

		@Bean
		ModelWithField withField() {
			return new ModelWithField();
		}

		@Bean
		ChatClient.Builder builder(ModelWithField model) {
			return ChatClient.builder(model);
		}

	}

	static class ModelWithField extends OwnModel {

		final List<String> answers = List.of("answer");

		ModelWithField() {
			super(ToolCallingChatOptions.builder().build());
		}

	}

	static final class FinalModel implements ChatModel {

		@Override
		public ChatResponse call(Prompt prompt) {
			return new ChatResponse(List.of(new Generation(new AssistantMessage("answer"))));
		}

	}

}
