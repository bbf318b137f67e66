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
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Counts what docs/architecture.md says about the size of the library. Run by the script
 * beside it.
 */
class Figures {

	private static final Pattern BLOCK_COMMENT = Pattern.compile("/\\*.*?\\*/", Pattern.DOTALL);

	private static final Pattern FEATURE = Pattern.compile("dev\\.lumoauth\\.spring\\."
			+ "(approval|event|connection|vault|aauth|aspects|workload|redis|mcp|http\\.client)\\b");

	private static final Pattern THREAD_LOCAL = Pattern.compile("ThreadLocal<[^=;(){}]*>\\s+\\w+\\s*[=;]");

	private static final Pattern READS_PRIVATE_MEMBERS = Pattern
		.compile("PrivateField\\s*\\.\\s*of\\(|\\bfindField\\(|getDeclared(Field|Method)\\(|\\bfindMethod\\(\\w+, \"");

	private static final Pattern MEMBER = Pattern.compile("(?<!SuppressWarnings\\()\"([a-z]+[A-Z][A-Za-z]*|[a-z]+)\"");

	private static final Pattern PROPERTY = Pattern.compile("(?m)^\\| *`(lumoauth\\.[^`]*)`");

	private static final Pattern FEATURE_PROPERTY = Pattern.compile("\"lumoauth\\.(?!agents)([a-z.*-]+)\"");

	private final Path root;

	private final Map<Path, String> library;

	Figures(Path root) throws IOException {
		this.root = root;
		this.library = new TreeMap<>();
		for (Path module : modules()) {
			for (Path file : files(module.resolve("src/main/java"), ".java")) {
				if (!file.endsWith("package-info.java")) {
					this.library.put(root.relativize(file),
							BLOCK_COMMENT.matcher(Files.readString(file)).replaceAll(""));
				}
			}
		}
	}

	public static void main(String... args) throws IOException, InterruptedException {
		new Figures(Path.of(args[0])).print(args.length == 1);
	}

	private void print(boolean withBeans) throws IOException, InterruptedException {
		print("code lines of the core", lines((file) -> file.startsWith("lumoauth-core")));
		print("code lines of the library, without frameworks", lines((file) -> !file.startsWith("frameworks")));
		print("types in the largest package", largestPackage());
		print("thread-locals", count(THREAD_LOCAL));
		print("private members of other libraries read by name", privateMembers());
		print("properties without features", properties(false));
		print("properties with all features", properties(true));
		print("auto-configurations without features", autoConfigurations());
		print("beans without features", withBeans ? beans() : "not built");
		print("files of the core that name a feature", naming());
		print("words of README and docs", words());
	}

	private static void print(String measure, Object figure) {
		System.out.printf("%-50s%s%n", measure, figure);
	}

	/**
	 * What is released for production: not the test kit, the dev server and the demos.
	 */
	private List<Path> modules() throws IOException {
		return Stream.of(list(this.root), list(this.root.resolve("features")), list(this.root.resolve("frameworks")))
			.flatMap(List::stream)
			.filter((module) -> module.getFileName().toString().startsWith("lumoauth-"))
			.filter((module) -> !module.toString().matches(".*-(test|server|bom)") || module.endsWith("lumoauth-mcp-server"))
			.toList();
	}

	/**
	 * Without licence, package, imports, comments, blank lines and lone braces.
	 */
	private long lines(Predicate<Path> which) {
		return this.library.entrySet()
			.stream()
			.filter((file) -> which.test(file.getKey()))
			.flatMap((file) -> file.getValue().lines())
			.map(String::strip)
			.filter((line) -> !line.isEmpty() && !line.matches("//.*|(import|package) .*|[{};)]|\\{\\}|\\};"))
			.count();
	}

	private String largestPackage() {
		Map<Path, Long> packages = this.library.keySet()
			.stream()
			.collect(Collectors.groupingBy(Path::getParent, Collectors.counting()));
		Map.Entry<Path, Long> largest = packages.entrySet()
			.stream()
			.max(Map.Entry.<Path, Long>comparingByValue().thenComparing(Map.Entry.comparingByKey()))
			.orElseThrow();
		return largest.getValue() + " (" + largest.getKey().toString().replaceAll(".*src/main/java/", "").replace('/', '.')
				+ ")";
	}

	private long count(Pattern pattern) {
		return this.library.values().stream().flatMap((text) -> pattern.matcher(text).results()).count();
	}

	/**
	 * The names in files that read such members, each once for a file.
	 */
	private long privateMembers() {
		return this.library.values()
			.stream()
			.filter((text) -> READS_PRIVATE_MEMBERS.matcher(text).find())
			.mapToLong((text) -> MEMBER.matcher(text).results().map(MatchResult::group).distinct().count())
			.sum();
	}

