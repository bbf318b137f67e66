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

import java.util.List;

import dev.lumoauth.spring.mcp.server.RawHttp;
import dev.lumoauth.spring.mcp.server.ServedMcp;
import dev.lumoauth.spring.mcp.server.TokenIssuer;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.config.annotation.web.reactive.EnableWebFluxSecurity;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.core.userdetails.MapReactiveUserDetailsService;
import org.springframework.security.core.userdetails.ReactiveUserDetailsService;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetails;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.server.SecurityWebFilterChain;
import org.springframework.security.web.server.util.matcher.PathPatternParserServerWebExchangeMatcher;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.UrlBasedCorsConfigurationSource;
import org.springframework.web.filter.DelegatingFilterProxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * The security of the MCP server beside the application's own, in each form in which an
 * application has one: it neither opens nor locks a page, and no page's rules let anybody
 * into the server. A form that is the same for Spring MVC and WebFlux is tried on one of
 * them for each change, and on the other at night.
 */
@ExtendWith(ServedMcp.Extension.class)
class OtherPagesTests {

	private static final String LOGIN = "Authorization: Basic dTpw";

	private static final String USER = "spring.security.user.name=u";

	private static final String PASSWORD = "spring.security.user.password=p";

	private static final String METADATA = "/.well-known/oauth-protected-resource/mcp";

	/** Has a chain of its own. */
	private static final String NO_ACTUATOR = "spring.autoconfigure.exclude="
			+ "org.springframework.boot.security.autoconfigure.actuate.web.servlet.ManagementWebSecurityAutoConfiguration,"
			+ "org.springframework.boot.security.autoconfigure.actuate.web.reactive.ReactiveManagementWebSecurityAutoConfiguration";

	private static ServedMcp served;

	private static TokenIssuer issuer;

	@BeforeAll
	static void open(ServedMcp servers) {
		served = servers;
		issuer = servers.issuer;
	}

	private static ServedMcp.Server start(WebApplicationType web, Class<?> servlet, Class<?> reactive,
			String... properties) {
		return served.startSecured(web.name(),
				List.of((web == WebApplicationType.SERVLET) ? servlet : reactive, PlainPasswords.class), properties);
	}

	private static String bearer(String token) {
		return "Authorization: Bearer " + token;
	}

	private static void servesCallersOnly(int port) {
		for (String[] headers : new String[][] { {}, { LOGIN }, { bearer(foreign()) } }) {
			RawHttp.Answer refused = RawHttp.call(port, "/mcp", "open", headers);
			assertThat(refused.status()).isEqualTo(401);
			assertThat(refused.header("WWW-Authenticate")).startsWith("Bearer ")
				.contains("resource_metadata=\"http://localhost:" + port + METADATA + "\"");
			assertThat(refused.header("X-Content-Type-Options")).isEqualTo("nosniff");
		}
		RawHttp.Answer answer = RawHttp.call(port, "/mcp", "open", bearer(issuer.token()));
		assertThat(answer.status()).as(answer.body()).isEqualTo(200);
		assertThat(answer.body()).contains("open to user-1");
		assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
		assertThat(RawHttp.get(port, METADATA).status()).isEqualTo(200);
		for (String target : List.of("/mcp;x", "//mcp", "/mcp/", "/%6dcp", "/x/../mcp")) {
			assertThat(RawHttp.call(port, target, "open", LOGIN).status()).as(target).isIn(400, 401, 403, 404);
		}
	}

	/** A token for the pages, and not for the MCP server. */
	private static String foreign() {
		return issuer.token((claims) -> claims.audience("urn:pages"));
	}

