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
 * latest mark of all is kept as well: usually it shows that there is nothing to look for.
 */
final class SharedMarks {

	/** No token is shared for longer than that, less the time that it takes to get it. */
	static final Duration LIFE = Duration.ofHours(25);

	/** Of an event with more, all tokens of the agent are forgotten. */
	static final int MAX_SUBJECTS = 20;

	/** Of anybody. */
	private static final String LATEST = "latest";

	private static final String AGENT = "agent";

	/** Users of whom nobody knows who they are. */
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
	 * Mark the tokens of somebody. Waits for nothing.
	 * @param notBefore when a token has to have been asked for to count again
	 * @param subjects who is meant; none = everyone
	 * @param agent whether the agent itself is meant, and so all of its tokens
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
	 * Tokens that were asked for after the mark before count until then: this one has to
	 * be newer, whatever the clocks say.
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
	 * Return whether a token counts no more.
	 * @param asOf as in {@link SharedToken#asOf()}
	 * @param names whose it is, as in {@link TokenRequest#subjectNames()}
	 */
	boolean has(long asOf, @Nullable Set<String> names) {
		if (!isNewer(LATEST, asOf)) {
			return false;
		}
		return isNewer(AGENT, asOf) || (names != null && ((names.isEmpty() && isNewer(SOMEBODY, asOf))
				|| names.stream().anyMatch((name) -> isNewer(user(name), asOf))));
	}

	/**
	 * Who has changed a mark can't undo it, and a store that doesn't answer knows of no
	 * token that counts.
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
	 * However it is capitalized, as {@link String#equalsIgnoreCase} has it: letter by
	 * letter.
	 */
	private static String user(String name) {
		StringBuilder user = new StringBuilder("user ");
		name.codePoints().map(Character::toUpperCase).map(Character::toLowerCase).forEach(user::appendCodePoint);
		return user.toString();
	}

}
