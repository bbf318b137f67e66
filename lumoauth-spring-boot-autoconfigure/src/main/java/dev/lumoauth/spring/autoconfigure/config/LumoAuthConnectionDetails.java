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

import org.jspecify.annotations.Nullable;

import org.springframework.boot.autoconfigure.service.connection.ConnectionDetails;

/**
 * Details of the connection to LumoAuth: the address and the agent's credentials. A bean
 * of this type replaces the corresponding properties {@code lumoauth.*} and environment
 * variables. The values are read once, at start, and validated like the properties.
 *
 * @since 0.1.0
 */
public interface LumoAuthConnectionDetails extends ConnectionDetails {

	/**
	 * Return the address of LumoAuth, without tenant or organization.
	 * @return an absolute URL: {@code https}, or {@code http} to a loopback host
	 */
	String getUrl();

	/**
	 * Return the slug of the tenant.
	 * @return the slug, or {@code null} if there is an {@link #getOrgId() organization}
	 */
	default @Nullable String getTenant() {
		return null;
	}

	/**
	 * Return the slug of the organization.
	 * @return the slug, or {@code null} if there is a {@link #getTenant() tenant}
	 */
	default @Nullable String getOrgId() {
		return null;
	}

	/**
	 * Return the client id of the agent.
	 * @return the id; the application does not start with {@code null}
	 */
	@Nullable String getClientId();

	/**
	 * Return the client secret of the agent.
	 * @return the secret, or {@code null} if the agent has none
	 * ({@code lumoauth.client-authentication-method=none})
	 */
	@Nullable String getClientSecret();

}
