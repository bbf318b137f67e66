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

package dev.lumoauth.spring.autoconfigure.diagnostics;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

import dev.lumoauth.spring.autoconfigure.config.InvalidLumoAuthConfigurationException;
import dev.lumoauth.spring.autoconfigure.config.InvalidLumoAuthConfigurationException.Problem;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.env.Environment;

/**
 * Explains all errors of the configuration at once, and how to correct them.
 */
final class InvalidLumoAuthConfigurationFailureAnalyzer
		extends AbstractFailureAnalyzer<InvalidLumoAuthConfigurationException> {

	private final SettingOrigins origins;

	InvalidLumoAuthConfigurationFailureAnalyzer(Environment environment) {
		this.origins = new SettingOrigins(environment);
	}

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, InvalidLumoAuthConfigurationException cause) {
		String description = "LumoAuth is not configured correctly:\n\n"
				+ list(cause.problems(), (problem) -> problem.description() + this.origins.of(problem.description()));
		String action = list(cause.problems(), Problem::action) + turnOff(cause.problems()) + TestKitHint.text();
		return new FailureAnalysis(description, action, cause);
	}

	/**
	 * An MCP server that is configured does not start without LumoAuth either.
	 */
	private static String turnOff(List<Problem> problems) {
		boolean server = problems.stream().anyMatch((problem) -> problem.description().contains("lumoauth.mcp.server"));
		return server ? "" : "\n\nOr set lumoauth.enabled=false to run without LumoAuth: code that requires a "
				+ "capability is then refused.";
	}

	private static String list(List<Problem> problems, Function<Problem, String> text) {
		return problems.stream().map(text).distinct().collect(Collectors.joining("\n    - ", "    - ", ""));
	}

}
