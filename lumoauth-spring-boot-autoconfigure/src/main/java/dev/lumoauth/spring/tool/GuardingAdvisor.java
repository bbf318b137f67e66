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

import reactor.core.publisher.Flux;

import org.springframework.ai.chat.client.ChatClientRequest;
import org.springframework.ai.chat.client.ChatClientResponse;
import org.springframework.ai.chat.client.advisor.api.CallAdvisor;
import org.springframework.ai.chat.client.advisor.api.CallAdvisorChain;
import org.springframework.ai.chat.client.advisor.api.StreamAdvisor;
import org.springframework.ai.chat.client.advisor.api.StreamAdvisorChain;
import org.springframework.ai.tool.ToolCallback;

/**
 * Puts the guard around every annotated tool that a chat request offers. Stands outside
 * the tool loop: the loop executes the callbacks of the request that enters it.
 */
final class GuardingAdvisor implements CallAdvisor, StreamAdvisor {

	private final ToolGuard guard;

	private final int order;

	/**
	 * Create the advisor.
	 * @param guard the guard
	 * @param loopOrder the order of the advisor that runs the tool loop
	 */
	GuardingAdvisor(ToolGuard guard, int loopOrder) {
		this.guard = guard;
		this.order = loopOrder - 1;
	}

	@Override
	public ChatClientResponse adviseCall(ChatClientRequest request, CallAdvisorChain chain) {
		return chain.nextCall(guarded(request));
	}

	@Override
	public Flux<ChatClientResponse> adviseStream(ChatClientRequest request, StreamAdvisorChain chain) {
		return chain.nextStream(guarded(request));
	}

	private ChatClientRequest guarded(ChatClientRequest request) {
		List<ToolCallback> offered = OfferedTools.of(request.prompt());
		List<ToolCallback> guarded = this.guard.guard(offered);
		return (guarded != offered) ? OfferedTools.replace(request, guarded) : request;
	}

	@Override
	public String getName() {
		return "LumoAuth tool guard";
	}

	@Override
	public int getOrder() {
		return this.order;
	}

}