	private static void locksThePage(int port) {
		assertThat(RawHttp.get(port, "/page").status()).isEqualTo(401);
		assertThat(RawHttp.get(port, "/page", LOGIN).status()).isEqualTo(200);
		assertThat(RawHttp.get(port, "/page", bearer(issuer.token())).status()).isEqualTo(401);
		assertThat(RawHttp.get(port, "/mcp/page").status()).isEqualTo(401);
	}

	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = "NONE", mode = EnumSource.Mode.EXCLUDE)
	void withoutAnyConfigurationTheDefaultLocksStay(WebApplicationType web) {
		try (ServedMcp.Server server = start(web, Nothing.class, Nothing.class, NO_ACTUATOR, USER, PASSWORD)) {
			servesCallersOnly(server.port());
			locksThePage(server.port());
			// The page of an error belongs to the request, not to another page's rules:
			// a caller is told what is wrong, and not to log in.
			RawHttp.Answer answer = RawHttp.send(server.port(), "PATCH", "/mcp", "{}", bearer(issuer.token()));
			assertThat(answer.status()).isIn(404, 405);
			assertThat(RawHttp.send(server.port(), "PATCH", "/page", "{}").status()).isIn(401, 403);
		}
	}

	@ParameterizedTest
	@CsvSource({ "SERVLET, false", "REACTIVE, true" })
	void theApplicationsOwnChainKeepsItsRules(WebApplicationType web, boolean first) {
		ownChain(web, first);
	}

	@ParameterizedTest
	@Tag("nightly")
	@CsvSource({ "SERVLET, true", "REACTIVE, false" })
	void theApplicationsOwnChainKeepsItsRulesInTheOtherPlace(WebApplicationType web, boolean first) {
		ownChain(web, first);
	}

	private static void ownChain(WebApplicationType web, boolean first) {
		try (ServedMcp.Server server = start(web, first ? FirstChain.class : OwnChain.class,
				first ? FirstReactiveChain.class : OwnReactiveChain.class, USER, PASSWORD,
				"spring.security.user.roles=USER")) {
			servesCallersOnly(server.port());
			locksThePage(server.port());
		}
	}

	@ParameterizedTest
	@EnumSource(names = "REACTIVE")
	void theActuatorsChainStays(WebApplicationType web) {
		try (ServedMcp.Server server = start(web, Nothing.class, Nothing.class, USER, PASSWORD,
				"management.endpoints.web.exposure.include=health,info")) {
			servesCallersOnly(server.port());
			locksThePage(server.port());
			assertThat(RawHttp.get(server.port(), "/actuator/health").status()).isIn(200, 503);
			assertThat(RawHttp.get(server.port(), "/actuator/info").status()).isEqualTo(401);
			assertThat(RawHttp.get(server.port(), "/actuator/info", LOGIN).status()).isEqualTo(200);
		}
	}

	@Test
	@Tag("nightly")
	void theActuatorsChainStaysInSpringMvc() {
		theActuatorsChainStays(WebApplicationType.SERVLET);
	}

	@ParameterizedTest
	@EnumSource(names = "REACTIVE")
	void theResourceServersChainStays(WebApplicationType web) {
		try (ServedMcp.Server server = start(web, Nothing.class, Nothing.class, NO_ACTUATOR,
				"spring.security.oauth2.resourceserver.jwt.jwk-set-uri=" + issuer.issuer() + "/oauth/jwks")) {
			servesCallersOnly(server.port());
			assertThat(RawHttp.get(server.port(), "/page").status()).isEqualTo(401);
			assertThat(RawHttp.get(server.port(), "/page", bearer(foreign("JWT"))).status()).isEqualTo(200);
		}
	}

	@Test
	@Tag("nightly")
	void theResourceServersChainStaysInSpringMvc() {
		theResourceServersChainStays(WebApplicationType.SERVLET);
	}

	/** Of the type that Spring Boot's decoder takes. */
	private static String foreign(String type) {
		return issuer.token(type, (claims) -> claims.audience("urn:pages"));
	}

	/**
	 * The resource server's jar is what costs the application its generated user.
	 */
	@ParameterizedTest
	@EnumSource(names = "SERVLET")
	void withTheResourceServersJarAloneThePagesAreLockedForEverybody(WebApplicationType web) {
		try (ServedMcp.Server server = start(web, Nothing.class, Nothing.class, NO_ACTUATOR)) {
			servesCallersOnly(server.port());
			assertThat(RawHttp.get(server.port(), "/page").status()).isEqualTo(401);
			assertThat(RawHttp.get(server.port(), "/page", LOGIN).status()).isEqualTo(401);
			assertThat(server.context().getBeanNamesForType(UserDetailsService.class)).isEmpty();
			assertThat(server.context().getBeanNamesForType(ReactiveUserDetailsService.class)).isEmpty();
			bytesBehindTheBodyKeepNobodyBusy(server.port());
		}
	}

	@Test
	@Tag("nightly")
	void withTheResourceServersJarAloneThePagesAreLockedForEverybodyInWebFlux() {
		withTheResourceServersJarAloneThePagesAreLockedForEverybody(WebApplicationType.REACTIVE);
	}

	@Test
	void aChainForAllThatComesFirstEndsTheStart() {
		assertThatException()
			.isThrownBy(() -> start(WebApplicationType.SERVLET, EverythingFirst.class, EverythingFirst.class))
			.havingRootCause()
			.withMessageContaining("A filter chain that matches any request");
	}

	/**
	 * Neither is this server's own chain asked, nor does anybody reach a tool.
	 */
	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = "NONE", mode = EnumSource.Mode.EXCLUDE)
	@ExtendWith(OutputCaptureExtension.class)
	void aChainThatComesFirstLetsNobodyIn(WebApplicationType web, CapturedOutput output) {
		try (ServedMcp.Server server = start(web, McpFirst.class, ReactiveEverythingFirst.class)) {
			for (String[] headers : new String[][] { {}, { LOGIN }, { bearer(issuer.token()) } }) {
				assertThat(RawHttp.call(server.port(), "/mcp", "open", headers).status()).isEqualTo(401);
			}
		}
		assertThat(output.getOut())
			.containsOnlyOnce("a request reached the MCP server without passing its filter chain");
	}

	@ParameterizedTest
	@EnumSource(names = "SERVLET")
	void aChainOfTheApplicationsForTheSamePathsComesLater(WebApplicationType web) {
		try (ServedMcp.Server server = start(web, OpenMcp.class, OpenReactiveMcp.class)) {
			servesCallersOnly(server.port());
			assertThat(RawHttp.get(server.port(), "/mcp/page").status()).isEqualTo(200);
		}
	}

	@Test
	@Tag("nightly")
	void aChainOfTheApplicationsForTheSamePathsComesLaterInWebFlux() {
		aChainOfTheApplicationsForTheSamePathsComesLater(WebApplicationType.REACTIVE);
	}

	@Test
	void theApplicationsOwnDecoderIsNotTheServers() {
		try (ServedMcp.Server server = start(WebApplicationType.SERVLET, OwnDecoder.class, OwnDecoder.class,
				NO_ACTUATOR)) {
			servesCallersOnly(server.port());
			assertThat(RawHttp.call(server.port(), "/mcp", "open", bearer("anything")).status()).isEqualTo(401);
		}
	}

	@ParameterizedTest
	@EnumSource(names = "REACTIVE")
	void theApplicationsCorsRulesCount(WebApplicationType web) {
		try (ServedMcp.Server server = start(web, Cors.class, ReactiveCors.class, NO_ACTUATOR,
				"lumoauth.mcp.server.allowed-origins=https://app.example.com")) {
			String allowed = "Access-Control-Allow-Origin";
			String origin = "Origin: https://app.example.com";
			RawHttp.Answer preflight = RawHttp.send(server.port(), "OPTIONS", "/mcp", "", origin,
					"Access-Control-Request-Method: POST");
			assertThat(preflight.status()).isEqualTo(200);
			assertThat(preflight.header(allowed)).isEqualTo("https://app.example.com");
			RawHttp.Answer answer = RawHttp.call(server.port(), "/mcp", "open", origin, bearer(issuer.token()));
			assertThat(answer.status()).isEqualTo(200);
			assertThat(answer.header(allowed)).isEqualTo("https://app.example.com");
			assertThat(RawHttp.call(server.port(), "/mcp", "open", origin).status()).isEqualTo(401);
			assertThat(RawHttp
				.send(server.port(), "OPTIONS", "/mcp", "", "Origin: https://evil.example",
						"Access-Control-Request-Method: POST")
				.status()).isEqualTo(403);
		}
	}

	@Test
	@Tag("nightly")
	void theApplicationsCorsRulesCountInSpringMvc() {
		theApplicationsCorsRulesCount(WebApplicationType.SERVLET);
	}

	@ParameterizedTest
	@EnumSource(names = "SERVLET")
	void withoutSpringBootsModuleTheDefaultLocksStay(WebApplicationType web) {
		try (ServedMcp.Server server = start(web, Enabled.class, ReactiveEnabled.class,
				ServedMcp.WITHOUT_BOOTS_SECURITY)) {
			servesCallersOnly(server.port());
			locksThePage(server.port());
		}
	}

	@Test
	@Tag("nightly")
	void withoutSpringBootsModuleTheDefaultLocksStayInWebFlux() {
		withoutSpringBootsModuleTheDefaultLocksStay(WebApplicationType.REACTIVE);
	}

	/**
	 * The usual way to have no default lock: Spring Boot registers the filter all the
	 * same.
	 */
	@Test
	void withoutSpringBootsChainAloneTheServerIsProtected() {
		try (ServedMcp.Server server = start(WebApplicationType.SERVLET, Nothing.class, Nothing.class,
				NO_ACTUATOR + ",org.springframework.boot.security.autoconfigure.web.servlet."
						+ "ServletWebSecurityAutoConfiguration")) {
			servesCallersOnly(server.port());
			assertThat(RawHttp.get(server.port(), "/page").status()).isEqualTo(200);
		}
	}

	/** Tomcat says that the bytes behind a body are available, and reads none of them. */
	private static void bytesBehindTheBodyKeepNobodyBusy(int port) {
		for (String host : List.of("Host: localhost:" + port, "Host: other.example.com")) {
			RawHttp.Answer answer = RawHttp.send(port, "POST", "/mcp", "X", "Content-Length: 0", host);
			assertThat(answer.status()).isIn(401, 421);
		}
	}

	@Test
	void aPageThatForwardsIsNoWayIn() {
		try (ServedMcp.Server server = start(WebApplicationType.SERVLET, OpenForward.class, OpenForward.class)) {
			assertThat(RawHttp.call(server.port(), "/forward", "open").status()).isEqualTo(401);
			assertThat(RawHttp.call(server.port(), "/forward", "open", bearer(foreign())).status()).isEqualTo(401);
		}
	}

	@Configuration(proxyBeanMethods = false)
	static class Nothing {

	}

	/**
	 * Spring Security's own encoder hashes a password for a tenth of a second, at each
	 * request.
	 */
	@Configuration(proxyBeanMethods = false)
	static class PlainPasswords {

		@Bean
		PasswordEncoder plain() {
			return new PasswordEncoder() {

				@Override
				public String encode(CharSequence password) {
					return password.toString();
				}

				@Override
				public boolean matches(CharSequence password, String encoded) {
					return encoded.contentEquals(password);
				}

			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnChain {

		@Bean
		SecurityFilterChain ownPages(HttpSecurity http) {
			return http.authorizeHttpRequests((requests) -> requests.anyRequest().hasRole("USER"))
				.httpBasic(Customizer.withDefaults())
				.build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class FirstChain {

		@Bean
		@Order(0)
		SecurityFilterChain ownPages(HttpSecurity http) {
			return new OwnChain().ownPages(http);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnReactiveChain {

		@Bean
		SecurityWebFilterChain ownPages(ServerHttpSecurity http) {
			return http.authorizeExchange((exchanges) -> exchanges.anyExchange().hasRole("USER"))
				.httpBasic(Customizer.withDefaults())
				.build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class FirstReactiveChain {

		@Bean
		@Order(0)
		SecurityWebFilterChain ownPages(ServerHttpSecurity http) {
			return new OwnReactiveChain().ownPages(http);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class EverythingFirst {

		@Bean
		@Order(Ordered.HIGHEST_PRECEDENCE)
		SecurityFilterChain all(HttpSecurity http) {
			return http.authorizeHttpRequests((requests) -> requests.anyRequest().permitAll())
				.csrf((csrf) -> csrf.disable())
				.build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class McpFirst {

		@Bean
		@Order(Ordered.HIGHEST_PRECEDENCE)
		SecurityFilterChain mcp(HttpSecurity http) {
			http.securityMatcher("/mcp/**");
			return new EverythingFirst().all(http);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OpenMcp {

		@Bean
		SecurityFilterChain mcp(HttpSecurity http) {
			http.securityMatcher("/mcp/**");
			return new EverythingFirst().all(http);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ReactiveEverythingFirst {

		@Bean
		@Order(Ordered.HIGHEST_PRECEDENCE)
		SecurityWebFilterChain all(ServerHttpSecurity http) {
			return http.authorizeExchange((exchanges) -> exchanges.anyExchange().permitAll())
				.csrf(ServerHttpSecurity.CsrfSpec::disable)
				.build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OpenReactiveMcp {

		@Bean
		SecurityWebFilterChain mcp(ServerHttpSecurity http) {
			http.securityMatcher(new PathPatternParserServerWebExchangeMatcher("/mcp/**"));
			return new ReactiveEverythingFirst().all(http);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnDecoder {

		@Bean
		JwtDecoder everythingIsValid() {
			return (token) -> {
				throw new IllegalStateException("The application's decoder is asked about a caller");
			};
		}

	}

	private static CorsConfiguration cors() {
		CorsConfiguration cors = new CorsConfiguration();
		cors.addAllowedOrigin("https://app.example.com");
		cors.addAllowedMethod(CorsConfiguration.ALL);
		return cors;
	}

	@Configuration(proxyBeanMethods = false)
	static class Cors {

		@Bean
		UrlBasedCorsConfigurationSource corsConfigurationSource() {
			UrlBasedCorsConfigurationSource source = new UrlBasedCorsConfigurationSource();
			source.registerCorsConfiguration("/mcp", cors());
			return source;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ReactiveCors {

		@Bean
		org.springframework.web.cors.reactive.CorsConfigurationSource corsRules() {
			return (exchange) -> cors();
		}

	}

	private static UserDetails user() {
		return User.withUsername("u").password("p").roles("USER").build();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableWebSecurity
	static class Enabled {

		@Bean
		InMemoryUserDetailsManager users() {
			return new InMemoryUserDetailsManager(user());
		}

		@Bean
		FilterRegistrationBean<DelegatingFilterProxy> security() {
			FilterRegistrationBean<DelegatingFilterProxy> registration = new FilterRegistrationBean<>(
					new DelegatingFilterProxy("springSecurityFilterChain"));
			registration.setOrder(-100);
			return registration;
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableWebFluxSecurity
	static class ReactiveEnabled {

		@Bean
		MapReactiveUserDetailsService users() {
			return new MapReactiveUserDetailsService(user());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OpenForward {

		@Bean
		SecurityFilterChain all(HttpSecurity http) {
			return new EverythingFirst().all(http);
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
