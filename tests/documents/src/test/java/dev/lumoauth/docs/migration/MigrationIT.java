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

package dev.lumoauth.docs.migration;

import java.util.HashMap;
import java.util.Map;

import dev.lumoauth.docs.SharedDevServer;
import dev.lumoauth.spring.capability.CapabilityDeniedException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.core.context.SecurityContextHolder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The application of docs/migration.md with the dev server.
 */
class MigrationIT {

	private static ConfigurableApplicationContext application;

	@BeforeAll
	static void start() {
		Map<String, Object> properties = new HashMap<>(SharedDevServer.variables());
		properties.put("spring.config.name", "migration");
		properties.put("spring.main.banner-mode", "off");
		application = new SpringApplicationBuilder(MigrationApplication.class).web(WebApplicationType.NONE)
			.properties(properties)
			.run();
	}

	@AfterAll
	static void stop() {
		if (application != null) {
			application.close();
		}
	}

	@AfterEach
	void logOut() {
		SecurityContextHolder.clearContext();
	}

	@Test
	void runsTheToolsOfTheGuide() {
		Analyst analyst = application.getBean(Analyst.class);
		assertThat(analyst.analyse("searchCompanyDocuments Q3")).contains("Found 3 documents matching 'Q3'");
		assertThat(analyst.analyse("queryFinancialMcp EBITDA"))
			.contains("Retrieved EBITDA: $1.2M (with a token until 20");
	}

	@Test
	void runsTheFunction() {
		assertThat(application.getBean(Analyst.class).askFunctions("search Q3"))
			.contains("Found 3 documents matching 'Q3'");
	}

	@Test
	void asksForTheUserAndForTheAgent() {
		Accounts accounts = application.getBean(Accounts.class);
		logIn("ROLE_INTERN");
		assertThatExceptionOfType(AccessDeniedException.class).isThrownBy(() -> accounts.balance("1"))
			.isNotInstanceOf(CapabilityDeniedException.class);
		logIn("ROLE_ANALYST");
		assertThatExceptionOfType(CapabilityDeniedException.class).isThrownBy(() -> accounts.balance("1"))
			.withMessage("agent lacks 'read:accounts' capability.");
	}

	private static void logIn(String role) {
		SecurityContextHolder.getContext().setAuthentication(new TestingAuthenticationToken("user", "", role));
	}

}
