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

package dev.lumoauth.mcpserver.security;

import java.net.http.HttpClient;
import java.time.Clock;
import java.time.Duration;

import jakarta.servlet.DispatcherType;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.security.config.ObjectPostProcessor;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.oauth2.server.resource.web.authentication.BearerTokenAuthenticationFilter;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.intercept.AuthorizationFilter;
import org.springframework.security.web.authentication.AuthenticationEntryPointFailureHandler;
import org.springframework.web.client.RestTemplate;

/**
 * Everything but the metadata needs a token for this server, with the scope.
 */
@Configuration(proxyBeanMethods = false)
class SecurityConfiguration {

	private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);

	private static final Duration READ_TIMEOUT = Duration.ofSeconds(5);

	private static final int MAX_KNOWN_SESSIONS = 10_000;

	@Bean
	LumoAuthJwtDecoder jwtDecoder(ServerProperties properties, Clock clock) {
		// Spring Security's own waits for half a second only, and follows redirects.
		JdkClientHttpRequestFactory requests = new JdkClientHttpRequestFactory(HttpClient.newBuilder()
			.connectTimeout(CONNECT_TIMEOUT)
			.followRedirects(HttpClient.Redirect.NEVER)
			.build());
		requests.setReadTimeout(READ_TIMEOUT);
		return new LumoAuthJwtDecoder(properties,
				new TokenRules(properties.audience(), properties.dpopRequired(), clock), new RestTemplate(requests));
	}

	/** Where tokens come from is for those who have none. */
	@Bean
	@Order(1)
	SecurityFilterChain metadataFilterChain(HttpSecurity http) throws Exception {
		return stateless(http.securityMatcher(Resource.WELL_KNOWN + "/**"))
			.authorizeHttpRequests((requests) -> requests.anyRequest().permitAll())
			.build();
	}

	@Bean
	@Order(2)
	SecurityFilterChain mcpFilterChain(HttpSecurity http, ServerProperties properties, Challenges challenges)
			throws Exception {
		return stateless(http).authorizeHttpRequests((requests) -> requests
			// What Spring MVC has to say about a request that was let in.
			.dispatcherTypeMatchers(DispatcherType.ERROR)
			.permitAll()
			.anyRequest()
			.hasAuthority("SCOPE_" + properties.requiredScope())).oauth2ResourceServer((server) -> server.jwt((jwt) -> {
			})
				.authenticationEntryPoint(challenges)
				.accessDeniedHandler(challenges)
				.withObjectPostProcessor(failuresTo(challenges)))
			.exceptionHandling(
					(failures) -> failures.authenticationEntryPoint(challenges).accessDeniedHandler(challenges))
			.addFilterAfter(new SessionFilter(new McpSessions(MAX_KNOWN_SESSIONS)), AuthorizationFilter.class)
			.build();
	}

	/** No cookie ever: a request carries its token, or is nobody's. */
	private static HttpSecurity stateless(HttpSecurity http) throws Exception {
		return http.csrf(AbstractHttpConfigurer::disable)
			.logout(AbstractHttpConfigurer::disable)
			.requestCache(AbstractHttpConfigurer::disable)
			.sessionManagement((sessions) -> sessions.sessionCreationPolicy(SessionCreationPolicy.STATELESS));
	}

	/** By default, keys that cannot be read are an internal error. */
	private static ObjectPostProcessor<BearerTokenAuthenticationFilter> failuresTo(Challenges challenges) {
		AuthenticationEntryPointFailureHandler handler = new AuthenticationEntryPointFailureHandler(challenges);
		handler.setRethrowAuthenticationServiceException(false);
		return new ObjectPostProcessor<>() {
			@Override
			public <O extends BearerTokenAuthenticationFilter> O postProcess(O filter) {
				filter.setAuthenticationFailureHandler(handler);
				return filter;
			}
		};
	}

}
