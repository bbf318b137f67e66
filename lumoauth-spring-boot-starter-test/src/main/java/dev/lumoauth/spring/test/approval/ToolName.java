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

package dev.lumoauth.spring.test.approval;

/**
 * The name of the called code: of a tool, or of a method with its class and the types of
 * its parameters.
 *
 * @param full the full name
 * @param method the name without the types of the parameters
 */
record ToolName(String full, String method) {

	static ToolName of(String full) {
		int parameters = full.indexOf('(');
		return new ToolName(full, (parameters > 0) ? full.substring(0, parameters) : full);
	}

	/**
	 * Return whether a name refers to this code. A method's name may come with its class,
	 * with its package and with its parameters.
	 * @param name the name in a test
	 */
	boolean is(String name) {
		boolean isMethod = this.full.length() > this.method.length();
		return this.full.equals(name) || this.method.equals(name)
				|| (isMethod && (this.method.endsWith("." + name) || this.full.endsWith("." + name)));
	}

}
