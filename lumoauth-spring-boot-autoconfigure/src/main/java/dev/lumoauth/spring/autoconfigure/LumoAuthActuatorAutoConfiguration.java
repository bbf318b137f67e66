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

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.endpoint.SanitizingFunction;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.util.StringUtils;

/**
 * Auto-configuration for the way in which Boot's actuator shows LumoAuth's configuration.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = LumoAuthAutoConfiguration.class)
@ConditionalOnClass(SanitizingFunction.class)
public final class LumoAuthActuatorAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	ClientSecretSanitizingFunction lumoAuthClientSecretSanitizingFunction(ObjectProvider<LumoAuthConnection> connection,
			ObjectProvider<LumoAuthProperties> properties, ObjectProvider<LumoAuthTokenStoreProperties> tokenStore,
			ObjectProvider<LumoAuthEventsProperties> events) {
		return new ClientSecretSanitizingFunction(() -> secrets(connection.getIfAvailable(),
				properties.getIfAvailable(), tokenStore.getIfAvailable(), events.getIfAvailable()));
	}

	private static List<String> secrets(@Nullable LumoAuthConnection connection,
			@Nullable LumoAuthProperties properties, @Nullable LumoAuthTokenStoreProperties tokenStore,
			@Nullable LumoAuthEventsProperties events) {
		List<@Nullable String> secrets = new ArrayList<>();
		if (connection != null) {
			secrets.add(connection.clientSecret());
		}
		if (properties != null) {
			secrets.add(properties.getClientSecret()); // also if another method is chosen
			secrets.add(platformToken(properties));
			properties.getAgents().values().forEach((agent) -> {
				secrets.add(agent.getClientSecret());
				secrets.add(platformToken(agent));
			});
		}
		if (tokenStore != null) {
			secrets.add(tokenStore.getEncryptionKey());
		}
		if (events != null) {
			secrets.add(events.getSsf().getAuthorizationToken());
			secrets.addAll(events.getWebhook().getSecrets());
		}
		return secrets.stream().filter(StringUtils::hasText).map(String::valueOf).toList();
	}

	private static @Nullable String platformToken(LumoAuthAgentProperties agent) {
		String variable = agent.getWorkloadIdentity().getTokenEnvironmentVariable();
		return StringUtils.hasText(variable) ? System.getenv(variable) : null;
	}

}
