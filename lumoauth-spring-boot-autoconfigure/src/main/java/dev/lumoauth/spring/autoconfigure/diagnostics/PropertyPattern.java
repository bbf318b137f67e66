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

import java.util.Locale;
import java.util.stream.IntStream;

import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.util.StringUtils;

/**
 * The name of a property.
 *
 * @param name the name, in which a {@code *} stands for a name of the application's own
 * @param open whether it stands for what is below it, too
 */
record PropertyPattern(String name, boolean open) {

	/**
	 * Kubernetes sets variables for each service: for one named lumoauth-events these are
	 * LUMOAUTH_EVENTS_PORT and others.
	 */
	private static final String BELOW = "(_(?!(SERVICE_HOST|SERVICE_PORT.*|PORT.*)$).*)?";

	boolean matches(ConfigurationPropertyName property) {
		String[] parts = StringUtils.delimitedListToStringArray(this.name, ".");
		int size = property.getNumberOfElements();
		return (size == parts.length || (this.open && size > parts.length)) && IntStream.range(0, parts.length)
			.allMatch((i) -> parts[i].equals("*")
					|| parts[i].replace("-", "").equals(property.getElement(i, Form.UNIFORM)));
	}

	/**
	 * Return whether this is meant by a variable of the environment. Spring Boot takes a
	 * dash in two ways.
	 */
	boolean matches(String variable) {
		return variable
			.matches(this.name.toUpperCase(Locale.ROOT).replace("-", "_?").replace(".", "_").replace("*", ".+")
					+ (this.open ? BELOW : ""));
	}

	/**
	 * Return this name with the application's own names of another, if that is as long.
	 */
	String like(ConfigurationPropertyName property) {
		StringBuilder like = new StringBuilder();
		String[] parts = StringUtils.delimitedListToStringArray(this.name, ".");
		for (int i = 0; i < parts.length; i++) {
			String part = (parts[i].equals("*") && parts.length == property.getNumberOfElements())
					? property.getElement(i, Form.ORIGINAL) : parts[i];
			like.append((i > 0) ? "." : "").append(part);
		}
		return like.toString();
	}

}
