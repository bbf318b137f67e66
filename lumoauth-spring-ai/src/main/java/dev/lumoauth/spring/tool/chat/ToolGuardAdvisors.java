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

import dev.lumoauth.spring.guard.GuardLayer;
import dev.lumoauth.spring.tool.ToolGuard;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.client.DefaultChatClient.DefaultChatClientRequestSpec;
import org.springframework.ai.chat.client.DefaultChatClientBuilder;

/**
 * The advisors that put the guard into a chat client: those that a
 * {@code ChatClient.Builder} bean has by default, for builders that are not beans.
 */
final class ToolGuardAdvisors {

	private ToolGuardAdvisors() {
	}

	/**
	 * Give the advisors to a builder, unless it has them.
	 * @param builder the builder
	 * @param guard the guard
	 * @param loopOrder the order of the advisor that runs the tool loop; usually
	 * {@link org.springframework.ai.chat.client.advisor.ToolCallingAdvisor#DEFAULT_ORDER}
	 * @return {@code false} if the builder had them
	 */
	static boolean addTo(ChatClient.Builder builder, ToolGuard guard, int loopOrder) {
		if (has(builder, guard)) {
			return false;
		}
		builder.defaultAdvisors(
				List.of(new GuardingAdvisor(guard.in(GuardLayer.CHAT_CLIENT), loopOrder), new HidingAdvisor(guard)));
		return true;
	}

	/**
	 * Look at the advisors themselves: a client that was built and is changed by
	 * {@code mutate()} has another builder with the same advisors.
	 */
	private static boolean has(ChatClient.Builder builder, ToolGuard guard) {
		return builder instanceof DefaultChatClientBuilder
				&& builder.build().prompt() instanceof DefaultChatClientRequestSpec request
				&& request.getAdvisors()
					.stream()
					.anyMatch((each) -> each instanceof GuardingAdvisor advisor && advisor.isOf(guard));
	}

}
