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

package dev.lumoauth.devserver.config;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * How much harm an action can do. Just-in-time permissions of the two lower levels are
 * approved at once, those of the two higher ones by a person.
 *
 * @since 0.1.0
 */
public enum RiskLevel {

	/** Reads unimportant data. */
	LOW,

	/** Writes. */
	MEDIUM,

	/** Deletes, administers or executes. */
	HIGH,

	/** Pays, or reads confidential data. */
	CRITICAL;

	/**
	 * Returns the level's name in JSON.
	 * @return the name, in lower case
	 */
	public String id() {
		return name().toLowerCase(Locale.ROOT);
	}

	/**
	 * Finds a level.
	 * @param id its name in JSON
	 * @return the level, or nothing
	 */
	public static Optional<RiskLevel> of(String id) {
		return Arrays.stream(values()).filter((level) -> level.id().equals(id)).findFirst();
	}

	/**
	 * Returns whether a person has to approve.
	 * @return {@code false} if the request is approved at once
	 */
	public boolean needsAPerson() {
		return this.compareTo(MEDIUM) > 0;
	}

	/**
	 * Returns the higher of two levels.
	 * @param other another level
	 * @return this one or the other
	 */
	public RiskLevel orHigher(RiskLevel other) {
		return (this.compareTo(other) < 0) ? other : this;
	}

}
