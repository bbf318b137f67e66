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

package dev.lumoauth.spring.autoconfigure.user;

import dev.lumoauth.spring.autoconfigure.LumoAuthAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.config.Activation;
import dev.lumoauth.spring.autoconfigure.config.ConditionalOnMissingPart;
import dev.lumoauth.spring.autoconfigure.config.LumoAuthConnection;
import dev.lumoauth.spring.autoconfigure.config.LumoAuthProperties;
import dev.lumoauth.spring.user.CurrentUser;
import dev.lumoauth.spring.user.UserTokenResolver;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.env.Environment;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClientService;
import org.springframework.security.oauth2.client.endpoint.OAuth2AccessTokenResponseClient;
import org.springframework.security.oauth2.client.endpoint.OAuth2RefreshTokenGrantRequest;

/**
 * Auto-configuration for the user on whose behalf the agent acts. Without an identity at
 * LumoAuth, code that acts for a user is refused.
 * <p>
 * It also keeps the login that Spring Boot generates for a web application. Spring Boot
 * generates none if Spring Security's OAuth2 client is on the class path. This library
 * depends on that client, but does not use it for logins.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = LumoAuthAutoConfiguration.class, afterName = { KeptLogin.SERVLET, KeptLogin.REACTIVE })
@Import(KeptLogins.class)
@EnableConfigurationProperties(LumoAuthProperties.class)
public final class LumoAuthUserAutoConfiguration {

	/**
	 * The application's own resolvers first, whatever their order.
	 */
	@Bean
	@Lazy
	@ConditionalOnMissingPart
	CurrentUser lumoAuthCurrentUser(ObjectProvider<UserTokenResolver> resolvers, LumoAuthProperties properties,
			ObjectProvider<LumoAuthConnection> connection, ObjectProvider<OAuth2AuthorizedClientService> logins,
			ObjectProvider<OAuth2AccessTokenResponseClient<OAuth2RefreshTokenGrantRequest>> responseClient,
			Environment environment, ListableBeanFactory beanFactory) {
		Activation activation = Activation.of(environment, beanFactory);
		if (activation == Activation.IDLE || activation == Activation.DISABLED) {
			return CurrentUser.refusing(activation.refusal());
		}
		return UserLogins.currentUser(resolvers, properties, connection.getIfAvailable(), logins, responseClient,
				beanFactory);
	}

}
