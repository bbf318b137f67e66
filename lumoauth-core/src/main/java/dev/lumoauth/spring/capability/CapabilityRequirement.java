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

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * The capabilities that guarded code needs: one capability of each of several groups. A
 * single annotation is either one group ({@link Match#ANY}) or one group for each name
 * ({@link Match#ALL}). If several annotations apply, all their groups are needed.
 *
 * @since 0.1.0
 */
public final class CapabilityRequirement {

	/**
	 * A requirement that nobody meets, whatever LumoAuth says: no rule of the application
	 * names the code.
	 */
	public static final CapabilityRequirement NEVER_MET = new CapabilityRequirement(List.of(List.of()));

	private static final int MAX_LENGTH = 256;

	private static final int DENIED = 4;

	private final List<List<String>> groups;

	private final List<String> capabilities;

	private final boolean neverMet;

	private CapabilityRequirement(List<List<String>> groups) {
		this.groups = groups;
		this.neverMet = groups.contains(List.<String>of());
		this.capabilities = groups.stream().flatMap(List::stream).distinct().toList();
	}

	/**
	 * Create the requirement of one annotation or one setting.
	 * @param capabilities the names
	 * @param match whether all are needed or one is enough
	 * @throws IllegalArgumentException if there is no name, or a name is not valid
	 */
	public CapabilityRequirement(List<String> capabilities, Match match) {
		this(groups(capabilities, match));
	}

	private static List<List<String>> groups(List<String> capabilities, Match match) {
		if (capabilities.isEmpty()) {
			throw new IllegalArgumentException("Name at least one capability");
		}
		capabilities.forEach(CapabilityRequirement::requireValid);
		List<String> distinct = List.copyOf(new LinkedHashSet<>(capabilities));
		return (match == Match.ANY) ? List.of(distinct) : distinct.stream().map(List::of).toList();
	}

	public static CapabilityRequirement of(String capability) {
		return new CapabilityRequirement(List.of(capability), Match.ALL);
	}

	public static CapabilityRequirement of(RequiresCapability annotation) {
		return new CapabilityRequirement(List.of(annotation.value()), annotation.match());
	}

	/**
	 * Return the combination of two requirements.
	 * @param first a requirement, or {@code null} for none
	 * @param second another one, or {@code null} for none
	 * @return a requirement that is met only if both are; {@code null} if there is none
	 */
	public static @Nullable CapabilityRequirement both(@Nullable CapabilityRequirement first,
			@Nullable CapabilityRequirement second) {
		if (first == null || second == null) {
			return (first != null) ? first : second;
		}
		return first.and(second);
	}

	/**
	 * Return the combination of this and another requirement.
	 * @param other the other requirement
	 * @return a requirement that is met only if both are
	 */
	public CapabilityRequirement and(CapabilityRequirement other) {
		if (includes(other)) {
			return this;
		}
		if (other.includes(this)) {
			return other;
		}
		Set<List<String>> all = new LinkedHashSet<>(this.groups);
		all.addAll(other.groups);
		return new CapabilityRequirement(List.copyOf(all));
	}

	/**
	 * Return whether another requirement is always met if this one is.
	 * @param other the other requirement
	 * @return {@code true} only if that follows from the names alone
	 */
	public boolean includes(CapabilityRequirement other) {
		return this.groups.containsAll(other.groups);
	}

	/**
	 * Return whether nobody meets this requirement, so that LumoAuth is not asked and no
	 * answer counts.
	 * @return {@code true} for {@link #NEVER_MET}, and for a requirement that includes it
	 */
	public boolean isNeverMet() {
		return this.neverMet;
	}

	/**
	 * Return all capabilities that the decision depends on.
	 * @return the names, each once; empty only for {@link #NEVER_MET}
	 */
	public List<String> capabilities() {
		return this.capabilities;
	}

	/**
	 * Return how many of the capabilities are needed.
	 * @return all of them or any; {@code null} if one capability of each of several
	 * groups is needed
	 */
	public @Nullable Match match() {
		if (this.groups.stream().allMatch((group) -> group.size() == 1)) {
			return Match.ALL;
		}
		return (this.groups.size() == 1) ? Match.ANY : null;
	}

	/**
	 * Decide from the decision on each capability.
	 * @param each returns the decision about a name of {@link #capabilities()};
	 * {@code null} = not known
	 * @return the decision, with the missing capabilities if denied; {@code null} if it
	 * doesn't follow from what is known. A denial outweighs an outage: if one capability
	 * is missing, an answer about another one changes nothing
	 */
	public @Nullable CapabilityDecision decide(Function<String, @Nullable CapabilityDecision> each) {
		// Most requirements are one group.
		if (this.groups.size() == 1) {
			return bestOf(this.groups.get(0), each);
		}
		CapabilityDecision decided = CapabilityDecision.ALLOW;
		// By index: an iterator would be the only object that an allow makes.
		for (int i = 0; i < this.groups.size(); i++) {
			CapabilityDecision best = bestOf(this.groups.get(i), each);
			if (best != null && decided != null && Math.min(rank(best), rank(decided)) == DENIED) {
				Set<String> missing = new LinkedHashSet<>(decided.missing());
				missing.addAll(best.missing());
				decided = CapabilityDecision.deny(List.copyOf(missing));
			}
			else if (rank(best) > rank(decided)) {
				decided = best;
			}
		}
		return decided;
	}

	/**
	 * One capability of a group is enough.
	 */
	private static @Nullable CapabilityDecision bestOf(List<String> group,
			Function<String, @Nullable CapabilityDecision> each) {
		int best = DENIED;
		CapabilityDecision decided = null;
		for (int i = 0; i < group.size(); i++) {
			CapabilityDecision decision = each.apply(group.get(i));
			if (rank(decision) < best) {
				best = rank(decision);
				decided = decision;
			}
		}
		return (best == DENIED) ? CapabilityDecision.deny(group) : decided;
	}

	/**
	 * Of several groups the highest rank counts, within a group the lowest one.
	 */
	private static int rank(@Nullable CapabilityDecision decision) {
		if (decision == null) {
			return 2;
		}
		return switch (decision.outcome()) {
			case ALLOW -> decision.isStale() ? 1 : 0;
			case UNAVAILABLE -> 3;
			case DENY -> DENIED;
		};
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof CapabilityRequirement requirement
				&& Set.copyOf(this.groups).equals(Set.copyOf(requirement.groups));
	}

	@Override
	public int hashCode() {
		return Set.copyOf(this.groups).hashCode();
	}

	/**
	 * In words, such as {@code read:documents and (a or b)}.
	 */
	@Override
	public String toString() {
		if (this.capabilities.isEmpty()) {
			return "what no rule allows";
		}
		return this.groups.stream()
			.map((group) -> (group.size() > 1 && this.groups.size() > 1) ? "(" + String.join(" or ", group) + ")"
					: String.join(" or ", group))
			.collect(Collectors.joining(" and "));
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
					+ "1 to " + MAX_LENGTH + " characters, without blanks, control characters and placeholders, "
					+ "which nothing replaces");
		}
		return capability;
	}

	/**
	 * Return whether a text can be the name of a capability.
	 * @param capability the name
	 * @return whether the name is valid
	 * @see #requireValid(String)
	 */
	public static boolean isValid(String capability) {
		return !capability.isEmpty() && capability.length() <= MAX_LENGTH && !capability.contains("${")
				&& !capability.contains("#{") && capability.codePoints().noneMatch(CapabilityRequirement::isForbidden);
	}

	private static boolean isForbidden(int codePoint) {
		return Character.isWhitespace(codePoint) || Character.isSpaceChar(codePoint)
				|| Character.isISOControl(codePoint) || Character.getType(codePoint) == Character.FORMAT;
	}

	/**
	 * Return the part of a text that can be logged.
	 * @param text any text
	 * @return its first 64 characters, with unprintable or misleading characters replaced
	 */
	public static String printable(String text) {
		StringBuilder printable = new StringBuilder();
		text.codePoints()
			.limit(64)
			.forEach((codePoint) -> printable
				.appendCodePoint((codePoint != ' ' && isForbidden(codePoint)) ? '?' : codePoint));
		return printable.toString();
	}

}
