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

package dev.lumoauth.spring.mcp.server.autoconfigure;

import dev.lumoauth.spring.LumoAuthSetupException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.aot.AotDetector;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.SpringProperties;
import org.springframework.core.io.support.SpringFactoriesLoader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link AheadOfTimeCheck}.
 */
class AheadOfTimeCheckTests {

	private final GenericApplicationContext context = new GenericApplicationContext();

	@AfterEach
	void close() {
		SpringProperties.setProperty(AotDetector.AOT_ENABLED, null);
		this.context.close();
	}

	@Test
	void refusesSettingsThatWereMissingWhenTheApplicationWasProcessed() {
		processed(true);
		assertThatExceptionOfType(LumoAuthSetupException.class)
			.isThrownBy(() -> start("lumoauth.mcp.server.audience=urn:mcp:x"))
			.withMessageContaining("would be open");
	}

	@Test
	void startsWhereTheProtectionWasProcessedToo() {
		processed(true);
		this.context.registerBean(LumoAuthMcpServerAutoConfiguration.class);
		start("lumoauth.mcp.server.audience=urn:mcp:x");
		assertThat(this.context.isActive()).isTrue();
	}

	@Test
	void startsWithoutSettings() {
		processed(true);
		start("lumoauth.tenant=acme");
		assertThat(this.context.isActive()).isTrue();
	}

	@Test
	void leavesAnApplicationThatWasNotProcessedToItsConditions() {
		processed(false);
		start("lumoauth.mcp.server.audience=urn:mcp:x");
		assertThat(this.context.isActive()).isTrue();
	}

	private static void processed(boolean processed) {
		SpringProperties.setProperty(AotDetector.AOT_ENABLED, String.valueOf(processed));
	}

	@SuppressWarnings("unchecked")
	private void start(String property) {
		TestPropertyValues.of(property).applyTo(this.context);
		SpringFactoriesLoader.forDefaultResourceLocation()
			.load(ApplicationContextInitializer.class)
			.stream()
			.filter(AheadOfTimeCheck.class::isInstance)
			.forEach((check) -> ((ApplicationContextInitializer<ConfigurableApplicationContext>) check)
				.initialize(this.context));
		this.context.refresh();
	}

}
