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

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Runs the tests of a class against LumoAuth's dev server, over HTTP. The server is a
 * separate process on a free port, one for all tests of this JVM, and ends with the JVM.
 * Like {@code @ServiceConnection} for a container, the annotation replaces the
 * application's properties and variables for LumoAuth with the server's address and its
 * first agent.
 * <p>
 * The server's jar is found on the class path, where the test dependency
 * {@code dev.lumoauth:lumoauth-dev-server} puts it, or by the system property
 * {@code dev.lumoauth.dev-server.jar}.
 * <p>
 * Inject {@link LumoAuthDevServer} to change the server's answers. After each test these
 * changes are undone, and before each test the application forgets decisions, tokens and
 * budgets. All tests share the server: tests that change something must not run at the
 * same time as others.
 *
 * @since 0.1.0
 * @see WithAgent
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@Documented
public @interface WithDevServer {

	/**
	 * The file that configures the server, as in its option {@code --dev.config}.
	 * @return a path in the file system or a location such as
	 * {@code classpath:lumoauth-dev.yml} in the tests' resources; empty for the server's
	 * built-in file
	 */
	String config() default "";

}
