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

package dev.lumoauth.spring.workload.autoconfigure;

import dev.lumoauth.spring.autoconfigure.LumoAuthAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.config.FeatureCredentials;
import dev.lumoauth.spring.autoconfigure.config.LumoAuthProperties;
import dev.lumoauth.spring.workload.PlatformTokenSource;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.env.Environment;

/**
 * Auto-configuration for agents whose platform says who they are, as chosen by
 * {@code lumoauth.workload-identity.provider} or
 * {@code lumoauth.client-authentication-method}.
 *
 * @since 0.1.0
 */
@AutoConfiguration(before = LumoAuthAutoConfiguration.class)
@ConditionalOnClass(LumoAuthAutoConfiguration.class)
@EnableConfigurationProperties(WorkloadIdentityProperties.class)
public final class LumoAuthWorkloadIdentityAutoConfiguration {

	@Bean
	@Lazy
	FeatureCredentials lumoAuthPlatformCredentials(Environment environment, LumoAuthProperties properties,
			ObjectProvider<PlatformTokenSource> own) {
		return new PlatformCredentials(environment, properties, own);
	}

}
