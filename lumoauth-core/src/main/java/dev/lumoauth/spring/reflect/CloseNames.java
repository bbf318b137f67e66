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

package dev.lumoauth.spring.reflect;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * Finds names that may have been meant by a mistyped name. Names are compared part by
 * part, as in {@code read:documents}; otherwise names that differ only in {@code read}
 * and {@code write} would be close, too.
 *
 * @since 0.1.0
 */
public final class CloseNames {

	private static final int MOST = 3;

	private static final int NO_MATCH = Integer.MAX_VALUE;

	private CloseNames() {
	}

	/**
	 * Find the close names.
	 * @param name the name that was written
	 * @param known the names that there are
	 * @return the three closest at most, the closest first
	 */
	public static List<String> find(String name, Collection<String> known) {
		return known.stream()
			.filter((other) -> !other.equals(name))
			.map((other) -> new Candidate(other, distance(name, other)))
			.filter((candidate) -> candidate.distance() != NO_MATCH)
			.sorted(Comparator.comparingInt(Candidate::distance).thenComparing(Candidate::name))
			.limit(MOST)
			.map(Candidate::name)
			.toList();
	}

	/**
	 * A missing or additional part counts as further away than two letters.
	 */
	private static int distance(String name, String other) {
		List<String> less = parts(name);
		List<String> more = parts(other);
		if (less.size() > more.size()) {
			List<String> swapped = less;
			less = more;
			more = swapped;
		}
		if (less.isEmpty() || more.size() - less.size() > 1) {
			return NO_MATCH;
		}
		int distance = 3 * (more.size() - less.size());
		List<String> left = new ArrayList<>(more);
		for (String part : less) {
			int letters = NO_MATCH;
			int closest = 0;
			for (int i = 0; i < left.size(); i++) {
				int found = letters(part, left.get(i));
				if (found < letters) {
					letters = found;
					closest = i;
				}
			}
			if (letters == NO_MATCH) {
				return NO_MATCH;
			}
			left.remove(closest);
			distance += letters;
		}
		return distance;
	}

	private static List<String> parts(String name) {
		return Arrays.stream(name.toLowerCase(Locale.ROOT).split("[:./_-]+"))
			.filter((part) -> !part.isEmpty())
			.toList();
	}

	/**
	 * Count the letters that are missing, too many, wrong or the wrong way round, up to a
	 * third of the longer part.
	 */
	private static int letters(String part, String other) {
		int most = Math.max(1, Math.max(part.length(), other.length()) / 3);
		if (Math.abs(part.length() - other.length()) > most) {
			return NO_MATCH;
		}
		int[][] edits = new int[part.length() + 1][other.length() + 1];
		for (int i = 0; i <= part.length(); i++) {
			for (int j = 0; j <= other.length(); j++) {
				edits[i][j] = (i == 0 || j == 0) ? i + j : edits(part, other, i, j, edits);
			}
		}
		int found = edits[part.length()][other.length()];
		return (found <= most) ? found : NO_MATCH;
	}

	private static int edits(String part, String other, int i, int j, int[][] edits) {
		int wrong = (part.charAt(i - 1) != other.charAt(j - 1)) ? 1 : 0;
		int least = Math.min(edits[i - 1][j - 1] + wrong, Math.min(edits[i - 1][j], edits[i][j - 1]) + 1);
		boolean swapped = i > 1 && j > 1 && part.charAt(i - 1) == other.charAt(j - 2)
				&& part.charAt(i - 2) == other.charAt(j - 1);
		return swapped ? Math.min(least, edits[i - 2][j - 2] + 1) : least;
	}

	private record Candidate(String name, int distance) {

	}

}
