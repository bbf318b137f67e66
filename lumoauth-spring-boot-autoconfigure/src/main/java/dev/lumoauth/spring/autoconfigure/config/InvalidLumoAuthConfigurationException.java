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

package dev.lumoauth.spring.autoconfigure.config;

import java.util.List;
import java.util.stream.Collectors;

/**
 * The application's configuration of LumoAuth is not valid. The exception has all
 * problems, so that one start shows all of them.
 *
 * @since 0.1.0
 */
public final class InvalidLumoAuthConfigurationException extends RuntimeException {

	private final transient List<Problem> problems;

	InvalidLumoAuthConfigurationException(List<Problem> problems) {
		super(problems.stream()
			.map(Problem::description)
			.collect(Collectors.joining(" ", "The configuration of LumoAuth can't be used: ", "")));
		this.problems = List.copyOf(problems);
	}

	/**
	 * Return all problems.
	 * @return the problems, in the order in which they were found
	 */
	public List<Problem> problems() {
		return this.problems;
	}

	/**
	 * One problem.
	 *
	 * @param description a sentence that names the property
	 * @param action a sentence that says what to do about it
	 */
	public record Problem(String description, String action) {
	}

}
