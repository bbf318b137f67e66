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
import java.util.Map;
import java.util.function.Consumer;

import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.converter.FormHttpMessageConverter;
import org.springframework.security.oauth2.client.endpoint.AbstractOAuth2AuthorizationGrantRequest;
import org.springframework.security.oauth2.client.endpoint.DefaultOAuth2TokenRequestParametersConverter;
import org.springframework.security.oauth2.core.endpoint.OAuth2AccessTokenResponse;
import org.springframework.util.MultiValueMap;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestClientException;
import org.springframework.web.util.DefaultUriBuilderFactory;

import dev.lumoauth.spring.LumoAuthException;
import dev.lumoauth.spring.LumoAuthProtocolException;
import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.http.LumoAuthHttp;
import dev.lumoauth.spring.token.credentials.AgentCredentials;

/**
 * Sends requests for tokens, of any grant and with any credentials: over our own
 * {@link RestClient}, and with errors as this library's exceptions. Not by Spring
 * Security's token clients: each starts an HTTP client of its own first, and what adds
 * the credentials can't see the request and the form at once, nor take out of it what a
 * registration of the application's has put there.
 */
final class TokenEndpoint {

	private final DefaultOAuth2TokenRequestParametersConverter<AbstractOAuth2AuthorizationGrantRequest> parameters = new DefaultOAuth2TokenRequestParametersConverter<>();

	private final LumoAuthHttp http;

	private final RestClient restClient;

	TokenEndpoint(LumoAuthHttp http) {
		this.http = http;
		DefaultUriBuilderFactory asItIs = new DefaultUriBuilderFactory();
		// The registration's address is encoded already.
		asItIs.setEncodingMode(DefaultUriBuilderFactory.EncodingMode.NONE);
		this.restClient = http.restClient()
			.mutate()
			.uriBuilderFactory(asItIs)
			.configureMessageConverters((converters) -> converters.disableDefaults()
				.addCustomConverter(new FormHttpMessageConverter())
				.addCustomConverter(new TokenResponseConverter(http)))
			.build();
	}

	/**
	 * Send a request.
	 * @param request the grant's request
	 * @param parameters what it asks for in other words than Spring Security's
	 * @param credentials who the agent is
	 */
	OAuth2AccessTokenResponse send(AbstractOAuth2AuthorizationGrantRequest request,
			MultiValueMap<String, String> parameters, AgentCredentials credentials) {
		return send(request, parameters, credentials, (marks) -> {
		});
	}

	/**
	 * Send a request.
	 * @param request the grant's request
	 * @param parameters what it asks for in other words than Spring Security's
	 * @param credentials who the agent is
	 * @param marks what {@link LumoAuthHttp} has to know about it
	 */
	OAuth2AccessTokenResponse send(AbstractOAuth2AuthorizationGrantRequest request,
			MultiValueMap<String, String> parameters, AgentCredentials credentials,
			Consumer<Map<String, Object>> marks) {
		MultiValueMap<String, String> form = this.parameters.convert(request);
		form.putAll(parameters);
		// The registration's: that of a manager of the application's own is another's.
		List.of("client_id", "client_secret").forEach(form::remove);
		HttpHeaders headers = new HttpHeaders();
		authenticate(credentials, request, headers, form);
		MaskedForm.mask(form);
		return send(request.getClientRegistration().getProviderDetails().getTokenUri(), headers, form, marks);
	}

	/**
	 * What an application's own way throws is no answer of LumoAuth's: no allow, and not
	 * for a model to read.
	 */
	private static void authenticate(AgentCredentials credentials, AbstractOAuth2AuthorizationGrantRequest request,
			HttpHeaders headers, MultiValueMap<String, String> form) {
		try {
			credentials.addTo(request, headers, form);
		}
		catch (LumoAuthException ex) {
			throw ex;
		}
		catch (RuntimeException ex) {
			throw new LumoAuthUnavailableException(
					"The agent has no '" + credentials.method().getValue() + "' credentials to show", ex);
		}
	}

	private OAuth2AccessTokenResponse send(String address, HttpHeaders headers, MultiValueMap<String, String> form,
			Consumer<Map<String, Object>> marks) {
		OAuth2AccessTokenResponse response;
		try {
			response = this.restClient.post()
				.uri(address)
				.accept(MediaType.APPLICATION_JSON)
				.contentType(MediaType.APPLICATION_FORM_URLENCODED)
				.headers((all) -> all.putAll(headers))
				.attributes(marks)
				.body(form)
				.retrieve()
				.body(OAuth2AccessTokenResponse.class);
		}
		catch (RestClientException ex) {
			throw new LumoAuthUnavailableException(
					"LumoAuth at " + this.http.endpoints().token() + " gave no token that could be read", ex);
		}
		if (response == null) {
			throw malformed("it is empty");
		}
		return response;
	}

	/**
	 * Return what to throw for a success that is no answer.
	 */
	LumoAuthProtocolException malformed(String what) {
		return this.http.malformed(this.http.endpoints().token(), 200, new byte[0], what);
	}

}
