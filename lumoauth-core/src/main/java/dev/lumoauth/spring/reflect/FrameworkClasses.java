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

package dev.lumoauth.spring.reflect;

import java.net.URL;
import java.security.CodeSource;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.aop.TargetSource;
import org.springframework.aop.target.SimpleBeanTargetSource;
import org.springframework.context.annotation.ContextAnnotationAutowireCandidateResolver;
import org.springframework.util.ClassUtils;

/**
 * Classes that can't have this library's annotations: those of the JDK, of Spring's own
 * jars, of this library, and of the libraries that nearly each application has. An
 * application has hundreds of beans of such classes, and reading the methods of a class
 * loads all classes that the methods name.
 * <p>
 * A class of the application in a package of Spring's or of this library is not among
 * them, also if its jar has a name like Spring's: {@code org.springframework.samples} in
 * {@code spring-petclinic-4.0.0.jar}.
 * <p>
 * Without regular expressions and streams: this runs for each bean, before anything is
 * compiled.
 *
 * @since 0.1.0
 */
public final class FrameworkClasses {

	private static final String SPRING = "org.springframework.";

	private static final String LIBRARY = "dev.lumoauth.spring.";

	/** How the jars of this library are named, whose classes have no annotations. */
	private static final String LIBRARY_JAR = "lumoauth-";

	/**
	 * Projects that have a package of their own, by which their jars are named too.
	 */
	private static final Set<String> PROJECTS = Set.of("ai", "boot", "data", "security");

	/**
	 * Jars of the Spring Framework, each of which has several packages.
	 */
	private static final Set<String> FRAMEWORK_JARS = Set.of("spring-aop", "spring-aspects", "spring-beans",
			"spring-context", "spring-context-support", "spring-core", "spring-core-test", "spring-expression",
			"spring-instrument", "spring-jdbc", "spring-jms", "spring-messaging", "spring-orm", "spring-oxm",
			"spring-r2dbc", "spring-test", "spring-tx", "spring-web", "spring-webflux", "spring-webmvc",
			"spring-websocket");

	/**
	 * Other libraries of which Spring Boot makes beans: packages, and how the jars of
	 * these packages are named.
	 */
	private static final String[][] OTHERS = { { "tools.jackson.", "jackson-" },
			{ "com.fasterxml.jackson.", "jackson-" }, { "io.micrometer.", "micrometer-" },
			{ "jakarta.servlet.", "tomcat-embed-core" }, { "org.apache.catalina.", "tomcat-embed-" },
			{ "io.netty.", "netty-" }, { "reactor.core.", "reactor-core" }, { "reactor.netty.", "reactor-netty" } };

	/**
	 * Parts of packages that sample applications have.
	 */
	private static final Set<String> SAMPLES = Set.of("demo", "demos", "example", "examples", "sample", "samples");

	private static final ClassLoader PLATFORM = ClassLoader.getPlatformClassLoader();

	private FrameworkClasses() {
	}

	/**
	 * Return whether a proxy of the container finds its bean anew for each call: that of
	 * a scoped bean, or of a bean that is injected lazily.
	 * @param source where the proxy has its object from
	 */
	public static boolean isFoundAnew(TargetSource source) {
		return source.getClass() == SimpleBeanTargetSource.class
				|| source.getClass().getEnclosingClass() == ContextAnnotationAutowireCandidateResolver.class;
	}

	/**
	 * Return whether a class has none of the annotations, since it is a framework's or
	 * this library's.
	 * @param type the class
	 * @return whether it is
	 */
	public static boolean contain(Class<?> type) {
		ClassLoader loader = type.getClassLoader();
		if (loader == null || loader == PLATFORM) {
			return true; // it can't see the annotations
		}
		String name = type.getName();
		return (name.startsWith(SPRING) || name.startsWith(LIBRARY) || jarOfOther(name) != null)
				&& contain(name, type.getProtectionDomain().getCodeSource());
	}

	static boolean contain(String className, @Nullable CodeSource source) {
		String jar = jar(source);
		if (className.startsWith(SPRING)) {
			return isOfSpring(className, artifact(jar));
		}
		String expected = className.startsWith(LIBRARY) ? LIBRARY_JAR : jarOfOther(className);
		return expected != null && artifact(jar).startsWith(expected) && !jar.endsWith("-tests");
	}

	private static @Nullable String jarOfOther(String className) {
		for (String[] other : OTHERS) {
			if (className.startsWith(other[0])) {
				return other[1];
			}
		}
		return null;
	}

	/**
	 * Return the class behind a proxy that was generated as its subclass: by Spring, or
	 * by a framework whose proxies are named alike, such as Guice. Spring itself takes
	 * each class with two dollar signs in its name for such a proxy. But a nested class
	 * may be called {@code $Tools}, and Scala names its anonymous classes like that.
	 * @param type the class of an object
	 * @return the class behind the proxy; the class itself if it is no such proxy
	 */
	public static Class<?> userClass(Class<?> type) {
		String name = type.getName();
		return (name.contains("$$SpringCGLIB$$") || name.contains("$$EnhancerBy")) ? ClassUtils.getUserClass(type)
				: type;
	}

	/**
	 * Return whether a class comes from one of Spring's jars.
	 * @param type the class
	 * @return whether it does
	 */
	public static boolean isOfSpring(Class<?> type) {
		String name = type.getName();
		return name.startsWith(SPRING) && contain(name, type.getProtectionDomain().getCodeSource());
	}

	private static boolean isOfSpring(String className, String artifact) {
		String project = "";
		int start = SPRING.length();
		for (int end = className.indexOf('.', start); end >= 0; end = className.indexOf('.', start)) {
			String part = className.substring(start, end);
			if (SAMPLES.contains(part)) {
				return false;
			}
			project = project.isEmpty() ? part : project;
			start = end + 1;
		}
		return PROJECTS.contains(project) ? isOf(project, artifact) : FRAMEWORK_JARS.contains(artifact);
	}

	/**
	 * Without joining texts, which takes long before it is compiled.
	 */
	private static boolean isOf(String project, String artifact) {
		int start = "spring-".length();
		int end = start + project.length();
		return artifact.startsWith("spring-") && artifact.startsWith(project, start)
				&& (artifact.length() == end || artifact.charAt(end) == '-');
	}

	/**
	 * Return the name of a jar without its version; empty if it has none.
	 */
	private static String artifact(String jar) {
		for (int i = jar.indexOf('-'); i >= 0 && i < jar.length() - 1; i = jar.indexOf('-', i + 1)) {
			if (Character.isDigit(jar.charAt(i + 1))) {
				return jar.substring(0, i);
			}
		}
		return "";
	}

	/**
	 * Return the name of a jar, or of a jar in a jar, without its extension; empty if
	 * there is none.
	 */
	private static String jar(@Nullable CodeSource source) {
		URL location = (source != null) ? source.getLocation() : null;
		String path = (location != null) ? location.getPath() : "";
		int end = path.length();
		end = path.startsWith("/", end - 1) ? end - 1 : end;
		end = path.startsWith("!", end - 1) ? end - 1 : end;
		String jar = path.substring(path.lastIndexOf('/', end - 1) + 1, end);
		return jar.endsWith(".jar") ? jar.substring(0, jar.length() - ".jar".length()) : "";
	}

}
