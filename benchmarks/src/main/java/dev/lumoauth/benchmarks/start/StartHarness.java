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

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.lumoauth.benchmarks.LoopbackLumoAuth;
import org.jspecify.annotations.Nullable;

/**
 * Starts an empty web application with the starter and without, in turns, and compares:
 * plainly, prepared ahead of time by Spring Boot, and with an archive of classes.
 * <p>
 * The third application has what the starter brings of Spring Boot and Spring Security,
 * and nothing of LumoAuth: an application with Spring AI's starter for a model has most
 * of that anyway.
 */
public final class StartHarness {

	private static final int STARTS = 40;

	private StartHarness() {
	}

	/**
	 * Print the figures. If the environment variable {@code JAVA_25_HOME} is set, the
	 * cache of that JDK is measured too.
	 * @param args the folder with the classes of this module, that with the jars of an
	 * empty web application, that with those and the starter's, and that with those and
	 * all features'; then how many starts of each, 40 if that is left out, and
	 * {@code starter} to compare only the starts with the starter and without, or
	 * {@code features} to compare only those with each feature
	 * @throws IOException if a process can't be started
	 * @throws InterruptedException if this one is to end
	 */
	public static void main(String... args) throws IOException, InterruptedException {
		int starts = (args.length > 4) ? Integer.parseInt(args[4]) : STARTS;
		String compared = (args.length > 5) ? args[5] : "all";
		boolean all = compared.equals("all");
		Path work = Files.createTempDirectory("start");
		List<Path> without = Launch.jars(Path.of(args[1]));
		List<Path> with = Launch.jars(Path.of(args[2]));
		Map<String, List<Path>> applications = new LinkedHashMap<>();
		applications.put("without the starter", without);
		if (all) {
			applications.put("with what the starter brings, without LumoAuth",
					with.stream().filter((jar) -> !isLumoAuth(jar)).toList());
		}
		applications.put("with the starter", with);
		try (LoopbackLumoAuth lumoAuth = new LoopbackLumoAuth()) {
			Prepare prepare = new Prepare(work, Path.of(args[0]), new Launch(lumoAuth));
			Path java = Path.of(System.getProperty("java.home"));
			if (!compared.equals("features")) {
				print("on the JVM, JDK " + Runtime.version().feature(), measure(applications, starts, prepare::plain));
				print("with an archive of classes (CDS)",
						measure(applications, starts, (jars) -> prepare.archived(jars, java, false)));
				print("prepared ahead of time (AOT)", measure(applications, starts, prepare::aheadOfTime));
				print("prepared ahead of time, with an archive of classes",
						measure(applications, starts, (jars) -> prepare.archived(jars, java, true)));
			}
			if (!compared.equals("starter")) {
				print("each feature added, on the JVM",
						measure(features(with, Launch.jars(Path.of(args[3]))), starts, prepare::plain));
			}
			String newer = System.getenv("JAVA_25_HOME");
			if (newer != null && !compared.equals("features")) {
				print("JDK 25 with its AOT cache",
						measure(applications, starts, (jars) -> prepare.cached(jars, Path.of(newer))));
			}
			System.out.println(starts + " starts each, in turns. Requests to LumoAuth: " + lumoAuth.requests());
		}
	}

	/**
	 * The first is the starter with what features bring of others' libraries: what a
	 * feature adds to it is the feature's own.
	 */
	private static Map<String, List<Path>> features(List<Path> starter, List<Path> all) {
		List<Path> common = all.stream().filter((jar) -> !isLumoAuth(jar) || isAmong(starter, jar)).toList();
		Map<String, List<Path>> applications = new LinkedHashMap<>();
		applications.put("with the starter, and what features bring", common);
		all.stream()
			.filter((jar) -> !common.contains(jar))
			.forEach((jar) -> applications.put("with " + name(jar),
					Stream.concat(common.stream(), Stream.of(jar)).toList()));
		applications.put("with all features", all);
		return applications;
	}

	private static boolean isLumoAuth(Path jar) {
		return name(jar).startsWith("lumoauth-");
	}

	private static boolean isAmong(List<Path> jars, Path jar) {
		return jars.stream().anyMatch((each) -> name(each).equals(name(jar)));
	}

	private static String name(Path jar) {
		return String.valueOf(jar.getFileName()).replaceFirst("-\\d.*", "");
	}

	private static Map<String, List<Figures>> measure(Map<String, List<Path>> applications, int starts, Way way)
			throws IOException, InterruptedException {
		Map<String, Launch.Command> commands = new LinkedHashMap<>();
		for (Map.Entry<String, List<Path>> application : applications.entrySet()) {
			commands.put(application.getKey(), way.prepare(application.getValue()));
		}
		Map<String, List<Figures>> measured = new LinkedHashMap<>();
		commands.keySet().forEach((name) -> measured.put(name, new ArrayList<>()));
		for (int i = 0; i < starts; i++) {
			List<Map.Entry<String, Launch.Command>> turn = new ArrayList<>(commands.entrySet());
			Collections.rotate(turn, i);
			for (Map.Entry<String, Launch.Command> command : turn) {
				Objects.requireNonNull(measured.get(command.getKey())).add(command.getValue().start());
			}
		}
		return measured;
	}

	private static void print(String way, Map<String, List<Figures>> measured) {
		System.out.println("| " + way + " | start, ms: lower quartile | median | upper quartile "
				+ "| CPU of the main thread, ms: lower quartile | median | upper quartile "
				+ "| CPU of the process, ms | classes | beans | heap, KiB | other, KiB |");
		System.out.println("|---|---|---|---|---|---|---|---|---|---|---|---|");
		@Nullable List<Long> first = null;
		for (Map.Entry<String, List<Figures>> each : measured.entrySet()) {
			List<Long> row = Figures.row(each.getValue());
			print(each.getKey(), row);
			if (first == null) {
				first = row;
			}
			else {
				List<Long> more = new ArrayList<>();
				for (int i = 0; i < row.size(); i++) {
					more.add(row.get(i) - Objects.requireNonNull(first).get(i));
				}
				print("more", more);
			}
		}
		List<Figures> without = measured.values().iterator().next();
		measured.forEach((name, starts) -> {
			if (starts != without) {
				System.out.println();
				System.out
					.println("In the same turn, " + name + ": " + words(Figures.more(starts, without, Figures::millis))
							+ " ms more, and " + words(Figures.more(starts, without, Figures::main))
							+ " ms of the main thread's CPU (lower quartile, median, upper quartile)");
			}
		});
		System.out.println();
	}

	private static String words(List<Long> quartiles) {
		return quartiles.stream().map(String::valueOf).collect(Collectors.joining(", "));
	}

	private static void print(String name, List<Long> row) {
		System.out.println("| " + name + " | " + String.join(" | ", row.stream().map(String::valueOf).toList()) + " |");
	}

	/**
	 * A way to start an application.
	 */
	@FunctionalInterface
	private interface Way {

		Launch.Command prepare(List<Path> jars) throws IOException, InterruptedException;

	}

}
