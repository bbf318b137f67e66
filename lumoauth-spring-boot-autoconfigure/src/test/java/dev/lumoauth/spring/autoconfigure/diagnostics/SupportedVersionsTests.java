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

import dev.lumoauth.spring.guard.GuardConfigurationException;
import io.modelcontextprotocol.spec.McpSchema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.ai.tool.ToolCallback;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootVersion;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link SupportedVersions}.
 */
@ExtendWith(OutputCaptureExtension.class)
class SupportedVersionsTests {

	@Test
	void saysNothingOnTheVersionsThatWeBuildWith(CapturedOutput output) {
		new SupportedVersions().initialize(new GenericApplicationContext());
		assertThat(output).isEmpty();
	}

	@Test
	void isAskedBeforeAnApplicationStarts() {
		assertThat(new SpringApplication(Object.class).getInitializers())
			.hasAtLeastOneElementOfType(SupportedVersions.class);
	}

	@ParameterizedTest
	@CsvSource({ "2.0.0", "2.0.0-RC2", "1.0.3", "1.1.0-M4", "0.8.1" })
	void refusesAnOlderVersion(String version) {
		assertThatExceptionOfType(GuardConfigurationException.class)
			.isThrownBy(() -> SupportedVersions.check("4.0.9", version, "2.0.0"))
			.satisfies((ex) -> assertThat(ex.getDescription())
				.isEqualTo("LumoAuth for Spring needs Spring AI 2.0.1, and this application has " + version + "."))
			.satisfies((ex) -> assertThat(ex.getAction())
				.isEqualTo("Upgrade Spring AI to 2.0.1, or remove lumoauth-spring-boot-starter."));
	}

	@Test
	void refusesAnOlderSpringBoot() {
		assertThatExceptionOfType(GuardConfigurationException.class)
			.isThrownBy(() -> SupportedVersions.check("3.5.1", null, null))
			.withMessageContaining("needs Spring Boot 4.0, and this application has 3.5.1.");
	}

	@Test
	void knowsTheVersionsThatWeBuildWith() {
		assertThat(ToolCallback.class.getPackage().getImplementationVersion()).matches(SupportedVersions.SPRING_AI);
		assertThat(McpSchema.class.getPackage().getImplementationVersion()).matches(SupportedVersions.MCP_SDK);
		assertThat(SpringBootVersion.getVersion()).matches(SupportedVersions.SPRING_BOOT);
	}

	@Test
	void namesAllThatWereNotTriedInOneLine(CapturedOutput output) {
		SupportedVersions.check("4.2.0", "2.1.0", "2.2.0");
		assertThat(output.toString().lines()).singleElement()
			.asString()
			.contains("not tried with Spring Boot 4.2.0, Spring AI 2.1.0, MCP SDK 2.2.0, but with Spring Boot 4.0 and");
	}

	@ParameterizedTest
	@ValueSource(strings = { "MODERN", "modern" })
	void refusesAServerOfTheModernProtocol(String protocol) {
		GenericApplicationContext context = new GenericApplicationContext();
		context.setEnvironment(new MockEnvironment().withProperty("spring.ai.mcp.server.protocol", protocol));
		assertThatExceptionOfType(GuardConfigurationException.class)
			.isThrownBy(() -> new SupportedVersions().initialize(context))
			.withMessageContaining("spring.ai.mcp.server.protocol is MODERN");
	}

	@ParameterizedTest
	@CsvSource({ "4.2.0", "4.2.0-SNAPSHOT", "5.0.0-M1" })
	void warnsOnANewerOne(String version, CapturedOutput output) {
		SupportedVersions.check(version, null, null);
		assertThat(output).containsOnlyOnce("not tried with Spring Boot " + version + ", but");
	}

	@ParameterizedTest
	@NullSource
	@ValueSource(strings = { "4.0.0", "4.1.99", "", "unknown", "v4", "4" })
	void saysNothingOfTheOthers(String version, CapturedOutput output) {
		SupportedVersions.check(version, null, null);
		assertThat(output).isEmpty();
	}

}
