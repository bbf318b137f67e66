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

package dev.lumoauth.spring.test;

import org.springframework.test.context.TestContext;
import org.springframework.test.context.TestContextAnnotationUtils;
import org.springframework.test.context.support.AbstractTestExecutionListener;

/**
 * Makes each test with a dev server start without what earlier tests left behind.
 */
final class WithDevServerTestExecutionListener extends AbstractTestExecutionListener {

	/**
	 * After {@code @DirtiesContext} (1500), which may close the context before a test.
	 */
	@Override
	public int getOrder() {
		return 1600;
	}

	@Override
	public void beforeTestMethod(TestContext testContext) {
		if (TestContextAnnotationUtils.hasAnnotation(testContext.getTestClass(), WithDevServer.class)) {
			server(testContext).begin();
		}
	}

	@Override
	public void afterTestMethod(TestContext testContext) {
		if (testContext.hasApplicationContext()
				&& TestContextAnnotationUtils.hasAnnotation(testContext.getTestClass(), WithDevServer.class)) {
			server(testContext).end();
		}
	}

	private static LumoAuthDevServer server(TestContext testContext) {
		return testContext.getApplicationContext().getBean(LumoAuthDevServer.class);
	}

}
