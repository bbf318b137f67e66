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

package dev.lumoauth.spring.token;

import java.util.List;
import java.util.Set;

import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.converter.FormHttpMessageConverter;
import org.springframework.security.oauth2.client.endpoint.AbstractOAuth2AuthorizationGrantRequest;
import org.springframework.security.oauth2.client.endpoint.AbstractRestClientOAuth2AccessTokenResponseClient;
import org.springframework.security.oauth2.client.endpoint.OAuth2AccessTokenResponseClient;
import org.springframework.security.oauth2.client.endpoint.OAuth2ClientCredentialsGrantRequest;
import org.springframework.security.oauth2.client.endpoint.RestClientClientCredentialsTokenResponseClient;
import org.springframework.security.oauth2.client.endpoint.RestClientTokenExchangeTokenResponseClient;
import org.springframework.security.oauth2.client.endpoint.TokenExchangeGrantRequest;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.core.OAuth2AuthorizationException;
import org.springframework.security.oauth2.core.endpoint.OAuth2AccessTokenResponse;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;
import org.springframework.util.function.SingletonSupplier;
import org.springframework.web.client.RestClient;
import org.springframework.web.util.DefaultUriBuilderFactory;

import dev.lumoauth.spring.LumoAuthAuthenticationException;
import dev.lumoauth.spring.LumoAuthDeniedException;
import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.http.LumoAuthHttp;

/**
 * Makes Spring Security's token clients speak as LumoAuth expects: over our own
 * {@link RestClient}, with errors as this library's exceptions, and with the agent's
 * secret added here, so that it stands in no {@code ClientRegistration}, whose
 * {@code toString} prints it.
 * <p>
 * Each is made with the first request: Spring Security's classes start an HTTP client of
 * their own, with TLS, only for it to be replaced.
 */
final class TokenResponseClients {

	private static final String ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token";

	/** A JWT that says so is an access token too (RFC 8693 section 3). */
	private static final Set<String> ACCESS_TOKEN_TYPES = Set.of(ACCESS_TOKEN, "urn:ietf:params:oauth:token-type:jwt");

	/** The registration's address is encoded already. */
	private static final DefaultUriBuilderFactory AS_IT_IS = new DefaultUriBuilderFactory();

	static {
		AS_IT_IS.setEncodingMode(DefaultUriBuilderFactory.EncodingMode.NONE);
	}

	private TokenResponseClients() {
	}

	static OAuth2AccessTokenResponseClient<OAuth2ClientCredentialsGrantRequest> clientCredentials(LumoAuthHttp http,
			AgentCredentials credentials) {
		SingletonSupplier<RestClientClientCredentialsTokenResponseClient> client = SingletonSupplier
			.of(() -> configure(new RestClientClientCredentialsTokenResponseClient(), http, credentials));
		return (request) -> send(client.obtain(), request, http);
	}

	static OAuth2AccessTokenResponseClient<TokenExchangeGrantRequest> tokenExchange(LumoAuthHttp http,
			AgentCredentials credentials) {
		SingletonSupplier<RestClientTokenExchangeTokenResponseClient> client = SingletonSupplier.of(() -> {
			RestClientTokenExchangeTokenResponseClient made = configure(
					new RestClientTokenExchangeTokenResponseClient(), http, credentials);
			made.setParametersConverter(TokenResponseClients::exchangeParameters);
			return made;
		});
		return (request) -> {
			OAuth2AccessTokenResponse response = exchange(client.obtain(), request, http, credentials);
			Object type = response.getAdditionalParameters().get("issued_token_type");
			// Optional in LumoAuth's specification, though not in RFC 8693.
			if (type != null && !(type instanceof String issued && ACCESS_TOKEN_TYPES.contains(issued))) {
				throw http.malformed(http.endpoints().token(), 200, new byte[0],
						"its 'issued_token_type' is no access token (RFC 8693 section 2.2.1)");
			}
			return response;
		};
	}

	private static OAuth2AccessTokenResponse exchange(RestClientTokenExchangeTokenResponseClient client,
			TokenExchangeGrantRequest request, LumoAuthHttp http, AgentCredentials credentials) {
		try {
			return send(client, request, http);
		}
		catch (LumoAuthAuthenticationException ex) {
			if (!credentials.method().equals(ClientAuthenticationMethod.NONE)) {
				throw ex;
			}
			// No credentials were sent, so a 401 can only be about the subject token.
			throw new LumoAuthDeniedException(String.valueOf(ex.getMessage()), "invalid_grant", ex);
		}
	}

	private static <T extends AbstractOAuth2AuthorizationGrantRequest, C extends AbstractRestClientOAuth2AccessTokenResponseClient<T>> C configure(
			C client, LumoAuthHttp http, AgentCredentials credentials) {
		client.setRestClient(http.restClient()
			.mutate()
			.uriBuilderFactory(AS_IT_IS)
			.configureMessageConverters((converters) -> converters.disableDefaults()
				.addCustomConverter(new FormHttpMessageConverter())
				.addCustomConverter(new TokenResponseConverter(http)))
			.build());
		client.setHeadersConverter((request) -> {
			HttpHeaders headers = new HttpHeaders();
			headers.setAccept(List.of(MediaType.APPLICATION_JSON));
			headers.setContentType(MediaType.APPLICATION_FORM_URLENCODED);
			credentials.addTo(headers);
			return headers;
		});
		// Runs last: what it masks is what RestClient sends, and logs.
		client.setParametersCustomizer((form) -> {
			credentials.addTo(form);
			MaskedForm.mask(form);
		});
		return client;
	}

	/**
	 * Spring Security would call a JWT {@code …:jwt}, by which LumoAuth understands a
	 * workload's identity.
	 */
	private static MultiValueMap<String, String> exchangeParameters(TokenExchangeGrantRequest request) {
		MultiValueMap<String, String> form = new LinkedMultiValueMap<>();
		form.set("subject_token_type", ACCESS_TOKEN);
		if (request.getActorToken() != null) {
			form.set("actor_token_type", ACCESS_TOKEN);
		}
		if (request instanceof TokenExchangeGrant grant) {
			if (grant.getAudience() != null) {
				form.set("audience", grant.getAudience());
			}
			if (grant.getResource() != null) {
				form.set("resource", grant.getResource());
			}
			if (!grant.getScopes().isEmpty()) {
				form.set("scope", String.join(" ", grant.getScopes()));
			}
		}
		return form;
	}

	private static <T extends AbstractOAuth2AuthorizationGrantRequest> OAuth2AccessTokenResponse send(
			OAuth2AccessTokenResponseClient<T> client, T request, LumoAuthHttp http) {
		try {
			return client.getTokenResponse(request);
		}
		catch (OAuth2AuthorizationException ex) {
			if (ex.getCause() == null) {
				throw http.malformed(http.endpoints().token(), 200, new byte[0], "it is empty");
			}
			throw new LumoAuthUnavailableException(
					"LumoAuth at " + http.endpoints().token() + " gave no token that could be read", ex.getCause());
		}
	}

}
