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

package dev.lumoauth.spring.mcp.transport;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

import dev.lumoauth.spring.LumoAuthAgent;
import dev.lumoauth.spring.tool.ChatMode;
import dev.lumoauth.spring.tool.chat.ChatUser;
import dev.lumoauth.spring.user.Caller;
import dev.lumoauth.spring.user.OnBehalfOfUser;
import dev.lumoauth.spring.user.UserScope;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import reactor.core.publisher.Flux;

import org.springframework.ai.chat.client.ChatClient.ChatClientRequestSpec;
import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.mcp.SyncMcpToolCallbackProvider;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.annotation.Tool;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.MediaType;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.http.converter.FormHttpMessageConverter;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.oauth2.client.InMemoryOAuth2AuthorizedClientService;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClientService;
import org.springframework.security.oauth2.client.endpoint.OAuth2AccessTokenResponseClient;
import org.springframework.security.oauth2.client.endpoint.OAuth2AuthorizationCodeGrantRequest;
import org.springframework.security.oauth2.client.endpoint.RestClientAuthorizationCodeTokenResponseClient;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.client.registration.ClientRegistrationRepository;
import org.springframework.security.oauth2.client.registration.InMemoryClientRegistrationRepository;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.DefaultOAuth2AuthenticatedPrincipal;
import org.springframework.security.oauth2.core.http.converter.OAuth2AccessTokenResponseHttpMessageConverter;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.server.resource.introspection.OpaqueTokenIntrospector;
import org.springframework.security.web.FilterChainProxy;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestClient;

