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
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;

import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.caller.CallerAuthenticationToken;
import dev.lumoauth.spring.event.Revocation;
import dev.lumoauth.spring.event.RevocationListener;
import org.jspecify.annotations.Nullable;

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

	private final Map<String, Remembered> callers = new ConcurrentHashMap<>();

	private final CallerCapabilitySource source;

	private final Function<CapabilitySource, CapabilityDecisions> remembering;

	private final Clock clock;

	private final RevokedCallers revoked;

	CallerDecisions(CallerCapabilitySource source, Function<CapabilitySource, CapabilityDecisions> remembering,
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
		return new CallerOrAgent(agent);
	}

	private CapabilityDecisions of(CallerAuthenticationToken caller) {
		Instant end = caller.getToken().getExpiresAt();
		long now = this.clock.millis();
		if ((end != null && now >= end.toEpochMilli())
				|| (!this.source.isLumoAuthAsked() && this.revoked.contains(caller))) {
			return NothingAllowed.INSTANCE;
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
		if (revocation.effect() != Revocation.Effect.DECISIONS) {
			this.revoked.add(revocation);
		}
		this.callers.forEach((token, caller) -> {
			if (revocation.concerns(caller.names)) {
				this.callers.remove(token, caller);
				caller.decisions.invalidate();
			}
		});
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

	/**
	 * Decisions for a caller whose token is no longer valid.
	 */
	private static final class NothingAllowed implements CapabilityDecisions {

		static final NothingAllowed INSTANCE = new NothingAllowed();

		@Override
		public CapabilityDecision decide(CapabilityRequirement requirement) {
			return CapabilityDecision.deny(requirement.capabilities());
		}

		@Override
		public Map<String, CapabilityDecision> decideEach(Collection<String> capabilities) {
			Map<String, CapabilityDecision> decisions = new LinkedHashMap<>();
			capabilities.forEach((name) -> decisions.put(CapabilityRequirement.requireValid(name),
					CapabilityDecision.deny(List.of(name))));
			return decisions;
		}

		@Override
		public CapabilityDecision known(CapabilityRequirement requirement) {
			return decide(requirement);
		}

		@Override
		public void invalidate() {
			// Nothing is remembered.
		}

		@Override
		public void invalidate(String capability) {
			// Nothing is remembered.
		}

	}

	/**
	 * Decides for the caller on this thread, or else for the agent.
	 */
	private final class CallerOrAgent implements ToolDecisions {

		private final CapabilityDecisions agent;

		CallerOrAgent(CapabilityDecisions agent) {
			this.agent = agent;
		}

		@Override
		public CapabilityDecision decide(CapabilityRequirement requirement) {
			return decide(requirement, null);
		}

		@Override
		public CapabilityDecision decide(CapabilityRequirement requirement, @Nullable String tool) {
			CallerAuthenticationToken caller = CallerAuthenticationToken.current();
			if (caller == null) {
				return this.agent.decide(requirement);
			}
			CapabilityRequirement asked = asked(requirement, tool);
			return (asked != null) ? about(requirement, of(caller).decide(asked)) : noTool();
		}

		@Override
		public @Nullable CapabilityDecision decideKnown(CapabilityRequirement requirement) {
			return decideKnown(requirement, null);
		}

		@Override
		public @Nullable CapabilityDecision decideKnown(CapabilityRequirement requirement, @Nullable String tool) {
			CallerAuthenticationToken caller = CallerAuthenticationToken.current();
			if (caller == null) {
				return this.agent.decideKnown(requirement);
			}
			CapabilityRequirement asked = asked(requirement, tool);
			if (asked == null) {
				return noTool();
			}
			CapabilityDecision known = of(caller).decideKnown(asked);
			return (known != null) ? about(requirement, known) : null;
		}

		@Override
		public Map<String, CapabilityDecision> decideTools(Map<String, CapabilityRequirement> tools) {
			CallerAuthenticationToken caller = CallerAuthenticationToken.current();
			if (caller == null) {
				return ToolDecisions.decideTools(this.agent, tools);
			}
			if (!CallerDecisions.this.source.isAboutTools()) {
				return ToolDecisions.decideTools(of(caller), tools);
			}
			Map<String, CapabilityDecision> each = of(caller)
				.decideEach(tools.keySet().stream().filter(CapabilityRequirement::isValid).toList());
			Map<String, CapabilityDecision> decisions = new LinkedHashMap<>();
			tools.forEach((tool, requirement) -> decisions.put(tool,
					about(requirement, each.getOrDefault(tool, CapabilityDecision.deny(List.of())))));
			return decisions;
		}

		@Override
		public Map<String, CapabilityDecision> decideEach(Collection<String> capabilities) {
			CallerAuthenticationToken caller = CallerAuthenticationToken.current();
			if (caller == null) {
				return this.agent.decideEach(capabilities);
			}
			if (!CallerDecisions.this.source.isAboutTools()) {
				return of(caller).decideEach(capabilities);
			}
			Map<String, CapabilityDecision> decisions = new LinkedHashMap<>();
			capabilities.forEach((name) -> decisions.put(CapabilityRequirement.requireValid(name), noTool()));
			return decisions;
		}

		@Override
		public @Nullable CapabilityDecision known(CapabilityRequirement requirement) {
			CallerAuthenticationToken caller = CallerAuthenticationToken.current();
			if (caller == null) {
				return this.agent.known(requirement);
			}
			return CallerDecisions.this.source.isAboutTools() ? null : of(caller).known(requirement);
		}

		private @Nullable CapabilityRequirement asked(CapabilityRequirement requirement, @Nullable String tool) {
			if (!CallerDecisions.this.source.isAboutTools()) {
				return requirement;
			}
			return (tool != null && CapabilityRequirement.isValid(tool)) ? CapabilityRequirement.of(tool) : null;
		}

		/**
		 * Turns the answer about the tool into a decision about what the tool needs.
		 */
		private CapabilityDecision about(CapabilityRequirement requirement, CapabilityDecision decision) {
			return (CallerDecisions.this.source.isAboutTools() && decision.outcome() == CapabilityDecision.Outcome.DENY)
					? CapabilityDecision.deny(requirement.capabilities()) : decision;
		}

		private static CapabilityDecision noTool() {
			return CapabilityDecision.unavailable(new LumoAuthUnavailableException(
					"With lumoauth.mcp.server.decide-by=authorize LumoAuth is asked about tools, and this is decided "
							+ "outside of any tool of the server: choose check or scopes, or call it in a tool",
					null));
		}

		/**
		 * The agent's answers only: the answers to callers are for nobody else.
		 */
		@Override
		public List<RememberedDecision> remembered() {
			return this.agent.remembered();
		}

		@Override
		public @Nullable StaleIfErrorUse staleUse() {
			return this.agent.staleUse();
		}

		@Override
		public void invalidate() {
			this.agent.invalidate();
			forget(CapabilityDecisions::invalidate);
		}

		@Override
		public void invalidate(String capability) {
			this.agent.invalidate(capability);
			forget((decisions) -> decisions.invalidate(capability));
		}

		private void forget(Consumer<CapabilityDecisions> forgetting) {
			CallerDecisions.this.callers.values().forEach((caller) -> forgetting.accept(caller.decisions));
		}

	}

}
