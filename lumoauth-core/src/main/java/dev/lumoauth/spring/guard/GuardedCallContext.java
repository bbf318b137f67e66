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

package dev.lumoauth.spring.guard;

import java.lang.reflect.Method;
import java.util.List;

import io.micrometer.common.KeyValues;
import io.micrometer.common.docs.KeyName;
import io.micrometer.observation.Observation;
import org.jspecify.annotations.Nullable;

/**
 * Context of the observation of a guarded call. It contains neither the arguments nor the
 * result.
 *
 * @since 0.1.0
 */
public final class GuardedCallContext extends Observation.Context {

	/** What {@link GuardReports#agent()} returns for an application without an agent. */
	private static final String NO_AGENT = "none";

	private final GuardedCall call;

	private @Nullable String agent;

	private @Nullable String conversation;

	private @Nullable GuardDecision decision;

	/**
	 * Create the context.
	 * @param call the call
	 */
	public GuardedCallContext(GuardedCall call) {
		this.call = call;
	}

	/**
	 * Return the tool.
	 * @return its name as the model sees it; {@code null} if this is the call of a method
	 */
	public @Nullable String getTool() {
		return this.call.tool();
	}

	/**
	 * Return the method.
	 * @return the method that is called, or that a tool calls next if that method has its
	 * own guard
	 */
	public @Nullable Method getMethod() {
		return this.call.method();
	}

	/**
	 * Return the capabilities that the code needs.
	 * @return the names of the capabilities; empty for none
	 */
	public List<String> getCapabilities() {
		return this.call.capabilities();
	}

	/**
	 * Return what is known of who makes the call, for spans.
	 * @param agent the name of the tag for the client id of the agent
	 * @param conversation the name of the tag for the id by which the memory of the chat
	 * knows the conversation
	 * @return the tags of what is known, possibly none
	 */
	public KeyValues getMadeBy(KeyName agent, KeyName conversation) {
		KeyValues known = (this.agent != null) ? KeyValues.of(agent.withValue(this.agent)) : KeyValues.empty();
		return (this.conversation != null) ? known.and(conversation.withValue(this.conversation)) : known;
	}

	void setMadeBy(String agent, @Nullable String conversation) {
		this.agent = agent.equals(NO_AGENT) ? null : agent;
		this.conversation = conversation;
	}

	/**
	 * Return the decision about the call.
	 * @return the decision, or {@code null} if there is none yet
	 */
	public @Nullable GuardDecision getDecision() {
		return this.decision;
	}

	void setDecision(GuardDecision decision) {
		this.decision = decision;
	}

}
