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

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Says in one line how many tests of a build were skipped because the machine lacks
 * something, and what. A class that is skipped as a whole counts once, and is in
 * {@code target/skipped.txt}: its report has nothing. Run at the end of
 * {@code mvn verify}.
 */
class Skipped {

	/** With the reason, or with the failed assumption and its stack trace. */
	private static final Pattern SKIPPED = Pattern
		.compile("<skipped(?: type=\"[^\"]*\")?(?: message=\"([^\"]*)\")?[^>]*>(?:<!\\[CDATA\\[([^\\n\\]]*))?");

	public static void main(String[] arguments) throws IOException {
		Map<String, Integer> reasons = new TreeMap<>();
		Map<String, Integer> missing = new TreeMap<>();
		for (Path file : files(Path.of(arguments[0]))) {
			String text = Files.readString(file);
			if (file.endsWith("skipped.txt")) {
				text.lines().forEach((reason) -> missing.merge(reason, 1, Integer::sum));
				Files.delete(file);
			}
			else {
				SKIPPED.matcher(text).results().forEach((skipped) -> reasons.merge(reason(skipped), 1, Integer::sum));
			}
		}
		reasons.keySet().removeIf((reason) -> reason.startsWith("Disabled on JRE"));
		reasons.putAll(missing);
		if (!reasons.isEmpty()) {
			System.out.println(reasons.values().stream().mapToInt(Integer::intValue).sum()
					+ " tests or classes of tests were skipped: "
					+ reasons.entrySet()
						.stream()
						.map((entry) -> entry.getValue() + " because \"" + entry.getKey() + "\"")
						.collect(Collectors.joining(", ")));
		}
	}

	private static String reason(MatchResult skipped) {
		String reason = (skipped.group(1) != null) ? skipped.group(1) : String.valueOf(skipped.group(2));
		return reason.replaceFirst("^org\\.opentest4j\\.TestAbortedException: ", "")
			.replaceFirst("^Assumption failed: ", "");
	}

	private static List<Path> files(Path root) throws IOException {
		try (Stream<Path> files = Files.find(root, 6,
				(file, attributes) -> file.toString()
					.matches(".*/target/((surefire|failsafe)-reports/TEST-[^/]*\\.xml|skipped\\.txt)"))) {
			return files.toList();
		}
	}

}
