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

import java.io.IOException;
import java.time.Clock;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;

import dev.lumoauth.spring.autoconfigure.config.KnownIssuers;
import dev.lumoauth.spring.autoconfigure.config.LumoAuthConnection;
import dev.lumoauth.spring.autoconfigure.config.LumoAuthProperties;
import dev.lumoauth.spring.user.CurrentUser;
import dev.lumoauth.spring.user.UserTokenResolver;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.http.HttpRequest;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.http.converter.FormHttpMessageConverter;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClientService;
import org.springframework.security.oauth2.client.RefreshTokenOAuth2AuthorizedClientProvider;
import org.springframework.security.oauth2.client.endpoint.OAuth2AccessTokenResponseClient;
import org.springframework.security.oauth2.client.endpoint.OAuth2RefreshTokenGrantRequest;
import org.springframework.security.oauth2.client.endpoint.RestClientRefreshTokenTokenResponseClient;
import org.springframework.security.oauth2.client.http.OAuth2ErrorResponseErrorHandler;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.core.OAuth2AuthorizationException;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.http.converter.OAuth2AccessTokenResponseHttpMessageConverter;
import org.springframework.util.function.SingletonSupplier;
import org.springframework.web.client.RestClient;

/**
 * Creates the resolver for the tokens of the application's own logins, from the
 * application's own beans and without a bean of Spring Security's types.
 */
record UserLogins(ObjectProvider<OAuth2AuthorizedClientService> logins, Predicate<ClientRegistration> known,
		Supplier<OAuth2AccessTokenResponseClient<OAuth2RefreshTokenGrantRequest>> responseClient) {

	/**
	 * Create the current user, apart from the auto-configuration: the start loads the
	 * types of its methods and of the lambdas in them.
	 */
	static CurrentUser currentUser(ObjectProvider<UserTokenResolver> resolvers, LumoAuthProperties properties,
			@Nullable LumoAuthConnection connection, ObjectProvider<OAuth2AuthorizedClientService> logins,
			ObjectProvider<OAuth2AccessTokenResponseClient<OAuth2RefreshTokenGrantRequest>> responseClient,
			BeanFactory beanFactory) {
		KnownIssuers issuers = new KnownIssuers(connection, properties.user().issuers());
		UserLogins known = new UserLogins(logins, issuers::issueFor, () -> responseClient.getIfUnique(
				() -> responseClient(properties.requestFactories(beanFactory).create(properties.sslBundle()))));
		return CurrentUser.of(SingletonSupplier.of(() -> Stream
			.concat(resolvers.orderedStream(),
					Stream.of(UserTokenResolver.ofBearerTokens(issuers::haveIssued), known.resolver()))
			.toList()), issuers.names());
	}

	UserTokenResolver resolver() {
		RefreshTokenOAuth2AuthorizedClientProvider renewal = new RefreshTokenOAuth2AuthorizedClientProvider();
		renewal.setAccessTokenResponseClient(this.responseClient.get());
		return UserTokenResolver.ofLogins(this.logins::getIfUnique, this.known, renewal, Clock.systemUTC());
	}

	/**
	 * RFC 6749 section 5.1: a token comes with 200.
	 */
	private static void refuse(HttpRequest request, ClientHttpResponse response) throws IOException {
		String what = "The token endpoint answered HTTP " + response.getStatusCode().value()
				+ ", but only 200 is a valid answer";
		throw new OAuth2AuthorizationException(new OAuth2Error("invalid_token_response", what, null));
	}

	/**
	 * Spring Security's own client has no timeouts, and Boot's request factory follows
	 * redirects and would send the refresh token along.
	 */
	static OAuth2AccessTokenResponseClient<OAuth2RefreshTokenGrantRequest> responseClient(
			ClientHttpRequestFactory requestFactory) {
		RestClientRefreshTokenTokenResponseClient client = new RestClientRefreshTokenTokenResponseClient();
		client.setRestClient(RestClient.builder()
			.requestFactory(requestFactory)
			.configureMessageConverters((converters) -> converters.disableDefaults()
				.addCustomConverter(new FormHttpMessageConverter())
				.addCustomConverter(new OAuth2AccessTokenResponseHttpMessageConverter()))
			.defaultStatusHandler(new OAuth2ErrorResponseErrorHandler())
			.defaultStatusHandler((status) -> status.value() != 200, UserLogins::refuse)
			.build());
		return client;
	}

}
