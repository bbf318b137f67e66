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

package dev.lumoauth.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What docs/architecture.md says about modules, packages and thread-locals, in the
 * sources of all modules: which of them may know which, and how large they may be.
 */
class StructureTests {

	private static final String CORE = "lumoauth-core";

	/**
	 * What each module may know beside itself. A feature: all three, and no other
	 * feature. A framework: the core and its wiring, and neither Spring AI nor a feature.
	 */
	private static final Map<String, Set<String>> BELOW = Map.of(CORE, Set.of(), "lumoauth-spring-ai", Set.of(CORE),
			"lumoauth-spring-boot-autoconfigure", Set.of(CORE, "lumoauth-spring-ai"), "lumoauth-langchain4j",
			Set.of(CORE, "lumoauth-spring-boot-autoconfigure"), "lumoauth-adk",
			Set.of(CORE, "lumoauth-spring-boot-autoconfigure"));

	private static final int MOST_TYPES = 45;

	private static final int MOST_THREAD_LOCALS = 4;

	/** Arrows back up between two packages, until they have been turned. */
	private static final Map<String, String> UPWARDS = Map.of("dev.lumoauth.spring.mcp",
			"dev.lumoauth.spring.mcp.transport");

	private static final Pattern COMMENT = Pattern.compile("/\\*.*?\\*/|(?m-s:^\\s*//.*$)", Pattern.DOTALL);

	private static final Pattern PACKAGE = Pattern.compile("(?m)^package ([a-z0-9.]+);");

	private static final Pattern NAMED = Pattern
		.compile("\\b(dev\\.lumoauth\\.(?:spring|devserver)(?:\\.[a-z0-9]+)*)\\b");

	private static final Pattern THREAD_LOCAL = Pattern.compile("ThreadLocal<[^=;(){}]*>\\s+\\w+\\s*[=;]");

	private static final Pattern FRAMEWORK = Pattern
		.compile("org\\.springframework\\.(boot|ai)\\.|io\\.modelcontextprotocol\\.|dev\\.langchain4j|google\\.adk");

	/** Names of features that nothing of the core is called by chance. */
	private static final Pattern FEATURE = Pattern.compile("(?i)aauth|redis|vault|webhook|ciba|escalat");

	/** What makes a client for HTTP. */
	private static final Pattern HTTP_CLIENT = Pattern
		.compile("HttpClient\\.new|RestClient\\.create|WebClient\\.create|LumoAuthHttp\\.requestFactory");

	/**
	 * The one place from which each client of LumoAuth has its requests, with Spring Boot
	 * and without, and two clients of others: of an agent's platform and of the resources
	 * that AAuth is for.
	 */
	private static final List<String> HTTP_CLIENTS = List.of("LumoAuthRequestFactories", "DirectIdentity",
			"TokenServer", "LumoAuthAAuthTargetAutoConfiguration");

	private static final Pattern GUARDED = Pattern
		.compile("(?m)^\\s*@(RequiresCapability|OnBehalfOfUser|RequiresApproval)\\b");

	private static final List<Source> LIBRARY = sources(Repository.library());

	@Test
	void aModuleKnowsOnlyModulesBelowIt() {
		Map<String, String> owners = LIBRARY.stream()
			.collect(Collectors.toMap(Source::packageName, Source::module, (one, other) -> one, TreeMap::new));
		assertThat(LIBRARY).hasSizeGreaterThan(500);
		List<String> upwards = new ArrayList<>();
		LIBRARY.forEach((source) -> source.packages().forEach((known) -> {
			String owner = owners.getOrDefault(known, source.module());
			if (!owner.equals(source.module())
					&& !BELOW.getOrDefault(source.module(), BELOW.keySet()).contains(owner)) {
				upwards.add(source + " knows " + known + " of " + owner);
			}
		}));
		assertThat(upwards).isEmpty();
	}

	@Test
	void aPackageIsInOneModule() {
		Map<String, Set<String>> modules = LIBRARY.stream()
			.collect(Collectors.groupingBy(Source::packageName, TreeMap::new,
					Collectors.mapping(Source::module, Collectors.toSet())));
		assertThat(modules).allSatisfy((name, owners) -> assertThat(owners).as(name).hasSize(1));
	}

	@Test
	void packagesOfAModuleDoNotKnowEachOther() {
		Map<String, Set<String>> known = new TreeMap<>();
		LIBRARY.forEach((source) -> known.computeIfAbsent(source.packageName(), (name) -> new TreeSet<>())
			.addAll(source.packages()));
		known.values().forEach((packages) -> packages.retainAll(known.keySet()));
		known.forEach((name, packages) -> packages.remove(name));
		UPWARDS.forEach((name, other) -> known.get(name).remove(other));
		assertThat(known).hasSizeGreaterThan(20);
		assertThat(known.keySet().stream().map((name) -> way(known, name, name)).filter((way) -> !way.isEmpty()))
			.isEmpty();
	}

