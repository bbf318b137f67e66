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

import dev.lumoauth.spring.tool.OfferGuard;
import dev.lumoauth.spring.tool.ToolGuard;
import reactor.core.publisher.Flux;

import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.model.tool.ToolCallingChatOptions;
import org.springframework.ai.tool.ToolCallback;

/**
 * A chat model that refuses a call that offers an unguarded annotated tool. It is for
 * models that may neither be observed nor ask a guarded manager.
 */
final class WatchedChatModel implements ChatModel {

	private final ChatModel model;

	private final OfferGuard guard;

	WatchedChatModel(ChatModel model, ToolGuard guard) {
		this.model = model;
		this.guard = new OfferGuard(guard);
	}

	@Override
	public ChatResponse call(Prompt prompt) {
		requireGuarded(prompt);
		return this.model.call(prompt);
	}

	@Override
	public Flux<ChatResponse> stream(Prompt prompt) {
		return Flux.defer(() -> {
			requireGuarded(prompt);
			return this.model.stream(prompt);
		});
	}

	/**
	 * A prompt that offers nothing itself may get the model's own options.
	 */
	private void requireGuarded(Prompt prompt) {
		List<ToolCallback> offered = OfferedTools.of(prompt);
		if (offered.isEmpty() && this.model.getOptions() instanceof ToolCallingChatOptions options) {
			offered = OfferedTools.of(options);
		}
		this.guard.requireGuarded(offered);
	}

	@Override
	public ChatOptions getOptions() {
		return this.model.getOptions();
	}

}
