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

package dev.lumoauth.spring.mcp.server.autoconfigure;

import java.util.EnumSet;

import jakarta.servlet.DispatcherType;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.web.servlet.DelegatingFilterProxyRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.security.config.BeanIds;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.config.annotation.web.reactive.EnableWebFluxSecurity;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.server.SecurityWebFilterChain;
import org.springframework.security.web.server.WebFilterChainProxy;

/**
 * Keeps the pages that are not the MCP server's as they would be without it. Spring
 * Security locks all pages of an application only if no filter chain is a bean, and the
 * MCP server's is one.
 */
final class OtherPages {

	/** The order of Spring Boot's own registration. */
	private static final int FILTER_ORDER = -100;

	private OtherPages() {
	}

	/**
	 * The application has Spring Security without Spring Boot's module for it, whose
	 * chain would be there by now.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnBean(name = BeanIds.SPRING_SECURITY_FILTER_CHAIN)
	@ConditionalOnMissingBean(SecurityFilterChain.class)
	static class Servlet {

		@Bean
		@Order(Ordered.LOWEST_PRECEDENCE)
		SecurityFilterChain lumoAuthOtherPagesFilterChain(HttpSecurity http) {
			return http.authorizeHttpRequests((requests) -> requests.anyRequest().authenticated())
				.formLogin(Customizer.withDefaults())
				.httpBasic(Customizer.withDefaults())
				.build();
		}

	}

	/**
	 * The application has no security: the MCP server's chain is the only one.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnMissingBean(name = BeanIds.SPRING_SECURITY_FILTER_CHAIN)
	@EnableWebSecurity
	static class ServletWithoutSecurity {

		/**
		 * Spring Boot registers the filter itself if only its chain is excluded.
		 */
		@Bean
		DelegatingFilterProxyRegistrationBean lumoAuthSecurityFilterRegistration(ListableBeanFactory beanFactory) {
			DelegatingFilterProxyRegistrationBean registration = new DelegatingFilterProxyRegistrationBean(
					BeanIds.SPRING_SECURITY_FILTER_CHAIN);
			registration.setEnabled(!beanFactory.containsBean("securityFilterChainRegistration"));
			registration.setOrder(FILTER_ORDER);
			registration.setDispatcherTypes(EnumSet.allOf(DispatcherType.class));
			return registration;
		}

	}

	/**
	 * The application has Spring Security, and no chain of its own. In WebFlux, Spring
	 * Boot makes none either.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnBean(WebFilterChainProxy.class)
	@ConditionalOnMissingBean(SecurityWebFilterChain.class)
	static class Reactive {

		@Bean
		@Order(Ordered.LOWEST_PRECEDENCE)
		SecurityWebFilterChain lumoAuthOtherPagesFilterChain(ServerHttpSecurity http) {
			return http.authorizeExchange((exchanges) -> exchanges.anyExchange().authenticated())
				.httpBasic(Customizer.withDefaults())
				.formLogin(Customizer.withDefaults())
				.build();
		}

	}

	/**
	 * The application has no security: the MCP server's chain is the only one.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnMissingBean(WebFilterChainProxy.class)
	@EnableWebFluxSecurity
	static class ReactiveWithoutSecurity {

	}

}
