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
import java.util.EnumSet;
import java.util.Set;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static dev.lumoauth.compatibility.ClassPathPart.ALL_MODULES;
import static dev.lumoauth.compatibility.ClassPathPart.LUMOAUTH;
import static dev.lumoauth.compatibility.ClassPathPart.OAUTH2_CLIENT;
import static dev.lumoauth.compatibility.ClassPathPart.OAUTH2_LOGIN;
import static dev.lumoauth.compatibility.ClassPathPart.SERVLET;
import static dev.lumoauth.compatibility.ClassPathPart.SPRING_SECURITY;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Who may log in to an application is the same with the starter and without it: the
 * application runs both ways, and is asked over HTTP.
 */
class LoginIT {

	@Test
	void isSpringBoots() throws Exception {
		isSpringBoots(SERVLET, "GENERATED", "USER", "OWN_USERS", "AGENT");
	}

	@ParameterizedTest
	@Tag("nightly")
	@EnumSource(value = ClassPathPart.class, names = { "SERVLET", "REACTIVE" })
	void isSpringBootsWithEachLogin(ClassPathPart web) throws Exception {
		isSpringBoots(web, "GENERATED", "PASSWORD", "USER", "EXCLUDED", "OWN_USERS", "OWN_MANAGER", "AGENT");
	}

	private static void isSpringBoots(ClassPathPart web, String... logins) throws Exception {
		ApplicationRun without = run(Set.of(web), logins);
		ApplicationRun with = run(Set.of(web, LUMOAUTH), logins);
		assertThat(with.said()).isEqualTo(without.said()).hasSize(logins.length);
		assertThat(with.said().get("GENERATED"))
			.startsWith("nobody 401, user 401, alice 401, bob 401, password printed true 200");
		assertThat(with.said().get("USER"))
			.startsWith("nobody 401, user 401, alice 200, bob 401, password printed false");
	}

	@ParameterizedTest
	@Tag("nightly")
	@EnumSource(value = ClassPathPart.class, names = { "SERVLET", "REACTIVE" })
	void isTheApplicationsWhereItHasAnOAuth2Client(ClassPathPart web) throws Exception {
		String[] logins = { "OWN_REGISTRATIONS", "OWN_CLIENTS" };
		ApplicationRun without = run(Set.of(web, OAUTH2_CLIENT), logins);
		ApplicationRun with = run(Set.of(web, OAUTH2_CLIENT, LUMOAUTH), logins);
		assertThat(with.said()).isEqualTo(without.said()).hasSize(logins.length);
		assertThat(with.said().get("OWN_CLIENTS")).contains("password printed false");
	}

	@ParameterizedTest
	@Tag("nightly")
	@EnumSource(value = ClassPathPart.class, names = { "SERVLET", "REACTIVE" })
	void isTheApplicationsWhereItHasTheModuleForOAuth2(ClassPathPart web) throws Exception {
		String[] logins = { "GENERATED", "USER", "BOOTS_REGISTRATIONS", "OWN_REGISTRATIONS" };
		ApplicationRun without = run(Set.of(web, OAUTH2_CLIENT, OAUTH2_LOGIN), logins);
		ApplicationRun with = run(Set.of(web, OAUTH2_CLIENT, OAUTH2_LOGIN, LUMOAUTH), logins);
		assertThat(with.said()).isEqualTo(without.said()).hasSize(logins.length);
		assertThat(with.said().get("GENERATED")).contains("password printed false");
	}

	@Test
	@Tag("nightly")
	void isSpringBootsWhereAllItsModulesAreThere() throws Exception {
		ApplicationRun without = run(Set.of(SERVLET, OAUTH2_LOGIN, ALL_MODULES), "GENERATED");
		ApplicationRun with = run(Set.of(SERVLET, OAUTH2_LOGIN, ALL_MODULES, LUMOAUTH), "GENERATED");
		assertThat(with.said()).isEqualTo(without.said()).hasSize(1);
		assertThat(with.said().get("GENERATED")).contains("password printed true 200");
	}

	private static ApplicationRun run(Set<ClassPathPart> parts, String... logins) throws IOException {
		Set<ClassPathPart> all = EnumSet.of(SPRING_SECURITY);
		all.addAll(parts);
		return ApplicationRun.start(all, "dev.lumoauth.login.LoginApplication", logins);
	}

}