/**
 * An application whose users chat, each behind the filter chain of the way in which they
 * signed in, with tools that act for them: those of an MCP server and one of its own.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@EnableWebSecurity
@RestController
class UserChats {

	/** Chats that nobody waited for. */
	final List<CompletableFuture<String>> later = new CopyOnWriteArrayList<>();

	/** Threads that had a user before a request or after it. */
	final List<String> leaks = new CopyOnWriteArrayList<>();

	private final ChatClient client;

	private final SyncMcpToolCallbackProvider mcpTools;

	private final Tools tools;

	private final ObjectProvider<ToolCallback> more;

	UserChats(ChatClient.Builder builder, SyncMcpToolCallbackProvider mcpTools, LumoAuthAgent agent,
			ObjectProvider<ToolCallback> more) {
		this.client = builder.build();
		this.mcpTools = mcpTools;
		this.tools = new Tools(agent);
		this.more = more;
	}

	/**
	 * With what an application puts into a tool context, and no MCP server is to see.
	 */
	ChatClientRequestSpec request(String text) {
		Authentication user = SecurityContextHolder.getContext().getAuthentication();
		return this.client.prompt(text)
			.tools(this.mcpTools, this.tools)
			.tools(this.more.stream().toArray())
			.toolContext((user != null) ? Map.of("user", user) : Map.of());
	}

	@GetMapping("/{area}/ask/{mode}")
	String ask(@PathVariable ChatMode mode, @RequestParam(required = false) String user) {
		ChatClientRequestSpec request = request("go");
		return mode.ask((user != null) ? request.advisors(ChatUser.of(IssuingLumoAuth.userToken(user))) : request);
	}

	@GetMapping(path = "/{area}/stream", produces = MediaType.TEXT_PLAIN_VALUE)
	Flux<String> stream(@RequestParam(defaultValue = "go") String text) {
		return request(text).stream().content();
	}

	/**
	 * Start a chat, and wait for nothing.
	 */
	@GetMapping("/{area}/later")
	String later() {
		this.later.add(ChatMode.subscribed(request("later")));
		return thread();
	}

	@GetMapping("/{area}/thread")
	String thread() {
		return Thread.currentThread().toString();
	}

	/**
	 * Whether this thread, outside of every filter, knows a user.
	 */
	static boolean isSomeones() {
		return UserScope.current() != null || Caller.current() != Caller.NOBODY
				|| SecurityContextHolder.getContext().getAuthentication() != null;
	}

	@Bean
	FilterRegistrationBean<Filter> leakFilter() {
		FilterRegistrationBean<Filter> registration = new FilterRegistrationBean<>((request, response, chain) -> {
			boolean before = isSomeones();
			chain.doFilter(request, response);
			if (before || isSomeones()) {
				this.leaks.add(Thread.currentThread().getName());
			}
		});
		registration.setOrder(Ordered.HIGHEST_PRECEDENCE);
		registration.setDispatcherTypes(DispatcherType.REQUEST, DispatcherType.ASYNC);
		return registration;
	}

	@Bean
	static FilterRegistrationBean<FilterChainProxy> securityFilter(FilterChainProxy springSecurityFilterChain) {
		FilterRegistrationBean<FilterChainProxy> registration = new FilterRegistrationBean<>(springSecurityFilterChain);
		registration.setDispatcherTypes(DispatcherType.REQUEST, DispatcherType.ASYNC, DispatcherType.ERROR);
		return registration;
	}

	@Bean
	@Order(1)
	static SecurityFilterChain jwt(HttpSecurity http) {
		return http.securityMatcher("/jwt/**")
			.authorizeHttpRequests((requests) -> requests.anyRequest().authenticated())
			.oauth2ResourceServer((server) -> server.jwt(Customizer.withDefaults()))
			.build();
	}

	@Bean
	@Order(2)
	static SecurityFilterChain opaque(HttpSecurity http) {
		return http.securityMatcher("/opaque/**")
			.authorizeHttpRequests((requests) -> requests.anyRequest().authenticated())
			.oauth2ResourceServer((server) -> server.opaqueToken(Customizer.withDefaults()))
			.build();
	}

	@Bean
	@Order(3)
	static SecurityFilterChain session(HttpSecurity http) {
		return http
			.authorizeHttpRequests(
					(requests) -> requests.requestMatchers("/anyone/**").permitAll().anyRequest().authenticated())
			.oauth2Login(
					(login) -> login.tokenEndpoint((endpoint) -> endpoint.accessTokenResponseClient(loginClient())))
			.build();
	}

	/**
	 * Spring Security's own takes Apache's client where there is one, as on the class
	 * path of these tests, which writes the login's tokens to its wire log.
	 */
	private static OAuth2AccessTokenResponseClient<OAuth2AuthorizationCodeGrantRequest> loginClient() {
		RestClientAuthorizationCodeTokenResponseClient client = new RestClientAuthorizationCodeTokenResponseClient();
		client.setRestClient(RestClient.builder()
			.requestFactory(new JdkClientHttpRequestFactory())
			.configureMessageConverters((converters) -> converters.disableDefaults()
				.addCustomConverter(new FormHttpMessageConverter())
				.addCustomConverter(new OAuth2AccessTokenResponseHttpMessageConverter()))
			.build());
		return client;
	}

	@Bean
	static JwtDecoder jwtDecoder() {
		return IssuingLumoAuth.users();
	}

	@Bean
	static OpaqueTokenIntrospector introspector(JwtDecoder users) {
		return (token) -> {
			Jwt user = users.decode(token);
			return new DefaultOAuth2AuthenticatedPrincipal(user.getSubject(), user.getClaims(),
					AuthorityUtils.NO_AUTHORITIES);
		};
	}

	@Bean
	static ClientRegistrationRepository registrations(@Value("${lumoauth.url}") String lumoAuth) {
		String tenant = lumoAuth + "/t/" + IssuingLumoAuth.TENANT;
		return new InMemoryClientRegistrationRepository(ClientRegistration.withRegistrationId("lumoauth")
			.authorizationGrantType(AuthorizationGrantType.AUTHORIZATION_CODE)
			.clientId("web")
			.clientSecret("web-s3cret")
			.redirectUri("{baseUrl}/login/oauth2/code/{registrationId}")
			.authorizationUri(tenant + "/login")
			.tokenUri(tenant + "/api/v1/oauth/token")
			.userInfoUri(tenant + "/login/userinfo")
			.userNameAttributeName("sub")
			.build());
	}

	@Bean
	static OAuth2AuthorizedClientService logins(ClientRegistrationRepository registrations) {
		return new InMemoryOAuth2AuthorizedClientService(registrations);
	}

	static final class Tools {

		private final LumoAuthAgent agent;

		private Tools(LumoAuthAgent agent) {
			this.agent = agent;
		}

		@Tool(description = "For whom a token of the agent is")
		@OnBehalfOfUser
		String mine() {
			return describe(this.agent.mcpToken("urn:mcp:reports").getTokenValue());
		}

		static String describe(String token) {
			List<String> claims = IssuingLumoAuth.claims(token);
			return claims.get(0) + " called by " + claims.get(2) + " through " + claims.get(3);
		}

	}

}
