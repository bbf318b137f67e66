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

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

import dev.lumoauth.spring.approval.ApprovalRequirement;
import dev.lumoauth.spring.approval.ApprovalRule;
import dev.lumoauth.spring.approval.RequiresApproval;
import org.jspecify.annotations.Nullable;

import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.core.annotation.MergedAnnotation;

/**
 * Reads {@link RequiresApproval} annotations, and refuses those that can't be understood.
 */
final class ApprovalAnnotations {

	/** By name: this package does not depend on Spring's annotations for beans. */
	private static final String BEAN = "org.springframework.context.annotation.Bean";

	private ApprovalAnnotations() {
	}

	/**
	 * Read the annotations of several elements, which add up.
	 * @return the requirement; {@code null} if there are none
	 * @throws GuardConfigurationException if one is not valid
	 */
	static @Nullable ApprovalRequirement read(Set<AnnotatedElement> elements) {
		ApprovalRequirement all = null;
		for (AnnotatedElement element : elements) {
			for (MergedAnnotation<RequiresApproval> annotation : TermsSearch.annotations(element)
				.stream(RequiresApproval.class)
				.toList()) {
				Supplier<String> where = () -> TermsSearch.place(element);
				ApprovalRule rule = read(annotation, where);
				if (element instanceof Method method && !isBeanMethod(method)) {
					requireKnown(rule, method, where);
				}
				all = ApprovalRequirement.both(all, ApprovalRequirement.of(rule));
			}
		}
		return all;
	}

	/**
	 * Read an annotation.
	 * @param annotation the annotation
	 * @param where names the annotated element, for messages
	 * @throws GuardConfigurationException if it is not valid
	 */
	static ApprovalRule read(MergedAnnotation<RequiresApproval> annotation, Supplier<String> where) {
		try {
			return ApprovalRule.of(annotation.synthesize());
		}
		catch (IllegalArgumentException ex) {
			throw new GuardConfigurationException(
					where.get() + " has a @RequiresApproval that is not valid: " + ex.getMessage() + ".",
					"Correct it, such as reason = \"Refund {amount} to {customer}\", when = \"#amount > 100\".");
		}
	}

	/**
	 * The annotation of a {@code @Bean} method names arguments of calls of the bean that
	 * the method makes, and not parameters of the method.
	 */
	private static boolean isBeanMethod(Method method) {
		return TermsSearch.annotations(method).isPresent(BEAN);
	}

	private static void requireKnown(ApprovalRule rule, Method method, Supplier<String> where) {
		if (rule.argumentNames().isEmpty()) {
			return;
		}
		String[] names = new DefaultParameterNameDiscoverer().getParameterNames(method);
		if (names == null) {
			throw new GuardConfigurationException(
					where.get() + " has a @RequiresApproval that names arguments, and its parameters have no names.",
					"Compile with the option -parameters, as Spring Boot's build plugins do.");
		}
		List<String> known = Arrays.asList(names);
		for (String name : rule.argumentNames()) {
			if (!known.contains(name)) {
				throw new GuardConfigurationException(
						where.get() + " has a @RequiresApproval that names the argument '" + name
								+ "', which the method doesn't have: it has " + known + ".",
						"Name one of its parameters in 'reason' and 'when'.");
			}
		}
	}

}
