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

package dev.lumoauth.spring.autoconfigure.actuate;

import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.SanitizableData;
import org.springframework.boot.actuate.endpoint.SanitizingFunction;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.util.StringUtils;

/**
 * Masks secrets in {@code /actuator/env} and {@code /actuator/configprops} for
 * applications that show values there. A property of this library or of a feature is a
 * secret if its name ends with such a word, as {@code lumoauth.client-secret} does. Its
 * value is masked wherever else it occurs: the command line is in
 * {@code sun.java.command} as well, and properties may be in
 * {@code SPRING_APPLICATION_JSON}.
 *
 * @param environment the environment of the application
 * @param more supplies secrets that are in none of its properties
 */
record LumoAuthSanitizingFunction(ConfigurableEnvironment environment,
		Supplier<? extends Collection<String>> more) implements SanitizingFunction {

	/**
	 * The letters of a name, since relaxed binding accepts several spellings of it. The
	 * variable of LumoAuth's guides has no prefix.
	 */
	private static final Pattern SECRET = Pattern
		.compile("lumoauth.*(secrets?|tokens?|passwords?|passphrases?|credentials?|key)|agentclientsecret");

	private static final Pattern OTHERS = Pattern.compile("[^a-z]");

	@Override
	public SanitizableData apply(SanitizableData data) {
		return (isName(data.getKey()) || holdsSecret(data.getValue())) ? data.withSanitizedValue() : data;
	}

	private static boolean isName(String key) {
		return SECRET.matcher(OTHERS.matcher(key.toLowerCase(Locale.ROOT)).replaceAll("")).matches();
	}

	/**
	 * Applies to short secrets too: masking something else by chance does no harm.
	 */
	private boolean holdsSecret(@Nullable Object value) {
		if (value == null) {
			return false;
		}
		String text = String.valueOf(value);
		return secrets().anyMatch(text::contains);
	}

	/**
	 * The values of all sources, also of a feature that is off, and with what their
	 * placeholders name.
	 */
	private Stream<String> secrets() {
		Stream<String> set = this.environment.getPropertySources()
			.stream()
			.filter((source) -> source instanceof EnumerablePropertySource)
			.flatMap((source) -> Arrays.stream(((EnumerablePropertySource<?>) source).getPropertyNames())
				.filter(LumoAuthSanitizingFunction::isName)
				.flatMap((name) -> values(name, source.getProperty(name))));
		return Stream.concat(this.more.get().stream(), set).filter(StringUtils::hasText);
	}

	private Stream<String> values(String name, @Nullable Object value) {
		if (value == null) {
			return Stream.empty();
		}
		try {
			String text = this.environment.resolvePlaceholders(String.valueOf(value));
			// Several may be in one list.
			return name.toLowerCase(Locale.ROOT).endsWith("s")
					? StringUtils.commaDelimitedListToSet(text).stream().map(String::strip) : Stream.of(text);
		}
		catch (IllegalArgumentException ex) {
			return Stream.empty(); // its placeholder names itself
		}
	}

}
