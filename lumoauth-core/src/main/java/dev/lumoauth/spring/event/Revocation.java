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

import java.util.Collection;
import java.util.Set;

import dev.lumoauth.spring.user.TokenNames;

/**
 * What LumoAuth has taken away, and from whom.
 *
 * @param effect what no longer counts
 * @param subjects by which names the event calls those it is about: client ids, subjects
 * of tokens, addresses of e-mail. Empty = it is about everyone, as is an event whose
 * subject could not be read
 * @since 0.1.0
 */
public record Revocation(Effect effect, Set<String> subjects) {

	public Revocation {
		subjects = Set.copyOf(subjects);
	}

	/**
	 * Return a revocation that is about everyone.
	 * @param effect what no longer counts
	 * @return the revocation
	 */
	public static Revocation ofEveryone(Effect effect) {
		return new Revocation(effect, Set.of());
	}

	/**
	 * Return whether somebody may be meant.
	 * @param names the names of the one; none = nobody knows who that is, and then the
	 * one may be meant
	 * @return whether one of the names is among the subjects, however it is capitalized,
	 * or everyone is meant
	 */
	public boolean concerns(Collection<String> names) {
		return TokenNames.mayBeAmong(this.subjects, names);
	}

	/**
	 * Return whether only e-mail addresses say who is meant. Then it may also be one
	 * whose address is not known.
	 * @return whether that is so
	 */
	public boolean isOnlyByAddress() {
		return TokenNames.areOnlyAddresses(this.subjects);
	}

	/**
	 * What no longer counts. Each includes those before it.
	 */
	public enum Effect {

		/**
		 * Decisions, those past their lifetime included that might still be used while
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
