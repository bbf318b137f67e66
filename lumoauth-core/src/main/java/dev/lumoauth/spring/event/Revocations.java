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

package dev.lumoauth.spring.event;

import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

import dev.lumoauth.spring.event.Revocation.Effect;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Handles all verified events. It accepts each event once, decides what the event
 * revokes, calls the listeners that have to forget, and passes the event on to other
 * replicas. Its only effect is that something is forgotten.
 *
 * @since 0.1.0
 */
public final class Revocations {

	/** Some 20 MiB: 300 events a second for as long as one counts. */
	static final int MAX_IDS = 100_000;

	private static final Log logger = LogFactory.getLog(Revocations.class);

	private final Supplier<? extends Collection<? extends RevocationListener>> listeners;

	private final Counter counter;

	private final SeenIds seen;

	private final AtomicReference<@Nullable Relay> relay = new AtomicReference<>();

	/**
	 * Create the place.
	 * @param listeners gives those who are told, in their order
	 * @param counter counts what comes
	 */
	public Revocations(Supplier<? extends Collection<? extends RevocationListener>> listeners, Counter counter) {
		this(listeners, counter, MAX_IDS, System::nanoTime);
	}

	Revocations(Supplier<? extends Collection<? extends RevocationListener>> listeners, Counter counter, int maxIds,
			LongSupplier nanoTime) {
		this.listeners = listeners;
		this.counter = counter;
		this.seen = new SeenIds(maxIds, nanoTime);
	}

	/**
	 * Set what passes on to other replicas what comes to this one.
	 * @param relay what passes it on; {@code null} = nothing does
	 */
	public void relayBy(@Nullable Relay relay) {
		this.relay.set(relay);
	}

	/**
	 * Take an event that was verified.
	 * @param channel how it came, for the meter
	 * @param id what tells it from all others
	 * @param life for how long its sender could send it again
	 * @param events by the type of each event in it, who it is about
	 * @return what to answer: it was taken, also if it was before, or it is to be sent
	 * again
	 */
	EventReply take(String channel, String id, Duration life, Map<String, Set<String>> events) {
		if (events.keySet().stream().allMatch((type) -> EventTypes.effect(type) == null)) {
			count(channel, events.keySet(), "ignored");
			return EventReply.TAKEN; // Its id takes no room from one that takes something
										// away.
		}
		Map<String, Revocation> revocations = new LinkedHashMap<>();
		events.forEach((type, subjects) -> {
			Effect effect = EventTypes.effect(type);
			if (effect != null) {
				revocations.put(type, new Revocation(effect, subjects));
			}
		});
		SeenIds.Result result = this.seen.add(id, life);
		if (result == SeenIds.Result.UNDER_WAY) {
			count(channel, events.keySet(), "repeated");
			return EventReply.UNAVAILABLE; // Nobody knows yet whether it can be applied.
		}
		// Also a repeated one: another replica may have failed.
		passOn(id, life, revocations.values());
		if (result == SeenIds.Result.SEEN) {
			count(channel, events.keySet(), "repeated");
			return EventReply.TAKEN;
		}
		boolean applied = true;
		for (String type : events.keySet()) {
			Revocation revocation = revocations.get(type);
			boolean told = revocation == null || tell(revocation);
			applied &= told;
			String outcome = (result == SeenIds.Result.FULL) ? "overloaded" : "applied";
			count(channel, Set.of(type), (revocation == null) ? "ignored" : (told ? outcome : "failed"));
		}
		this.seen.ended(id, applied);
		return applied ? EventReply.TAKEN : EventReply.UNAVAILABLE;
	}

	private void passOn(String id, Duration life, Collection<Revocation> revocations) {
		Relay relay = this.relay.get();
		if (relay != null) {
			relay.publish(id, life, List.copyOf(revocations));
		}
	}

	/**
	 * Take what another replica has taken, and pass it on no further.
	 * @param id what tells the event from all others
	 * @param life for how long its sender could send it again
	 * @param revocations what it takes away
	 */
	public void relayed(String id, Duration life, Collection<Revocation> revocations) {
		if (this.seen.add(id, life) == SeenIds.Result.SEEN) {
			return; // most often one that this replica has passed on itself
		}
		// Even where there is no room for the id: nobody would send it again.
		boolean applied = true;
		for (Revocation revocation : revocations) {
			boolean told = tell(revocation);
			applied &= told;
			this.counter.count("relay", EventTypes.OTHER, told ? "applied" : "failed");
		}
		this.seen.ended(id, applied);
	}

	/**
	 * Have forgotten what may have been taken away while no events came.
	 * @param effect what could have been
	 */
	public void missed(Effect effect) {
		tell(Revocation.ofEveryone(effect));
	}

	private boolean tell(Revocation revocation) {
		boolean told = true;
		for (RevocationListener listener : this.listeners.get()) {
			try {
				listener.revoked(revocation);
			}
			catch (RuntimeException ex) {
				told = false;
				logger.error(listener.getClass().getName() + " could not forget what LumoAuth has revoked ("
						+ revocation.effect() + "). LumoAuth is asked to send the event again.", ex);
			}
		}
		return told;
	}

	/**
	 * Count what was not taken.
	 */
	EventReply refused(String channel, EventReply reply) {
		this.counter.count(channel, "none", reply.code());
		return reply;
	}

	private void count(String channel, Collection<String> types, String outcome) {
		types.forEach((type) -> this.counter.count(channel, EventTypes.nameOf(type), outcome));
	}

	/**
	 * Return how many ids are remembered.
	 */
	int size() {
		return this.seen.size();
	}

	/**
	 * Counts events. All three are of few values, whatever is sent.
	 *
	 * @since 0.1.0
	 */
	@FunctionalInterface
	public interface Counter {

		/**
		 * Count one.
		 * @param channel {@code ssf}, {@code webhook} or {@code relay}
		 * @param type what it was; {@code none} for what was not taken, and {@code other}
		 * for a type that is not known
		 * @param outcome {@code applied}, {@code ignored}, {@code repeated},
		 * {@code failed}, {@code overloaded} (applied, and not remembered: there is no
		 * room), or why it was not taken
		 */
		void count(String channel, String type, String outcome);

	}

	/**
	 * Passes on to other replicas. Must neither block nor throw.
	 *
	 * @since 0.1.0
	 */
	@FunctionalInterface
	public interface Relay {

		/**
		 * Pass on what an event takes away.
		 * @param id what tells the event from all others
		 * @param life for how long its sender could send it again
		 * @param revocations what it takes away
		 */
		void publish(String id, Duration life, List<Revocation> revocations);

	}

}
