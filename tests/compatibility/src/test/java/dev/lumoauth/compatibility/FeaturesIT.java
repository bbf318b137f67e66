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

package dev.lumoauth.compatibility;

import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.util.StringUtils;

import static dev.lumoauth.compatibility.ClassPathPart.LUMOAUTH;
import static dev.lumoauth.compatibility.ClassPathPart.OF_FEATURES;
import static dev.lumoauth.compatibility.ClassPathPart.SERVLET;
import static dev.lumoauth.compatibility.ClassPathPart.SPRING_AI;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Runs the application with each feature alone, and with all of them: no feature needs
 * another one, or changes what an application does that doesn't use it.
 * {@link CompatibilityIT} runs it without any. Each time, the application has class
 * loaders of its own, in this process.
 */
@ExtendWith(OutputCaptureExtension.class)
class FeaturesIT {

	@RegisterExtension
	static final WireMockExtension lumoAuth = WireMockExtension.newInstance().build();

	static Stream<String> features() throws IOException {
		return modules().stream();
	}

	/**
	 * Return all that there are, so that none is left out.
	 */
	private static Set<String> modules() throws IOException {
		try (Stream<Path> folders = Files.list(Path.of("../../features"))) {
			return folders.map((folder) -> folder.getFileName().toString())
				.collect(Collectors.toCollection(TreeSet::new));
		}
	}

	@BeforeEach
	void allow() {
		StandIn.allow(lumoAuth);
	}

	@Test
	void guardsWithAllFeaturesAsWithoutOne(CapturedOutput output) throws Exception {
		guardsAsWithoutFeatures(modules(), output);
	}

	@ParameterizedTest
	@Tag("nightly")
	@MethodSource("features")
	void guardsWithAFeatureAloneAsWithoutOne(String feature, CapturedOutput output) throws Exception {
		guardsAsWithoutFeatures(Set.of(feature), output);
	}

	private static void guardsAsWithoutFeatures(Set<String> features, CapturedOutput output) throws Exception {
		Set<ClassPathPart> parts = Set.of(SERVLET, SPRING_AI, LUMOAUTH, OF_FEATURES);
		List<Path> classPath = ApplicationRun.classPath(parts, features);
		assertThat(features)
			.allSatisfy((feature) -> assertThat(classPath).as("Add " + feature + " to the dependencies of this module")
				.anyMatch((jar) -> jar.getFileName().toString().matches(feature + "-[0-9].*")));
		run(classPath);
		assertThat(output.toString()).doesNotContain(" ERROR ");
		Map<String, String> expected = CompatibilityIT.expected(parts);
		Map<String, String> said = ApplicationRun.said(output.getOut());
		expected.remove("features");
		String wired = said.remove("features");
		assertThat(said).isEqualTo(expected);
		assertThat(wired).matches("\\[.*\\]");
		if (features.size() == 1) {
			assertThat(wired).doesNotContain(",");
		}
	}

	/**
	 * Java leaves out an annotation whose class is not there.
	 */
	@Test
	void doesNotStartWithCodeThatWasCompiledWithAFeatureThatIsNotThere(CapturedOutput output) throws Exception {
		List<Path> classPath = ApplicationRun.classPath(Set.of(SERVLET, SPRING_AI, LUMOAUTH, OF_FEATURES), Set.of());
		assertThatException()
			.isThrownBy(() -> run(classPath, "--spring.main.sources=dev.lumoauth.compatibility.ToBeApproved"));
		assertThat(output).contains(
				"dev.lumoauth.compatibility.ToBeApproved was compiled with "
						+ "@dev.lumoauth.spring.approval.RequiresApproval, whose module is not there.",
				"Add the module of LumoAuth that has this annotation to the build, or remove the annotation.");
	}

	/**
	 * With the platform's class loader as the parent, nothing of the test is on the class
	 * path.
	 */
	private static void run(List<Path> classPath, String... arguments) throws Exception {
		Thread thread = Thread.currentThread();
		ClassLoader ours = thread.getContextClassLoader();
		try (URLClassLoader classLoader = new URLClassLoader(
				classPath.stream().map(FeaturesIT::url).toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
			thread.setContextClassLoader(classLoader);
			// A JVM has one factory for all class loaders.
			classLoader.loadClass("org.apache.catalina.webresources.TomcatURLStreamHandlerFactory")
				.getMethod("disable")
				.invoke(null);
			classLoader.loadClass("dev.lumoauth.compatibility.CompatibleApplication")
				.getMethod("main", String[].class)
				.invoke(null,
						(Object) StringUtils.concatenateStringArrays(arguments,
								new String[] { "--lumoauth.url=" + lumoAuth.baseUrl(), "--lumoauth.tenant=acme-corp",
										"--lumoauth.client-id=agt_research-analyst",
										"--lumoauth.client-secret=of-the-stand-in" }));
		}
		finally {
			thread.setContextClassLoader(ours);
		}
	}

	private static URL url(Path path) {
		try {
			return path.toUri().toURL();
		}
		catch (MalformedURLException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
