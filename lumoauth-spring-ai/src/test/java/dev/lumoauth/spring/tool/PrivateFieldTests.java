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

package dev.lumoauth.spring.tool;

import java.lang.reflect.Method;

import dev.lumoauth.spring.guard.GuardConfigurationException;
import dev.lumoauth.spring.guard.tool.PrivateField;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.ai.tool.method.MethodToolCallback;
import org.springframework.ai.tool.support.ToolDefinitions;
import org.springframework.util.ReflectionUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link PrivateField}.
 */
class PrivateFieldTests {

	@Test
	void readsAField() {
		Method method = ReflectionUtils.findMethod(PrivateFieldTests.class, "readsAField");
		MethodToolCallback callback = MethodToolCallback.builder()
			.toolDefinition(ToolDefinitions.from(method))
			.toolMethod(method)
			.toolObject(this)
			.build();
		assertThat(PrivateField.of(MethodToolCallback.class, "toolMethod", Method.class).get(callback))
			.isEqualTo(method);
		assertThat(PrivateField.of(MethodToolCallback.class, "toolObject", Object.class).find(callback)).isSameAs(this);
	}

	@ParameterizedTest
	@CsvSource({ "toolFunction, java.lang.reflect.Method", "toolMethod, java.util.List" })
	void refusesAVersionThatHasNoSuchField(String name, Class<?> type) {
		assertThatExceptionOfType(GuardConfigurationException.class)
			.isThrownBy(() -> PrivateField.of(MethodToolCallback.class, name, type))
			.withMessageContaining("This version of a library is not supported: " + MethodToolCallback.class.getName()
					+ " has no field '" + name + "'");
	}

}
