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

import dev.lumoauth.spring.mcp.server.RawHttp;
import dev.lumoauth.spring.mcp.server.ServedMcp;
import dev.lumoauth.spring.mcp.server.TokenIssuer;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.filter.DelegatingFilterProxy;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The security of the MCP server beside the application's own, which neither opens nor
 * locks the other's pages.
 */
class McpServerBesideSecurityTests {

	private static final String LOGIN = "Authorization: Basic dTpw";

	@ParameterizedTest
	@ValueSource(classes = { NoChainOfItsOwn.class, ItsOwnChain.class })
	void leavesPagesLockedAndTheServerToItsTokens(Class<?> application) {
		try (TokenIssuer issuer = new TokenIssuer();
				ConfigurableApplicationContext context = start(issuer, application)) {
			int port = Integer.parseInt(context.getEnvironment().getRequiredProperty("local.server.port"));
			assertThat(RawHttp.get(port, "/page", "Authorization: Bearer " + issuer.token()).status()).isEqualTo(401);
			assertThat(RawHttp.get(port, "/page").status()).isIn(302, 401);
			assertThat(RawHttp.get(port, "/page", LOGIN).status()).isEqualTo(200);
			assertThat(RawHttp.initialize(port, "/mcp", LOGIN).status()).isEqualTo(401);
			assertThat(RawHttp.initialize(port, "/mcp", LOGIN).header("WWW-Authenticate")).startsWith("Bearer ");
			assertThat(RawHttp.initialize(port, "/mcp", "Authorization: Bearer " + issuer.token()).status())
				.isEqualTo(200);
			assertThat(RawHttp.get(port, "/.well-known/oauth-protected-resource/mcp").status()).isEqualTo(200);
			assertThat(RawHttp.call(port, "/mcp;x", "open", LOGIN).status()).isIn(400, 401);
			assertThat(RawHttp.call(port, "//mcp", "open", LOGIN).status()).isIn(400, 401, 404);
		}
	}

	@Test
	void forwardsNobodyToATool() {
		try (TokenIssuer issuer = new TokenIssuer();
				ConfigurableApplicationContext context = start(issuer, Forwarding.class)) {
			int port = Integer.parseInt(context.getEnvironment().getRequiredProperty("local.server.port"));
			assertThat(RawHttp.call(port, "/forward", "open").status()).isEqualTo(401);
		}
	}

	private static ConfigurableApplicationContext start(TokenIssuer issuer, Class<?> application) {
		return new SpringApplicationBuilder(application)
			.properties("server.port=0", "server.shutdown=immediate", "spring.ai.mcp.server.protocol=STATELESS",
					"lumoauth.url=" + issuer.url(), "lumoauth.tenant=acme-corp",
					"lumoauth.mcp.server.audience=" + TokenIssuer.AUDIENCE, "spring.main.banner-mode=off",
					"spring.ai.mcp.client.enabled=false", "spring.ai.openai.api-key=none")
			.run();
	}

	@SpringBootConfiguration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@EnableWebSecurity
	static class NoChainOfItsOwn {

		@Bean
		InMemoryUserDetailsManager users() {
			return new InMemoryUserDetailsManager(User.withUsername("u").password("{noop}p").roles("USER").build());
		}

		/**
		 * As Spring Boot's module registers it.
		 */
		@Bean
		FilterRegistrationBean<DelegatingFilterProxy> security() {
			FilterRegistrationBean<DelegatingFilterProxy> registration = new FilterRegistrationBean<>(
					new DelegatingFilterProxy("springSecurityFilterChain"));
			registration.setOrder(-100);
			return registration;
		}

		@Bean
		ServedMcp.Tools tools() {
			return new ServedMcp.Tools();
		}

		@Bean
		ServedMcp.Pages pages() {
			return new ServedMcp.Pages();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import(NoChainOfItsOwn.class)
	static class ItsOwnChain {

		@Bean
		SecurityFilterChain pagesOnly(HttpSecurity http) {
			return http.authorizeHttpRequests((requests) -> requests.anyRequest().hasRole("USER"))
				.httpBasic((basic) -> {
				})
				.build();
		}

	}

	@SpringBootConfiguration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Forwarding {

		@Bean
		ServedMcp.Tools tools() {
			return new ServedMcp.Tools();
		}

		@Bean
		Forward forward() {
			return new Forward();
		}

	}

	@RestController
	static class Forward {

		@RequestMapping("/forward")
		void forward(HttpServletRequest request, HttpServletResponse response) throws Exception {
			request.getRequestDispatcher("/mcp").forward(request, response);
		}

	}

}
