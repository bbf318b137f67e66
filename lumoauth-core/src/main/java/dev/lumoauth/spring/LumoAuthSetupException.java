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

package dev.lumoauth.spring;

import org.jspecify.annotations.Nullable;

/**
 * The application's code uses LumoAuth in a way that can't work. The application does not
 * start; what shows only in a call is refused.
 *
 * @since 0.1.0
 */
public class LumoAuthSetupException extends IllegalStateException {

	private final String description;

	private final String action;

	/**
	 * Create the exception.
	 * @param description what is wrong, with where it is
	 * @param action how to write the code instead
	 */
	public LumoAuthSetupException(String description, String action) {
		this(description, action, null);
	}

	/**
	 * Create the exception.
	 * @param description what is wrong, with where it is
	 * @param action how to write the code instead
	 * @param cause what showed it, or {@code null}
	 */
	public LumoAuthSetupException(String description, String action, @Nullable Throwable cause) {
		super(description + (description.endsWith(".") ? " " : ". ") + action, cause);
		this.description = description;
		this.action = action;
	}

	/**
	 * Return what is wrong.
	 * @return a sentence that names the class and the method, or the bean
	 */
	public String getDescription() {
		return this.description;
	}

	/**
	 * Return what to do about it.
	 * @return a sentence that says how to write the code instead
	 */
	public String getAction() {
		return this.action;
	}

}
