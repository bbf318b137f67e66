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

package dev.lumoauth.benchmarks.start;

import java.util.List;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;

/**
 * What one start took.
 *
 * @param millis since the process began
 * @param cpu of the process until then, in milliseconds
 * @param classes that were loaded
 * @param beans that were defined
 * @param heap in KiB
 * @param other memory of the JVM, in KiB
 */
record Figures(long millis, long cpu, long classes, long beans, long heap, long other) {

	static Figures parse(String line) {
		List<Long> figures = List.of(line.trim().split(" ", -1)).stream().skip(1).map(Long::valueOf).toList();
		return new Figures(figures.get(0), figures.get(1), figures.get(2), figures.get(3), figures.get(4),
				figures.get(5));
	}

	/**
	 * Return a row of the table. On a machine that has other work the least of many
	 * figures says most.
	 */
	static List<Long> row(List<Figures> starts) {
		return List.of(quantile(starts, Figures::millis, 0), quantile(starts, Figures::millis, 0.25),
				quantile(starts, Figures::millis, 0.5), quantile(starts, Figures::cpu, 0),
				quantile(starts, Figures::cpu, 0.25), quantile(starts, Figures::classes, 0.5),
				quantile(starts, Figures::beans, 0.5), quantile(starts, Figures::heap, 0.5),
				quantile(starts, Figures::other, 0.5));
	}

	/**
	 * Return how much longer these starts took than the others of the same turns. What
	 * makes a machine slower for some minutes is not in this figure.
	 * @return the lower quartile, the median and the upper quartile, in milliseconds
	 */
	static List<Long> longer(List<Figures> starts, List<Figures> others) {
		List<Figures> turns = IntStream.range(0, starts.size())
			.mapToObj((turn) -> new Figures(starts.get(turn).millis - others.get(turn).millis, 0, 0, 0, 0, 0))
			.toList();
		return List.of(quantile(turns, Figures::millis, 0.25), quantile(turns, Figures::millis, 0.5),
				quantile(turns, Figures::millis, 0.75));
	}

	private static long quantile(List<Figures> starts, ToLongFunction<Figures> figure, double quantile) {
		List<Long> sorted = starts.stream().map(figure::applyAsLong).sorted().toList();
		return sorted.get((int) (quantile * (sorted.size() - 1)));
	}

}
