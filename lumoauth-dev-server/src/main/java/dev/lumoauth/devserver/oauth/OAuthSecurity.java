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

package dev.lumoauth.devserver.oauth;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;

import dev.lumoauth.devserver.config.DevProperties;
import dev.lumoauth.devserver.dpop.DpopProofs;
import dev.lumoauth.devserver.dpop.DpopTokenRequests;
import dev.lumoauth.devserver.user.ChosenUser;
import dev.lumoauth.devserver.user.LoginEntryPoint;
import dev.lumoauth.devserver.user.LoginErrors;
import dev.lumoauth.devserver.user.LoginPage;
import dev.lumoauth.devserver.user.LoginRedirect;
import dev.lumoauth.devserver.user.LoginRequests;
import dev.lumoauth.devserver.web.ApiPaths;
import dev.lumoauth.devserver.web.RateLimiter;
import jakarta.servlet.http.HttpServletRequest;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationCodeAuthenticationProvider;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationCodeRequestAuthenticationProvider;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationCodeRequestAuthenticationValidator;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2RefreshTokenAuthenticationProvider;
import org.springframework.security.oauth2.server.authorization.settings.AuthorizationServerSettings;
import org.springframework.security.oauth2.server.authorization.web.authentication.OAuth2AuthorizationCodeAuthenticationConverter;
import org.springframework.security.oauth2.server.authorization.web.authentication.OAuth2ClientCredentialsAuthenticationConverter;
import org.springframework.security.oauth2.server.authorization.web.authentication.OAuth2RefreshTokenAuthenticationConverter;
import org.springframework.security.oauth2.server.authorization.web.authentication.OAuth2TokenExchangeAuthenticationConverter;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.authentication.preauth.AbstractPreAuthenticatedProcessingFilter;
import org.springframework.security.web.csrf.CsrfFilter;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.security.web.util.matcher.OrRequestMatcher;
import org.springframework.security.web.util.matcher.RequestMatcher;

/**
 * Spring Authorization Server at LumoAuth's paths, with exactly the grants and the client
 * authentication listed here. Its own providers are replaced, and not only preceded,
 * because a {@code ProviderManager} asks the next provider after a refusal.
 */
@Configuration(proxyBeanMethods = false)
class OAuthSecurity {

	static final String AUTHORIZE = ApiPaths.AUTHORIZE;

	static final String TOKEN = ApiPaths.TOKEN;

	static final String INTROSPECT = "/oauth/introspect";

	static final String REVOKE = "/oauth/revoke";

	static final String BACKCHANNEL = "/oauth/bc-authorize";

	static final String JWKS = "/.well-known/jwks.json";

	@Bean
	AuthorizationServerSettings authorizationServerSettings() {
		return AuthorizationServerSettings.builder()
			.multipleIssuersAllowed(true)
			.authorizationEndpoint(AUTHORIZE)
			.tokenEndpoint(TOKEN)
			.tokenIntrospectionEndpoint(INTROSPECT)
			.tokenRevocationEndpoint(REVOKE)
			.build();
	}

	@Bean
	PasswordEncoder passwordEncoder() {
		return new Secrets();
	}

