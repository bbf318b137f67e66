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

import org.springframework.util.ClassUtils;

/**
 * Tells a developer who starts an application from a test that a test needs no settings.
 */
final class TestKitHint {

	private static final String TEST = "org.springframework.test.context.TestContextManager";

	private TestKitHint() {
	}

	/**
	 * Return what to do in a test.
	 * @return lines to add to an action; empty if no tests run
	 */
	static String text() {
		return text(TestKitHint.class.getClassLoader());
	}

	static String text(ClassLoader classLoader) {
		return ClassUtils.isPresent(TEST, classLoader)
				? "\n\nA test needs none of these settings: put @WithAgent on its class, from the test dependency "
						+ "dev.lumoauth:lumoauth-spring-boot-starter-test."
				: "";
	}

}
