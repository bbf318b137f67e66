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

package dev.lumoauth.docs.reference;

import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * A property, as a row of its table.
 *
 * @param name its name
 * @param type the name of its Java type
 * @param defaultValue what it is if it is not set
 * @param description a sentence or more
 */
record Property(String name, String type, @Nullable String defaultValue, String description) {

	String row() {
		String value = (this.defaultValue != null) ? "`" + shown(this.defaultValue) + "`" : "";
		return "| `%s` | %s | %s | %s |".formatted(this.name, values(), value, this.description.replace("|", "\\|"));
	}

	private String shown(String value) {
		return (this.type.equals("java.time.Duration") && value.startsWith("0")) ? "0s" : value;
	}

	private String values() {
		return switch (this.type) {
			case "java.lang.Boolean", "boolean" -> "`true`, `false`";
			case "java.lang.String" -> ""; // text
			case "java.time.Duration" -> "duration";
			case "java.lang.Integer", "int" -> "number";
			case "java.net.URI" -> "address";
			case "org.springframework.util.unit.DataSize" -> "size";
			default -> this.type.startsWith("java.util.List") ? "list"
					: this.type.startsWith("java.util.Map") ? "list by name" : constants();
		};
	}

	private String constants() {
		try {
			Object[] constants = Objects.requireNonNull(Class.forName(this.type).getEnumConstants(), this.type);
			return Arrays.stream(constants)
				.map((constant) -> "`" + kebab(((Enum<?>) constant).name()) + "`")
				.collect(Collectors.joining(", "));
		}
		catch (ClassNotFoundException ex) {
			throw new IllegalStateException(ex);
		}
	}

	static String kebab(String constant) {
		return constant.toLowerCase(Locale.ROOT).replace('_', '-');
	}

}
