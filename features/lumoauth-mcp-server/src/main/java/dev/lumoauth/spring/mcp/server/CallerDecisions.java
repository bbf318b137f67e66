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

package dev.lumoauth.spring.mcp.server;

import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.capability.CapabilityDecisionsBuilder;
import dev.lumoauth.spring.capability.CapabilitySource;
import dev.lumoauth.spring.capability.ToolDecisions;
import dev.lumoauth.spring.revocation.Revocation;
import dev.lumoauth.spring.revocation.RevocationListener;

/**
 * Decides for the callers of a server. If the thread has a
 * {@link CallerAuthenticationToken}, its caller's permissions count; otherwise the
 * agent's do. Answers about a caller are remembered for one token, until the token ends.
 * <p>
 * Answers are remembered for at most 1,000 callers, the most recent ones.
 *
 * @since 0.1.0
 */
public final class CallerDecisions implements RevocationListener {

	static final int MAX_CALLERS = 1_000;

	/** The limit for one caller. */
	static final int MAX_CAPABILITIES = 1_000;

	/** For a caller whose token is no longer valid. */
	private static final CapabilityDecisions NOTHING_ALLOWED = CapabilityDecisions
		.builder((names) -> names.stream().collect(Collectors.toMap((name) -> name, (name) -> false)))
		.build();

	private final Map<String, Remembered> callers = new ConcurrentHashMap<>();

	private final CallerCapabilitySource source;

	private final Function<CapabilitySource, CapabilityDecisions> remembering;

	private final Clock clock;

	private final RevokedCallers revoked;

	/**
	 * Create the decisions.
	 * @param source the source to ask about callers
	 * @param builder says how long answers are remembered, for each caller separately
	 * @param clock the clock
	 */
	public CallerDecisions(CallerCapabilitySource source, CapabilityDecisionsBuilder builder, Clock clock) {
		this(source, builder.buildForEach(MAX_CAPABILITIES), clock);
	}

	private CallerDecisions(CallerCapabilitySource source, Function<CapabilitySource, CapabilityDecisions> remembering,
			Clock clock) {
		this.source = source;
		this.remembering = remembering;
		this.clock = clock;
		this.revoked = new RevokedCallers(clock);
	}

	/**
	 * Return decisions for the caller if there is one, and otherwise for an agent.
	 * @param agent the decisions for the agent
	 * @return the decisions
	 */
	public ToolDecisions or(CapabilityDecisions agent) {
		return new CallerOrAgent(this, this.source.isAboutTools(), agent);
	}

	/**
	 * Return what decides for a caller.
	 */
	CapabilityDecisions of(CallerAuthenticationToken caller) {
		Instant end = caller.getToken().getExpiresAt();
		long now = this.clock.millis();
		if ((end != null && now >= end.toEpochMilli())
				|| (!this.source.isLumoAuthAsked() && this.revoked.contains(caller))) {
			return NOTHING_ALLOWED;
		}
		String token = caller.getToken().getTokenValue();
		Remembered known = this.callers.get(token);
		if (known == null) {
			known = this.callers.computeIfAbsent(token,
					(key) -> new Remembered(caller.names(), this.remembering.apply(this.source.of(caller)),
							(end != null) ? end.toEpochMilli() : Long.MAX_VALUE));
			known.lastUse = now;
			makeRoom(now);
		}
		known.lastUse = now;
		return known.decisions;
	}

	private void makeRoom(long now) {
		if (this.callers.size() <= MAX_CALLERS) {
			return;
		}
		synchronized (this.callers) {
			this.callers.values().removeIf((each) -> now >= each.endMillis);
			int surplus = this.callers.size() - MAX_CALLERS;
			if (surplus > 0) {
				// Remove more than needed, so that this doesn't happen with every new
				// caller.
				List.copyOf(this.callers.entrySet())
					.stream()
					.map((entry) -> Map.entry(entry.getKey(), entry.getValue().lastUse))
					.sorted(Map.Entry.comparingByValue(Comparator.naturalOrder()))
					.limit(surplus + MAX_CALLERS / 10)
					.forEach((entry) -> this.callers.remove(entry.getKey()));
			}
		}
	}

	/**
	 * Forget the callers that the event may refer to. The answer to a request in progress
	 * is not kept either.
	 */
	@Override
	public void revoked(Revocation revocation) {
		this.revoked.add(revocation);
		this.callers.forEach((token, caller) -> {
			if (revocation.concerns(caller.names)) {
				this.callers.remove(token, caller);
				caller.decisions.invalidate();
			}
		});
	}

	void forget(Consumer<CapabilityDecisions> forgetting) {
		this.callers.values().forEach((caller) -> forgetting.accept(caller.decisions));
	}

	int size() {
		return this.callers.size();
	}

	/**
	 * What is remembered about one caller with one token.
	 */
	private static final class Remembered {

		private final Set<String> names;

		private final CapabilityDecisions decisions;

		private final long endMillis;

		private volatile long lastUse;

		Remembered(Set<String> names, CapabilityDecisions decisions, long endMillis) {
			this.names = names;
			this.decisions = decisions;
			this.endMillis = endMillis;
		}

	}

}
