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

import java.util.Arrays;
import java.util.List;

import dev.lumoauth.spring.LumoAuthAuthenticationException;
import dev.lumoauth.spring.LumoAuthSetupException;
import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.autoconfigure.config.Activation;
import dev.lumoauth.spring.tool.UnguardedToolException;
import dev.lumoauth.spring.user.UserRequiredException;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Explains the exceptions of this library that end a start: code that uses it in a way
 * that can't work, and a call that failed, in a runner or a {@code @PostConstruct} method
 * for instance, with the line that made it. It comes after all other analyzers, which
 * know more.
 */
@Order(Ordered.LOWEST_PRECEDENCE)
final class LumoAuthFailureAnalyzer implements FailureAnalyzer {

	private static final String LIBRARY = "dev.lumoauth.spring.";

	private static final List<String> FOREIGN = List.of(LIBRARY, "org.springframework.", "java.", "javax.", "jdk.",
			"sun.", "com.sun.", "reactor.", "io.micrometer.", "io.modelcontextprotocol.", "kotlin.", "kotlinx.");

	private static final String NOT_AT_START = " Or make the call after the application has started, or catch "
			+ "the exception: otherwise the application doesn't start.";

	@Override
	public @Nullable FailureAnalysis analyze(Throwable failure) {
		Throwable ours = null;
		StackTraceElement line = null;
		for (Throwable each = failure; each != null; each = each.getCause()) {
			// The cause of refused credentials doesn't know which agent's properties to
			// name.
			boolean isNamed = ours instanceof LumoAuthSetupException || (ours instanceof LumoAuthAuthenticationException
					&& each instanceof LumoAuthAuthenticationException);
			if (isOurs(each) && !isNamed) {
				ours = each;
			}
			StackTraceElement found = line(each);
			line = (found != null) ? found : line;
		}
		if (ours == null) {
			return null;
		}
		boolean ofCall = !(ours instanceof LumoAuthSetupException) || ours instanceof UnguardedToolException;
		return new FailureAnalysis(
				description(ours) + ((ofCall && line != null) ? "\n\nCalled by:\n\n    " + line : ""), action(ours),
				ours);
	}

	/**
	 * An argument that this library rejected counts as well.
	 */
	private static boolean isOurs(Throwable failure) {
		if (failure.getClass().getName().startsWith(LIBRARY)) {
			return true;
		}
		return (failure instanceof IllegalArgumentException || failure instanceof IllegalStateException)
				&& failure.getMessage() != null
				&& Arrays.stream(failure.getStackTrace())
					.map(StackTraceElement::getClassName)
					.filter((type) -> !type.startsWith("org.springframework.util.") && !type.startsWith("java."))
					.findFirst()
					.filter((type) -> type.startsWith(LIBRARY))
					.isPresent();
	}

	/**
	 * The innermost line of the application's own code.
	 */
	private static @Nullable StackTraceElement line(Throwable failure) {
		return Arrays.stream(failure.getStackTrace())
			.filter((frame) -> FOREIGN.stream().noneMatch(frame.getClassName()::startsWith)
					&& !frame.getClassName().contains("$$"))
			.findFirst()
			.orElse(null);
	}

	private static String description(Throwable failure) {
		if (failure instanceof LumoAuthSetupException setup) {
			return setup.getDescription();
		}
		String message = (failure.getMessage() != null) ? failure.getMessage() : failure.getClass().getName();
		return message.endsWith(".") ? message : message + ".";
	}

	private static String action(Throwable failure) {
		if (failure instanceof LumoAuthSetupException setup) {
			boolean notConfigured = setup.getAction().startsWith(Activation.IDLE.action());
			return setup.getAction() + (notConfigured ? TestKitHint.text() : "");
		}
		if (failure instanceof LumoAuthUnavailableException) {
			return "Make sure that LumoAuth can be reached, and that lumoauth.url, lumoauth.tenant or lumoauth.org-id, "
					+ "and the properties that the message names are correct." + NOT_AT_START;
		}
		if (failure instanceof UserRequiredException) {
			return "No user is signed in while an application starts: make the call in a request, or name the "
					+ "user with agent.onBehalfOf(userToken).";
		}
		boolean ofArguments = failure instanceof IllegalArgumentException || failure instanceof IllegalStateException;
		return ofArguments ? "Correct the call in that line."
				: "Have LumoAuth allow what the message names, or start the server that it names." + NOT_AT_START;
	}

}
