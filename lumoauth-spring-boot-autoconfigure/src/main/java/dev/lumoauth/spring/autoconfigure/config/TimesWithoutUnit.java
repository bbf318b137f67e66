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

import java.util.List;
import java.util.regex.Pattern;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.core.env.Environment;

/**
 * Warns of a time without a unit. As in Spring Boot's own properties, such a time is in
 * milliseconds, and {@code allow-ttl: 2} is rarely meant to be 2 ms.
 *
 * @since 0.1.0
 */
public final class TimesWithoutUnit {

	/** All properties that are a time. */
	static final List<String> PROPERTIES = List.of("lumoauth.capabilities.cache.allow-ttl",
			"lumoauth.capabilities.cache.deny-ttl", "lumoauth.capabilities.stale-if-unavailable",
			"lumoauth.connect-timeout", "lumoauth.max-wait", "lumoauth.read-timeout");

	private static final Log logger = LogFactory.getLog(TimesWithoutUnit.class);

	/** From one second on, milliseconds are probably meant. */
	private static final Pattern SHORT = Pattern.compile("[1-9]\\d{0,2}");

	private TimesWithoutUnit() {
	}

	/**
	 * Log times that are less than a second because they have no unit.
	 * @param environment the environment of the application
	 */
	static void warn(Environment environment) {
		warn(environment, PROPERTIES);
	}

	/**
	 * Log those of a feature's times that are less than a second because they have no
	 * unit.
	 * @param environment the environment of the application
	 * @param properties the properties that are a time
	 */
	public static void warn(Environment environment, List<String> properties) {
		for (String name : properties) {
			String value = environment.getProperty(name, "").strip();
			if (SHORT.matcher(value).matches()) {
				logger
					.warn("%1$s is %2$s without a unit, so it is %2$s milliseconds. Write %2$ss for seconds, or %2$sms."
						.formatted(name, value));
			}
		}
	}

}
