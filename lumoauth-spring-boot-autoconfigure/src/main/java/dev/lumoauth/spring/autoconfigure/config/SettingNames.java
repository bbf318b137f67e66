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

/**
 * The names of settings in messages, depending on the source of the settings.
 */
enum SettingNames {

	/**
	 * From properties and environment variables.
	 */
	PROPERTIES {

		@Override
		String set(ConnectionSetting setting) {
			return setting.property() + " (or the environment variable " + setting.variable() + ")";
		}

	},

	/**
	 * From a bean of the application.
	 */
	BEAN {

		@Override
		String set(ConnectionSetting setting) {
			return setting.property() + " (in the application's LumoAuthConnectionDetails bean, which is what counts)";
		}

	};

	static SettingNames of(LumoAuthConnectionDetails details) {
		return (details instanceof PropertiesLumoAuthConnectionDetails) ? PROPERTIES : BEAN;
	}

	String name(ConnectionSetting setting) {
		return setting.property();
	}

	/**
	 * Return the places where a setting can be set.
	 * @param setting the setting
	 * @return the places, for a sentence that begins with "Set"
	 */
	abstract String set(ConnectionSetting setting);

}
