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

package dev.lumoauth.spring.revocation;

import java.util.Collection;
import java.util.Set;

import dev.lumoauth.spring.user.TokenNames;

/**
 * What LumoAuth has revoked, and from whom.
 *
 * @param effect what no longer counts
 * @param subjects the names of the affected parties in the event: client ids, subjects of
 * tokens, e-mail addresses. For {@code agent_<id>}, {@code agent:<id>} and
 * {@code client_<id>}, the id alone is also among the names. Empty = the event affects
 * everyone; so does an event whose subject could not be read
 * @since 0.1.0
 */
public record Revocation(Effect effect, Set<String> subjects) {

	public Revocation {
		subjects = Set.copyOf(TokenNames.withIds(subjects));
	}

	/**
	 * Return a revocation that affects everyone.
	 * @param effect what no longer counts
	 * @return the revocation
	 */
	public static Revocation ofEveryone(Effect effect) {
		return new Revocation(effect, Set.of());
	}

	/**
	 * Return whether a party may be affected.
	 * @param names the names of the party; none = the party is not known, and may be
	 * affected
	 * @return whether one of the names is among the subjects, ignoring case, or everyone
	 * is affected
	 */
	public boolean concerns(Collection<String> names) {
		return TokenNames.mayBeAmong(this.subjects, names);
	}

	/**
	 * Return whether all subjects are e-mail addresses. Then the event may also affect a
	 * party whose address is not known.
	 * @return whether all subjects are e-mail addresses
	 */
	public boolean isOnlyByAddress() {
		return TokenNames.areOnlyAddresses(this.subjects);
	}

	/**
	 * What no longer counts. Each includes those before it.
	 */
	public enum Effect {

		/**
		 * Decisions, including those past their lifetime that might still be used while
		 * LumoAuth is unreachable.
		 */
		DECISIONS,

		/**
		 * Tokens, and sessions that were opened with them.
		 */
		TOKENS,

		/**
		 * The agent: everything is refused until LumoAuth answers again.
		 */
		DISABLED

	}

}
