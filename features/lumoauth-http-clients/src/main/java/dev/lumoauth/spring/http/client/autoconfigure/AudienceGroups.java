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

package dev.lumoauth.spring.http.client.autoconfigure;

import java.util.Locale;

import dev.lumoauth.spring.LumoAuthSetupException;
import dev.lumoauth.spring.autoconfigure.config.Activation;
import dev.lumoauth.spring.token.LumoAuthTokens;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.http.client.HttpClientSettings;
import org.springframework.boot.http.client.HttpRedirects;
import org.springframework.boot.http.client.autoconfigure.HttpClientProperties;
import org.springframework.boot.http.client.autoconfigure.HttpClientSettingsPropertyMapper;
import org.springframework.boot.http.client.autoconfigure.service.HttpServiceClientProperties;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.util.ClassUtils;
import org.springframework.web.service.registry.HttpServiceGroup;

/**
 * Common parts of HTTP service groups with {@code @LumoAuthAudience}: a client with the
 * group's own settings. Only redirects are off, because they would carry the token to
 * another host.
 */
final class AudienceGroups {

	private final ObjectProvider<LumoAuthTokens> tokens;

	private final Activation activation;

	private final @Nullable HttpServiceClientProperties properties;

	private final HttpClientSettingsPropertyMapper settings;

	private final @Nullable ClassLoader classLoader;

	AudienceGroups(ObjectProvider<LumoAuthTokens> tokens, Activation activation,
			@Nullable HttpServiceClientProperties properties, @Nullable SslBundles sslBundles,
			@Nullable HttpClientSettings settings, @Nullable ClassLoader classLoader) {
		this.tokens = tokens;
		this.activation = activation;
		this.properties = properties;
		this.settings = new HttpClientSettingsPropertyMapper(sslBundles, settings);
		this.classLoader = classLoader;
	}

	/**
	 * Return the settings of a group's client.
	 * @param client the type of the client, after which Spring Boot names the module that
	 * applies the group's properties
	 * @throws LumoAuthSetupException if there is no source of tokens, unless LumoAuth is
	 * turned off on purpose, or if nothing applies the properties
	 */
	HttpClientSettings settings(HttpServiceGroup group, Class<?> client) {
		if (this.activation != Activation.DISABLED && this.tokens.getIfAvailable() == null) {
			throw new LumoAuthSetupException(
					"HTTP service group '" + group.name()
							+ "' has @LumoAuthAudience, and there is no LumoAuthTokens bean to ask for its tokens.",
					((this.activation == Activation.NAMED_ONLY) ? this.activation : Activation.IDLE).action());
		}
		HttpClientProperties own = (this.properties != null) ? this.properties.get(group.name()) : null;
		String module = client.getSimpleName().toLowerCase(Locale.ROOT);
		String customizer = "org.springframework.boot." + module + "." + client.getSimpleName() + "Customizer";
		if (own != null && !ClassUtils.isPresent(customizer, this.classLoader)) {
			throw new LumoAuthSetupException("spring.http.serviceclient." + group.name()
					+ ".* is set for an HTTP service group with @LumoAuthAudience, and nothing applies these properties.",
					"Add spring-boot-starter-" + module + ".");
		}
		return this.settings.map(own).withRedirects(HttpRedirects.DONT_FOLLOW);
	}

}
