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
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

import dev.lumoauth.spring.concurrent.WaitAllowance;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

/**
 * Builder for decisions that ask a {@link CapabilitySource}. The decisions remember
 * nothing unless a lifetime is set.
 *
 * @since 0.1.0
 */
public final class CapabilityDecisionsBuilder {

	/** Without other replicas. */
	private static final SharedDecisions.Agent ALONE = new SharedDecisions.Agent() {

		@Override
		public void ask(Collection<String> capabilities, CapabilitySource source, SharedDecisions.Answers answers) {
			source.ask(capabilities, (name, answer) -> answers.accept(name, answer, Duration.ZERO));
		}

		@Override
		public void forget() {
			// Nobody shares anything.
		}

	};

	private final CapabilitySource source;

	private @Nullable SharedDecisions shared;

	private String identity = "";

	private Duration allowTtl = Duration.ZERO;

	private Duration denyTtl = Duration.ZERO;

	private Duration staleIfUnavailable = Duration.ZERO;

	private Clock clock = Clock.systemUTC();

	private LongSupplier nanoTime = System::nanoTime;

	private Duration maxWait = WaitAllowance.DEFAULT_MAX;

	private CapabilityObservations observations = CapabilityObservations.NONE;

	CapabilityDecisionsBuilder(CapabilitySource source) {
		this.source = source;
	}

	/**
	 * Return whether a lifetime of answers is valid. With an unlimited lifetime, later
	 * answers of LumoAuth would never count.
	 * @param lifetime the lifetime
	 * @return whether it is zero to 24 hours
	 */
	public static boolean isValidLifetime(Duration lifetime) {
		return AnswerLifetimes.isValid(lifetime);
	}

	/**
	 * Set how long an allow counts, from the time of the request.
	 * @param allowTtl zero to 24 hours; zero = LumoAuth is asked each time
	 * @return this builder
	 */
	public CapabilityDecisionsBuilder allowTtl(Duration allowTtl) {
		this.allowTtl = allowTtl;
		return this;
	}

	/**
	 * Set how long a denial counts, from the time of the request.
	 * @param denyTtl zero to 24 hours; zero = LumoAuth is asked each time
	 * @return this builder
	 */
	public CapabilityDecisionsBuilder denyTtl(Duration denyTtl) {
		this.denyTtl = denyTtl;
		return this;
	}

	/**
	 * Set how long an allow may be used past its lifetime while LumoAuth is unreachable.
	 * @param staleIfUnavailable zero to 24 hours; zero = never
	 * @return this builder
	 */
	public CapabilityDecisionsBuilder staleIfUnavailable(Duration staleIfUnavailable) {
		this.staleIfUnavailable = staleIfUnavailable;
		return this;
	}

	/**
	 * Set how long a chat, or a request to the application, may wait for LumoAuth in all,
	 * the answer to another's question included; two seconds by default.
	 * @param maxWait how long
	 * @return this builder
	 */
	public CapabilityDecisionsBuilder maxWait(Duration maxWait) {
		this.maxWait = maxWait;
		return this;
	}

	/**
	 * Set what the application's replicas share; by default nothing.
	 * @param shared what they share; {@code null} = nothing
	 * @param identity as in {@link SharedDecisions#of}
	 * @return this builder
	 */
	public CapabilityDecisionsBuilder shared(@Nullable SharedDecisions shared, String identity) {
		this.shared = shared;
		this.identity = identity;
		return this;
	}

	/**
	 * Set the clock; the system's by default.
	 * @param clock the clock
	 * @return this builder
	 */
	public CapabilityDecisionsBuilder clock(Clock clock) {
		this.clock = clock;
		return this;
	}

	/**
	 * Set a monotonic clock.
	 */
	CapabilityDecisionsBuilder nanoTime(LongSupplier nanoTime) {
		this.nanoTime = nanoTime;
		return this;
	}

	/**
	 * Set where decisions are observed, as {@code lumoauth.capability}; nowhere by
	 * default.
	 * @param agent the client id of the agent
	 * @param registry supplies the registry; called for each decision, so it should cache
	 * its result. The registry may be created after the decisions
	 * @return this builder
	 */
	public CapabilityDecisionsBuilder observations(String agent, Supplier<ObservationRegistry> registry) {
		this.observations = new CapabilityObservations(agent, registry);
		return this;
	}

	/**
	 * Build decisions for each of many sources, such as one for each party that calls the
	 * application. The lifetimes apply to each source separately. An allow past its
	 * lifetime is never used, and nothing is shared with other replicas.
	 * @param maxCapabilities how many answers are remembered for each source
	 * @return makes decisions that ask a source
	 * @throws IllegalArgumentException if a lifetime is negative, or over 24 hours
	 */
	public Function<CapabilitySource, CapabilityDecisions> buildForEach(int maxCapabilities) {
		AnswerLifetimes lifetimes = new AnswerLifetimes(this.allowTtl, this.denyTtl, Duration.ZERO);
		Set<Class<?>> warned = ConcurrentHashMap.newKeySet();
		return (each) -> new CachingCapabilityDecisions(each, ALONE,
				new CapabilityCache(lifetimes, this.clock, this.nanoTime, maxCapabilities), this.observations, warned,
				this.maxWait);
	}

	/**
	 * Build the decisions.
	 * @return the decisions
	 * @throws IllegalArgumentException if a lifetime is negative, or over 24 hours
	 */
	public CapabilityDecisions build() {
		AnswerLifetimes lifetimes = new AnswerLifetimes(this.allowTtl, this.denyTtl, this.staleIfUnavailable);
		SharedDecisions.Agent shared = (this.shared != null)
				? this.shared.of(this.identity, this.allowTtl, this.denyTtl, this.maxWait) : ALONE;
		return new CachingCapabilityDecisions(this.source, shared,
				new CapabilityCache(lifetimes, this.clock, this.nanoTime), this.observations,
				ConcurrentHashMap.newKeySet(), this.maxWait);
	}

}
