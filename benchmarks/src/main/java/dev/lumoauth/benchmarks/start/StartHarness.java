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

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

import dev.lumoauth.benchmarks.LoopbackLumoAuth;

/**
 * Starts an empty web application with the starter and without, in turns, and compares.
 */
public final class StartHarness {

	private static final int STARTS = 20;

	private StartHarness() {
	}

	/**
	 * Print the figures.
	 * @param args the folder with the classes of this module, that with the jars of an
	 * empty web application, and that with those and the starter's; then how many starts
	 * of each, 20 if that is left out
	 * @throws IOException if a process can't be started
	 * @throws InterruptedException if this one is to end
	 */
	public static void main(String... args) throws IOException, InterruptedException {
		int starts = (args.length > 3) ? Integer.parseInt(args[3]) : STARTS;
		List<long[]> without = new ArrayList<>();
		List<long[]> with = new ArrayList<>();
		try (LoopbackLumoAuth lumoAuth = new LoopbackLumoAuth()) {
			for (int i = 0; i < starts; i++) {
				without.add(start(args[0], args[1], lumoAuth));
				with.add(start(args[0], args[2], lumoAuth));
			}
			System.out
				.println("| empty web application | start, ms (median, fastest) | classes | heap, KiB | other, KiB |");
			System.out.println("|---|---|---|---|---|");
			print("without the starter", without);
			print("with the starter", with);
			System.out.printf(Locale.ROOT, "| more | %d, %d | %d | %d | %d |%n", median(with, 0) - median(without, 0),
					fastest(with) - fastest(without), median(with, 1) - median(without, 1),
					median(with, 2) - median(without, 2), median(with, 3) - median(without, 3));
			System.out.println();
			System.out.println(starts + " starts each, in turns. Requests to LumoAuth: " + lumoAuth.requests());
		}
	}

	private static long[] start(String classes, String lib, LoopbackLumoAuth lumoAuth)
			throws IOException, InterruptedException {
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
				classes + File.pathSeparator + lib + "/*", EmptyWebApplication.class.getName(), "--server.port=0",
				"--spring.main.banner-mode=off", "--logging.level.root=warn", "--lumoauth.url=" + lumoAuth.url(),
				"--lumoauth.tenant=" + LoopbackLumoAuth.TENANT, "--lumoauth.client-id=agt_benchmark",
				"--lumoauth.client-secret=a-secret")
			.redirectErrorStream(true)
			.start();
		String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		if (process.waitFor() != 0) {
			throw new IllegalStateException("The application did not start: " + output);
		}
		String line = output.lines().filter((each) -> each.startsWith("figures ")).findFirst().orElseThrow();
		List<String> figures = List.of(line.trim().split(" ", -1));
		return figures.stream().skip(1).mapToLong(Long::parseLong).toArray();
	}

	private static void print(String name, List<long[]> starts) {
		System.out.printf(Locale.ROOT, "| %s | %d, %d | %d | %d | %d |%n", name, median(starts, 0), fastest(starts),
				median(starts, 1), median(starts, 2), median(starts, 3));
	}

	private static long median(List<long[]> starts, int figure) {
		return starts.stream().map((start) -> start[figure]).sorted().skip(starts.size() / 2).findFirst().orElseThrow();
	}

	private static long fastest(List<long[]> starts) {
		return starts.stream().map((start) -> start[0]).min(Comparator.naturalOrder()).orElseThrow();
	}

}
