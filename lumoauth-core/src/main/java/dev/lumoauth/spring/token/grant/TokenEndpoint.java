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

package dev.lumoauth.spring.token.grant;

import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

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
import dev.lumoauth.spring.token.dpop.DPoPProofs;

/**
 * Sends requests for tokens, for any grant and with any credentials. Uses our own
 * {@link RestClient}, and turns errors into this library's exceptions. Spring Security's
 * token clients are not used. Each of them starts its own HTTP client first. Their
 * converters can't see the request and the form together, and can't remove the parameters
 * that an application's registration has added.
 */
public final class TokenEndpoint {

	private final DefaultOAuth2TokenRequestParametersConverter<AbstractOAuth2AuthorizationGrantRequest> parameters = new DefaultOAuth2TokenRequestParametersConverter<>();

	private final LumoAuthHttp http;

	private final RestClient bearer;

	private final RestClient bound;

	/**
	 * Create an endpoint.
	 * @param http the connection to LumoAuth
	 * @param binding the property that binds all tokens of the agent to its key
	 */
	public TokenEndpoint(LumoAuthHttp http, String binding) {
		this.http = http;
		DefaultUriBuilderFactory asItIs = new DefaultUriBuilderFactory();
		// The registration's address is encoded already.
		asItIs.setEncodingMode(DefaultUriBuilderFactory.EncodingMode.NONE);
		RestClient client = http.restClient().mutate().uriBuilderFactory(asItIs).build();
		this.bearer = reading(client, new TokenResponseConverter(http, null));
		this.bound = reading(client, new TokenResponseConverter(http, binding));
	}

	private static RestClient reading(RestClient client, TokenResponseConverter converter) {
		return client.mutate()
			.configureMessageConverters((converters) -> converters.disableDefaults()
				.addCustomConverter(new FormHttpMessageConverter())
				.addCustomConverter(converter))
			.build();
	}

	/**
	 * Send a request.
	 * @param request the grant's request
	 * @param parameters parameters that replace or extend Spring Security's
	 * @param credentials the agent's credentials
	 * @param bound whether the token has to be bound to the agent's key
	 */
	public OAuth2AccessTokenResponse send(AbstractOAuth2AuthorizationGrantRequest request,
			MultiValueMap<String, String> parameters, AgentCredentials credentials, boolean bound) {
		return send(request, parameters, credentials, bound, (marks) -> {
		});
	}

	/**
	 * Send a request.
	 * @param request the grant's request
	 * @param parameters parameters that replace or extend Spring Security's
	 * @param credentials the agent's credentials
	 * @param bound whether the token has to be bound to the agent's key
	 * @param marks what {@link LumoAuthHttp} has to know about it
	 */
	OAuth2AccessTokenResponse send(AbstractOAuth2AuthorizationGrantRequest request,
			MultiValueMap<String, String> parameters, AgentCredentials credentials, boolean bound,
			Consumer<Map<String, Object>> marks) {
		if (!bound) {
			return send(this.bearer, request, parameters, credentials, marks);
		}
		AtomicReference<@Nullable String> nonceWanted = new AtomicReference<>();
		Consumer<Map<String, Object>> proven = marks.andThen(DPoPProofs.wanted(nonceWanted));
		try {
			return send(this.bound, request, parameters, credentials, proven);
		}
		catch (LumoAuthException ex) {
			if (nonceWanted.get() == null) {
				throw ex;
			}
			// With that nonce. The credentials are added anew: an assertion is valid
			// once.
			return send(this.bound, request, parameters, credentials, proven);
		}
	}

	private OAuth2AccessTokenResponse send(RestClient client, AbstractOAuth2AuthorizationGrantRequest request,
			MultiValueMap<String, String> parameters, AgentCredentials credentials,
			Consumer<Map<String, Object>> marks) {
		MultiValueMap<String, String> form = this.parameters.convert(request);
		form.putAll(parameters);
		// Remove those of the registration, which may belong to another client of the
		// application.
		List.of("client_id", "client_secret").forEach(form::remove);
		HttpHeaders headers = new HttpHeaders();
		authenticate(credentials, request, headers, form);
		MaskedForm.mask(form);
		return send(client, request.getClientRegistration().getProviderDetails().getTokenUri(), headers, form, marks);
	}

	/**
	 * An exception of the application's own credentials is not an answer of LumoAuth. It
	 * is neither an allow nor a text for a model.
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

	private OAuth2AccessTokenResponse send(RestClient client, String address, HttpHeaders headers,
			MultiValueMap<String, String> form, Consumer<Map<String, Object>> marks) {
		OAuth2AccessTokenResponse response;
		try {
			response = client.post()
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
	 * Return the exception for a successful response that is not valid.
	 */
	LumoAuthProtocolException malformed(String what) {
		return this.http.malformed(this.http.endpoints().token(), 200, new byte[0], what);
	}

}
