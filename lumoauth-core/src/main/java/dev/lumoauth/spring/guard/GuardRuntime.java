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

import java.util.List;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * What the guards of an application share. One bean, so that a start makes no bean for
 * each of them.
 *
 * @param finder finds the terms of methods
 * @param register records what is guarded
 * @param reports tells the listeners about the decisions of the default agent
 * @param guard supplies the guard of bean methods, which is made when something is
 * guarded: many an application that has the library guards nothing
 * @since 0.1.0
 */
public record GuardRuntime(GuardTermsFinder finder, GuardRegister register, GuardReports reports,
		Supplier<Guard> guard) {

	/**
	 * Return what is guarded.
	 * @param guards the guards of the application; {@code null} if it has none
	 * @return what is known so far
	 */
	public static List<GuardedCode> guarded(@Nullable GuardRuntime guards) {
		return (guards != null) ? guards.register().all() : List.of();
	}

}
