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

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.security.oauth2.core.OAuth2Token;
import org.springframework.security.oauth2.core.endpoint.OAuth2AccessTokenResponse;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;

import dev.lumoauth.spring.LumoAuthAuthenticationException;
import dev.lumoauth.spring.LumoAuthDeniedException;
import dev.lumoauth.spring.LumoAuthException;
import dev.lumoauth.spring.LumoAuthProtocolException;
import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.http.LumoAuthHttp;
import dev.lumoauth.spring.http.LumoAuthJson;
import dev.lumoauth.spring.token.credentials.AgentCredentials;
import dev.lumoauth.spring.token.dpop.DPoPProofs;
import dev.lumoauth.spring.token.dpop.KeyBinding;

/**
 * An agent's requests to the token endpoint, by any grant. Spring Security's token
 * clients are not used: each of them starts its own HTTP client first.
 */
public final class TokenRequests {

	private static final String ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token";

	/** LumoAuth's access tokens are JWTs, and an answer may say so. */
	private static final Set<String> ACCESS_TOKEN_TYPES = Set.of(ACCESS_TOKEN, "urn:ietf:params:oauth:token-type:jwt");

	private final LumoAuthHttp http;

	private final AgentCredentials credentials;

	private final AgentAuthentication authentication;

	private final boolean authenticateExchange;

	private final KeyBinding binding;

	/**
	 * Create the requests.
	 * @param http the connection to LumoAuth
	 * @param credentials the agent's credentials
	 * @param authentication shows them
	 * @param authenticateExchange {@code false} to exchange with the client id only
	 * @param binding which tokens are bound to the agent's key
	 */
	public TokenRequests(LumoAuthHttp http, AgentCredentials credentials, AgentAuthentication authentication,
			boolean authenticateExchange, KeyBinding binding) {
		this.http = http;
		this.credentials = credentials;
		this.authentication = authentication;
		this.authenticateExchange = authenticateExchange;
		this.binding = binding;
	}

	public KeyBinding binding() {
		return this.binding;
	}

	/**
	 * Request the agent's own token by the client credentials grant (RFC 6749 section
	 * 4.4), or in exchange for the credentials (RFC 8693).
	 * @param scopes the scopes to request; empty = all of the agent
	 * @param shown the credentials to show
	 */
	public OAuth2AccessToken own(Set<String> scopes, AgentCredentials shown) {
		Map<String, String> form = form(
				isClient() ? AuthorizationGrantType.CLIENT_CREDENTIALS : AuthorizationGrantType.TOKEN_EXCHANGE);
		setScope(form, scopes);
		return send(form, shown, this.binding.always(), (marks) -> {
		}).getAccessToken();
	}

	/**
	 * Exchange a token (RFC 8693 section 2.1, RFC 8707 section 2).
	 * @param subject the token of the party on whose behalf the new token acts
	 * @param actor the token of the party that acts, or {@code null} if it is the subject
	 * @param key the target and the scopes to request
	 * @param bound whether the token has to be bound to the agent's key (RFC 9449)
	 * @throws LumoAuthDeniedException if LumoAuth refuses; the message names the target
	 */
	public OAuth2AccessToken exchange(OAuth2Token subject, @Nullable OAuth2Token actor, TokenKey key, boolean bound) {
		Map<String, String> form = form(AuthorizationGrantType.TOKEN_EXCHANGE);
		form.put("subject_token", subject.getTokenValue());
		form.put("subject_token_type", ACCESS_TOKEN);
		if (actor != null) {
			form.put("actor_token", actor.getTokenValue());
			form.put("actor_token_type", ACCESS_TOKEN);
		}
		if (key.audience() != null) {
			form.put("audience", key.audience());
		}
		if (key.resource() != null) {
			form.put("resource", key.resource());
		}
		setScope(form, key.scopes());
		OAuth2AccessTokenResponse response;
		try {
			response = exchange(form, bound || this.binding.always());
		}
		catch (LumoAuthDeniedException ex) {
			throw key.denied(ex);
		}
		Object type = response.getAdditionalParameters().get("issued_token_type");
		if (type != null && !(type instanceof String issued && ACCESS_TOKEN_TYPES.contains(issued))) {
			throw malformed(200, "its 'issued_token_type' is not an access token (RFC 8693 section 2.2.1)");
		}
		return response.getAccessToken();
	}

	/**
	 * LumoAuth rejects a bad token as it rejects bad credentials. If none were shown, it
	 * means the token.
	 */
	private OAuth2AccessTokenResponse exchange(Map<String, String> form, boolean bound) {
		boolean proves = this.authenticateExchange && isClient();
		try {
			return send(form, bound, proves, (marks) -> {
			});
		}
		catch (LumoAuthAuthenticationException ex) {
			boolean shown = proves && !this.credentials.method().equals(ClientAuthenticationMethod.NONE);
			if (shown || LumoAuthAuthenticationException.INVALID_DPOP_PROOF.equals(ex.getErrorCode())) {
				throw ex;
			}
			throw new LumoAuthDeniedException(String.valueOf(ex.getMessage()), "invalid_grant", ex);
		}
	}