	/**
	 * Which properties are a feature's is where the library knows it: where it refuses
	 * them without the feature's module.
	 */
	private long properties(boolean all) throws IOException {
		String modules = this.library.entrySet()
			.stream()
			.filter((file) -> file.getKey().endsWith("FeatureModule.java"))
			.map(Map.Entry::getValue)
			.collect(Collectors.joining());
		List<String> features = FEATURE_PROPERTY.matcher(modules)
			.results()
			.map((found) -> "lumoauth." + found.group(1).replace("*", "<name>"))
			.toList();
		return PROPERTY.matcher(Files.readString(this.root.resolve("docs/properties.md")))
			.results()
			.map((row) -> row.group(1))
			.filter((name) -> !name.startsWith("lumoauth.test.")) // the test kit's
			.filter((name) -> all || features.stream().noneMatch((feature) -> name.startsWith(feature + ".")))
			.count();
	}

	private long autoConfigurations() throws IOException {
		Path imports = this.root.resolve("lumoauth-spring-boot-autoconfigure/src/main/resources/META-INF/spring/"
				+ "org.springframework.boot.autoconfigure.AutoConfiguration.imports");
		try (Stream<String> lines = Files.lines(imports)) {
			return lines.filter((line) -> !line.isBlank() && !line.startsWith("#")).count();
		}
	}

	/**
	 * How many bean definitions an empty web application has more with this library's
	 * jars than without them. Both have the same other jars, so what those define is not
	 * counted.
	 */
	private String beans() throws IOException, InterruptedException {
		Path benchmarks = this.root.resolve("benchmarks");
		List<Path> jars = files(benchmarks.resolve("start/with/target/lib"), ".jar");
		if (jars.isEmpty() || !Files.isDirectory(benchmarks.resolve("target/classes"))) {
			return "not built";
		}
		if (isOlder(jars)) {
			return "built from older sources";
		}
		return String.valueOf(beans(jars)
				- beans(jars.stream().filter((jar) -> !jar.getFileName().toString().startsWith("lumoauth-")).toList()));
	}

	/**
	 * Return whether a module of the starter has changed since its jar was built.
	 */
	private boolean isOlder(List<Path> jars) throws IOException {
		for (Path file : this.library.keySet()) {
			String module = file.getName(0) + "-\\d.*";
			for (Path jar : jars) {
				if (jar.getFileName().toString().matches(module) && Files.getLastModifiedTime(jar)
					.compareTo(Files.getLastModifiedTime(this.root.resolve(file))) < 0) {
					return true;
				}
			}
		}
		return false;
	}

	private int beans(List<Path> jars) throws IOException, InterruptedException {
		String classPath = Stream.concat(Stream.of(this.root.resolve("benchmarks/target/classes")), jars.stream())
			.map(Path::toString)
			.collect(Collectors.joining(File.pathSeparator));
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
				classPath, "dev.lumoauth.benchmarks.start.EmptyWebApplication", "--server.port=0",
				"--spring.main.banner-mode=off", "--logging.level.root=warn", "--lumoauth.verify-at-start=off",
				"--lumoauth.url=http://127.0.0.1:1", "--lumoauth.tenant=acme-corp", "--lumoauth.client-id=agt_figures",
				"--lumoauth.client-secret=a-secret")
			.redirectErrorStream(true)
			.start();
		String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		if (process.waitFor() != 0) {
			throw new IllegalStateException(output);
		}
		String figures = output.lines().filter((line) -> line.startsWith("figures ")).findFirst().orElseThrow();
		return Integer.parseInt(figures.split(" ")[4]);
	}

	private long naming() throws IOException {
		long naming = 0;
		for (Path file : files(this.root.resolve("lumoauth-core/src/main/java"), ".java")) {
			naming += FEATURE.matcher(Files.readString(file)).find() ? 1 : 0;
		}
		return naming;
	}

	private long words() throws IOException {
		long words = 0;
		for (Path page : Stream.concat(Stream.of(this.root.resolve("README.md")),
				list(this.root.resolve("docs")).stream().filter((file) -> file.toString().endsWith(".md")))
			.toList()) {
			words += Files.readString(page).strip().split("\\s+").length;
		}
		return words;
	}

	private static List<Path> list(Path folder) throws IOException {
		if (!Files.isDirectory(folder)) {
			return List.of();
		}
		try (Stream<Path> files = Files.list(folder)) {
			return files.sorted(Comparator.naturalOrder()).toList();
		}
	}

	private static List<Path> files(Path folder, String suffix) throws IOException {
		if (!Files.isDirectory(folder)) {
			return List.of();
		}
		try (Stream<Path> files = Files.walk(folder)) {
			return files.filter((file) -> file.toString().endsWith(suffix)).sorted().toList();
		}
	}

}
