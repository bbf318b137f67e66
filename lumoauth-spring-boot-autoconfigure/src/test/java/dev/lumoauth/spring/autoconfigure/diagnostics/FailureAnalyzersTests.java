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
import java.util.Objects;

import dev.lumoauth.spring.autoconfigure.config.InvalidLumoAuthConfigurationException;
import dev.lumoauth.spring.tool.UnguardedToolException;
import dev.lumoauth.spring.user.UserRequiredException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mockito.Answers;
import org.mockito.invocation.InvocationOnMock;

import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.core.type.filter.AssignableTypeFilter;
import org.springframework.util.ClassUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

/**
 * That no exception of this library ends a start without words.
 */
class FailureAnalyzersTests {

	static List<Class<?>> exceptions() {
		ClassPathScanningCandidateComponentProvider scanner = new ClassPathScanningCandidateComponentProvider(false) {
			@Override
			protected boolean isCandidateComponent(
					org.springframework.beans.factory.annotation.AnnotatedBeanDefinition definition) {
				return definition.getMetadata().isIndependent();
			}
		};
		scanner.addIncludeFilter(new AssignableTypeFilter(Throwable.class));
		return scanner.findCandidateComponents("dev.lumoauth.spring")
			.stream()
			.map((definition) -> ClassUtils.resolveClassName(Objects.requireNonNull(definition.getBeanClassName()),
					FailureAnalyzersTests.class.getClassLoader()))
			.<Class<?>>map((type) -> type)
			.filter(FailureAnalyzersTests::isMain)
			.toList();
	}

	private static boolean isMain(Class<?> type) {
		return !type.getProtectionDomain()
			.getCodeSource()
			.getLocation()
			.getPath()
			.matches(".*(/test-classes/|-tests\\.jar)");
	}

	@ParameterizedTest
	@MethodSource("exceptions")
	void everyExceptionIsAnalyzed(Class<? extends Throwable> type) {
		Throwable failure = mock(type, FailureAnalyzersTests::answer);
		FailureAnalysis analysis = FailureAnalyses.of(new IllegalStateException("Failed to start", failure));
		assertThat(analysis).isNotNull();
		assertThat(analysis.getDescription()).isNotBlank().doesNotContain("null");
		assertThat(analysis.getAction()).isNotBlank();
		assertThat(analysis.getCause()).isSameAs(failure);
	}

	@Test
	void findsExceptions() {
		assertThat(exceptions()).hasSizeGreaterThan(13)
			.contains(InvalidLumoAuthConfigurationException.class, UserRequiredException.class,
					UnguardedToolException.class);
	}

	@Test
	void leavesTheExceptionsOfOthersToOthers() {
		IllegalStateException theirs = new IllegalStateException("Not ours");
		theirs.setStackTrace(new StackTraceElement[] {
				new StackTraceElement("org.springframework.util.Assert", "state", "Assert.java", 1),
				new StackTraceElement("com.example.Application", "main", "Application.java", 2),
				new StackTraceElement("dev.lumoauth.spring.token.LumoAuthTokens", "agentToken", null, 3) });
		assertThat(FailureAnalyses.of(theirs)).isNull();
	}

	private static @Nullable Object answer(InvocationOnMock invocation) throws Throwable {
		Class<?> type = invocation.getMethod().getReturnType();
		if (type == String.class) {
			return "What is wrong.";
		}
		return (type == StackTraceElement[].class) ? new StackTraceElement[0]
				: Answers.RETURNS_DEFAULTS.answer(invocation);
	}

}
