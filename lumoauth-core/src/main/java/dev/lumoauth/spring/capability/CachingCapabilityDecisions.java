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

import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

/**
 * Decisions out of a {@link CapabilitySource}: allows and denials are remembered for a
 * while each, no answer is not. One request is in flight per capability, however many
 * threads ask and whether or not anything is remembered.
 * <p>
 * Reading what is remembered takes no lock, and an allow allocates nothing.
 *
 * @since 0.1.0
 */
public final class CachingCapabilityDecisions implements CapabilityDecisions {

	private final CapabilityCache cache;

	private final StaleIfError bridge;

	private final AnswerLoader loader;

	private final CapabilityObservations observations;

	private CachingCapabilityDecisions(Builder builder) {
		this.cache = new CapabilityCache(
				new AnswerLifetimes(builder.allowTtl, builder.denyTtl, builder.staleIfUnavailable), builder.clock,
				builder.nanoTime);
		this.bridge = new StaleIfError(this.cache);
		this.loader = new AnswerLoader(builder.source, this.cache, this.bridge);
		this.observations = builder.observations;
	}

	/**
	 * Return a builder.
	 * @param source whom to ask
	 * @return the builder of decisions that remember nothing
	 */
	public static Builder builder(CapabilitySource source) {
		return new Builder(source);
	}

	/**
	 * Return whether an answer may count for a time. Without an end to that time, what
	 * LumoAuth says later would never count.
	 * @param lifetime the time
	 * @return whether it is zero to 24 hours
	 */
	public static boolean isValidLifetime(Duration lifetime) {
		return AnswerLifetimes.isValid(lifetime);
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
		return requirement.decide(this.loader.load(requirement.capabilities()));
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

	/**
	 * {@inheritDoc}
	 * <p>
	 * One denied group settles it; an allow needs them all.
	 */
	@Override
	public @Nullable CapabilityDecision known(CapabilityRequirement requirement) {
		List<List<String>> groups = requirement.groups();
		boolean complete = true;
		List<String> missing = null;
		// By index: an iterator would be the only object that an allow makes.
		for (int i = 0; i < groups.size(); i++) {
			Boolean known = known(groups.get(i));
			if (known == null) {
				complete = false;
			}
			else if (!known) {
				missing = (missing != null) ? distinct(missing, groups.get(i)) : groups.get(i);
			}
		}
		if (missing != null) {
			return CapabilityDecision.deny(missing);
		}
		return complete ? CapabilityDecision.ALLOW : null;
	}

	private @Nullable Boolean known(List<String> group) {
		Boolean answer = Boolean.FALSE;
		for (int i = 0; i < group.size(); i++) {
			Boolean known = this.cache.get(group.get(i));
			if (known == null) {
				answer = null;
			}
			else if (known) {
				return Boolean.TRUE;
			}
		}
		return answer;
	}

	private static List<String> distinct(List<String> some, List<String> more) {
		Set<String> all = new LinkedHashSet<>(some);
		all.addAll(more);
		return List.copyOf(all);
	}

	@Override
	public @Nullable StaleIfErrorUse staleUse() {
		return this.bridge.inUse();
	}

	@Override
	public List<RememberedDecision> remembered() {
		return this.cache.remembered();
	}

	@Override
	public void invalidate() {
		this.cache.clear();
	}

	@Override
	public void invalidate(String capability) {
		this.cache.remove(capability);
	}

	/**
	 * Builds {@link CachingCapabilityDecisions}.
	 */
	public static final class Builder {

		private final CapabilitySource source;

		private Duration allowTtl = Duration.ZERO;

		private Duration denyTtl = Duration.ZERO;

		private Duration staleIfUnavailable = Duration.ZERO;

		private Clock clock = Clock.systemUTC();

		private LongSupplier nanoTime = System::nanoTime;

		private CapabilityObservations observations = CapabilityObservations.NONE;

		private Builder(CapabilitySource source) {
			this.source = source;
		}

		/**
		 * Set how long an allow counts, from when it was asked for.
		 * @param allowTtl zero to 24 hours; zero = it is asked for each time
		 * @return this builder
		 */
		public Builder allowTtl(Duration allowTtl) {
			this.allowTtl = allowTtl;
			return this;
		}

		/**
		 * Set how long a denial counts, from when it was asked for.
		 * @param denyTtl zero to 24 hours; zero = it is asked for each time
		 * @return this builder
		 */
		public Builder denyTtl(Duration denyTtl) {
			this.denyTtl = denyTtl;
			return this;
		}

		/**
		 * Set for how long after its lifetime an allow may be used while LumoAuth is
		 * unreachable.
		 * @param staleIfUnavailable zero to 24 hours; zero = never
		 * @return this builder
		 */
		public Builder staleIfUnavailable(Duration staleIfUnavailable) {
			this.staleIfUnavailable = staleIfUnavailable;
			return this;
		}

		/**
		 * Set the clock; the system's by default.
		 * @param clock the clock
		 * @return this builder
		 */
		public Builder clock(Clock clock) {
			this.clock = clock;
			return this;
		}

		/**
		 * Set a clock that nobody can set back.
		 */
		Builder nanoTime(LongSupplier nanoTime) {
			this.nanoTime = nanoTime;
			return this;
		}

		/**
		 * Set where decisions are observed, as {@code lumoauth.capability}; nowhere by
		 * default.
		 * @param agent the client id of the agent
		 * @param registry gives the registry; called for each decision, so it should
		 * remember. It may be one that is created after the decisions
		 * @param convention gives the application's names and tags, or {@code null} for
		 * the default
		 * @return this builder
		 */
		public Builder observations(String agent, Supplier<ObservationRegistry> registry,
				Supplier<@Nullable CapabilityObservationConvention> convention) {
			this.observations = new CapabilityObservations(agent, registry, convention);
			return this;
		}

		/**
		 * Return what was built.
		 * @return the decisions
		 * @throws IllegalArgumentException if a lifetime is negative, or over 24 hours
		 */
		public CachingCapabilityDecisions build() {
			return new CachingCapabilityDecisions(this);
		}

	}

}
