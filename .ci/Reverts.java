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

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Puts faults back that were mended once, one at a time, and runs the test that found
 * each. Run by {@code .ci/reverts}; nothing of the working tree is changed.
 */
class Reverts {

	private static final Path LIST = Path.of(".ci/reverts.txt");

	private static final Pattern TESTS = Pattern.compile("(\\d+) of (\\d+) failed");

	public static void main(String[] arguments) throws Exception {
		Map<String, Path> files = files();
		List<Revert> reverts = read();
		if (List.of(arguments).contains("--modules")) {
			System.out.println(reverts.stream()
				.map((revert) -> module(files.get(revert.test)).toString())
				.distinct()
				.collect(Collectors.joining(",")));
			return;
		}
		boolean all = true;
		for (Revert revert : reverts) {
			if (arguments.length == 0 || List.of(arguments).contains(revert.type)) {
				String outcome = outcome(revert, files);
				System.out.printf("| %s | `%s` | `%s` | %s |%n", revert.change, revert.type, revert.test, outcome);
				all &= TESTS.matcher(outcome).matches() && !outcome.startsWith("0 ");
			}
		}
		if (!all) {
			System.out.println("Not each fault was found.");
			System.exit(1);
		}
	}

	private static String outcome(Revert revert, Map<String, Path> files) throws IOException, InterruptedException {
		Path source = files.get(revert.type);
		Path test = files.get(revert.test);
		if (source == null || test == null) {
			return "there is no such class, or there are two";
		}
		String text = Files.readString(source);
		int at = text.indexOf(revert.now);
		if (at < 0 || text.indexOf(revert.now, at + 1) >= 0) {
			return "the lines are not there, or there twice: .ci/reverts.txt has to be brought up to date";
		}
		Path work = Files.createTempDirectory("reverts");
		try {
			Path changed = work.resolve(source.getFileName());
			Files.writeString(changed, text.replace(revert.now, revert.before));
			String classPath = work + File.pathSeparator + classPath(module(test));
			String errors = run(work, List.of("javac", "--release", "17", "-parameters", "-proc:none", "-nowarn", "-d",
					work.toString(), "-cp", classPath, changed.toString()), 120);
			if (Files.notExists(work.resolve(packageOf(source).replace('.', '/')))) {
				return "it does not compile: " + errors.lines().findFirst().orElse("?");
			}
			String output = run(module(test).toAbsolutePath(),
					List.of("java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:+EnableDynamicAgentLoading",
							"-Dsun.net.httpserver.nodelay=true", "-Duser.language=en", "-Dlumoauth.max-wait=30s",
							"-Dlumoauth.verify-at-start=off", "-cp", classPath,
							Path.of(".ci/RunTests.java").toAbsolutePath().toString(),
							packageOf(test) + "." + revert.test),
					300);
			return output.lines()
				.filter(TESTS.asMatchPredicate())
				.reduce((first, second) -> second)
				.orElse("the tests did not end");
		}
		finally {
			delete(work);
		}
	}

	/** The module's classes and its libraries, with JUnit's launcher. */
	private static String classPath(Path module) throws IOException {
		String libraries = Files.readString(module.resolve("target/test.classpath")).strip();
		String engine = Stream.of(libraries.split(File.pathSeparator))
			.filter((jar) -> jar.contains("junit-platform-engine"))
			.findFirst()
			.orElseThrow();
		return Stream
			.of(module.resolve("target/test-classes").toAbsolutePath().toString(),
					module.resolve("target/classes").toAbsolutePath().toString(), libraries,
					engine.replace("junit-platform-engine", "junit-platform-launcher"))
			.collect(Collectors.joining(File.pathSeparator));
	}

	private static String run(Path directory, List<String> command, int seconds)
			throws IOException, InterruptedException {
		Path output = Files.createTempFile("reverts", ".log");
		try {
			Process process = new ProcessBuilder(command).directory(directory.toFile())
				.redirectErrorStream(true)
				.redirectOutput(output.toFile())
				.start();
			if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
				process.descendants().forEach(ProcessHandle::destroyForcibly);
				process.destroyForcibly().waitFor();
			}
			return Files.readString(output);
		}
		finally {
			Files.delete(output);
		}
	}

	private static List<Revert> read() throws IOException {
		List<Revert> reverts = new ArrayList<>();
		for (String block : Files.readString(LIST).split("\n\n")) {
			if (block.startsWith("= ")) {
				String[] types = lines(block, "@ ").strip().split(" ");
				reverts.add(new Revert(lines(block, "= ").strip(), types[0], types[1], lines(block, "- "),
						lines(block, "+ ")));
			}
		}
		return reverts;
	}

	private static String lines(String block, String mark) {
		return block.lines()
			.filter((line) -> line.startsWith(mark))
			.map((line) -> line.substring(mark.length()) + "\n")
			.collect(Collectors.joining());
	}

	/** The library's classes and tests, without those whose name is there twice. */
	private static Map<String, Path> files() throws IOException {
		Predicate<String> library = Pattern.compile("(lumoauth-(?!dev-server)[^/]*|(features|frameworks)/[^/]*)/src/.*\\.java")
			.asMatchPredicate();
		Map<String, List<Path>> files = new LinkedHashMap<>();
		try (Stream<Path> all = Files.walk(Path.of(""))) {
			all.filter((file) -> library.test(file.toString().replace('\\', '/')))
				.forEach((file) -> files.computeIfAbsent(name(file), (name) -> new ArrayList<>()).add(file));
		}
		files.values().removeIf((each) -> each.size() > 1);
		return files.entrySet().stream().collect(Collectors.toMap(Map.Entry::getKey, (each) -> each.getValue().get(0)));
	}

	private static String name(Path file) {
		return file.getFileName().toString().replace(".java", "");
	}

	private static Path module(Path file) {
		return Path.of(file.toString().replaceFirst("[/\\\\]src[/\\\\].*", ""));
	}

	private static String packageOf(Path file) throws IOException {
		Matcher matcher = Pattern.compile("^package ([\\w.]+);", Pattern.MULTILINE).matcher(Files.readString(file));
		matcher.find();
		return matcher.group(1);
	}

	private static void delete(Path directory) throws IOException {
		try (Stream<Path> all = Files.walk(directory)) {
			for (Path each : all.sorted((a, b) -> b.compareTo(a)).toList()) {
				Files.delete(each);
			}
		}
	}

	private record Revert(String change, String type, String test, String now, String before) {

	}

}
