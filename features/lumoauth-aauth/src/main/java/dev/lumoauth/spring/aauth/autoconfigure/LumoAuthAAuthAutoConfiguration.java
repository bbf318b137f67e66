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

package dev.lumoauth.spring.aauth.autoconfigure;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Lazy;

import dev.lumoauth.spring.aauth.agent.AAuthAgent;
import dev.lumoauth.spring.aauth.agent.AAuthCredentials;
import dev.lumoauth.spring.aauth.api.AAuthApi;
import dev.lumoauth.spring.autoconfigure.LumoAuthAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.config.LumoAuthConnectionDetails;
import dev.lumoauth.spring.http.LumoAuthHttp;
import dev.lumoauth.spring.token.RequestSigner;

/**
 * Auto-configuration for an agent that signs its requests, if
 * {@code lumoauth.aauth.agent} is set.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = LumoAuthAutoConfiguration.class)
@ConditionalOnClass(LumoAuthAutoConfiguration.class)
@ConditionalOnProperty("lumoauth.aauth.agent")
@ConditionalOnBooleanProperty(name = "lumoauth.enabled", matchIfMissing = true)
@EnableConfigurationProperties(AAuthProperties.class)
@Import(AgentMetadataConfiguration.class)
public final class LumoAuthAAuthAutoConfiguration {

	/**
	 * Not lazy, whatever the application's default is: errors show at start.
	 */
	@Bean
	@Lazy(false)
	@ConditionalOnMissingBean
	AAuthAgent lumoAuthAAuthAgent(AAuthProperties properties, ObjectProvider<SslBundles> sslBundles) {
		return new AgentSettings(properties, sslBundles.getIfAvailable()).agent();
	}

	@Bean
	@ConditionalOnMissingBean
	RequestSigner lumoAuthAAuthRequestSigner(AAuthAgent agent) {
		return agent.signer();
	}

	@Bean
	@ConditionalOnMissingBean
	@ConditionalOnBean(LumoAuthHttp.class)
	AAuthApi lumoAuthAAuthApi(LumoAuthHttp http, AAuthAgent agent) {
		return AAuthApi.forAgent(http, agent);
	}

	/**
	 * Looked up while the connection is validated, so this bean must not need anything
	 * that needs the connection. A missing client id is reported there.
	 */
	@Bean
	@ConditionalOnMissingBean
	@ConditionalOnBean(LumoAuthConnectionDetails.class)
	@ConditionalOnProperty(name = "lumoauth.client-authentication-method", havingValue = "aauth")
	AAuthCredentials lumoAuthAAuthCredentials(LumoAuthConnectionDetails details, AAuthAgent agent) {
		String clientId = details.getClientId();
		return new AAuthCredentials((clientId != null) ? clientId : "", agent);
	}

}
