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
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.lumoauth.benchmarks.LoopbackLumoAuth;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the start of an empty web application loads and defines more with the starter than
 * with the starter's own dependencies: classes of this library, of Spring, Nimbus,
 * Reactor and Micrometer. It counts and takes no time, so it says the same on every
 * machine.
 */
class StartedClassesIT {

	/** If a change makes them fewer, write the new number here. */
	private static final int CLASSES = 171;

	private static final int BEANS = 25;

	private static final Pattern LOADED = Pattern
		.compile("(?m)^.*?\\[class,load\\] ((?:dev\\.lumoauth\\.spring|org\\.springframework|com\\.nimbusds|reactor"
				+ "|io\\.micrometer|io\\.modelcontextprotocol|io\\.lettuce)\\.\\S+) source:");

	/** Made while the program runs, with numbers that say nothing. */
	private static final Pattern GENERATED = Pattern.compile("\\$\\$|\\$Proxy|/0x|\\+0x");

	private static final Path JARS = Path.of("start/with/target/lib");

	@TempDir
	private static Path work;

	private static Start with;

	private static Start without;

	@BeforeAll
	static void start() throws Exception {
		List<Path> jars = Launch.jars(JARS);
		assertThat(jars).as("the class path of benchmarks/start/with").isNotEmpty();
		try (LoopbackLumoAuth lumoAuth = new LoopbackLumoAuth()) {
			Launch launch = new Launch(lumoAuth);
			with = start(launch, jars, "with");
			without = start(launch,
					jars.stream().filter((jar) -> !jar.getFileName().toString().startsWith("lumoauth-")).toList(),
					"without");
		}
	}

	@Test
	void loadsNoMoreThanATenthAboveWhatItLoaded() {
		Set<String> more = more();
		assertThat(more.size())
			.as(() -> "A start loads " + more.size() + " classes more with the starter, of which " + CLASSES
					+ " are known:\n" + String.join("\n", more))
			.isBetween(1, CLASSES * 11 / 10);
	}

	@Test
	void definesFewBeans() {
		assertThat(with.figures().beans() - without.figures().beans()).isBetween(1L, (long) BEANS);
	}

	/**
	 * Of Spring Security only the exceptions that this library's extend, the names of the
	 * ways to authenticate a client, and the place of the guard among other advice.
	 */
	@Test
	void loadsNothingOfWhatIsNotUsed() {
		Pattern used = Pattern
			.compile("dev\\.lumoauth\\.spring\\.(autoconfigure\\.(config|diagnostics|ssl|tool|user)\\.\\w+"
					+ "|autoconfigure\\.\\w+|(agent|budget|call|capability|client|concurrent|guard|guard\\.(method|tool)|http"
					+ "|reflect|revocation|token|token\\.(cache|credentials|dpop|grant)|tool|user)\\.\\w+|\\w+)(\\$\\w+)*"
					+ "|org\\.springframework\\.(aop|aot|asm|beans|boot|context|core|expression|format|http|ui|util|validation)\\..*"
					+ "|org\\.springframework\\.web\\.(?!reactive|socket|server\\.adapter).*"
					+ "|org\\.springframework\\.security\\.(access\\.AccessDenied|authorization\\.|oauth2\\.core\\.\\w+Method).*"
					+ "|io\\.micrometer\\.observation\\..*");
		assertThat(more()).noneMatch((name) -> !used.matcher(name).matches());
		assertThat(more()).noneMatch((name) -> name.startsWith("dev.lumoauth.spring.tool.")
				&& !name.matches("dev\\.lumoauth\\.spring\\.tool\\.SpringAi"));
	}

	private static Set<String> more() {
		Set<String> more = new TreeSet<>(with.classes());
		more.removeAll(without.classes());
		return more;
	}

	private static Start start(Launch launch, List<Path> jars, String name) throws IOException, InterruptedException {
		Path log = work.resolve(name + ".log");
		List<Path> classPath = Stream.concat(Stream.of(Path.of("target/classes")), jars.stream()).toList();
		Figures figures = launch
			.application(Path.of(System.getProperty("java.home")),
					List.of("-XX:TieredStopAtLevel=1", "-Xlog:class+load=info:file=" + log + ":tags"), classPath)
			.start();
		Set<String> classes = LOADED.matcher(Files.readString(log))
			.results()
			.map((found) -> found.group(1))
			.filter((type) -> !GENERATED.matcher(type).find())
			.collect(Collectors.toCollection(TreeSet::new));
		assertThat(classes).as("the log of loaded classes").hasSizeGreaterThan(1_000);
		return new Start(classes, figures);
	}

	/**
	 * One start.
	 *
	 * @param classes the classes that it has loaded
	 * @param figures the rest
	 */
	private record Start(Set<String> classes, Figures figures) {
	}

}
