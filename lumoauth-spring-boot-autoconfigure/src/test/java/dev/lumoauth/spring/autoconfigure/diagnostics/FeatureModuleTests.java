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

package dev.lumoauth.spring.autoconfigure.diagnostics;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * That {@link FeatureModule} knows each module in the folder {@code features}, and finds
 * it. Reads sources, as these modules are built later.
 */
class FeatureModuleTests {

	private static final Path FEATURES = Path.of("..", "features");

	@Test
	void knowsEachFeatureWithWiring() throws IOException {
		Set<String> wired = modules();
		wired.removeIf((module) -> !Files.exists(FEATURES.resolve(module)
			.resolve("src/main/resources/META-INF/spring/"
					+ "org.springframework.boot.autoconfigure.AutoConfiguration.imports")));
		assertThat(wired).isNotEmpty();
		assertThat(FeatureModule.ALL).extracting(FeatureModule::artifact).containsExactlyElementsOf(wired);
	}

	@Test
	void looksForAClassThatIsThere() {
		assertThat(FeatureModule.ALL).allSatisfy((feature) -> assertThat(FEATURES.resolve(feature.artifact())
			.resolve("src/main/java")
			.resolve(feature.type().replace('.', '/') + ".java")).exists());
	}

	@Test
	void theBillOfMaterialsHasEachFeature() throws IOException {
		String bom = Files.readString(Path.of("../lumoauth-spring-bom/pom.xml"));
		assertThat(modules())
			.allSatisfy((module) -> assertThat(bom).contains("<artifactId>" + module + "</artifactId>"));
	}

	private static Set<String> modules() throws IOException {
		try (Stream<Path> folders = Files.list(FEATURES)) {
			return folders.map((folder) -> folder.getFileName().toString())
				.collect(Collectors.toCollection(TreeSet::new));
		}
	}

}
