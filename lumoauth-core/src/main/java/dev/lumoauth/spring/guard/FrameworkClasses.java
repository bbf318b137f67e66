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

package dev.lumoauth.spring.guard;

import java.net.URL;
import java.security.CodeSource;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Classes that can't have this library's annotations: those of the JDK and of Spring's
 * own jars. An application has hundreds of beans of such classes, and reading the methods
 * of a class loads all classes that the methods name.
 * <p>
 * A class of the application in a package of Spring's is not among them, also if its jar
 * has a name like Spring's: {@code org.springframework.samples} in
 * {@code spring-petclinic-4.0.0.jar}.
 */
final class FrameworkClasses {

	private static final String PACKAGE = "org.springframework.";

	/**
	 * Projects that have a package of their own, by which their jars are named too.
	 */
	private static final Pattern PROJECT = Pattern.compile("org\\.springframework\\.(ai|boot|data|security)\\..*");

	/**
	 * Jars of the Spring Framework, each of which has several packages.
	 */
	private static final String FRAMEWORK = "aop|aspects|beans|context|context-support|core|core-test|expression|"
			+ "instrument|jdbc|jms|messaging|orm|oxm|r2dbc|test|tx|web|webflux|webmvc|websocket";

	/**
	 * Packages that sample applications have.
	 */
	private static final Pattern SAMPLES = Pattern.compile(".*\\.(?:demo|example|sample)s?\\..*");

	/**
	 * A jar, or a jar in a jar.
	 */
	private static final Pattern JAR = Pattern.compile(
			"(?:.*/)?spring-(?:(" + FRAMEWORK + ")|(ai|boot|data|security)(?:-[a-z0-9-]+?)?)-\\d[^/]*\\.jar(?:!?/?)");

	private static final ClassLoader PLATFORM = ClassLoader.getPlatformClassLoader();

	private FrameworkClasses() {
	}

	static boolean contain(Class<?> type) {
		ClassLoader loader = type.getClassLoader();
		// The JDK's classes can't see the annotations.
		return loader == null || loader == PLATFORM || isOfSpring(type);
	}

	static boolean isOfSpring(Class<?> type) {
		return type.getName().startsWith(PACKAGE) && !SAMPLES.matcher(type.getName()).matches()
				&& isOfSpring(type.getName(), type.getProtectionDomain().getCodeSource());
	}

	private static boolean isOfSpring(String name, @Nullable CodeSource source) {
		URL location = (source != null) ? source.getLocation() : null;
		Matcher jar = JAR.matcher((location != null) ? location.getPath() : "");
		if (!jar.matches()) {
			return false;
		}
		Matcher project = PROJECT.matcher(name);
		return project.matches() ? project.group(1).equals(jar.group(2)) : jar.group(1) != null;
	}

}
