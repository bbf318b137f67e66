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

package dev.lumoauth.spring.autoconfigure.container;

import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.util.StringUtils;

/**
 * A dev server in a container. Values that the container's environment does not set are
 * those of the dev server's built-in file.
 */
final class DevServerContainer {

	/** The name of the image, and of the service connection. */
	static final String NAME = "lumoauth-dev-server";

	static final int PORT = 9000;

	private static final String FIRST_AGENT = "agt_research-analyst";

	private final String url;

	private final Map<String, @Nullable String> environment;

	/**
	 * Create the container.
	 * @param host the host at which the application reaches the container
	 * @param port the port there
	 * @param environment the variables of the container
	 */
	DevServerContainer(String host, int port, Map<String, @Nullable String> environment) {
		this.url = "http://" + host + ":" + port;
		this.environment = environment;
	}

	String url() {
		return this.url;
	}

	@Nullable String tenant() {
		return (orgId() != null) ? null : get("LUMOAUTH_TENANT", "acme-corp");
	}

	@Nullable String orgId() {
		return get("LUMOAUTH_ORG_ID", null);
	}

	@Nullable String clientId() {
		return get("AGENT_CLIENT_ID", FIRST_AGENT);
	}

	/**
	 * Return the secret of this agent, and never that of another one.
	 */
	@Nullable String clientSecret() {
		boolean first = FIRST_AGENT.equals(clientId());
		return get("AGENT_CLIENT_SECRET", first ? get("LUMOAUTH_DEV_CLIENT_SECRET", "local-development-only") : null);
	}

	private @Nullable String get(String variable, @Nullable String otherwise) {
		String value = this.environment.get(variable);
		return StringUtils.hasText(value) ? value : otherwise;
	}

}
