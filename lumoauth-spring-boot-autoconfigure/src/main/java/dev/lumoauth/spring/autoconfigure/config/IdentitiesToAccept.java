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

import org.springframework.core.env.Environment;

/**
 * A feature that lets the application accept identities of others, such as those of the
 * callers of its MCP server. With such a feature, an application needs no agent of its
 * own. {@code META-INF/spring.factories} lists the classes.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface IdentitiesToAccept {

	/**
	 * Return whether the application is set up to accept identities.
	 * @param environment the properties
	 * @return whether it is
	 */
	boolean areConfigured(Environment environment);

}
