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

package dev.lumoauth.demo.journey;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.metadata.Usage;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.observation.ChatModelObservationContext;
import org.springframework.ai.model.tool.ToolCallingChatOptions;

/**
 * Records each model call: the tools that it offers, the tokens that it uses, and the
 * tools that the model calls.
 */
class ModelCallRecorder implements ObservationHandler<ChatModelObservationContext> {

	private final JourneyRecorder recorder;

	private final Map<String, Set<String>> toolCapabilities;

	ModelCallRecorder(JourneyRecorder recorder, Map<String, Set<String>> toolCapabilities) {
		this.recorder = recorder;
		this.toolCapabilities = toolCapabilities;
	}

	@Override
	public boolean supportsContext(Observation.Context context) {
		return context instanceof ChatModelObservationContext;
	}

	@Override
	public void onStart(ChatModelObservationContext context) {
		this.recorder.addOnce(Step.Tools.class, () -> tools(context));
		context.put(ModelCallRecorder.class, System.nanoTime());
		context.put(JourneyRecorder.Place.class, this.recorder.begin("The model is working", true));
	}

	@Override
	public void onStop(ChatModelObservationContext context) {
		JourneyRecorder.Place place = context.get(JourneyRecorder.Place.class);
		if (place != null) {
			place.end(modelCall(context));
		}
	}

	private static Step.@Nullable ModelCall modelCall(ChatModelObservationContext context) {
		ChatResponse response = context.getResponse();
		Long start = context.get(ModelCallRecorder.class);
		if (response == null || start == null) {
			return null;
		}
		Usage usage = response.getMetadata().getUsage();
		List<String> calls = response.getResults()
			.stream()
			.flatMap((result) -> result.getOutput().getToolCalls().stream())
			.map(AssistantMessage.ToolCall::name)
			.toList();
		return new Step.ModelCall(response.getMetadata().getModel(), usage.getPromptTokens(),
				usage.getCompletionTokens(), Duration.ofNanos(System.nanoTime() - start).toMillis(), calls);
	}

	private Step.Tools tools(ChatModelObservationContext context) {
		Set<String> names = (context.getRequest().getOptions() instanceof ToolCallingChatOptions options
				&& options.getToolCallbacks() != null)
						? options.getToolCallbacks()
							.stream()
							.map((tool) -> tool.getToolDefinition().name())
							.collect(Collectors.toSet())
						: Set.of();
		Map<String, Set<String>> offered = new LinkedHashMap<>();
		Map<String, Set<String>> hidden = new LinkedHashMap<>();
		Set<String> missing = new LinkedHashSet<>();
		this.toolCapabilities.forEach((tool, capabilities) -> {
			if (names.contains(tool)) {
				offered.put(tool, capabilities);
			}
			else if (!this.recorder.isDecided(capabilities)) {
				missing.add(tool);
			}
			else {
				hidden.put(tool, capabilities);
			}
		});
		return new Step.Tools(offered, hidden, missing);
	}

}
