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
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

import dev.lumoauth.spring.autoconfigure.mcp.LumoAuthMcpProperties;
import dev.lumoauth.spring.reflect.CloseNames;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.BeanUtils;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.Order;

/**
 * Names the property that was meant by a mistyped one under {@code lumoauth.mcp}, where a
 * name that doesn't exist keeps the application from starting. Boot's own analyzer only
 * says that an element was left unbound.
 */
@Order(Ordered.HIGHEST_PRECEDENCE + 10)
final class UnknownMcpPropertyFailureAnalyzer extends AbstractFailureAnalyzer<UnboundConfigurationPropertiesException> {

	private static final ConfigurationPropertyName NAMESPACE = ConfigurationPropertyName.of("lumoauth.mcp");

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure, UnboundConfigurationPropertiesException cause) {
		List<ConfigurationProperty> unknown = cause.getUnboundProperties()
			.stream()
			.filter((property) -> NAMESPACE.isAncestorOf(property.getName()))
			.toList();
		return unknown.isEmpty() ? null
				: new FailureAnalysis(
						lines(unknown,
								(property) -> "There is no property " + property.getName()
										+ ((property.getOrigin() != null) ? ", which is set in " + property.getOrigin()
												: "")
										+ "."),
						lines(unknown, (property) -> meant(property.getName())), cause);
	}

	private static String lines(List<ConfigurationProperty> unknown, Function<ConfigurationProperty, String> line) {
		return unknown.stream().map(line).distinct().collect(Collectors.joining("\n"));
	}

	/**
	 * Follow the name until nothing has its next part. A part below a map is a key.
	 */
	private static String meant(ConfigurationPropertyName name) {
		ResolvableType type = ResolvableType.forClass(LumoAuthMcpProperties.class);
		for (int i = NAMESPACE.getNumberOfElements(); i < name.getNumberOfElements(); i++) {
			if (Map.class.isAssignableFrom(type.toClass())) {
				type = type.asMap().getGeneric(1);
				continue;
			}
			Class<?> owner = type.toClass();
			if (owner == Object.class) { // a feature's
				return "Correct the name " + name + ", or remove it.";
			}
			List<String> known = names(owner);
			String part = name.getElement(i, Form.DASHED);
			if (!known.contains(part)) {
				List<String> close = CloseNames.find(part, known);
				return "Write " + name.chop(i) + "." + (close.isEmpty()
						? "<name>, with one of these names: " + String.join(", ", known) : String.join(", or ", close))
						+ ".";
			}
			type = property(owner, part);
		}
		return "Remove " + name + ".";
	}

	private static List<String> names(Class<?> type) {
		return Arrays.stream(BeanUtils.getPropertyDescriptors(type))
			.filter((each) -> !each.getName().equals("class"))
			.map((each) -> dashed(each.getName()))
			.sorted()
			.toList();
	}

	private static ResolvableType property(Class<?> type, String name) {
		return Arrays.stream(BeanUtils.getPropertyDescriptors(type))
			.filter((each) -> dashed(each.getName()).equals(name) && each.getReadMethod() != null)
			.map((each) -> ResolvableType.forMethodReturnType(each.getReadMethod(), type))
			.findFirst()
			.orElse(ResolvableType.NONE);
	}

	private static String dashed(String name) {
		return name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
	}

}
