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

import java.util.List;

import dev.lumoauth.spring.autoconfigure.config.Activation;
import dev.lumoauth.spring.autoconfigure.config.LumoAuthConnectionDetails;
import dev.lumoauth.spring.http.LumoAuthRequestFactory;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.util.ClassUtils;

/**
 * Tells a developer who starts an application from a test that a test needs no settings,
 * and that one with settings asks LumoAuth itself.
 */
final class TestKitHint implements ApplicationListener<ApplicationReadyEvent> {

	private static final Log logger = LogFactory.getLog(TestKitHint.class);

	private static final String KIT = "put @WithAgent on its class, from the test dependency "
			+ "dev.lumoauth:lumoauth-spring-boot-starter-test.";

	/**
	 * Those of the properties. The dev server in a container, for instance, has others.
	 */
	private static final String DETAILS = "lumoAuthConnectionDetails";

	private static final String TEST = "org.springframework.test.context.TestContextManager";

	@Override
	public void onApplicationEvent(ApplicationReadyEvent event) {
		ConfigurableApplicationContext context = event.getApplicationContext();
		if (!text().isEmpty() && Activation.of(context.getEnvironment(), context) == Activation.CONFIGURED
				&& names(context, LumoAuthRequestFactory.class).isEmpty()
				&& names(context, LumoAuthConnectionDetails.class).equals(List.of(DETAILS))) {
			logger
				.info("This application runs in a test and asks LumoAuth itself. If the test need not do that, " + KIT);
		}
	}

	private static List<String> names(ConfigurableApplicationContext context, Class<?> type) {
		return List.of(context.getBeanNamesForType(type, true, false));
	}

	/**
	 * Return what to do in a test.
	 * @return lines to add to an action; empty if no tests run
	 */
	static String text() {
		return text(TestKitHint.class.getClassLoader());
	}

	static String text(ClassLoader classLoader) {
		return ClassUtils.isPresent(TEST, classLoader) ? "\n\nA test needs none of these settings: " + KIT : "";
	}

}
