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

package dev.lumoauth.spring.aspects;

import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.lumoauth.spring.guard.method.Woven;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Which methods the weaver marks and which it weaves, seen in what the compiler made of
 * the application.
 */
class WovenMethodsTests {

	/** AspectJ moves the body of a method that it weaves into a method of this name. */
	private static final Pattern BODY = Pattern.compile("(.+)_aroundBody\\d+");

	@Test
	void marksAnnotatedMethodsAndThoseOfAnnotatedTypes() throws Exception {
		assertThat(methods(WovenMethodsTests::isMarked)).containsExactlyInAnyOrderEntriesOf(Map.ofEntries(
				Map.entry("Methods",
						Set.of("overridable", "hidden", "fixed", "unchangeable", "number", "failing", "composed",
								"composedTwice", "composedThrice", "mine", "later", "stream", "toString")),
				Map.entry("Typed", Set.of("apply", "viaLambda", "fixed", "setReminder")),
				Map.entry("OfKotlin", Set.of("read", "own$default")), Map.entry("Inheriting", Set.of("added")),
				Map.entry("ComposedType", Set.of("run")), Map.entry("AddingToComposed", Set.of("added")),
				Map.entry("OfAModule", Set.of("run")), Map.entry("TypeOfAModule", Set.of("run")),
				Map.entry("AddingToTypeOfAModule", Set.of("added")), Map.entry("Document", Set.of("name", "read")),
				Map.entry("Shelf", Set.of("read")), Map.entry("Shelf$1", Set.of("read")),
				Map.entry("Closed", Set.of("read")), Map.entry("Hidden", Set.of("hidden")),
				Map.entry("Contract", Set.of("provided", "fixed")), Map.entry("Callback", Set.of("call"))));
	}

	@Test
	void weavesWhatIsMarkedAndNothingElse() throws Exception {
		assertThat(methods(WovenMethodsTests::isBody)).isEqualTo(methods(WovenMethodsTests::isMarked)).isNotEmpty();
	}

	private static boolean isMarked(Method method) {
		return method.isAnnotationPresent(Woven.class);
	}

	private static boolean isBody(Method method) {
		return BODY.matcher(method.getName()).matches();
	}

	private static Map<String, Set<String>> methods(Predicate<Method> wanted) throws Exception {
		Map<String, Set<String>> found = new TreeMap<>();
		URL[] woven = { ApplicationRun.WOVEN.toUri().toURL() };
		try (URLClassLoader classLoader = new WovenFirst(woven)) {
			Class<?> shapes = classLoader.loadClass("com.example.woven.Shapes");
			Stream<Class<?>> all = Stream.concat(Arrays.stream(shapes.getDeclaredClasses()),
					Stream.of(classLoader.loadClass("com.example.woven.Shapes$Shelf$1")));
			all.forEach((type) -> {
				Set<String> names = Arrays.stream(type.getDeclaredMethods())
					.filter(wanted)
					.map((method) -> BODY.matcher(method.getName()).replaceFirst("$1"))
					.collect(Collectors.toCollection(TreeSet::new));
				if (!names.isEmpty()) {
					found.put(type.getName().substring(shapes.getName().length() + 1), names);
				}
			});
		}
		return found;
	}

	private static final class WovenFirst extends URLClassLoader {

		private WovenFirst(URL[] urls) {
			super(urls, WovenMethodsTests.class.getClassLoader());
		}

		@Override
		protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
			if (!name.startsWith("com.example.woven.")) {
				return super.loadClass(name, resolve);
			}
			synchronized (getClassLoadingLock(name)) {
				Class<?> loaded = findLoadedClass(name);
				return (loaded != null) ? loaded : findClass(name);
			}
		}

	}

}
