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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Says in one line how many tests of a build were skipped because the machine lacks
 * something, and what. Run at the end of {@code mvn verify}.
 */
class Skipped {

	private static final Pattern REASON = Pattern
		.compile("<skipped message=\"(?:org\\.opentest4j\\.TestAbortedException: )?(?:Assumption failed: )?([^\"]*)\"");

	public static void main(String[] arguments) throws IOException {
		Map<String, Integer> reasons = new TreeMap<>();
		for (Path report : reports(Path.of(arguments[0]))) {
			String text = Files.readString(report);
			Matcher reason = REASON.matcher(text);
			while (reason.find()) {
				if (!reason.group(1).startsWith("Disabled on JRE")) {
					reasons.merge(reason.group(1), 1, Integer::sum);
				}
			}
		}
		if (!reasons.isEmpty()) {
			System.out.println(reasons.values().stream().mapToInt(Integer::intValue).sum() + " tests were skipped: "
					+ reasons.entrySet()
						.stream()
						.map((entry) -> entry.getValue() + " because \"" + entry.getKey() + "\"")
						.collect(Collectors.joining(", ")));
		}
	}

	private static List<Path> reports(Path root) throws IOException {
		try (Stream<Path> files = Files.find(root, 6,
				(file, attributes) -> file.toString().matches(".*/target/(surefire|failsafe)-reports/TEST-[^/]*\\.xml"))) {
			return files.toList();
		}
	}

}
