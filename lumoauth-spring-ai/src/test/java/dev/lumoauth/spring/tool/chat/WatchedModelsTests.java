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

import dev.lumoauth.spring.tool.FakeDecisions;
import dev.lumoauth.spring.tool.TestGuards;
import io.micrometer.observation.ObservationRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.ai.guarded.OwnModel;

import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.model.tool.DefaultToolCallingManager;
import org.springframework.ai.model.tool.ToolCallingChatOptions;
import org.springframework.ai.model.tool.ToolCallingManager;
import org.springframework.ai.model.tool.ToolExecutionResult;
import org.springframework.ai.openai.OpenAiChatModel;
import org.springframework.ai.openai.OpenAiChatOptions;
import org.springframework.ai.tool.definition.ToolDefinition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * What decides whether a chat model of Spring AI is watched by the manager that it asks.
 */
class WatchedModelsTests {

	private final GuardedModels application = mock();

	private final ToolCallingPostProcessor processor = new ToolCallingPostProcessor(
			() -> TestGuards.of(new FakeDecisions()), (name) -> null, this.application);

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void aModelOfAGuardedManagerIsLeftAsItIsWhateverTheGarbageCollectorDoes(boolean extensible) throws Exception {
		ToolCallingManager plain = DefaultToolCallingManager.builder().build();
		ToolCallingManager guarded = guarded(extensible ? new ExtensibleManager(plain) : plain);
		GuardingAdvisorsTests.collectGarbage();
		ChatModel model = model(guarded);
		assertThat(watched(model)).isSameAs(model);
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void aModelOfAnyOtherManagerIsNot(boolean observed) throws Exception {
		ToolCallingManager plain = DefaultToolCallingManager.builder().build();
		guarded(plain);
		given(this.application.observationRegistry()).willReturn(observed ? ObservationRegistry.create() : null);
		assertThat(watched(model(plain))).isInstanceOf(WatchedChatModel.class);
	}

	private ToolCallingManager guarded(ToolCallingManager manager) {
		return (ToolCallingManager) this.processor.postProcessAfterInitialization(manager, "manager");
	}

	private Object watched(ChatModel model) throws Exception {
		given(this.application.factoryMethod("model")).willReturn(ByInterface.class.getDeclaredMethod("model"));
		return this.processor.postProcessAfterInitialization(model, "model");
	}

	@SuppressWarnings("removal")
	private static ChatModel model(ToolCallingManager manager) {
		return OpenAiChatModel.builder()
			.options(OpenAiChatOptions.builder().apiKey("none").build())
			.toolCallingManager(manager)
			.build();
	}

	interface ByInterface {

		ChatModel model();

	}

	static class ExtensibleManager implements ToolCallingManager {

		private final ToolCallingManager manager;

		ExtensibleManager(ToolCallingManager manager) {
			this.manager = manager;
		}

		@Override
		public List<ToolDefinition> resolveToolDefinitions(ToolCallingChatOptions options) {
			return this.manager.resolveToolDefinitions(options);
		}

		@Override
		public ToolExecutionResult executeToolCalls(Prompt prompt, ChatResponse response) {
			return this.manager.executeToolCalls(prompt, response);
		}

	}

	@Test
	void watchesTheApplicationsOwnModelInASpringPackageAlsoIfItHasTheRegistryByWhichSpringsModelsAreObserved() {
		ObservationRegistry registry = ObservationRegistry.create();
		GuardedModels application = mock();
		given(application.observationRegistry()).willReturn(registry);
		OwnModel model = new OwnModel(registry, List.of());
		ChatModel watched = new WatchedModels(application).watch(model, "model",
				() -> TestGuards.of(new FakeDecisions()));
		assertThat(watched).isNotSameAs(model).isInstanceOf(OwnModel.class);
	}

}
