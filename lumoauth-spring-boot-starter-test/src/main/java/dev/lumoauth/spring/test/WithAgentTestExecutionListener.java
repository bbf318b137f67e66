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

import java.lang.reflect.Method;
import java.util.Objects;

import org.springframework.context.ApplicationContext;
import org.springframework.test.context.TestContext;
import org.springframework.test.context.TestContextAnnotationUtils;
import org.springframework.test.context.support.AbstractTestExecutionListener;
import org.springframework.util.ClassUtils;

/**
 * Sets LumoAuth's answers in the next test at the {@link TestAgent} of the application
 * context, and marks code that a test class runs outside its tests.
 */
final class WithAgentTestExecutionListener extends AbstractTestExecutionListener {

	private static final String AROUND = WithAgentTestExecutionListener.class.getName() + ".AROUND";

	private static final Object NOTHING = new Object();

	/**
	 * Before listeners that run code of the test: the first to begin, the last to end.
	 * After {@code @DirtiesContext} (1500), which may close the context before a test.
	 */
	@Override
	public int getOrder() {
		return 1600;
	}

	@Override
	public void beforeTestClass(TestContext testContext) {
		Class<?> testClass = testContext.getTestClass();
		if (WithAgentAnnotations.isAny(testClass)) {
			testContext.setAttribute(AROUND, Objects.requireNonNullElse(ThreadTurn.current(), NOTHING));
			ThreadTurn.set(ThreadTurn.outside(testClass));
		}
	}

	@Override
	public void beforeTestMethod(TestContext testContext) throws Exception {
		Class<?> testClass = testContext.getTestClass();
		if (WithAgentAnnotations.isAny(testClass)) {
			Method method = testContext.getTestMethod();
			AgentAnswers answers = WithAgentAnnotations.answers(testClass, method);
			ApplicationContext context = testContext.getApplicationContext();
			context.getBean(TestAgent.class)
				.begin(ClassUtils.getQualifiedMethodName(method, testClass) + "()", answers);
			// Not before: another test may be in the middle of its script.
			ScriptedModels.reset(context);
		}
		else if (TestContextAnnotationUtils.hasAnnotation(testClass, WithScriptedModel.class)) {
			ScriptedModels.reset(testContext.getApplicationContext());
		}
	}

	@Override
	public void afterTestMethod(TestContext testContext) {
		if (testContext.hasApplicationContext()) {
			testContext.getApplicationContext().getBeanProvider(TestAgent.class).ifAvailable(TestAgent::end);
		}
	}

	/**
	 * After that, this thread works for the enclosing class, or for nothing that is
	 * known.
	 */
	@Override
	public void afterTestClass(TestContext testContext) {
		Object around = testContext.removeAttribute(AROUND);
		if (around != null) {
			ThreadTurn.set((around instanceof ThreadTurn turn) ? turn : null);
		}
	}

}
