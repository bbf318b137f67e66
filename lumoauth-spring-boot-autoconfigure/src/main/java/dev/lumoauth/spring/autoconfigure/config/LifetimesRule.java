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

import java.time.Duration;

import dev.lumoauth.spring.capability.CapabilityDecisionsBuilder;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Rules for how long answers about capabilities count.
 */
final class LifetimesRule {

	private static final Log logger = LogFactory.getLog(LifetimesRule.class);

	/** A longer time is probably a mistake. */
	private static final Duration LONG_ALLOW = Duration.ofMinutes(10);

	private static final String ALLOW = "lumoauth.capabilities.cache.allow-ttl";

	private static final String DENY = "lumoauth.capabilities.cache.deny-ttl";

	private static final String STALE = "lumoauth.capabilities.stale-if-unavailable";

	private static final String EACH_TIME = "ask LumoAuth each time.";

	private LifetimesRule() {
	}

	/**
	 * Check all lifetimes.
	 * @param capabilities the configured values
	 * @param problems takes the problems
	 */
	static void check(LumoAuthProperties.Capabilities capabilities, ConfigurationProblems problems) {
		check(capabilities.cache().allowTtl(), ALLOW, "30s", EACH_TIME, problems);
		check(capabilities.cache().denyTtl(), DENY, "5s", EACH_TIME, problems);
		check(capabilities.staleIfUnavailable(), STALE, "10m",
				"refuse calls of guarded code as soon as LumoAuth does not answer.", problems);
	}

	private static void check(Duration duration, String name, String example, String zero,
			ConfigurationProblems problems) {
		if (!CapabilityDecisionsBuilder.isValidLifetime(duration)) {
			problems.add(
					name + " is " + duration + ", which is "
							+ (duration.isNegative() ? "below zero." : "more than 24 h."),
					"Set " + name + " to a time of at most 24 h, such as " + example + ", or to 0s to " + zero);
		}
	}

	/**
	 * Log lifetimes that are allowed but long.
	 * @param capabilities the configured values
	 */
	static void warn(LumoAuthProperties.Capabilities capabilities) {
		Duration allow = capabilities.cache().allowTtl();
		if (allow.compareTo(LONG_ALLOW) > 0) {
			logger.warn(ALLOW + " is " + allow + ": a revoked capability keeps working for that long. "
					+ "The default is 30s; more than 10m is rarely intended.");
		}
	}

}
