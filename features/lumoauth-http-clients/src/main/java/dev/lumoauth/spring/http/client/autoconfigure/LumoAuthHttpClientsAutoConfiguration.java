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

import java.net.URI;
import java.util.Map;

import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.autoconfigure.LumoAuthAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.config.Activation;
import dev.lumoauth.spring.autoconfigure.config.ConditionalOnMissingPart;
import dev.lumoauth.spring.autoconfigure.config.ConfigurationProblems;
import dev.lumoauth.spring.http.client.LumoAuthAudienceCheck;
import dev.lumoauth.spring.http.client.LumoAuthAudiences;
import dev.lumoauth.spring.http.client.LumoAuthHttpClients;
import dev.lumoauth.spring.token.LumoAuthTokens;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.http.client.ClientHttpRequestFactoryBuilder;
import org.springframework.boot.http.client.HttpClientSettings;
import org.springframework.boot.http.client.autoconfigure.service.HttpServiceClientProperties;
import org.springframework.boot.http.client.reactive.ClientHttpConnectorBuilder;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Role;
import org.springframework.core.env.Environment;
import org.springframework.core.io.ResourceLoader;
import org.springframework.web.client.support.RestClientHttpServiceGroupConfigurer;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.client.support.WebClientHttpServiceGroupConfigurer;
import org.springframework.web.service.registry.HttpServiceProxyRegistry;

/**
 * Auto-configuration for HTTP clients, and for HTTP interfaces with
 * {@link dev.lumoauth.spring.http.client.LumoAuthAudience @LumoAuthAudience}. It applies
 * whether or not LumoAuth is configured: none of their requests is sent without a token.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = LumoAuthAutoConfiguration.class)
@ConditionalOnClass(LumoAuthAutoConfiguration.class)
@EnableConfigurationProperties(LumoAuthHttpClientsProperties.class)
public final class LumoAuthHttpClientsAutoConfiguration {

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static LumoAuthAudienceCheck lumoAuthAudienceCheck() {
		return new LumoAuthAudienceCheck();
	}

	/**
	 * Not lazy, whatever the application's default is: errors show at start.
	 */
	@Bean
	@Lazy(false)
	@ConditionalOnMissingPart
	LumoAuthHttpClients lumoAuthHttpClients(ObjectProvider<LumoAuthTokens> tokens,
			LumoAuthHttpClientsProperties properties, Environment environment, ListableBeanFactory beanFactory) {
		Activation activation = Activation.of(environment, beanFactory);
		ConfigurationProblems problems = new ConfigurationProblems();
		Map<String, URI> servers = (activation != Activation.DISABLED)
				? new AudiencesRule(problems).check(properties.audiences()) : Map.of();
		problems.throwIfAny();
		return new LumoAuthHttpClients(() -> {
			LumoAuthTokens available = tokens.getIfAvailable();
			if (available == null) {
				throw new LumoAuthUnavailableException(activation.reason() + ".", null);
			}
			return available;
		}, servers);
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnBean(HttpServiceProxyRegistry.class)
	static class GroupsConfiguration {

		@Bean
		AudienceGroups lumoAuthAudienceGroups(ObjectProvider<LumoAuthTokens> tokens, Environment environment,
				ListableBeanFactory beanFactory, ObjectProvider<HttpServiceClientProperties> properties,
				ObjectProvider<SslBundles> sslBundles, ObjectProvider<HttpClientSettings> settings,
				ResourceLoader resourceLoader) {
			return new AudienceGroups(tokens, Activation.of(environment, beanFactory), properties.getIfAvailable(),
					sslBundles.getIfAvailable(), settings.getIfAvailable(), resourceLoader.getClassLoader());
		}

		@Bean
		RestClientGroupRedirects lumoAuthRestClientGroupRedirects(AudienceGroups groups, ResourceLoader resourceLoader,
				ObjectProvider<ClientHttpRequestFactoryBuilder<?>> requestFactoryBuilder) {
			return new RestClientGroupRedirects(groups, requestFactoryBuilder
				.getIfAvailable(() -> ClientHttpRequestFactoryBuilder.detect(resourceLoader.getClassLoader())));
		}

		@Bean
		@ConditionalOnMissingBean(name = "lumoAuthRestClientHttpServiceGroupConfigurer")
		RestClientHttpServiceGroupConfigurer lumoAuthRestClientHttpServiceGroupConfigurer(LumoAuthHttpClients clients) {
			return LumoAuthAudiences.restClientGroups(clients);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(WebClient.class)
	@ConditionalOnBean(HttpServiceProxyRegistry.class)
	static class WebClientGroupsConfiguration {

		@Bean
		WebClientGroupRedirects lumoAuthWebClientGroupRedirects(AudienceGroups groups, ResourceLoader resourceLoader,
				ObjectProvider<ClientHttpConnectorBuilder<?>> connectorBuilder) {
			return new WebClientGroupRedirects(groups, connectorBuilder
				.getIfAvailable(() -> ClientHttpConnectorBuilder.detect(resourceLoader.getClassLoader())));
		}

		@Bean
		@ConditionalOnMissingBean(name = "lumoAuthWebClientHttpServiceGroupConfigurer")
		WebClientHttpServiceGroupConfigurer lumoAuthWebClientHttpServiceGroupConfigurer(LumoAuthHttpClients clients) {
			return LumoAuthAudiences.webClientGroups(clients);
		}

	}

}
