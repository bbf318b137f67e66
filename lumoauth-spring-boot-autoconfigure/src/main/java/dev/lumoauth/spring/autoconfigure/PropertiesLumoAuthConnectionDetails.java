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

import org.jspecify.annotations.Nullable;

import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/**
 * Connection details from the properties {@code lumoauth.*} and, where a property is not
 * set, from the environment variables of LumoAuth's guides.
 */
final class PropertiesLumoAuthConnectionDetails implements LumoAuthConnectionDetails {

	private final LumoAuthProperties properties;

	private final ConnectionSettings settings;

	PropertiesLumoAuthConnectionDetails(LumoAuthProperties properties, Environment environment) {
		this.properties = properties;
		this.settings = new ConnectionSettings(environment);
	}

	@Override
	public String getUrl() {
		String property = this.settings.property(ConnectionSetting.URL);
		String url = (property != null) ? property : this.settings.variable(ConnectionSetting.URL);
		// A blank is not replaced: it is refused, for the default is somebody else's
		// host.
		return (url != null) ? url : this.properties.getUrl();
	}

	@Override
	public @Nullable String getTenant() {
		return tenantOrOrgId(ConnectionSetting.TENANT, this.properties.getTenant());
	}

	@Override
	public @Nullable String getOrgId() {
		return tenantOrOrgId(ConnectionSetting.ORG_ID, this.properties.getOrgId());
	}

	@Override
	public @Nullable String getClientId() {
		return value(ConnectionSetting.CLIENT_ID, this.properties.getClientId());
	}

	@Override
	public @Nullable String getClientSecret() {
		return value(ConnectionSetting.CLIENT_SECRET, this.properties.getClientSecret());
	}

	/**
	 * The two exclude each other, so a property for one of them also wins over the
	 * variable for the other.
	 */
	private @Nullable String tenantOrOrgId(ConnectionSetting setting, @Nullable String bound) {
		if (hasProperty(ConnectionSetting.TENANT) || hasProperty(ConnectionSetting.ORG_ID)) {
			return textOrNull(this.settings.property(setting));
		}
		return value(setting, bound);
	}

	private boolean hasProperty(ConnectionSetting setting) {
		return StringUtils.hasText(this.settings.property(setting));
	}

	private @Nullable String value(ConnectionSetting setting, @Nullable String bound) {
		String property = textOrNull(this.settings.property(setting));
		if (property != null) {
			return property;
		}
		String variable = textOrNull(this.settings.variable(setting));
		return (variable != null) ? variable : textOrNull(bound);
	}

	private static @Nullable String textOrNull(@Nullable String value) {
		return StringUtils.hasText(value) ? value : null;
	}

}
