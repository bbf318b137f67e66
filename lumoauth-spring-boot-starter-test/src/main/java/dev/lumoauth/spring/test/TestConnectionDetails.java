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

package dev.lumoauth.spring.test;

import java.util.UUID;

import dev.lumoauth.spring.autoconfigure.config.LumoAuthConnectionDetails;
import org.jspecify.annotations.Nullable;

import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/**
 * The address of LumoAuth and the identity of the agent. They are the application's own,
 * since they appear in tokens, metrics and messages. Values that are missing, or that
 * come from variables that are not set, have defaults. The secret is always replaced.
 *
 * @param url the address
 * @param tenant the tenant, or {@code null} if there is an organization
 * @param orgId the organization, or {@code null} if there is a tenant
 * @param clientId the agent
 * @param secret a secret that nobody knows
 */
record TestConnectionDetails(String url, @Nullable String tenant, @Nullable String orgId, String clientId,
		String secret) implements LumoAuthConnectionDetails {

	/** Never resolves (RFC 6761 section 6.4). */
	private static final String URL = "https://lumoauth.invalid";

	private static final String TENANT = "test-tenant";

	private static final String CLIENT_ID = "test-agent";

	static TestConnectionDetails of(Environment environment) {
		String url = read(environment, "lumoauth.url", "LUMOAUTH_URL");
		String tenant = read(environment, "lumoauth.tenant", "LUMOAUTH_TENANT");
		String orgId = (tenant == null) ? read(environment, "lumoauth.org-id", "LUMOAUTH_ORG_ID") : null;
		String clientId = read(environment, "lumoauth.client-id", "AGENT_CLIENT_ID");
		return new TestConnectionDetails((url != null) ? url : URL, (tenant == null && orgId == null) ? TENANT : tenant,
				orgId, (clientId != null) ? clientId : CLIENT_ID, UUID.randomUUID().toString());
	}

	private static @Nullable String read(Environment environment, String... names) {
		for (String name : names) {
			String value = read(environment, name);
			if (StringUtils.hasText(value)) {
				return value;
			}
		}
		return null;
	}

	static @Nullable String read(Environment environment, String name) {
		try {
			String value = environment.getProperty(name);
			return (value != null && !value.contains("${")) ? value : null;
		}
		catch (IllegalArgumentException ex) {
			return null; // a variable that is not set here
		}
	}

	@Override
	public String getUrl() {
		return this.url;
	}

	@Override
	public @Nullable String getTenant() {
		return this.tenant;
	}

	@Override
	public @Nullable String getOrgId() {
		return this.orgId;
	}

	@Override
	public String getClientId() {
		return this.clientId;
	}

	@Override
	public String getClientSecret() {
		return this.secret;
	}

	@Override
	public String toString() {
		return "agent " + this.clientId + " at " + this.url;
	}

}
