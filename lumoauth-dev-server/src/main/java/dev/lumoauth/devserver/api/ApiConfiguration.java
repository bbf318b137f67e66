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

package dev.lumoauth.devserver.api;

import java.time.Clock;
import java.util.List;

import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.type.LogicalType;

import org.springframework.boot.jackson.autoconfigure.JsonMapperBuilderCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

import dev.lumoauth.devserver.config.DevProperties;
import dev.lumoauth.devserver.oauth.AccessTokens;
import dev.lumoauth.devserver.oauth.AgentsTokens;
import dev.lumoauth.devserver.state.Tenants;
import dev.lumoauth.devserver.web.RateLimiter;

/**
 * Lets controllers have a {@link Caller} as an argument.
 */
@Configuration(proxyBeanMethods = false)
class ApiConfiguration implements WebMvcConfigurer {

	private final CallerResolver callerResolver;

	ApiConfiguration(Tenants tenants, AccessTokens accessTokens, AgentsTokens agentsTokens, DevProperties properties,
			Clock clock) {
		this.callerResolver = new CallerResolver(tenants, accessTokens, agentsTokens,
				new RateLimiter(properties.limits().apiRequestsPerMinute(), clock));
	}

	/**
	 * Keeps Jackson from reading a number or a boolean as a text. LumoAuth answers 400.
	 */
	@Bean
	static JsonMapperBuilderCustomizer textsOnlyForTexts() {
		return (builder) -> builder.withCoercionConfig(LogicalType.Textual,
				(config) -> config.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
					.setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
					.setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail));
	}

	@Override
	public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
		resolvers.add(this.callerResolver);
	}

}
