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

import dev.lumoauth.spring.LumoAuthAgent;
import dev.lumoauth.spring.autoconfigure.LumoAuthAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.tool.LumoAuthMethodSecurityAutoConfiguration;
import dev.lumoauth.spring.capability.RequiresCapability;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Configuration;
import org.springframework.test.context.TestContextManager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Tests for {@link TestKitHint}: what the analyses of a start say in a test.
 */
@ExtendWith(OutputCaptureExtension.class)
class TestKitHintTests {

	private static final String HINT = "A test needs none of these settings: put @WithAgent on its class";

	@Test
	void isThereWhereTheSecretsVariableIsNotSet(CapturedOutput output) {
		assertThatException().isThrownBy(() -> start(Empty.class, "--lumoauth.tenant=acme-corp",
				"--lumoauth.client-id=agt_1", "--lumoauth.client-secret=${NOT_SET_ANYWHERE}"));
		assertThat(output).contains("APPLICATION FAILED TO START", "NOT_SET_ANYWHERE", HINT,
				"lumoauth-spring-boot-starter-test");
	}

	@Test
	void isThereWhereAnnotatedCodeHasNoIdentity(CapturedOutput output) {
		assertThatException().isThrownBy(() -> start(Annotated.class));
		assertThat(output).contains("but LumoAuth is not configured", HINT);
	}

	@Test
	void isThereWhereTheAgentIsInjected(CapturedOutput output) {
		assertThatException().isThrownBy(() -> start(Injected.class));
		assertThat(output).contains("which is not there: LumoAuth is not configured", HINT);
	}

	@Test
	void isNotThereWhereLumoAuthIsOff(CapturedOutput output) {
		start(Empty.class, "--lumoauth.enabled=false");
		assertThat(output).doesNotContain("@WithAgent");
	}

	@Test
	void isNotThereWhereNoTestsRun() {
		assertThat(TestKitHint.text(new FilteredClassLoader(TestContextManager.class))).isEmpty();
	}

	private static void start(Class<?> application, String... arguments) {
		SpringApplication started = new SpringApplication(application);
		started.setWebApplicationType(WebApplicationType.NONE);
		started.run(arguments).close();
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ LumoAuthAutoConfiguration.class, LumoAuthMethodSecurityAutoConfiguration.class })
	static class Empty {

	}

	static class Annotated extends Empty {

		@RequiresCapability("read:documents")
		public void read() {
		}

	}

	static class Injected extends Empty {

		Injected(LumoAuthAgent agent) {
		}

	}

}
