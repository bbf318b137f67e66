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

import java.util.ArrayList;
import java.util.Collections;
import java.util.ConcurrentModificationException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.function.FunctionToolCallback;
import org.springframework.core.ResolvableType;
import org.springframework.util.ReflectionUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class ToolTypesTests {

	private static final ToolCallback TOOL = FunctionToolCallback.builder("tool", () -> "x").build();

	@Test
	void refusesToStartWithTypesOfWhichNobodyTells() {
		ToolTypes.requireKnown(ToolCallback.class);
		assertThatExceptionOfType(GuardConfigurationException.class)
			.isThrownBy(() -> ToolTypes.requireKnown(Runnable.class))
			.withMessageContainingAll("Beans of type java.lang.Runnable would not be guarded",
					"Add the line for dev.lumoauth.spring.guard.ToolFramework");
	}

	@Test
	void findsAToolInContainersOfContainers() {
		assertThat(ToolTypes.hasTool(Map.of("tools", List.of(new Object[] { TOOL })))).isTrue();
		assertThat(ToolTypes.hasTool(Map.of("tools", List.of("none")))).isFalse();
	}

	@Test
	void comesToAnEndWithAContainerInItself() {
		Map<String, Object> graph = new HashMap<>();
		List<Object> list = new ArrayList<>(List.of(graph));
		graph.put("list", list);
		assertThat(ToolTypes.hasTool(graph)).isFalse();
		list.add(TOOL);
		assertThat(ToolTypes.hasTool(graph)).isTrue();
	}

	@Test
	void looksAgainAtAContainerThatChangesMeanwhile() {
		List<Object> changing = new ArrayList<>() {

			private boolean changed;

			@Override
			public Stream<Object> stream() {
				if (!this.changed) {
					this.changed = true;
					throw new ConcurrentModificationException();
				}
				return super.stream();
			}

		};
		changing.add(TOOL);
		assertThat(ToolTypes.elements(Collections.unmodifiableList(changing))).containsExactly(TOOL);
	}

	@Test
	void comesToAnEndWithATypeThatIsBoundByItself() {
		for (String field : List.of("value", "values", "nodes")) {
			assertThat(ToolTypes.speaksOfTools(ResolvableType.forField(ReflectionUtils.findField(Node.class, field))))
				.isFalse();
		}
		assertThat(ToolTypes.speaksOfTools(ResolvableType.forField(ReflectionUtils.findField(Node.class, "tools"))))
			.isTrue();
	}

	static class Node<T extends Comparable<T>> {

		T value;

		List<T> values;

		Set<? extends Node<? extends T>> nodes;

		Map<T, List<? extends ToolCallback>> tools;

	}

}
