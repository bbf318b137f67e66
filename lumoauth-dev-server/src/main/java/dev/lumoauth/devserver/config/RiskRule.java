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

package dev.lumoauth.devserver.config;

import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * A rule of the configuration file that says how risky a requested permission is. The
 * rule applies to a request that has everything that the rule names.
 *
 * @param type Type of the requested authorization details, by default any.
 * @param actions Actions of which the request has at least one, by default any.
 * @param identifier Identifier of the requested authorization details, by default any.
 * @param capability Capability that the request names, by default any or none.
 * @param risk Risk of the requests that the rule applies to.
 * @since 0.1.0
 */
public record RiskRule(@Nullable String type, @DefaultValue Set<String> actions, @Nullable String identifier,
		@Nullable String capability, RiskLevel risk) {

	public RiskRule {
		actions = Set.copyOf(actions);
		if (risk == null) {
			throw new IllegalArgumentException("a rule of 'jit.rules' has no 'risk': low, medium, high or critical");
		}
		if (type == null && actions.isEmpty() && identifier == null && capability == null) {
			throw new IllegalArgumentException(
					"a rule of 'jit.rules' names no 'type', 'actions', 'identifier' or 'capability'");
		}
	}

}
