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
package dev.lumoauth.spring.guard.method;

import org.jspecify.annotations.Nullable;

/**
 * What the guard needs to know about the application. A bean of this type is optional:
 * without it nothing is turned off, and nothing is missing as long as there are
 * decisions.
 *
 * @since 0.1.0
 */
public interface GuardEnvironment {

	/**
	 * Return the agent about which the guard asks, for reports.
	 * @return the agent's client id, or {@code none}
	 */
	String agent();

	/**
	 * Return what to do if the configuration is missing, so that nothing can be decided.
	 * @return what to do; {@code null} if nothing is missing, or the guard is turned off
	 * on purpose
	 */
	@Nullable String missing();

	/**
	 * Return whether the application wants anything guarded. If it doesn't, a way past
	 * the guard that leads to no annotated code is only logged, and the application
	 * starts.
	 * @return whether an agent is configured, or the guard is turned off on purpose
	 */
	default boolean isConfigured() {
		return true;
	}

}
