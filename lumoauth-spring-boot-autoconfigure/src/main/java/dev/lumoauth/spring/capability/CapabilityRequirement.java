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

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/**
 * Which capabilities code needs, and how many of them.
 *
 * @param capabilities the names, each once: at least one
 * @param match whether all are needed or one is enough
 * @since 0.1.0
 */
public record CapabilityRequirement(List<String> capabilities, Match match) {

	private static final int MAX_LENGTH = 256;

	/**
	 * Check and copy.
	 * @param capabilities the names
	 * @param match whether all are needed or one is enough
	 * @throws IllegalArgumentException if there is no name, or one that is not valid
	 */
	public CapabilityRequirement {
		if (capabilities.isEmpty()) {
			throw new IllegalArgumentException("Name at least one capability");
		}
		capabilities.forEach(CapabilityRequirement::requireValid);
		capabilities = List.copyOf(new LinkedHashSet<>(capabilities));
	}

	public static CapabilityRequirement of(String capability) {
		return new CapabilityRequirement(List.of(capability), Match.ALL);
	}

	public static CapabilityRequirement of(RequiresCapability annotation) {
		return new CapabilityRequirement(List.of(annotation.value()), annotation.match());
	}

	/**
	 * Decide from the decision on each capability.
	 * @param each a decision for every name in {@link #capabilities()}; a name without
	 * one counts as denied
	 * @return the decision; what is missing, if denied. A denial outweighs an outage:
	 * where one capability is missing, an answer about another changes nothing
	 */
	public CapabilityDecision decide(Map<String, CapabilityDecision> each) {
		List<String> missing = new ArrayList<>();
		CapabilityDecision unavailable = null;
		CapabilityDecision stale = null;
		for (String capability : this.capabilities) {
			CapabilityDecision decision = each.get(capability);
			if (decision == null || decision.outcome() == CapabilityDecision.Outcome.DENY) {
				missing.add(capability);
			}
			else if (decision.outcome() == CapabilityDecision.Outcome.UNAVAILABLE) {
				unavailable = decision;
			}
			else if (decision.isStale()) {
				stale = decision;
			}
			else if (this.match == Match.ANY) {
				return CapabilityDecision.ALLOW;
			}
		}
		if (this.match == Match.ANY) {
			if (stale != null) {
				return stale;
			}
			return (unavailable != null) ? unavailable : CapabilityDecision.deny(missing);
		}
		if (!missing.isEmpty()) {
			return CapabilityDecision.deny(missing);
		}
		if (unavailable != null) {
			return unavailable;
		}
		return (stale != null) ? stale : CapabilityDecision.ALLOW;
	}

	/**
	 * Check the name of a capability.
	 * @param capability the name
	 * @return the name
	 * @throws IllegalArgumentException if it is empty, longer than 256 characters, or has
	 * a blank or a control character
	 */
	public static String requireValid(String capability) {
		if (!isValid(capability)) {
			throw new IllegalArgumentException("'" + printable(capability) + "' is not the name of a capability: "
					+ "1 to " + MAX_LENGTH + " characters, without blanks and control characters");
		}
		return capability;
	}

	static boolean isValid(String capability) {
		return !capability.isEmpty() && capability.length() <= MAX_LENGTH
				&& capability.codePoints().noneMatch(CapabilityRequirement::isForbidden);
	}

	private static boolean isForbidden(int codePoint) {
		return Character.isWhitespace(codePoint) || Character.isSpaceChar(codePoint)
				|| Character.isISOControl(codePoint) || Character.getType(codePoint) == Character.FORMAT;
	}

	/**
	 * Return what of a text can go to the log.
	 * @param text any text
	 * @return its first 64 characters, those that could not be seen for what they are
	 * replaced
	 */
	static String printable(String text) {
		StringBuilder printable = new StringBuilder();
		text.codePoints()
			.limit(64)
			.forEach((codePoint) -> printable
				.appendCodePoint((codePoint != ' ' && isForbidden(codePoint)) ? '?' : codePoint));
		return printable.toString();
	}

}
