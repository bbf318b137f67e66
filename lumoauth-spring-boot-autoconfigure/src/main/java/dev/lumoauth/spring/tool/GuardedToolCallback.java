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

import java.util.function.Supplier;

import dev.lumoauth.spring.LumoAuthException;
import dev.lumoauth.spring.capability.CapabilityDecision;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.capability.CapabilityDeniedException;
import dev.lumoauth.spring.user.CurrentUser;
import dev.lumoauth.spring.user.UserScope;
import dev.lumoauth.spring.user.UserToken;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.model.ToolContext;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.definition.ToolDefinition;
import org.springframework.ai.tool.execution.ToolExecutionException;
import org.springframework.ai.tool.metadata.ToolMetadata;

/**
 * A tool callback behind the guard: asks each time it is called, whoever calls; first for
 * the capability, then for the user.
 */
final class GuardedToolCallback implements ToolCallback, GuardedTool {

	private final ToolCallback tool;

	private final ToolTerms terms;

	private final Supplier<CapabilityDecisions> decisions;

	private final Supplier<CurrentUser> user;

	private final Refusal refusal;

	GuardedToolCallback(ToolCallback tool, ToolTerms terms, Supplier<CapabilityDecisions> decisions,
			Supplier<CurrentUser> user, Refusal refusal) {
		this.tool = tool;
		this.terms = terms;
		this.decisions = decisions;
		this.user = user;
		this.refusal = refusal;
	}

	@Override
	public ToolTerms toolTerms() {
		return this.terms;
	}

	@Override
	public ToolDefinition getToolDefinition() {
		return this.tool.getToolDefinition();
	}

	@Override
	public ToolMetadata getToolMetadata() {
		return this.tool.getToolMetadata();
	}

	@Override
	public String call(String toolInput) {
		CapabilityDecision refused = refused();
		if (refused != null) {
			return this.refusal.refuse(refused);
		}
		try {
			return this.terms.onBehalfOfUser() ? UserScope.call(user(), () -> this.tool.call(toolInput))
					: this.tool.call(toolInput);
		}
		catch (ToolExecutionException | LumoAuthException | CapabilityDeniedException ex) {
			return translated(ex);
		}
	}

	@Override
	public String call(String toolInput, @Nullable ToolContext toolContext) {
		CapabilityDecision refused = refused();
		if (refused != null) {
			return this.refusal.refuse(refused);
		}
		try {
			return this.terms.onBehalfOfUser() ? UserScope.call(user(), () -> this.tool.call(toolInput, toolContext))
					: this.tool.call(toolInput, toolContext);
		}
		catch (ToolExecutionException | LumoAuthException | CapabilityDeniedException ex) {
			return translated(ex);
		}
	}

	private @Nullable CapabilityDecision refused() {
		if (this.terms.requirement() == null) {
			return null;
		}
		CapabilityDecision decision = this.decisions.get().decide(this.terms.requirement());
		return decision.isGranted() ? null : decision;
	}

	/**
	 * Never the agent itself: without a user nothing runs.
	 */
	private UserToken user() {
		return this.user.get().require();
	}

	private String translated(RuntimeException failure) {
		String text = this.refusal.translate(failure);
		if (text == null) {
			throw failure;
		}
		return text;
	}

	@Override
	public String toString() {
		return "GuardedToolCallback{" + this.terms + ", " + this.tool + '}';
	}

}
