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

import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.capability.RefusingCapabilityDecisions;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.env.Environment;

/**
 * Auto-configuration for the application's identity at LumoAuth.
 * <p>
 * Publishes beans of this library's own types only: a bean of one of Spring Security's
 * OAuth 2.0 types would switch off what Boot sets up for the application's own logins.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = SslAutoConfiguration.class)
@EnableConfigurationProperties(LumoAuthProperties.class)
@Import(IdentityConfiguration.class)
public final class LumoAuthAutoConfiguration {

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnActivation(Activation.CONFIGURED)
	static class ConnectionConfiguration {

		@Bean
		@ConditionalOnMissingBean(LumoAuthConnectionDetails.class)
		PropertiesLumoAuthConnectionDetails lumoAuthConnectionDetails(LumoAuthProperties properties,
				Environment environment) {
			return new PropertiesLumoAuthConnectionDetails(properties, environment);
		}

		/**
		 * Not lazy, whatever the application's default: what is wrong shows at start.
		 */
		@Bean
		@Lazy(false)
		LumoAuthConnection lumoAuthConnection(LumoAuthConnectionDetails details, LumoAuthProperties properties,
				ObjectProvider<SslBundles> sslBundles) {
			return new ConfigurationValidator(properties, sslBundles.getIfAvailable()).validate(details);
		}

	}

	/**
	 * Nothing is there to ask, so an answer is never an allow. The application starts
	 * only if none of its beans needs one; what is no bean is refused when it is called.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnActivation(Activation.IDLE)
	static class IdleConfiguration {

		@Bean
		@ConditionalOnMissingBean(CapabilityDecisions.class)
		RefusingCapabilityDecisions lumoAuthCapabilityDecisions() {
			return new RefusingCapabilityDecisions(Activation.IDLE.reason() + ". " + Activation.IDLE.action());
		}

		@Bean
		@Lazy(false)
		IdleNotice lumoAuthIdleNotice() {
			return new IdleNotice();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnActivation(Activation.DISABLED)
	static class DisabledConfiguration {

		private static final Log logger = LogFactory.getLog(LumoAuthAutoConfiguration.class);

		@Bean
		@Lazy(false)
		@ConditionalOnMissingBean(CapabilityDecisions.class)
		RefusingCapabilityDecisions lumoAuthCapabilityDecisions() {
			String reason = Activation.DISABLED.reason();
			logger.warn(reason + ": code that requires a capability is refused.");
			return new RefusingCapabilityDecisions(reason + ".");
		}

	}

}
