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

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Configuration;

/**
 * Auto-configuration that keeps the login that Spring Boot generates for a web
 * application. Spring Boot generates none if Spring Security's OAuth2 client is on the
 * class path. This library depends on that client, but does not use it for logins.
 *
 * @since 0.1.0
 */
@AutoConfiguration(afterName = { LumoAuthLoginAutoConfiguration.SERVLET, LumoAuthLoginAutoConfiguration.REACTIVE })
@ConditionalOnClass(name = LumoAuthLoginAutoConfiguration.SERVLET)
public final class LumoAuthLoginAutoConfiguration {

	static final String SERVLET = "org.springframework.boot.security.autoconfigure.UserDetailsServiceAutoConfiguration";

	static final String REACTIVE = "org.springframework.boot.security.autoconfigure.ReactiveUserDetailsServiceAutoConfiguration";

	@Configuration(proxyBeanMethods = false)
	@KeptLogin(SERVLET)
	static final class ServletLogin {

	}

	@Configuration(proxyBeanMethods = false)
	@KeptLogin(REACTIVE)
	static final class ReactiveLogin {

	}

}
