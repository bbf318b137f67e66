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
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.capability.CapabilityDecisionsBuilder;
import dev.lumoauth.spring.capability.CapabilitySource;
import dev.lumoauth.spring.concurrent.BoundedMap;
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

	/** By their tokens, the least recently used first. */
	private final Map<String, Remembered> callers = Collections.synchronizedMap(new BoundedMap<>(MAX_CALLERS));

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
	public CapabilityDecisions or(CapabilityDecisions agent) {
		return new CallerOrAgent(this, this.source.isAboutTools(), agent);
	}

	/**
	 * Return what decides for a caller.
	 */
	CapabilityDecisions of(CallerAuthenticationToken caller) {
		Instant end = caller.getToken().getExpiresAt();
		if ((end != null && !this.clock.instant().isBefore(end))
				|| (!this.source.isLumoAuthAsked() && this.revoked.contains(caller))) {
			return NOTHING_ALLOWED;
		}
		return this.callers
			.computeIfAbsent(caller.getToken().getTokenValue(),
					(token) -> new Remembered(caller.names(), this.remembering.apply(this.source.of(caller))))
			.decisions();
	}

	/**
	 * Forget the callers that the event may refer to. The answer to a request in progress
	 * is not kept either.
	 */
	@Override
	public void revoked(Revocation revocation) {
		this.revoked.add(revocation);
		synchronized (this.callers) {
			this.callers.values().removeIf((caller) -> {
				boolean concerned = revocation.concerns(caller.names());
				if (concerned) {
					caller.decisions().invalidate();
				}
				return concerned;
			});
		}
	}

	void forget(Consumer<CapabilityDecisions> forgetting) {
		synchronized (this.callers) {
			this.callers.values().forEach((caller) -> forgetting.accept(caller.decisions()));
		}
	}

	int size() {
		return this.callers.size();
	}

	/**
	 * What is remembered about one caller with one token.
	 *
	 * @param names the caller's names
	 * @param decisions the answers
	 */
	private record Remembered(Set<String> names, CapabilityDecisions decisions) {
	}

}
