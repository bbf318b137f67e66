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
import java.util.Set;

import dev.lumoauth.spring.call.ReactiveCallContext;
import dev.lumoauth.spring.concurrent.WaitAllowance;
import dev.lumoauth.spring.tool.OfferGuard;
import dev.lumoauth.spring.tool.ToolGuard;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.ai.chat.client.ChatClientRequest;
import org.springframework.ai.chat.client.ChatClientResponse;
import org.springframework.ai.chat.client.advisor.api.CallAdvisor;
import org.springframework.ai.chat.client.advisor.api.CallAdvisorChain;
import org.springframework.ai.chat.client.advisor.api.StreamAdvisor;
import org.springframework.ai.chat.client.advisor.api.StreamAdvisorChain;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.core.Ordered;

/**
 * Removes the tools that the agent may not use from those that the model is offered. The
 * advisor is inside the tool loop, next to the model: the loop can still execute all
 * tools, so that a model that calls a hidden tool nevertheless is told why it can't.
 */
final class HidingAdvisor implements CallAdvisor, StreamAdvisor {

	private final OfferGuard guard;

	HidingAdvisor(ToolGuard guard) {
		this.guard = new OfferGuard(guard);
	}

	@Override
	public ChatClientResponse adviseCall(ChatClientRequest request, CallAdvisorChain chain) {
		ChatClientRequest visible = withoutHidden(request);
		return DecidedOffer.call(() -> chain.nextCall(visible));
	}

	@Override
	public Flux<ChatClientResponse> adviseStream(ChatClientRequest request, StreamAdvisorChain chain) {
		return Flux.deferContextual((context) -> {
			if (!this.guard.hasToAsk(OfferedTools.of(request.prompt()))) {
				return next(chain, withoutHidden(request));
			}
			return Mono
				.fromCallable(() -> ReactiveCallContext.here(context)
					.run(() -> WaitAllowance.current().call(() -> withoutHidden(request))))
				.subscribeOn(Schedulers.boundedElastic())
				.flatMapMany((visible) -> next(chain, visible));
		});
	}

	private static Flux<ChatClientResponse> next(StreamAdvisorChain chain, ChatClientRequest request) {
		return DecidedOffer.stream(() -> chain.nextStream(request));
	}

	/**
	 * Hidden tools count as offered here: a model may still name them, and a tool loop
	 * outside the guard would run them.
	 */
	private ChatClientRequest withoutHidden(ChatClientRequest request) {
		List<ToolCallback> offered = OfferedTools.of(request.prompt());
		this.guard.requireGuarded(offered);
		Set<ToolCallback> hidden = this.guard.hidden(offered);
		if (hidden.isEmpty()) {
			return request;
		}
		return OfferedTools.replace(request, offered.stream().filter((tool) -> !hidden.contains(tool)).toList());
	}

	@Override
	public String getName() {
		return "LumoAuthToolVisibility";
	}

	@Override
	public int getOrder() {
		return Ordered.LOWEST_PRECEDENCE - 1;
	}

}
