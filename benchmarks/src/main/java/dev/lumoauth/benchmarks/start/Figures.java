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

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What one start took.
 *
 * @param millis since the process began
 * @param main CPU of the main thread until then, in milliseconds: the steadiest figure on
 * a machine that has other work
 * @param cpu of the process until then, in milliseconds, with the compiler's and the
 * garbage collector's threads
 * @param classes that were loaded
 * @param beans that were defined
 * @param heap in KiB
 * @param other memory of the JVM, in KiB
 */
record Figures(long millis, long main, long cpu, long classes, long beans, long heap, long other) {

	static Figures parse(String line) {
		List<Long> figures = List.of(line.trim().split(" ", -1)).stream().skip(1).map(Long::valueOf).toList();
		return new Figures(figures.get(0), figures.get(6), figures.get(1), figures.get(2), figures.get(3),
				figures.get(4), figures.get(5));
	}

	/**
	 * Return a row of the table.
	 */
	static List<Long> row(List<Figures> starts) {
		List<Long> row = new ArrayList<>(quartiles(starts, Figures::millis));
		row.addAll(quartiles(starts, Figures::main));
		Stream
			.<ToLongFunction<Figures>>of(Figures::cpu, Figures::classes, Figures::beans, Figures::heap, Figures::other)
			.forEach((figure) -> row.add(quantile(starts, figure, 0.5)));
		return row;
	}

	/**
	 * Return how much more these starts took than the others of the same turns. What
	 * makes a machine slower for some minutes is not in this figure.
	 * @return the lower quartile, the median and the upper quartile
	 */
	static List<Long> more(List<Figures> starts, List<Figures> others, ToLongFunction<Figures> figure) {
		List<Long> turns = IntStream.range(0, starts.size())
			.mapToObj((turn) -> figure.applyAsLong(starts.get(turn)) - figure.applyAsLong(others.get(turn)))
			.toList();
		return quartiles(turns, Long::longValue);
	}

	private static <T> List<Long> quartiles(List<T> starts, ToLongFunction<T> figure) {
		return List.of(quantile(starts, figure, 0.25), quantile(starts, figure, 0.5), quantile(starts, figure, 0.75));
	}

	private static <T> long quantile(List<T> starts, ToLongFunction<T> figure, double quantile) {
		List<Long> sorted = starts.stream().map(figure::applyAsLong).sorted().toList();
		return sorted.get((int) (quantile * (sorted.size() - 1)));
	}

}
