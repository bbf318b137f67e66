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
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.aot.hint.TypeReference;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.core.io.support.SpringFactoriesLoader.FailureHandler;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A native image sees which features are there.
 */
class FeatureHintsTests {

	@Test
	void aFeatureThatIsThereIsSeenInANativeImage() throws IOException {
		RuntimeHints hints = new RuntimeHints();
		ClassLoader classLoader = FeatureHintsTests.class.getClassLoader();
		SpringFactoriesLoader.forResourceLocation("META-INF/spring/aot.factories", classLoader)
			.load(RuntimeHintsRegistrar.class, FailureHandler.handleMessage((message, failure) -> {
			}))
			.stream()
			.filter((registrar) -> registrar.getClass().getName().startsWith("dev.lumoauth."))
			.forEach((registrar) -> registrar.registerHints(hints, classLoader));
		assertThat(features()).hasSize(9)
			.allSatisfy((wiring) -> assertThat(wiring)
				.anyMatch((type) -> RuntimeHintsPredicates.reflection().onType(TypeReference.of(type)).test(hints)));
	}

	/**
	 * The auto-configurations of each feature that has some.
	 */
	private static List<List<String>> features() throws IOException {
		List<List<String>> features = new ArrayList<>();
		try (DirectoryStream<Path> modules = Files.newDirectoryStream(Repository.ROOT.resolve("features"))) {
			for (Path module : modules) {
				Path imports = module.resolve("src/main/resources/META-INF/spring/"
						+ "org.springframework.boot.autoconfigure.AutoConfiguration.imports");
				if (Files.exists(imports)) {
					features.add(Files.readAllLines(imports).stream().filter((line) -> !line.isBlank()).toList());
				}
			}
		}
		return features;
	}

}
