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

package dev.lumoauth.spring.approval;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

import dev.lumoauth.spring.guard.GuardConfigurationException;
import dev.lumoauth.spring.guard.TermPlace;
import dev.lumoauth.spring.guard.TermReader;
import dev.lumoauth.spring.reflect.KotlinFunctions;

import org.springframework.core.DefaultParameterNameDiscoverer;

/**
 * Reads {@link RequiresApproval} annotations, and refuses those that can't be understood.
 */
final class ApprovalTermReader implements TermReader<RequiresApproval, ApprovalRequirement> {

	@Override
	public Class<RequiresApproval> annotation() {
		return RequiresApproval.class;
	}

	@Override
	public ApprovalRequirement read(RequiresApproval annotation, TermPlace place) {
		ApprovalRule rule;
		try {
			rule = ApprovalRule.of(annotation);
		}
		catch (IllegalArgumentException ex) {
			throw new GuardConfigurationException(
					place + " has a @RequiresApproval that is not valid: " + ex.getMessage() + ".",
					"Correct it, such as reason = \"Refund {amount} to {customer}\", when = \"#amount > 100\".");
		}
		Method method = place.method();
		if (method != null) {
			requireNumbers(method, place);
		}
		if (method != null && !rule.argumentNames().isEmpty()) {
			requireKnown(rule, method, place);
		}
		return ApprovalRequirement.of(rule);
	}

	private static void requireNumbers(Method method, TermPlace place) {
		if (IntStream.range(0, method.getParameterCount())
			.anyMatch((index) -> KotlinFunctions.isNumberOfValueClass(method, index))) {
			throw new GuardConfigurationException(
					place + " has a @RequiresApproval and takes a number of a value class, such as UInt or Duration: a "
							+ "person would read another number than the function gets.",
					"Let the function take a Long or a BigDecimal.");
		}
	}

	private static void requireKnown(ApprovalRule rule, Method method, TermPlace place) {
		String[] names = new DefaultParameterNameDiscoverer().getParameterNames(method);
		if (names == null) {
			throw new GuardConfigurationException(
					place + " has a @RequiresApproval that names arguments, and its parameters have no names.",
					"Compile with the option -parameters, as Spring Boot's build plugins do.");
		}
		List<String> known = Arrays.asList(names);
		for (String name : rule.argumentNames()) {
			if (!known.contains(name)) {
				throw new GuardConfigurationException(
						place + " has a @RequiresApproval that names the argument '" + name
								+ "', which the method doesn't have: it has " + known + ".",
						"Name one of its parameters in 'reason' and 'when'.");
			}
		}
	}

}
