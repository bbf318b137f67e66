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

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

import org.springframework.ai.tool.ToolCallback;

import dev.lumoauth.spring.guard.GuardTerms;
import dev.lumoauth.spring.guard.tool.ToolOffer;
import dev.lumoauth.spring.user.Caller;

/**
 * What a chat asks the guard about the tools that the chat offers to a model.
 *
 * @since 0.1.0
 */
public final class OfferGuard {

	private final ToolGuard guard;

	/**
	 * Create the guard of offers.
	 * @param guard the guard around tools
	 */
	public OfferGuard(ToolGuard guard) {
		this.guard = guard;
	}

	/**
	 * Return whether another guard decides by the same answers, for whatever layer.
	 * @param other the other guard
	 * @return whether it does
	 */
	public boolean isOf(ToolGuard other) {
		return this.guard.calls() == other.calls();
	}

	/**
	 * Guard tools where they need it.
	 * @param tools the tools
	 * @return the tools in their order; the same list if no tool needs a guard
	 */
	public List<ToolCallback> guard(List<ToolCallback> tools) {
		return this.guard.guard(tools);
	}

	/**
	 * Refuse a model call that offers an annotated tool without a guard.
	 * @param tools the tools that the call offers
	 * @throws UnguardedToolException if there is such a tool
	 */
	public void requireGuarded(Collection<ToolCallback> tools) {
		this.guard.requireGuarded(tools);
	}

	/**
	 * Return whether {@link #hidden} would have to ask LumoAuth.
	 * @param tools the tools
	 * @return {@code false} if every answer is known, or none is needed
	 */
	public boolean hasToAsk(Collection<ToolCallback> tools) {
		return offer(tools).hasToAsk();
	}

	/**
	 * Find the tools that must not be offered, because the agent may not use them now.
	 * There is at most one request for each agent whose guards are around the tools.
	 * @param tools the tools
	 * @return the denied tools; none if denied tools are not hidden. A tool for which
	 * there is no answer is not among them, because LumoAuth is asked again when the tool
	 * is called
	 */
	public Set<ToolCallback> hidden(Collection<ToolCallback> tools) {
		return offer(tools).hidden();
	}

	/**
	 * Return what a call of a tool runs that the model was not offered.
	 * @param name the name by which the model calls the tool
	 * @param resolved the application's tool of that name, or {@code null} if there is
	 * none
	 * @return the guarded tool, or the answer to a call of a tool that does not exist
	 */
	public ToolCallback unoffered(String name, @Nullable ToolCallback resolved) {
		return (resolved != null) ? this.guard.guard(resolved) : this.guard.unknown(name);
	}

	/**
	 * Return whether a tool has to know who started the chat.
	 * @param tool the tool
	 * @return whether it has
	 */
	public static boolean needsCaller(ToolCallback tool) {
		GuardedToolCallback guarded = GuardedToolCallback.around(tool);
		if (guarded == null) {
			return false;
		}
		GuardTerms terms = guarded.toolTerms();
		return terms.onBehalfOfUser() || guarded.calls().isForOneCall(terms);
	}

	/**
	 * Return what the model should know of the caller's former calls.
	 * @param tools the tools that are offered
	 * @param caller the caller
	 * @return a sentence for each call
	 */
	public static List<String> remarks(List<ToolCallback> tools, Caller caller) {
		Set<String> remarks = new LinkedHashSet<>();
		for (ToolCallback tool : tools) {
			GuardedToolCallback guarded = GuardedToolCallback.around(tool);
			if (guarded != null && guarded.calls().isForOneCall(guarded.toolTerms())) {
				remarks.addAll(guarded.calls().remarks(tool.getToolDefinition().name(), caller));
			}
		}
		return List.copyOf(remarks);
	}

	/**
	 * Tell tools who started the chat. If no user started the chat, the tools are told
	 * that too, and don't look for a user on their own thread.
	 * @param caller the caller who started the chat
	 * @param conversation the id of the conversation, or {@code null}
	 * @param tools the tools that are offered
	 * @param which selects the tools that have to know the caller
	 * @return the tools in their order; the same list if no tool has to know
	 */
	public static List<ToolCallback> boundTo(Caller caller, @Nullable String conversation, List<ToolCallback> tools,
			Predicate<ToolCallback> which) {
		List<ToolCallback> told = new ArrayList<>(tools);
		told.replaceAll((tool) -> which.test(tool) ? CallerBoundToolCallback.of(tool, caller, conversation) : tool);
		return told.equals(tools) ? tools : told;
	}

	/**
	 * Return what a model may read of a failure.
	 * @param failure what a tool has thrown
	 * @return the text; {@code null} if the failure is no refusal of the guard
	 */
	public @Nullable String translate(Throwable failure) {
		return this.guard.translate(failure);
	}

	/**
	 * If the guard of another agent is around a tool, that agent's decisions apply.
	 */
	private ToolOffer<ToolCallback> offer(Collection<ToolCallback> tools) {
		ToolOffer<ToolCallback> offer = new ToolOffer<>();
		for (ToolCallback tool : this.guard.isHidingDenied() ? tools : List.<ToolCallback>of()) {
			GuardedToolCallback guarded = GuardedToolCallback.around(tool);
			offer.add(tool, this.guard.requirements().find(tool),
					(guarded != null) ? guarded.calls() : this.guard.calls());
		}
		return offer;
	}

}
