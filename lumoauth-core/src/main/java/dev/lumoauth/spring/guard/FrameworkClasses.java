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
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Classes that can't have this library's annotations: those of the JDK and of Spring's
 * own jars. An application has hundreds of beans of such classes, and reading the methods
 * of a class loads all classes that the methods name.
 * <p>
 * A class of the application in a package of Spring's is not among them.
 */
final class FrameworkClasses {

	private static final String PACKAGE = "org.springframework.";

	/**
	 * A jar, or a jar in a jar, whose name begins with {@code spring-}.
	 */
	private static final Pattern JAR = Pattern.compile("(?:.*/)?spring-[^/]*\\.jar(?:!?/?)");

	private static final ClassLoader PLATFORM = ClassLoader.getPlatformClassLoader();

	private FrameworkClasses() {
	}

	static boolean contain(Class<?> type) {
		ClassLoader loader = type.getClassLoader();
		if (loader == null || loader == PLATFORM) {
			return true; // the class loader can't see the annotations
		}
		return type.getName().startsWith(PACKAGE) && isOfSpring(type.getProtectionDomain().getCodeSource());
	}

	private static boolean isOfSpring(@Nullable CodeSource source) {
		URL location = (source != null) ? source.getLocation() : null;
		return location != null && JAR.matcher(location.getPath()).matches();
	}

}
