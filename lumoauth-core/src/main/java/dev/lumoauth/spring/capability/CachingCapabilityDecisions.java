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

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

/**
 * Decisions that are based on a {@link CapabilitySource}: allows and denials are
 * remembered for a while, missing answers are not. One request is in flight per
 * capability, however many threads ask and whether or not anything is remembered.
 * <p>
 * Reading what is remembered takes no lock, and an allow allocates nothing.
 */
final class CachingCapabilityDecisions implements CapabilityDecisions {

	private final CapabilityCache cache;

	private final SharedDecisions.Agent shared;

	private final Function<String, @Nullable CapabilityDecision> remembered;

	private final StaleIfError staleIfError;

	private final AnswerLoader loader;

	private final CapabilityObservations observations;

	/**
	 * Create decisions.
	 * @param source whom to ask
	 * @param shared the answers of other replicas
	 * @param cache where answers are remembered
	 * @param observations who observes
	 * @param warned the kinds of failures that the log has reported already
	 * @param maxWait how long a chat may wait for LumoAuth in all
	 */
	CachingCapabilityDecisions(CapabilitySource source, SharedDecisions.Agent shared, CapabilityCache cache,
			CapabilityObservations observations, Set<Class<?>> warned, Duration maxWait) {
		this.cache = cache;
		this.shared = shared;
		this.remembered = (name) -> {
			Boolean answer = cache.get(name);
			return (answer != null) ? AnswerLoader.decision(name, answer) : null;
		};
		this.staleIfError = new StaleIfError(cache, shared);
		this.loader = new AnswerLoader(source, shared, cache, this.staleIfError, warned, maxWait);
		this.observations = observations;
	}

	@Override
	public CapabilityDecision decide(CapabilityRequirement requirement) {
		CapabilityDecision known = decideKnown(requirement);
		if (known != null) {
			return known;
		}
		return this.observations.isNoop() ? ask(requirement)
				: this.observations.ask(requirement, () -> ask(requirement));
	}

	private CapabilityDecision ask(CapabilityRequirement requirement) {
		return Objects.requireNonNull(requirement.decide(this.loader.load(requirement.capabilities())::get));
	}

	@Override
	public @Nullable CapabilityDecision decideKnown(CapabilityRequirement requirement) {
		CapabilityDecision known = known(requirement);
		if (known != null && !this.observations.isNoop()) {
			this.observations.known(requirement, known);
		}
		return known;
	}

	@Override
	public Map<String, CapabilityDecision> decideEach(Collection<String> capabilities) {
		capabilities.forEach(CapabilityRequirement::requireValid);
		if (this.observations.isNoop()) {
			return this.loader.load(capabilities);
		}
		boolean cached = capabilities.stream().allMatch((name) -> this.cache.get(name) != null);
		return this.observations.decideEach(capabilities, cached, () -> this.loader.load(capabilities));
	}

	@Override
	public @Nullable CapabilityDecision known(CapabilityRequirement requirement) {
		return requirement.decide(this.remembered);
	}

	@Override
	public @Nullable StaleIfErrorUse staleUse() {
		return this.staleIfError.inUse();
	}

	@Override
	public List<RememberedDecision> remembered() {
		return this.cache.remembered();
	}

	@Override
	public void invalidate() {
		// First: what the others share must not be remembered here anew.
		this.shared.forget();
		this.cache.clear();
	}

	@Override
	public void invalidate(String capability) {
		this.shared.forget();
		this.cache.remove(capability);
	}

}
