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

package dev.lumoauth.spring.workload;

import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import dev.lumoauth.spring.LumoAuthUnavailableException;

/**
 * A platform's token in an environment variable, as CI systems give it. A process can't
 * get a new value, so this is for processes that end before the token expires.
 */
record TokenVariable(String name, Function<String, @Nullable String> environment,
		String properties) implements PlatformTokenSource {

	@Override
	public String token() {
		String text = this.environment.apply(this.name);
		if (text == null) {
			throw new LumoAuthUnavailableException("The environment variable '" + this.name
					+ "' should hold the platform's token, and isn't set. Set the variable, or correct "
					+ this.properties + ".token-environment-variable", null);
		}
		return CompactJwt.of(text, "The environment variable '" + this.name + "'");
	}

	@Override
	public String toString() {
		return "the environment variable '" + this.name + "'";
	}

}
