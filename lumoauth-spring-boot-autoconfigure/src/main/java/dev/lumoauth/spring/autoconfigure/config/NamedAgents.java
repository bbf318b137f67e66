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

import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

/**
 * The names of the agents under {@code lumoauth.agents}.
 */
public final class NamedAgents {

	static final String PREFIX = "lumoauth.agents";

	private NamedAgents() {
	}

	/**
	 * Return the names.
	 * @param environment the properties
	 * @return the names, as they are written
	 */
	public static Set<String> names(Environment environment) {
		Map<String, LumoAuthAgentProperties.Named> agents = Binder.get(environment)
			.bind(PREFIX, Bindable.mapOf(String.class, LumoAuthAgentProperties.Named.class))
			.orElse(Map.of());
		return new LinkedHashSet<>(agents.keySet());
	}

	/**
	 * Return how to inject one of these agents, for a message.
	 * @param names the names of the agents
	 * @return the annotations
	 */
	public static String qualifiers(Set<String> names) {
		return names.stream()
			.map((name) -> "@Qualifier(" + ConfigurationProblems.quote(name).replace('\'', '"') + ")")
			.collect(Collectors.joining(", "));
	}

}
