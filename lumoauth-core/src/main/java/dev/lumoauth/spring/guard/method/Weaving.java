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

package dev.lumoauth.spring.guard.method;

/**
 * A module that weaves the guard into methods. The module registers an implementation in
 * {@code META-INF/spring.factories}, under the name of this interface.
 *
 * @since 0.1.0
 */
public interface Weaving {

	/**
	 * Return the name of the module, for the log.
	 * @return the name of its artifact
	 */
	String module();

	/**
	 * Shows whether a weaver is active: it then weaves this method, which the
	 * implementation annotates, like any other annotated method. Nobody calls it.
	 */
	void probe();

}
