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
import java.util.Map;

import dev.lumoauth.spring.guard.GuardLayer;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.client.advisor.api.Advisor;
import org.springframework.util.ConcurrentReferenceHashMap;

/**
 * The advisors that put the guard into a chat client: those that a
 * {@code ChatClient.Builder} bean has by default, for builders that are not beans.
 */
final class ToolGuardAdvisors {

	/** The builders that have the advisors, so that none gets them twice. */
	private static final Map<ChatClient.Builder, Boolean> GUARDED = new ConcurrentReferenceHashMap<>(4,
			ConcurrentReferenceHashMap.ReferenceType.WEAK);

	private ToolGuardAdvisors() {
	}

	/**
	 * Give the advisors to a builder, unless it was given them here before.
	 * @param builder the builder
	 * @param guard the guard
	 * @param loopOrder the order of the advisor that runs the tool loop
	 * @return {@code false} if the builder had them
	 */
	static boolean addTo(ChatClient.Builder builder, ToolGuard guard, int loopOrder) {
		if (GUARDED.putIfAbsent(builder, Boolean.TRUE) != null) {
			return false;
		}
		builder.defaultAdvisors(create(guard, loopOrder));
		return true;
	}

	/**
	 * Make the advisors.
	 * @param guard the guard
	 * @param loopOrder the order of the advisor that runs the tool loop; usually
	 * {@link org.springframework.ai.chat.client.advisor.ToolCallingAdvisor#DEFAULT_ORDER}
	 * @return the advisors
	 */
	static List<Advisor> create(ToolGuard guard, int loopOrder) {
		return List.of(new GuardingAdvisor(guard.in(GuardLayer.CHAT_CLIENT), loopOrder), new HidingAdvisor(guard));
	}

}
