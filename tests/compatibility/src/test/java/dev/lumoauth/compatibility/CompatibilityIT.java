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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.SpringBootVersion;

import static dev.lumoauth.compatibility.ClassPathPart.ACTUATOR;
import static dev.lumoauth.compatibility.ClassPathPart.LUMOAUTH;
import static dev.lumoauth.compatibility.ClassPathPart.MCP_CLIENT;
import static dev.lumoauth.compatibility.ClassPathPart.REACTIVE;
import static dev.lumoauth.compatibility.ClassPathPart.SERVLET;
import static dev.lumoauth.compatibility.ClassPathPart.SPRING_AI;
import static dev.lumoauth.compatibility.ClassPathPart.SPRING_SECURITY;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs the application on each class path of the table in docs/dependencies.md, as a
 * process of its own.
 */
class CompatibilityIT {

	@RegisterExtension
	static final WireMockExtension lumoAuth = WireMockExtension.newInstance().build();

	/**
	 * Return the class paths with nothing, and with all that fits together.
	 */
	static Stream<Set<ClassPathPart>> leastAndMost() {
		return Stream.of(Set.of(), Set.of(SERVLET, SPRING_AI, MCP_CLIENT, ACTUATOR, SPRING_SECURITY),
				Set.of(REACTIVE, SPRING_AI, MCP_CLIENT, ACTUATOR, SPRING_SECURITY));
	}

	static Stream<Set<ClassPathPart>> others() {
		return Stream.of(Set.of(SPRING_AI), Set.of(SPRING_AI, MCP_CLIENT, ACTUATOR, SPRING_SECURITY),
				Set.of(SERVLET, ACTUATOR), Set.of(SERVLET), Set.of(SERVLET, SPRING_AI),
				Set.of(SERVLET, SPRING_AI, MCP_CLIENT), Set.of(SERVLET, SPRING_AI, ACTUATOR, SPRING_SECURITY),
				Set.of(REACTIVE), Set.of(REACTIVE, SPRING_AI, MCP_CLIENT, ACTUATOR));
	}

	@BeforeEach
	void allow() {
		StandIn.allow(lumoAuth);
	}

	@ParameterizedTest
	@MethodSource("leastAndMost")
	void guardsAndReports(Set<ClassPathPart> parts) throws Exception {
		assertThat(run(parts)).isEqualTo(expected(parts));
	}

	@ParameterizedTest
	@Tag("nightly")
	@MethodSource("others")
	void guardsAndReportsOnEachOther(Set<ClassPathPart> parts) throws Exception {
		assertThat(run(parts)).isEqualTo(expected(parts));
	}

	/**
	 * Return what the application says without any feature.
	 */
	static Map<String, String> expected(Set<ClassPathPart> parts) {
		Map<String, String> expected = new TreeMap<>();
		expected.put("features", "[]");
		expected.put("web", parts.contains(SERVLET) ? "SERVLET" : parts.contains(REACTIVE) ? "REACTIVE" : "NONE");
		expected.put("method", "3 documents");
		expected.put("refused method", "agent lacks 'delete:documents' capability.");
		expected.put("exchanged token", "exchanged");
		expected.put("budget exhausted", "false");
		if (parts.contains(SERVLET) || parts.contains(REACTIVE)) {
			expected.put("page", parts.contains(SPRING_SECURITY) ? "401" : "403");
		}
		if (parts.contains(SPRING_AI)) {
			expected.put("tool", "3 documents");
			expected.put("refused tool", "Error: agent lacks 'delete:documents' capability.");
		}
		if (parts.contains(ACTUATOR)) {
			expected.put("health", "UP");
		}
		return expected;
	}

	private static Map<String, String> run(Set<ClassPathPart> parts) throws IOException, InterruptedException {
		Set<ClassPathPart> withLumoAuth = new HashSet<>(parts);
		withLumoAuth.add(LUMOAUTH);
		ApplicationRun run = ApplicationRun.start(withLumoAuth, "dev.lumoauth.compatibility.CompatibleApplication",
				"--lumoauth.url=" + lumoAuth.baseUrl());
		String output = run.output();
		assertThat(output).doesNotContain(" ERROR ");
		assertThat(output.lines().filter((line) -> line.matches(".* WARN .* d\\.l\\..*")))
			.allMatch((line) -> line.matches(".*UnknownCapabilityWatch .*'delete:documents'.*"));
		return run.said();
	}

	@Test
	void documentShowsWhatIsRun() throws IOException {
		Map<ClassPathPart, String> columns = new LinkedHashMap<>();
		columns.put(SPRING_AI, "Spring AI");
		columns.put(MCP_CLIENT, "MCP client");
		columns.put(ACTUATOR, "actuator");
		columns.put(SPRING_SECURITY, "Spring Security");
		String table = "| web | " + String.join(" | ", columns.values()) + " |\n|---|---|---|---|---|\n" + Stream
			.concat(leastAndMost(), others())
			.map((parts) -> "| "
					+ (parts.contains(SERVLET) ? "servlet" : parts.contains(REACTIVE) ? "reactive" : "none") + " | "
					+ columns.keySet()
						.stream()
						.map((part) -> parts.contains(part) ? "✓" : "")
						.collect(Collectors.joining(" | "))
					+ " |")
			.collect(Collectors.joining("\n"));
		assertThat(Files.readString(Path.of("../../docs/dependencies.md"))).contains(table);
	}

	@Test
	@EnabledIfEnvironmentVariable(named = "CI", matches = "true")
	void readmeNamesWhatItIsRunOn() throws IOException {
		assertThat(readme())
			.contains("Spring Boot " + SpringBootVersion.getVersion() + " on Java " + Runtime.version().feature());
	}

	private static String readme() throws IOException {
		return Files.readString(Path.of("../../README.md"));
	}

}
