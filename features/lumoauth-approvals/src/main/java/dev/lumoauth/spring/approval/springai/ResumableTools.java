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

import java.util.function.Predicate;

import dev.lumoauth.spring.approval.Approval;
import dev.lumoauth.spring.approval.ResumableCalls;
import dev.lumoauth.spring.call.Action;
import dev.lumoauth.spring.call.Conversation;
import dev.lumoauth.spring.tool.GuardedBeanTools;
import org.jspecify.annotations.Nullable;

/**
 * Finds a tool by its name among the beans, for a call that waited for a person when the
 * application was restarted. If two tools have the same name, only the approved one is
 * found.
 *
 * @param tools finds the tools
 * @since 0.1.0
 */
public record ResumableTools(GuardedBeanTools tools) implements ResumableCalls {

	@Override
	public @Nullable Action<? extends @Nullable Object, Throwable> find(Approval approval,
			Predicate<Object> isApproved) {
		// If several callbacks are the same tool, any of them.
		return this.tools.named(approval.tool())
			.entrySet()
			.stream()
			.filter((tool) -> isApproved.test(tool.getKey()))
			.findFirst()
			.<Action<@Nullable Object, Throwable>>map((tool) -> () -> Conversation.call(approval.conversationId(),
					() -> tool.getValue().call(approval.arguments())))
			.orElse(null);
	}

}
