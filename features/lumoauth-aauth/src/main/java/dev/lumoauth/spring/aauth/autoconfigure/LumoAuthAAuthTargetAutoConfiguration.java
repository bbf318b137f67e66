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

import java.net.http.HttpClient;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.env.Environment;
import org.springframework.web.servlet.HandlerExceptionResolver;

import dev.lumoauth.spring.aauth.agent.AAuthAgent;
import dev.lumoauth.spring.aauth.agent.AAuthApi;
import dev.lumoauth.spring.aauth.agent.AAuthClients;
import dev.lumoauth.spring.aauth.agent.AAuthConsentExceptionResolver;
import dev.lumoauth.spring.aauth.agent.AAuthConsentFilter;
import dev.lumoauth.spring.aauth.agent.AAuthRevocations;
import dev.lumoauth.spring.aauth.agent.AAuthTargets;
import dev.lumoauth.spring.aauth.agent.AAuthUserTokens;
import dev.lumoauth.spring.autoconfigure.LumoAuthAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.config.ConditionalOnMissingPart;
import dev.lumoauth.spring.autoconfigure.config.LumoAuthProperties;
import dev.lumoauth.spring.http.LumoAuthHttp;
import dev.lumoauth.spring.token.LumoAuthTokens;
import dev.lumoauth.spring.token.TokenProtocol;

/**
 * Auto-configuration for the resources that an agent calls with signed requests: those of
 * {@code lumoauth.aauth.targets}, and the MCP connections with {@code aauth=true}.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = LumoAuthAAuthAutoConfiguration.class)
@ConditionalOnClass(LumoAuthAutoConfiguration.class)
@ConditionalOnBean(value = { AAuthAgent.class, AAuthApi.class }, search = SearchStrategy.CURRENT)
@ConditionalOnMissingBean(value = TokenProtocol.class, search = SearchStrategy.CURRENT)
public final class LumoAuthAAuthTargetAutoConfiguration {

	/**
	 * Not lazy, whatever the application's default is: errors show at start.
	 */
	@Bean
	@Lazy(false)
	AAuthTargets lumoAuthAAuthTargets(AAuthAgent agent, AAuthApi api, LumoAuthHttp http, AAuthProperties properties,
			LumoAuthProperties lumoAuth, Environment environment) {
		HttpClient client = HttpClient.newBuilder()
			.followRedirects(HttpClient.Redirect.NEVER)
			.connectTimeout(lumoAuth.connectTimeout())
			.build();
		return new AAuthTargets(agent, api, http.endpoints().issuer(),
				new TargetSettings(properties, environment).all(),
				LumoAuthHttp.requestFactory(client, lumoAuth.readTimeout()));
	}

	@Bean
	@ConditionalOnMissingPart
	AAuthClients lumoAuthAAuthClients(LumoAuthTokens tokens, AAuthTargets targets) {
		return new AAuthClients(tokens, targets);
	}

	@Bean
	@ConditionalOnMissingPart
	AAuthUserTokens lumoAuthAAuthUserTokens(AAuthTargets targets) {
		return new AAuthUserTokens(targets);
	}

	@Bean
	AAuthRevocations lumoAuthAAuthRevocations(AAuthUserTokens users, LumoAuthTokens tokens) {
		return new AAuthRevocations(users, tokens::names);
	}

	/**
	 * Does nothing if no resource has a {@code redirect-uri}.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
	@ConditionalOnClass(FilterRegistrationBean.class)
	static class ConsentConfiguration {

		/** Spring Security's filters have the order -100. */
		static final int AFTER_SECURITY = -50;

		@Bean
		@ConditionalOnMissingPart
		AAuthConsentFilter lumoAuthAAuthConsentFilter(AAuthUserTokens tokens) {
			return new AAuthConsentFilter(tokens);
		}

		@Bean
		FilterRegistrationBean<AAuthConsentFilter> lumoAuthAAuthConsentFilterRegistration(AAuthConsentFilter filter) {
			FilterRegistrationBean<AAuthConsentFilter> registration = new FilterRegistrationBean<>(filter);
			registration.setOrder(AFTER_SECURITY);
			return registration;
		}

		@Configuration(proxyBeanMethods = false)
		@ConditionalOnClass(HandlerExceptionResolver.class)
		static class ControllersConfiguration {

			@Bean
			@ConditionalOnMissingPart
			AAuthConsentExceptionResolver lumoAuthAAuthConsentExceptionResolver(AAuthConsentFilter filter) {
				return new AAuthConsentExceptionResolver(filter);
			}

		}

	}

}
