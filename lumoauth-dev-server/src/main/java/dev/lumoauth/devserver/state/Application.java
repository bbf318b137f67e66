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

package dev.lumoauth.devserver.state;

import dev.lumoauth.devserver.config.ApplicationProperties;

/**
 * A client to which users log in.
 *
 * @param settings the settings in the configuration file
 * @since 0.1.0
 */
public record Application(ApplicationProperties settings) {

	/**
	 * Returns the application's id, which is its client id.
	 * @return the id
	 */
	public String id() {
		return this.settings.clientId();
	}

	/**
	 * Returns the application's display name.
	 * @return the name in the configuration file, or the id
	 */
	public String name() {
		String name = this.settings.name();
		return (name != null) ? name : id();
	}

	@Override
	public String toString() {
		return id();
	}

}
