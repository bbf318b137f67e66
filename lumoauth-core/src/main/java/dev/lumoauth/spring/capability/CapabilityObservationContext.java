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

package dev.lumoauth.spring.capability;

import java.util.ArrayList;
import java.util.List;

import io.micrometer.observation.Observation;
import org.jspecify.annotations.Nullable;

/**
 * Context of the observation of a decision.
 *
 * @since 0.1.0
 */
public final class CapabilityObservationContext extends Observation.Context {

	private final String agent;

	private final List<String> capabilities;

	private final boolean bulk;

	private boolean cached;

	private CapabilityDecision.@Nullable Outcome outcome;

	private boolean stale;

	private List<String> missing = List.of();

	/**
	 * Create the context.
	 * @param agent the client id of the agent
	 * @param capabilities the names asked about
	 * @param bulk whether the names were asked about for a list of tools, and not for one
	 * piece of code
	 */
	public CapabilityObservationContext(String agent, List<String> capabilities, boolean bulk) {
		this.agent = agent;
		this.capabilities = capabilities;
		this.bulk = bulk;
	}

	/**
	 * Return the agent whose capabilities are asked about.
	 * @return the client id of the agent
	 */
	public String getAgent() {
		return this.agent;
	}

	/**
	 * Return the capabilities that are asked about.
	 * @return the names of the capabilities
	 */
	public List<String> getCapabilities() {
		return this.capabilities;
	}

	/**
	 * Return whether several capabilities were asked about at once, for what a model may
	 * be offered.
	 * @return {@code false} if one piece of code needs them
	 */
	public boolean isBulk() {
		return this.bulk;
	}

	/**
	 * Return whether an allow past its lifetime was used, because LumoAuth is
	 * unreachable.
	 * @return {@code false} also if one of several capabilities is not allowed
	 */
	public boolean isStale() {
		return this.stale && this.outcome == CapabilityDecision.Outcome.ALLOW;
	}

	/**
	 * Return whether the decision came from memory.
	 * @return {@code false} also before there is a decision
	 */
	public boolean isCached() {
		return this.cached || isStale();
	}

	void setCached(boolean cached) {
		this.cached = cached;
	}

	/**
	 * Return the outcome; for several capabilities the least favourable one.
	 * @return the outcome, or {@code null} if there is none yet
	 */
	public CapabilityDecision.@Nullable Outcome getOutcome() {
		return this.outcome;
	}

	/**
	 * Return what the agent lacks.
	 * @return the names of the capabilities; empty unless denied
	 */
	public List<String> getMissing() {
		return this.missing;
	}

	void decided(CapabilityDecision decision) {
		if (this.outcome == null || decision.outcome().compareTo(this.outcome) > 0) {
			this.outcome = decision.outcome();
		}
		this.stale = this.stale || decision.isStale();
		if (!decision.missing().isEmpty()) {
			List<String> missing = new ArrayList<>(this.missing);
			missing.addAll(decision.missing());
			this.missing = missing;
		}
	}

}
