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

import org.jspecify.annotations.Nullable;

/**
 * Code of a call that is identified by what it runs, and not by the object that runs it:
 * a wrapper, or the client of a tool that runs elsewhere.
 *
 * @since 0.1.0
 */
public interface IdentifiedCode {

	/**
	 * Return what identifies the code. A call is the approved one only if all of it is
	 * the same.
	 * @return the objects that run, in their order, and values such as names and methods
	 */
	List<? extends @Nullable Object> identity();

}
