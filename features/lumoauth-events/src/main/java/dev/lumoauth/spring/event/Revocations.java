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
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import dev.lumoauth.spring.http.Excerpt;
import dev.lumoauth.spring.revocation.Revocation;
import dev.lumoauth.spring.revocation.Revocation.Effect;
import dev.lumoauth.spring.revocation.RevocationListener;
import dev.lumoauth.spring.revocation.RevocationRelay;
import dev.lumoauth.spring.revocation.RevocationSource;

/**
 * Handles all verified events. It accepts each event once, decides what the event
 * revokes, calls the listeners that have to forget, and passes the event on to other
 * replicas. Its only effect is that something is forgotten.
 *
 * @since 0.1.0
 */
public final class Revocations implements RevocationSource {

	/** Some 20 MiB: enough for 300 events a second during the time that an id is kept. */
	static final int MAX_IDS = 100_000;

	private static final Log logger = LogFactory.getLog(Revocations.class);

	private final Supplier<? extends Collection<? extends RevocationListener>> listeners;

	private final Counter counter;

	private final SeenIds seen;

	private final AtomicReference<@Nullable RevocationRelay> relay = new AtomicReference<>();

	/**
	 * Create the handler of events.
	 * @param listeners supplies the listeners, in their order
	 * @param counter counts the events
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

	@Override
	public void relayBy(@Nullable RevocationRelay relay) {
		this.relay.set(relay);
	}

	/**
	 * Apply an event that was verified.
	 * @param channel how it came, for the meter
	 * @param id the id that distinguishes it from all other events
	 * @param life for how long its sender could send it again
	 * @param events the subjects of each event in it, by the type of the event
	 * @return the answer: the event was accepted, now or before, or it has to be sent
	 * again
	 */
	EventReply take(String channel, String id, Duration life, Map<String, Set<String>> events) {
		if (events.keySet().stream().allMatch((type) -> EventTypes.effect(type) == null)) {
			count(channel, events.keySet(), "ignored");
			return EventReply.TAKEN; // Its id takes no room from the id of an event that
										// revokes something.
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
			return EventReply.UNAVAILABLE; // It is not known yet whether the event can be
											// applied.
		}
		// A repeated event is passed on too: another replica may have failed.
		passOn(id, life, revocations.values());
		if (result == SeenIds.Result.SEEN) {
			count(channel, events.keySet(), "repeated");
			return EventReply.TAKEN;
		}
		boolean full = result == SeenIds.Result.FULL;
		return applied(id, life, revocations.values(), () -> apply(channel, events.keySet(), revocations, full))
				? EventReply.TAKEN : EventReply.UNAVAILABLE;
	}

	private boolean apply(String channel, Set<String> types, Map<String, Revocation> revocations, boolean full) {
		boolean applied = true;
		revocations.forEach((type, revocation) -> log(revocation, EventTypes.nameOf(type) + ", " + channel));
		for (String type : types) {
			Revocation revocation = revocations.get(type);
			boolean told = revocation == null || tell(revocation);
			applied &= told;
			String outcome = full ? "overloaded" : "applied";
			count(channel, Set.of(type), (revocation == null) ? "ignored" : (told ? outcome : "failed"));
		}
		return applied;
	}

	/**
	 * Apply an event. If that fails and another replica has passed the event on
	 * meanwhile, try it once more: nobody may send it again.
	 */
	private boolean applied(String id, Duration life, Collection<Revocation> revocations, BooleanSupplier event) {
		boolean applied = false;
		try {
			applied = event.getAsBoolean();
			return applied;
		}
		finally {
			if (this.seen.ended(id, applied)) {
				relayed(id, life, revocations);
			}
		}
	}

	private void passOn(String id, Duration life, Collection<Revocation> revocations) {
		RevocationRelay relay = this.relay.get();
		if (relay != null) {
			relay.publish(id, life, List.copyOf(revocations));
		}
	}

	@Override
	public void relayed(String id, Duration life, Collection<Revocation> revocations) {
		SeenIds.Result result = this.seen.add(id, life);
		if (result == SeenIds.Result.SEEN || result == SeenIds.Result.UNDER_WAY) {
			return; // most often one that this replica has passed on itself
		}
		// Even if there is no room for the id: nobody would send the event again.
		applied(id, life, revocations, () -> apply(revocations));
	}

	private boolean apply(Collection<Revocation> revocations) {
		boolean applied = true;
		for (Revocation revocation : revocations) {
			log(revocation, "from another replica");
			boolean told = tell(revocation);
			applied &= told;
			this.counter.count("relay", EventTypes.OTHER, told ? "applied" : "failed");
		}
		return applied;
	}

	@Override
	public void missed(Effect effect) {
		tell(Revocation.ofEveryone(effect));
	}

	/**
	 * Log one line for each revocation. An event that arrives again has no effect, and no
	 * line.
	 * @param source where it came from, for people
	 */
	private static void log(Revocation revocation, String source) {
		if (logger.isInfoEnabled()) {
			String what = switch (revocation.effect()) {
				case DECISIONS -> "capabilities have changed";
				case TOKENS -> "tokens are revoked";
				case DISABLED -> "access is disabled";
			};
			logger.info("LumoAuth's event: %s, for %s (%s). What is remembered of that is forgotten.".formatted(what,
					names(revocation.subjects()), source));
		}
	}

	/**
	 * A log is no place for whole e-mail addresses.
	 */
	private static String names(Set<String> subjects) {
		return subjects.isEmpty() ? "everyone"
				: Excerpt.of(subjects.stream()
					.map((name) -> name.replaceAll("^(.)[^@]*@", "$1***@"))
					.sorted()
					.collect(Collectors.joining(", ")));
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
	 * Count an event that was refused.
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
	 * Counts events. Each of the three parameters has few values, whatever is sent.
	 *
	 * @since 0.1.0
	 */
	@FunctionalInterface
	public interface Counter {

		/**
		 * Count one.
		 * @param channel {@code ssf}, {@code webhook} or {@code relay}
		 * @param type the type of the event; {@code none} for an event that was refused,
		 * and {@code other} for a type that is not known
		 * @param outcome {@code applied}, {@code ignored}, {@code repeated},
		 * {@code failed}, {@code overloaded} (applied, and not remembered: there is no
		 * room), or why the event was refused
		 */
		void count(String channel, String type, String outcome);

	}

}