	@Test
	void theCoreNamesNoFramework() {
		assertThat(LIBRARY)
			.filteredOn((source) -> source.module().equals(CORE) && FRAMEWORK.matcher(source.text()).find())
			.isEmpty();
	}

	/**
	 * The guard looks for no annotations in the jars of this library.
	 */
	@Test
	void noCodeOfTheLibraryIsGuarded() {
		assertThat(LIBRARY).filteredOn((source) -> GUARDED.matcher(source.text()).find())
			.extracting(Source::name)
			.containsExactly("WeavingProbe");
	}

	@Test
	void theCoreNamesNoFeature() {
		assertThat(LIBRARY)
			.filteredOn((source) -> source.module().equals(CORE) && FEATURE.matcher(source.text()).find())
			.extracting(Source::name)
			.isEmpty();
	}

	@Test
	void requestsToLumoAuthAreMadeInOnePlace() {
		assertThat(LIBRARY).filteredOn((source) -> HTTP_CLIENT.matcher(source.text()).find())
			.extracting(Source::name)
			.containsExactlyInAnyOrderElementsOf(HTTP_CLIENTS);
	}

	@Test
	void noPackageIsTooLarge() {
		List<Source> all = new ArrayList<>(LIBRARY);
		all.addAll(sources(Stream.of("lumoauth-dev-server", "lumoauth-spring-boot-starter-test")
			.map(Repository.ROOT::resolve)
			.toList()));
		Map<String, Long> sizes = all.stream()
			.collect(Collectors.groupingBy(Source::packageName, TreeMap::new, Collectors.counting()));
		assertThat(sizes).hasSizeGreaterThan(30);
		assertThat(sizes)
			.allSatisfy((name, size) -> assertThat(size).as("types in %s", name).isLessThanOrEqualTo(MOST_TYPES));
	}

	@Test
	void whatIsAmbientOnAThreadHasItsReasonOnThePage() throws IOException {
		String page = Files.readString(Repository.ROOT.resolve("docs/architecture.md"));
		String table = page.substring(page.indexOf("<!-- thread-locals -->"),
				page.indexOf("<!-- end -->", page.indexOf("<!-- thread-locals -->")));
		List<String> explained = Pattern.compile("(?m)^\\| `(\\w+)` \\| .+ \\|$")
			.matcher(table)
			.results()
			.map((row) -> row.group(1))
			.toList();
		List<String> found = LIBRARY.stream()
			.flatMap((source) -> THREAD_LOCAL.matcher(source.text()).results().map((each) -> source.name()))
			.toList();
		assertThat(found).containsExactlyInAnyOrderElementsOf(explained).hasSizeLessThanOrEqualTo(MOST_THREAD_LOCALS);
	}

	/**
	 * The way from a package to another by what each knows, or nothing.
	 */
	private static List<String> way(Map<String, Set<String>> known, String from, String to) {
		return way(known, from, to, new HashSet<>());
	}

	private static List<String> way(Map<String, Set<String>> known, String from, String to, Set<String> seen) {
		for (String next : known.getOrDefault(from, Set.of())) {
			if (next.equals(to)) {
				return List.of(from, to);
			}
			if (seen.add(next)) {
				List<String> rest = way(known, next, to, seen);
				if (!rest.isEmpty()) {
					return Stream.concat(Stream.of(from), rest.stream()).toList();
				}
			}
		}
		return List.of();
	}

	private static List<Source> sources(List<Path> modules) {
		return modules.stream()
			.filter((module) -> Files.exists(module.resolve("src/main/java")))
			.flatMap((module) -> Repository.files(module.resolve("src/main/java"), ".java")
				.stream()
				.filter((file) -> !file.endsWith("package-info.java"))
				.map((file) -> source(module, file)))
			.toList();
	}

	private static Source source(Path module, Path file) {
		try {
			return new Source(module.getFileName().toString(), file.getFileName().toString().replace(".java", ""),
					COMMENT.matcher(Files.readString(file)).replaceAll(""));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * A file of a module.
	 *
	 * @param module the module's name
	 * @param name the name of its type
	 * @param text what it says, without comments
	 */
	private record Source(String module, String name, String text) {

		String packageName() {
			return PACKAGE.matcher(this.text).results().findFirst().map((found) -> found.group(1)).orElseThrow();
		}

		/**
		 * The packages that it names, in imports or elsewhere, as strings too.
		 */
		Set<String> packages() {
			return NAMED.matcher(this.text)
				.results()
				.map((MatchResult found) -> found.group(1))
				.collect(Collectors.toSet());
		}

		@Override
		public String toString() {
			return this.module + ": " + packageName() + "." + this.name;
		}

	}

}
