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

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

import dev.lumoauth.spring.call.CallContext;
import dev.lumoauth.spring.call.ReactiveCallContext;
import dev.lumoauth.spring.concurrent.WaitAllowance;
import dev.lumoauth.spring.guard.Guard;
import dev.lumoauth.spring.tool.OfferGuard;
import dev.lumoauth.spring.tool.ToolGuard;
import dev.lumoauth.spring.tool.UnguardedToolException;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Schedulers;

import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.model.tool.ToolCallingChatOptions;
import org.springframework.ai.model.tool.ToolCallingManager;

import org.springframework.ai.model.tool.ToolExecutionResult;
import org.springframework.ai.model.tool.internal.ToolCallReactiveContextHolder;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.definition.ToolDefinition;

/**
 * The application's {@link ToolCallingManager} behind the guard: for the chat models,
 * which ask it for the tools to offer, and for loops that an application writes itself.
 */
final class GuardedToolCallingManager implements ToolCallingManager {

	private final ToolCallingManager manager;

	private final OfferGuard guard;

	private final Function<String, @Nullable ToolCallback> fallback;

	/**
	 * Create the manager.
	 * @param manager the application's manager
	 * @param guard the guard
	 * @param fallback finds a tool by a name that the request does not offer, if the
	 * application allows that
	 */
	GuardedToolCallingManager(ToolCallingManager manager, ToolGuard guard,
			Function<String, @Nullable ToolCallback> fallback) {
		this.manager = manager;
		this.guard = new OfferGuard(guard);
		this.fallback = fallback;
	}

	/**
	 * {@inheritDoc}
	 * <p>
	 * Chat models call this on their way to the provider: here, too, an annotated tool
	 * that nothing guards is refused.
	 * @throws UnguardedToolException if the options offer one
	 */
	@Override
	public List<ToolDefinition> resolveToolDefinitions(ToolCallingChatOptions options) {
		List<ToolCallback> tools = OfferedTools.of(options);
		this.guard.requireGuarded(tools);
		List<ToolDefinition> definitions = this.manager.resolveToolDefinitions(options);
		if (DecidedOffer.isDecided() || (Schedulers.isInNonBlockingThread() && this.guard.hasToAsk(tools))) {
			return definitions;
		}
		Set<String> hidden = new HashSet<>();
		this.guard.hidden(tools).forEach((tool) -> hidden.add(tool.getToolDefinition().name()));
		return hidden.isEmpty() ? definitions
				: definitions.stream().filter((definition) -> !hidden.contains(definition.name())).toList();
	}

	@Override
	public ToolExecutionResult executeToolCalls(Prompt prompt, ChatResponse response) {
		List<ToolCallback> tools = OfferedTools.of(prompt);
		List<ToolCallback> guarded = withUnknown(this.guard.guard(tools), response);
		Prompt executed = (guarded != tools) ? OfferedTools.replace(prompt, guarded) : prompt;
		// A chat inside a tool still sees the stream of the outer chat here.
		return ReactiveCallContext.of(ToolCallReactiveContextHolder.getContext())
			.passedOn()
			.and(CallContext.current())
			.run(() -> WaitAllowance.current()
				.call(() -> Guard.inToolCall(() -> this.manager.executeToolCalls(executed, response))));
	}

	/**
	 * Add each tool that is called but was not offered: the tool that the application's
	 * resolver finds, with its guard, or else an answer. A model that invents a name, or
	 * remembers an old one, reads that there is no such tool, and the chat continues.
	 */
	private List<ToolCallback> withUnknown(List<ToolCallback> tools, ChatResponse response) {
		Set<String> known = new HashSet<>();
		tools.forEach((tool) -> known.add(tool.getToolDefinition().name()));
		List<ToolCallback> all = new ArrayList<>(tools);
		for (Generation generation : response.getResults()) {
			for (AssistantMessage.ToolCall call : generation.getOutput().getToolCalls()) {
				if (known.add(call.name())) {
					all.add(this.guard.unoffered(call.name(), this.fallback.apply(call.name())));
				}
			}
		}
		return (all.size() > tools.size()) ? all : tools;
	}

}
