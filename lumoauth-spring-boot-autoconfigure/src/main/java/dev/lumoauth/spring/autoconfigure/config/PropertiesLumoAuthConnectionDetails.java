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

import java.util.Arrays;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.core.env.Environment;

/**
 * Connection details from the properties {@code lumoauth.*} and, where a property is not
 * set, from the environment variables of LumoAuth's guides.
 */
public final class PropertiesLumoAuthConnectionDetails implements LumoAuthConnectionDetails {

	private final LumoAuthProperties properties;

	private final Environment environment;

	/**
	 * Create the details.
	 * @param properties the properties
	 * @param environment says which of them are set, and has the variables
	 */
	public PropertiesLumoAuthConnectionDetails(LumoAuthProperties properties, Environment environment) {
		this.properties = properties;
		this.environment = environment;
	}

	/**
	 * A blank address is refused. It is not replaced by the default, which would be
	 * another host than the intended one.
	 */
	@Override
	public String getUrl() {
		String url = ConnectionSetting.URL.get(this.environment);
		return (url != null) ? url : this.properties.url();
	}

	@Override
	public @Nullable String getTenant() {
		return tenantOrOrgId(ConnectionSetting.TENANT);
	}

	@Override
	public @Nullable String getOrgId() {
		return tenantOrOrgId(ConnectionSetting.ORG_ID);
	}

	@Override
	public @Nullable String getClientId() {
		return ConnectionSetting.CLIENT_ID.get(this.environment);
	}

	@Override
	public @Nullable String getClientSecret() {
		return ConnectionSetting.CLIENT_SECRET.get(this.environment);
	}

	/**
	 * Return the settings whose variables have no effect.
	 */
	List<ConnectionSetting> overridden() {
		return Arrays.stream(ConnectionSetting.values())
			.filter((setting) -> setting.isOverridden(this.environment))
			.toList();
	}

	/**
	 * The two exclude each other, so a property for one of them also wins over the
	 * variable for the other.
	 */
	private @Nullable String tenantOrOrgId(ConnectionSetting setting) {
		boolean property = ConnectionSetting.TENANT.getProperty(this.environment) != null
				|| ConnectionSetting.ORG_ID.getProperty(this.environment) != null;
		return property ? setting.getProperty(this.environment) : setting.get(this.environment);
	}

}
