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
import dev.lumoauth.spring.capability.CapabilityRequirement;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.model.ToolContext;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.definition.ToolDefinition;
import org.springframework.ai.tool.execution.ToolExecutionException;
import org.springframework.ai.tool.metadata.ToolMetadata;

/**
 * A tool callback behind the guard: asks each time it is called, whoever calls.
 */
final class GuardedToolCallback implements ToolCallback, GuardedTool {

	private final ToolCallback tool;

	private final CapabilityRequirement requirement;

	private final Supplier<CapabilityDecisions> decisions;

	private final Refusal refusal;

	GuardedToolCallback(ToolCallback tool, CapabilityRequirement requirement, Supplier<CapabilityDecisions> decisions,
			Refusal refusal) {
		this.tool = tool;
		this.requirement = requirement;
		this.decisions = decisions;
		this.refusal = refusal;
	}

	@Override
	public CapabilityRequirement capabilityRequirement() {
		return this.requirement;
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
		CapabilityDecision decision = this.decisions.get().decide(this.requirement);
		if (!decision.isGranted()) {
			return this.refusal.refuse(decision);
		}
		try {
			return this.tool.call(toolInput);
		}
		catch (ToolExecutionException | LumoAuthException | CapabilityDeniedException ex) {
			return translated(ex);
		}
	}

	@Override
	public String call(String toolInput, @Nullable ToolContext toolContext) {
		CapabilityDecision decision = this.decisions.get().decide(this.requirement);
		if (!decision.isGranted()) {
			return this.refusal.refuse(decision);
		}
		try {
			return this.tool.call(toolInput, toolContext);
		}
		catch (ToolExecutionException | LumoAuthException | CapabilityDeniedException ex) {
			return translated(ex);
		}
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
		return "GuardedToolCallback{requires " + this.requirement.capabilities() + ", " + this.tool + '}';
	}

}
