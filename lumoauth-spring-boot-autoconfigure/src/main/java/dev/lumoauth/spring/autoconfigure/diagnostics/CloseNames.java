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

package dev.lumoauth.spring.autoconfigure.diagnostics;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Finds names that may have been meant by a mistyped name.
 */
final class CloseNames {

	private static final int MOST = 3;

	private CloseNames() {
	}

	/**
	 * Find the close names.
	 * @param name the name that was written
	 * @param known the names that there are
	 * @return the three closest at most, the closest first
	 */
	static List<String> find(String name, Collection<String> known) {
		String written = normalized(name);
		Map<String, Integer> distances = new TreeMap<>();
		for (String other : known) {
			String meant = normalized(other);
			int most = Math.max(written.length(), meant.length()) / 4;
			int distance = (Math.abs(written.length() - meant.length()) <= most) ? edits(written, meant) : most + 1;
			if (distance <= most && !other.equals(name)) {
				distances.put(other, distance);
			}
		}
		return distances.entrySet()
			.stream()
			.sorted(Map.Entry.comparingByValue())
			.limit(MOST)
			.map(Map.Entry::getKey)
			.toList();
	}

	/**
	 * Without case, separators and the order of the parts.
	 */
	private static String normalized(String name) {
		return Arrays.stream(name.toLowerCase(Locale.ROOT).split("[:./_-]+")).sorted().collect(Collectors.joining(":"));
	}

	/**
	 * Count the letters that are missing, too many, wrong or the wrong way round.
	 */
	private static int edits(String name, String other) {
		int[][] edits = new int[name.length() + 1][other.length() + 1];
		for (int i = 0; i <= name.length(); i++) {
			for (int j = 0; j <= other.length(); j++) {
				edits[i][j] = (i == 0 || j == 0) ? i + j : edits(name, other, i, j, edits);
			}
		}
		return edits[name.length()][other.length()];
	}

	private static int edits(String part, String other, int i, int j, int[][] edits) {
		int wrong = (part.charAt(i - 1) != other.charAt(j - 1)) ? 1 : 0;
		int least = Math.min(edits[i - 1][j - 1] + wrong, Math.min(edits[i - 1][j], edits[i][j - 1]) + 1);
		boolean swapped = i > 1 && j > 1 && part.charAt(i - 1) == other.charAt(j - 2)
				&& part.charAt(i - 2) == other.charAt(j - 1);
		return swapped ? Math.min(least, edits[i - 2][j - 2] + 1) : least;
	}

}
