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

import dev.lumoauth.spring.autoconfigure.config.LumoAuthConnectionDetails;
import org.jspecify.annotations.Nullable;

import org.springframework.util.StringUtils;

/**
 * How to connect to a dev server in a container. Values that the container's environment
 * does not set are those of the dev server's built-in file.
 */
interface DevServerDetails extends LumoAuthConnectionDetails {

	/** The name of the image, and of the service connection. */
	String NAME = "lumoauth-dev-server";

	/** The port in the container. */
	int PORT = 9000;

	/** The first agent of the built-in file. */
	String FIRST_AGENT = "agt_research-analyst";

	/**
	 * Return the variables of the container.
	 */
	Map<String, @Nullable String> environment();

	@Override
	default @Nullable String getTenant() {
		return (getOrgId() != null) ? null : get("LUMOAUTH_TENANT", "acme-corp");
	}

	@Override
	default @Nullable String getOrgId() {
		return get("LUMOAUTH_ORG_ID", null);
	}

	@Override
	default @Nullable String getClientId() {
		return get("AGENT_CLIENT_ID", FIRST_AGENT);
	}

	/**
	 * Return the secret of this agent, and never that of another one.
	 */
	@Override
	default @Nullable String getClientSecret() {
		boolean first = FIRST_AGENT.equals(getClientId());
		return get("AGENT_CLIENT_SECRET", first ? get("LUMOAUTH_DEV_CLIENT_SECRET", "local-development-only") : null);
	}

	private @Nullable String get(String variable, @Nullable String otherwise) {
		String value = environment().get(variable);
		return StringUtils.hasText(value) ? value : otherwise;
	}

}
