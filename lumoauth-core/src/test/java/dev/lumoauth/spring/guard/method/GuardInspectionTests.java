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

package dev.lumoauth.spring.guard.method;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.reflect.Method;

import dev.lumoauth.spring.capability.RequiresCapability;
import dev.lumoauth.spring.guard.GuardConfigurationException;
import dev.lumoauth.spring.guard.GuardTermsFinder;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Private methods of an annotated class that the aspects guard.
 */
class GuardInspectionTests {

	private final GuardInspection inspection = new GuardInspection(new GuardTermsFinder(), () -> null);

	@Test
	void leavesThemToTheClass() {
		assertThat(this.inspection.inspect(Helped.class)).isEmpty();
	}

	@Test
	void refusesOneThatAFrameworkCallsByItsAnnotation() {
		assertThatExceptionOfType(GuardConfigurationException.class)
			.isThrownBy(() -> this.inspection.inspect(Handler.class))
			.withMessageContainingAll("Method handle of class", "is private, so no guard can stand around it");
	}

	@Test
	void takesAClassWithDollarSignsInItsNameForNoProxy() {
		assertThat(this.inspection.inspect($Helper.class)).extracting(Method::getName)
			.containsExactlyInAnyOrder("run", "inherited");
	}

	@Retention(RetentionPolicy.RUNTIME)
	@interface Handles {

	}

	@RequiresCapability("a")
	static class Helped {

		@Woven
		public String run() {
			return help();
		}

		private String help() {
			return "run";
		}

	}

	static class Base {

		public String inherited() {
			return "run";
		}

	}

	@RequiresCapability("a")
	static class $Helper extends Base {

		public String run() {
			return "run";
		}

	}

	@RequiresCapability("a")
	static class Handler {

		@Woven
		public String run() {
			return handle();
		}

		@Handles
		private String handle() {
			return "run";
		}

	}

}
