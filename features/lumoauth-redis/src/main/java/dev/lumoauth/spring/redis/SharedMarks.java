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

package dev.lumoauth.spring.redis;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Predicate;

import dev.lumoauth.spring.user.TokenNames;
import org.jspecify.annotations.Nullable;

/**
 * Marks in the shared store that say whose tokens were forgotten, and up to which time. A
 * replica that missed the event, or that starts later, then accepts no older token. The
 * latest of all marks is kept as well: usually it shows that no other mark has to be
 * read.
 */
final class SharedMarks {

	/**
	 * No token is shared for longer than this, minus the time that it takes to get the
	 * token.
	 */
	static final Duration LIFE = Duration.ofHours(25);

	/** Less than {@link StoredTokens#MAX_TIMEOUT}. */
	private static final Duration LOCK = Duration.ofSeconds(2);

	/** If an event names more subjects, all tokens of the agent are forgotten. */
	static final int MAX_SUBJECTS = 20;

	/** With more, all tokens of the agent are forgotten: a mark only takes away. */
	static final int MAX_UNSAVED = 1_000;

	/** The name of the latest mark about anybody. */
	private static final String LATEST = "latest";

	private static final String AGENT = "agent";

	/** Users whose names are unknown. */
	private static final String SOMEBODY = "somebody";

	private final StoreAccess store;

	private final TokenSeal seal;

	private final String identity;

	/** Up to which time the tokens of whom are to be marked; the store may be down. */
	private final Map<String, Long> unsaved = new HashMap<>();

	private final Consumer<SharedTokenStore> saving = this::save;

	SharedMarks(StoreAccess store, TokenSeal seal, String identity) {
		this.store = store;
		this.seal = seal;
		this.identity = identity;
	}

	/**
	 * Mark the tokens of some subjects as forgotten, as soon as the store can be used.
	 * Does not wait.
	 * @param notBefore only tokens that are requested from then on count again
	 * @param subjects whose tokens; none = everyone's
	 * @param agent whether the agent itself is affected, and so all of its tokens
	 */
	void add(Instant notBefore, Set<String> subjects, boolean agent) {
		Set<String> marked = new HashSet<>();
		if (agent || subjects.size() > MAX_SUBJECTS) {
			marked.add(AGENT);
		}
		else {
			marked.add(SOMEBODY);
			subjects.forEach((subject) -> marked.add(user(subject)));
			if (TokenNames.areOnlyAddresses(subjects)) {
				marked.add(user(TokenNames.UNKNOWN_ADDRESS));
			}
		}
		synchronized (this.unsaved) {
			marked.forEach((subject) -> this.unsaved.merge(subject, notBefore.toEpochMilli(), Math::max));
			if (this.unsaved.size() > MAX_UNSAVED) {
				long latest = Collections.max(this.unsaved.values());
				this.unsaved.clear();
				this.unsaved.put(AGENT, latest);
			}
		}
		this.store.tellLater(this.saving);
	}

	/**
	 * Save what has not been saved. A mark stays among that until all of it is in the
	 * store.
	 */
	private void save(SharedTokenStore store) {
		Map<String, Long> marks = unsaved();
		if (marks.isEmpty()) {
			return;
		}
		String lock = this.seal.name(this.identity, LATEST) + ":lock";
		String holder = UUID.randomUUID().toString();
		lock(store, lock, holder);
		try {
			long least = leastMark(store);
			marks.forEach((subject, notBefore) -> save(store, subject, Math.max(notBefore, least)));
			save(store, LATEST, Math.max(Collections.max(marks.values()), least));
		}
		finally {
			store.unlock(lock, holder);
		}
		saved(marks);
	}

	/**
	 * All replicas hear of an event at once, and each one's marks have to be later than
	 * those of the one before. A replica that has died is waited for until its lock ends.
	 */
	private static void lock(SharedTokenStore store, String lock, String holder) {
		long start = System.nanoTime();
		while (!store.lock(lock, holder, LOCK) && System.nanoTime() - start < LOCK.toNanos()) {
			LockSupport.parkNanos(StoredTokens.POLL.toNanos() / 10);
		}
	}

	private Map<String, Long> unsaved() {
		synchronized (this.unsaved) {
			return Map.copyOf(this.unsaved);
		}
	}

	private void saved(Map<String, Long> marks) {
		synchronized (this.unsaved) {
			marks.forEach(this.unsaved::remove);
		}
	}

	/**
	 * Return the time of a new mark. Tokens that were requested after the previous mark
	 * counted until now, so the new mark has to be later than that mark, whatever the
	 * clocks say.
	 */
	private long leastMark(SharedTokenStore store) {
		String name = this.seal.name(this.identity, LATEST);
		byte[] sealed = store.find(name);
		Long before = (sealed != null) ? this.seal.openMark(name, sealed) : null;
		return (before != null) ? before + 1 : Long.MIN_VALUE;
	}

	private void save(SharedTokenStore store, String subject, long mark) {
		String name = this.seal.name(this.identity, subject);
		store.save(name, this.seal.close(name, mark), LIFE);
	}

	/**
	 * Return the latest mark about anybody; {@link Long#MIN_VALUE} if there is none, or
	 * it can't be read.
	 */
	long latest() {
		return mark(LATEST, Long.MIN_VALUE);
	}

	/**
	 * Return whether a token no longer counts. A mark counts before the store has it.
	 * @param asOf as in {@link SharedToken#mark()}
	 * @param names the names of its party, as in {@code SharedTokens.Agent.share}
	 */
	boolean has(long asOf, @Nullable Set<String> names) {
		return areAmong(unsaved()::containsKey, names)
				|| (isNewer(LATEST, asOf) && areAmong((subject) -> isNewer(subject, asOf), names));
	}

	private static boolean areAmong(Predicate<String> marked, @Nullable Set<String> names) {
		return marked.test(AGENT) || (names != null && ((names.isEmpty() && marked.test(SOMEBODY))
				|| names.stream().anyMatch((name) -> marked.test(user(name)))));
	}

	/**
	 * A mark that was tampered with counts as the newest mark. If the store doesn't
	 * answer, no token counts.
	 */
	private boolean isNewer(String subject, long asOf) {
		return mark(subject, Long.MAX_VALUE) > asOf;
	}

	private long mark(String subject, long unreadable) {
		String name = this.seal.name(this.identity, subject);
		Optional<byte[]> sealed = this.store.ask((store) -> Optional.ofNullable(store.find(name)), null);
		if (sealed == null) {
			return unreadable;
		}
		return sealed.map((value) -> Objects.requireNonNullElse(this.seal.openMark(name, value), unreadable))
			.orElse(Long.MIN_VALUE);
	}

	/**
	 * The name without regard to case, letter by letter as in
	 * {@link String#equalsIgnoreCase}.
	 */
	private static String user(String name) {
		return "user " + TokenNames.spelling(name);
	}

}
