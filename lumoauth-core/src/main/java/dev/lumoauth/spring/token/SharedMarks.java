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

package dev.lumoauth.spring.token;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

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

	/** If an event names more subjects, all tokens of the agent are forgotten. */
	static final int MAX_SUBJECTS = 20;

	/** The name of the latest mark about anybody. */
	private static final String LATEST = "latest";

	private static final String AGENT = "agent";

	/** Users whose names are unknown. */
	private static final String SOMEBODY = "somebody";

	private final StoreAccess store;

	private final TokenSeal seal;

	private final String identity;

	SharedMarks(StoreAccess store, TokenSeal seal, String identity) {
		this.store = store;
		this.seal = seal;
		this.identity = identity;
	}

	/**
	 * Mark the tokens of some subjects as forgotten. Does not wait.
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
		this.store.tellLater((store) -> {
			long mark = after(store, notBefore.toEpochMilli());
			marked.forEach((subject) -> save(store, subject, mark));
			save(store, LATEST, mark);
		});
	}

	/**
	 * Return the time of a new mark. Tokens that were requested after the previous mark
	 * counted until now, so the new mark has to be later than that mark, whatever the
	 * clocks say.
	 */
	private long after(SharedTokenStore store, long notBefore) {
		String name = this.seal.name(this.identity, LATEST);
		byte[] sealed = store.find(name);
		Long before = (sealed != null) ? this.seal.openMark(name, sealed) : null;
		return (before != null) ? Math.max(notBefore, before + 1) : notBefore;
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
	 * Return whether a token no longer counts.
	 * @param asOf as in {@link SharedToken#asOf()}
	 * @param names the names of its party, as in {@link TokenRequest#subjectNames()}
	 */
	boolean has(long asOf, @Nullable Set<String> names) {
		if (!isNewer(LATEST, asOf)) {
			return false;
		}
		return isNewer(AGENT, asOf) || (names != null && ((names.isEmpty() && isNewer(SOMEBODY, asOf))
				|| names.stream().anyMatch((name) -> isNewer(user(name), asOf))));
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