	/**
	 * Request a token by an extension grant (RFC 6749 section 4.5).
	 * @param grant the grant
	 * @param parameters its parameters, which are treated as secrets
	 */
	public OAuth2AccessTokenResponse extension(AuthorizationGrantType grant, Map<String, String> parameters) {
		Map<String, String> form = form(grant);
		form.putAll(parameters);
		return send(form, this.binding.always(), isClient(), LumoAuthHttp.poll(parameters.values()));
	}

	/** Other credentials than a client's are only for the agent's own token. */
	private boolean isClient() {
		return this.credentials.grant().equals(AuthorizationGrantType.CLIENT_CREDENTIALS);
	}

	private static Map<String, String> form(AuthorizationGrantType grant) {
		Map<String, String> form = new LinkedHashMap<>();
		form.put("grant_type", grant.getValue());
		return form;
	}

	private static void setScope(Map<String, String> form, Set<String> scopes) {
		if (!scopes.isEmpty()) {
			form.put("scope", String.join(" ", scopes));
		}
	}

	private OAuth2AccessTokenResponse send(Map<String, String> form, boolean bound, boolean proves,
			Consumer<Map<String, Object>> marks) {
		Function<AgentCredentials, OAuth2AccessTokenResponse> request = (shown) -> send(form, shown, bound, marks);
		return proves ? this.authentication.forOthers(request)
				: request.apply(AgentCredentials.none(this.credentials.clientId()));
	}

	private OAuth2AccessTokenResponse send(Map<String, String> form, AgentCredentials shown, boolean bound,
			Consumer<Map<String, Object>> marks) {
		if (!bound) {
			return sendOnce(form, shown, null, marks);
		}
		AtomicReference<@Nullable String> nonceWanted = new AtomicReference<>();
		Consumer<Map<String, Object>> proven = marks.andThen(DPoPProofs.wanted(nonceWanted));
		try {
			return sendOnce(form, shown, this.binding.property(), proven);
		}
		catch (LumoAuthException ex) {
			if (nonceWanted.get() == null) {
				throw ex;
			}
			// With that nonce. The credentials are added anew: an assertion is valid
			// once.
			return sendOnce(form, shown, this.binding.property(), proven);
		}
	}

	private OAuth2AccessTokenResponse sendOnce(Map<String, String> parameters, AgentCredentials shown,
			@Nullable String binding, Consumer<Map<String, Object>> marks) {
		MultiValueMap<String, String> form = new LinkedMultiValueMap<>();
		form.setAll(parameters);
		HttpHeaders headers = new HttpHeaders();
		authenticate(shown, headers, form);
		ResponseEntity<byte[]> response = this.http.restClient()
			.post()
			.uri(this.http.endpoints().token())
			.accept(MediaType.APPLICATION_JSON)
			.contentType(MediaType.APPLICATION_FORM_URLENCODED)
			.headers((all) -> all.putAll(headers))
			.attributes(marks)
			.body(encode(form))
			.retrieve()
			.toEntity(byte[].class);
		byte[] body = response.getBody();
		int status = response.getStatusCode().value();
		if (body == null) {
			throw malformed(status, "it is empty");
		}
		try {
			return TokenResponse.read(LumoAuthJson.read(body), binding);
		}
		catch (IllegalArgumentException ex) {
			throw malformed(status, "it is not a token response: " + ex.getMessage());
		}
	}

	/**
	 * As bytes, which Spring doesn't write to its log.
	 */
	private static byte[] encode(MultiValueMap<String, String> form) {
		StringJoiner fields = new StringJoiner("&");
		form.forEach(
				(name, values) -> values.forEach((value) -> fields.add(URLEncoder.encode(name, StandardCharsets.UTF_8)
						+ "=" + URLEncoder.encode(value, StandardCharsets.UTF_8))));
		return fields.toString().getBytes(StandardCharsets.US_ASCII);
	}

	/**
	 * An exception of the application's own credentials is not an answer of LumoAuth. It
	 * is neither an allow nor a text for a model.
	 */
	private static void authenticate(AgentCredentials shown, HttpHeaders headers, MultiValueMap<String, String> form) {
		try {
			shown.addTo(headers, form);
		}
		catch (RuntimeException ex) {
			throw (ex instanceof LumoAuthException) ? ex : new LumoAuthUnavailableException(
					"The agent has no '" + shown.method().getValue() + "' credentials to show", ex);
		}
	}

	private LumoAuthProtocolException malformed(int status, String what) {
		return this.http.malformed(this.http.endpoints().token(), status, what);
	}

}
