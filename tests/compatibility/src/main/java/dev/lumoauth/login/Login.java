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

package dev.lumoauth.login;

import java.util.List;

import reactor.core.publisher.Mono;

import org.springframework.context.annotation.Bean;
import org.springframework.security.authentication.AuthenticationManager;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.authentication.ReactiveAuthenticationManager;
import org.springframework.security.core.userdetails.MapReactiveUserDetailsService;
import org.springframework.security.core.userdetails.ReactiveUserDetailsService;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetails;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClientManager;
import org.springframework.security.oauth2.client.ReactiveOAuth2AuthorizedClientManager;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.client.registration.ClientRegistrationRepository;
import org.springframework.security.oauth2.client.registration.InMemoryClientRegistrationRepository;
import org.springframework.security.oauth2.client.registration.InMemoryReactiveClientRegistrationRepository;
import org.springframework.security.oauth2.client.registration.ReactiveClientRegistrationRepository;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;

/**
 * What applications do about their logins: properties, and beans of their own.
 */
enum Login {

	/** Nothing: Spring Boot generates a password. */
	GENERATED(""),

	PASSWORD("--spring.security.user.password=secret"),

	USER("--spring.security.user.name=alice --spring.security.user.password=secret"),

	EXCLUDED("--spring.autoconfigure.exclude="
			+ "org.springframework.boot.security.autoconfigure.UserDetailsServiceAutoConfiguration,"
			+ "org.springframework.boot.security.autoconfigure.ReactiveUserDetailsServiceAutoConfiguration"),

	OWN_USERS("", ServletUsers.class, ReactiveUsers.class),

	OWN_MANAGER("", ServletManager.class, ReactiveManager.class),

	/** Needs the OAuth2 client. */
	OWN_REGISTRATIONS("", ServletRegistrations.class, ReactiveRegistrations.class),

	/** Needs the OAuth2 client, whose registration is no bean. */
	OWN_CLIENTS("", ServletClients.class, ReactiveClients.class),

	/** Needs Spring Boot's module for the OAuth2 client. */
	BOOTS_REGISTRATIONS("--spring.security.oauth2.client.registration.github.client-id=id "
			+ "--spring.security.oauth2.client.registration.github.client-secret=secret"),

	/** With an agent, as most applications have one. */
	AGENT("--lumoauth.url=http://127.0.0.1:1 " + "--lumoauth.tenant=acme-corp --lumoauth.client-id=agent "
			+ "--lumoauth.client-secret=secret");

	/** With blanks between them. */
	private final String arguments;

	private final Class<?> servlet;

	private final Class<?> reactive;

	Login(String arguments) {
		this(arguments, Object.class, Object.class);
	}

	Login(String arguments, Class<?> servlet, Class<?> reactive) {
		this.arguments = arguments;
		this.servlet = servlet;
		this.reactive = reactive;
	}

	List<String> arguments() {
		return List.of(this.arguments.split(" "));
	}

	Class<?> beans(boolean isServlet) {
		return isServlet ? this.servlet : this.reactive;
	}

	private static UserDetails bob() {
		return User.withUsername("bob").password("{noop}secret").roles("USER").build();
	}

	private static ClientRegistration registration() {
		return ClientRegistration.withRegistrationId("github")
			.clientId("id")
			.clientSecret("secret")
			.authorizationGrantType(AuthorizationGrantType.CLIENT_CREDENTIALS)
			.tokenUri("https://localhost/token")
			.build();
	}

	static class ServletUsers {

		@Bean
		UserDetailsService users() {
			return new InMemoryUserDetailsManager(bob());
		}

	}

	static class ReactiveUsers {

		@Bean
		ReactiveUserDetailsService users() {
			return new MapReactiveUserDetailsService(bob());
		}

	}

	static class ServletManager {

		@Bean
		AuthenticationManager manager() {
			return (authentication) -> {
				throw new BadCredentialsException("nobody");
			};
		}

	}

	static class ReactiveManager {

		@Bean
		ReactiveAuthenticationManager manager() {
			return (authentication) -> Mono.error(new BadCredentialsException("nobody"));
		}

	}

	static class ServletRegistrations {

		@Bean
		ClientRegistrationRepository registrations() {
			return new InMemoryClientRegistrationRepository(registration());
		}

	}

	static class ReactiveRegistrations {

		@Bean
		ReactiveClientRegistrationRepository registrations() {
			return new InMemoryReactiveClientRegistrationRepository(registration());
		}

	}

	static class ServletClients {

		@Bean
		OAuth2AuthorizedClientManager clients() {
			return (request) -> null;
		}

	}

	static class ReactiveClients {

		@Bean
		ReactiveOAuth2AuthorizedClientManager clients() {
			return (request) -> Mono.empty();
		}

	}

}
