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

package dev.lumoauth.docs.aauth;

import dev.lumoauth.spring.aauth.resource.AAuthAuthenticationFilter;
import dev.lumoauth.spring.aauth.resource.AAuthEntryPoint;
import dev.lumoauth.spring.aauth.resource.AAuthResource;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.authentication.AnonymousAuthenticationFilter;

/**
 * A service that agents call with signed requests, as docs/aauth.md has it.
 */
@Configuration(proxyBeanMethods = false)
class OrdersSecurity {

	@Bean
	SecurityFilterChain agents(HttpSecurity http, AAuthResource aauth) {
		return http.csrf((csrf) -> csrf.disable())
			.sessionManagement((sessions) -> sessions.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
			.addFilterBefore(new AAuthAuthenticationFilter(aauth), AnonymousAuthenticationFilter.class)
			.exceptionHandling((errors) -> errors.authenticationEntryPoint(new AAuthEntryPoint(aauth)))
			.authorizeHttpRequests((requests) -> requests.anyRequest().hasAuthority("SCOPE_orders.read"))
			.build();
	}

}