	@Bean
	@Order(1)
	SecurityFilterChain oauthSecurityFilterChain(HttpSecurity http, ClientAuthentication clientAuthentication,
			ClientCredentialsGrant credentials, TokenExchangeGrant exchange, CibaGrant ciba,
			BackchannelClients backchannelClients, UserTokenGenerator userTokens, TokenStore store,
			PresentedClient presentedClient, DpopProofs proofs, DevProperties properties, Clock clock) {
		OAuthErrors errors = new OAuthErrors();
		LoginPage loginPage = new LoginPage();
		LoginErrors loginErrors = new LoginErrors(loginPage);
		RateLimiter limiter = new RateLimiter(properties.limits().tokenRequestsPerMinute(), clock);
		http.oauth2AuthorizationServer((server) -> {
			server.clientAuthentication((client) -> {
				client.authenticationConverters((converters) -> replace(converters, clientAuthentication.converters()));
				client.authenticationProviders((all) -> replace(all, clientAuthentication.providers()));
				client.errorResponseHandler(errors);
			});
			server.authorizationEndpoint((login) -> {
				login.authorizationRequestConverters((converters) -> replace(converters, List.of(new LoginRequests())));
				login.authenticationProviders(OAuthSecurity::withoutSession);
				login.authorizationResponseHandler(new LoginRedirect());
				login.errorResponseHandler(loginErrors);
			});
			server.tokenEndpoint((token) -> {
				token.accessTokenRequestConverters((converters) -> replace(converters,
						List.of(new OAuth2ClientCredentialsAuthenticationConverter(),
								new OAuth2TokenExchangeAuthenticationConverter(),
								new OAuth2AuthorizationCodeAuthenticationConverter(),
								new OAuth2RefreshTokenAuthenticationConverter(), CibaRequest::read)));
				token.authenticationProviders((all) -> replace(all,
						List.of(credentials, exchange, ciba,
								new OAuth2AuthorizationCodeAuthenticationProvider(store, userTokens),
								new OAuth2RefreshTokenAuthenticationProvider(store, userTokens))));
				token.errorResponseHandler(errors);
			});
			server.tokenIntrospectionEndpoint(
					(introspection) -> introspection.introspectionResponseHandler(new IntrospectionAnswers(store))
						.errorResponseHandler(errors));
			server.tokenRevocationEndpoint((revocation) -> {
				revocation.errorResponseHandler(errors);
				revocation.revocationResponseHandler((request, response, authentication) -> {
					response.setContentType(MediaType.APPLICATION_JSON_VALUE);
					response.getOutputStream().write("{}".getBytes(StandardCharsets.UTF_8));
				});
			});
		});
		http.securityMatcher(endpoints());
		http.addFilterAfter(new ChosenUser(), CsrfFilter.class);
		http.addFilterBefore(new JsonTokenRequests(), AbstractPreAuthenticatedProcessingFilter.class);
		http.addFilterBefore(new TokenRateFilter(limiter, presentedClient),
				AbstractPreAuthenticatedProcessingFilter.class);
		http.addFilterBefore(new DpopTokenRequests(proofs), AbstractPreAuthenticatedProcessingFilter.class);
		http.addFilterAfter(backchannelClients.filter(errors), AbstractPreAuthenticatedProcessingFilter.class);
		http.authorizeHttpRequests((requests) -> requests.anyRequest().authenticated());
		LoginEntryPoint loginEntryPoint = new LoginEntryPoint(loginPage, loginErrors);
		http.exceptionHandling((exceptions) -> exceptions.authenticationEntryPoint((request, response,
				exception) -> entryPoint(request, loginEntryPoint, errors).commence(request, response, exception)));
		stateless(http);
		// The authorization server restores the check for requests it doesn't know.
		http.csrf((csrf) -> csrf.ignoringRequestMatchers(backchannelClients.endpoint()));
		return http.build();
	}

	/** Controllers check the token of their requests themselves. */
	@Bean
	@Order(2)
	SecurityFilterChain apiSecurityFilterChain(HttpSecurity http) {
		http.authorizeHttpRequests((requests) -> requests.anyRequest().permitAll());
		return stateless(http).build();
	}

	private static HttpSecurity stateless(HttpSecurity http) {
		return http.csrf(AbstractHttpConfigurer::disable)
			.logout(AbstractHttpConfigurer::disable)
			.requestCache(AbstractHttpConfigurer::disable)
			.sessionManagement((sessions) -> sessions.sessionCreationPolicy(SessionCreationPolicy.STATELESS));
	}

	private static RequestMatcher endpoints() {
		PathPatternRequestMatcher.Builder paths = PathPatternRequestMatcher.withDefaults();
		return new OrRequestMatcher(paths.matcher(HttpMethod.GET, ApiPaths.TENANT + AUTHORIZE),
				paths.matcher(HttpMethod.POST, ApiPaths.TENANT + AUTHORIZE),
				paths.matcher(HttpMethod.POST, ApiPaths.TENANT + TOKEN),
				paths.matcher(HttpMethod.POST, ApiPaths.TENANT + INTROSPECT),
				paths.matcher(HttpMethod.POST, ApiPaths.TENANT + REVOKE),
				paths.matcher(HttpMethod.POST, ApiPaths.TENANT + BACKCHANNEL));
	}

	/**
	 * Keeps the provider that needs no consent page, and lets it accept the scope openid.
	 * Spring Authorization Server's own support of OpenID Connect would accept the scope,
	 * but keeps a session.
	 */
	private static void withoutSession(List<AuthenticationProvider> providers) {
		OAuth2AuthorizationCodeRequestAuthenticationValidator validator = new OAuth2AuthorizationCodeRequestAuthenticationValidator();
		providers.removeIf((provider) -> !(provider instanceof OAuth2AuthorizationCodeRequestAuthenticationProvider));
		providers.forEach((provider) -> ((OAuth2AuthorizationCodeRequestAuthenticationProvider) provider)
			.setAuthenticationValidator(validator));
	}

	private static AuthenticationEntryPoint entryPoint(HttpServletRequest request, AuthenticationEntryPoint login,
			AuthenticationEntryPoint other) {
		return ApiPaths.isAt(request, AUTHORIZE) ? login : other;
	}

	private static <T> void replace(List<T> list, List<? extends T> replacements) {
		list.clear();
		list.addAll(replacements);
	}

}
