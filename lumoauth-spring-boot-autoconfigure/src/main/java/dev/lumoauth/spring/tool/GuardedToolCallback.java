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
import dev.lumoauth.spring.capability.GuardReports;
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

	private final ToolObservations observations;

	private final GuardReports reports;

	GuardedToolCallback(ToolCallback tool, ToolTerms terms, Supplier<CapabilityDecisions> decisions,
			Supplier<CurrentUser> user, Refusal refusal, ToolObservations observations, GuardReports reports) {
		this.reports = reports;
		this.tool = tool;
		this.terms = terms;
		this.decisions = decisions;
		this.user = user;
		this.refusal = refusal;
		this.observations = observations;
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
		return this.observations.isNoop() ? guarded(toolInput, null, false, null) : observed(toolInput, null, false);
	}

	@Override
	public String call(String toolInput, @Nullable ToolContext toolContext) {
		return this.observations.isNoop() ? guarded(toolInput, toolContext, true, null)
				: observed(toolInput, toolContext, true);
	}

	private String observed(String input, @Nullable ToolContext context, boolean withContext) {
		ToolObservation observation = this.observations.of(this.tool.getToolDefinition().name(),
				this.terms.requirement());
		return observation.observe(() -> guarded(input, context, withContext, observation));
	}

	private String guarded(String input, @Nullable ToolContext context, boolean withContext,
			@Nullable ToolObservation observation) {
		CapabilityDecision refused = refused();
		if (refused != null) {
			if (observation != null) {
				observation.refused(refused);
			}
			return this.refusal.refuse(refused);
		}
		try {
			return this.terms.onBehalfOfUser() ? UserScope.call(user(), () -> run(input, context, withContext))
					: run(input, context, withContext);
		}
		catch (ToolExecutionException | LumoAuthException | CapabilityDeniedException ex) {
			if (observation != null) {
				observation.failed(ex);
			}
			return translated(ex);
		}
	}

	private String run(String input, @Nullable ToolContext context, boolean withContext) {
		return withContext ? this.tool.call(input, context) : this.tool.call(input);
	}

	private @Nullable CapabilityDecision refused() {
		CapabilityRequirement requirement = this.terms.requirement();
		if (requirement == null) {
			return null;
		}
		CapabilityDecision decision = this.decisions.get().decide(requirement);
		if (this.reports.wants(decision)) {
			this.reports.tool(this.tool.getToolDefinition().name(), requirement, decision);
		}
		return decision.isGranted() ? null : decision;
	}

	/**
	 * Never the agent itself: without a user nothing runs.
	 */
	private UserToken user() {
		try {
			return this.user.get().require();
		}
		catch (LumoAuthException ex) {
			this.reports.tool(this.tool.getToolDefinition().name(), this.terms.requirement(), ex);
			throw ex;
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
		return "GuardedToolCallback{" + this.terms + ", " + this.tool + '}';
	}

}
