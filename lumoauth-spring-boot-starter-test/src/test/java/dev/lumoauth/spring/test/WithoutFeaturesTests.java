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

import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.lumoauth.spring.LumoAuthAgent;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Configuration;
import org.springframework.test.context.TestContextManager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * The kit in an application that has no feature.
 */
class WithoutFeaturesTests {

	@Test
	void runsTestsOfAnApplicationWithoutFeatures() throws Exception {
		List<URL> classPath = new ArrayList<>();
		for (String entry : System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"))
			.split(File.pathSeparator)) {
			if (!entry.matches(".*(features|dev.lumoauth).lumoauth-.*")) {
				classPath.add(new File(entry).toURI().toURL());
			}
		}
		ClassLoader before = Thread.currentThread().getContextClassLoader();
		try (URLClassLoader loader = new URLClassLoader(classPath.toArray(URL[]::new),
				ClassLoader.getPlatformClassLoader())) {
			Thread.currentThread().setContextClassLoader(loader);
			assertThat(loader.getResource("dev/lumoauth/spring/approval/ApprovalChannel.class")).isNull();
			Class<?> run = loader.loadClass(OneTest.class.getName());
			assertThat(run.getMethod("run").invoke(null)).isEqualTo("allowed, denied, add the dependency "
					+ "dev.lumoauth:lumoauth-approvals to the build, the same, the same, the same, allowed");
		}
		finally {
			Thread.currentThread().setContextClassLoader(before);
		}
	}

	@SpringBootTest(classes = OneTest.Application.class, webEnvironment = SpringBootTest.WebEnvironment.NONE)
	@WithAgent("read:documents")
	public static class OneTest {

		@Autowired
		private LumoAuthAgent agent;

		@Autowired
		private TestAgent kit;

		public static String run() throws Exception {
			OneTest test = new OneTest();
			TestContextManager manager = new TestContextManager(OneTest.class);
			manager.beforeTestClass();
			manager.prepareTestInstance(test);
			manager.beforeTestMethod(test, OneTest.class.getMethod("run"));
			try {
				String missing = refusal(() -> test.kit.approve("refund"));
				return test.decision("read:documents") + ", " + test.decision("documents:shred") + ", "
						+ missing.substring(missing.indexOf("add")) + ", "
						+ Stream
							.<Runnable>of(() -> test.kit.denyApproval("refund"), test.kit::expireApprovals,
									() -> assertThat(test.kit).askedForNoApproval())
							.map((call) -> refusal(call).equals(missing) ? "the same, " : "another, ")
							.collect(Collectors.joining())
						+ test.recovered();
			}
			finally {
				manager.afterTestMethod(test, OneTest.class.getMethod("run"), null);
				manager.getTestContext().markApplicationContextDirty(null);
				manager.afterTestClass();
			}
		}

		private String recovered() {
			this.kit.unavailable(true).unavailable(false);
			return decision("read:documents");
		}

		private String decision(String capability) {
			return this.agent.hasCapability(capability) ? "allowed" : "denied";
		}

		private static String refusal(Runnable call) {
			return String.valueOf(catchThrowable(call::run).getMessage());
		}

		@Configuration(proxyBeanMethods = false)
		@EnableAutoConfiguration
		static class Application {

		}

	}

}
