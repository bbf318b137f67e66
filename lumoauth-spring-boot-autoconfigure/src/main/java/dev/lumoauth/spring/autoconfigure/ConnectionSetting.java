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

package dev.lumoauth.spring.autoconfigure;

/**
 * What has to be known to reach LumoAuth, with the two names it can be set under.
 */
enum ConnectionSetting {

	URL("lumoauth.url", "LUMOAUTH_URL"),

	TENANT("lumoauth.tenant", "LUMOAUTH_TENANT"),

	ORG_ID("lumoauth.org-id", "LUMOAUTH_ORG_ID"),

	CLIENT_ID("lumoauth.client-id", "AGENT_CLIENT_ID"),

	CLIENT_SECRET("lumoauth.client-secret", "AGENT_CLIENT_SECRET");

	private final String property;

	private final String variable;

	ConnectionSetting(String property, String variable) {
		this.property = property;
		this.variable = variable;
	}

	/**
	 * Return the name of the property.
	 * @return the canonical name
	 */
	String property() {
		return this.property;
	}

	/**
	 * Return the name of the environment variable in LumoAuth's own guides.
	 * @return the name
	 */
	String variable() {
		return this.variable;
	}

}
