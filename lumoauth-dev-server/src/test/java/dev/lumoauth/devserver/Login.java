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

package dev.lumoauth.devserver;

import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import org.springframework.web.util.UriComponentsBuilder;

/**
 * An application's part in a user's login, step by step. Changing a parameter before a
 * step makes it go wrong.
 */
public class Login {

	public static final String VERIFIER = "a-code-verifier-that-is-long-enough-for-its-specification";

	private final Client client;

	private final String base;

	/** Of the authorization request. */
	public final Map<String, String> request = new LinkedHashMap<>();

	/** Of the token request. */
	public final Map<String, String> token = new LinkedHashMap<>();

	public Login(Client client, String base, String secret) {
		this.client = client;
		this.base = base;
		this.request.put("response_type", "code");
		this.request.put("client_id", "app_portal");
		this.request.put("redirect_uri", "http://127.0.0.1:8123/login/oauth2/code/lumoauth");
		this.request.put("scope", "openid profile read:documents");
		this.request.put("state", "a state/=");
		this.request.put("nonce", "a-nonce");
		this.request.put("code_challenge", challenge());
		this.request.put("code_challenge_method", "S256");
		this.token.put("grant_type", "authorization_code");
		this.token.put("client_id", "app_portal");
		this.token.put("client_secret", secret);
		this.token.put("redirect_uri", this.request.get("redirect_uri"));
		this.token.put("code_verifier", VERIFIER);
	}

	/**
	 * The request that the application redirects the browser to.
	 */
	public Answer open(String... headers) {
		String query = this.request.entrySet()
			.stream()
			.map((entry) -> URLEncoder.encode(entry.getKey(), StandardCharsets.UTF_8) + "="
					+ URLEncoder.encode(entry.getValue(), StandardCharsets.UTF_8))
			.collect(Collectors.joining("&"));
		return this.client.get(this.base + "/oauth/authorize?" + query, headers);
	}

	/**
	 * What the form of the page sends.
	 */
	public Answer press(String button, String value, String... headers) {
		Map<String, String> form = new LinkedHashMap<>(this.request);
		form.put(button, value);
		return this.client.formAs(headers, this.base + "/oauth/authorize", list(form));
	}

	public Answer choose(String username) {
		return press("user", username);
	}

	/**
	 * The token request with the code of the redirect.
	 */
	public Answer redeem(Answer redirect) {
		this.token.put("code", parameter(redirect, "code"));
		return redeem();
	}

	public Answer redeem() {
		return this.client.form(this.base + "/oauth/token", list(this.token));
	}

	public Answer as(String username) {
		return redeem(choose(username));
	}

	public Answer refresh(String refreshToken, String... parameters) {
		List<String> all = new ArrayList<>(
				List.of("grant_type", "refresh_token", "client_id", this.token.get("client_id"), "client_secret",
						this.token.get("client_secret"), "refresh_token", refreshToken));
		all.addAll(List.of(parameters));
		return this.client.form(this.base + "/oauth/token", all.toArray(String[]::new));
	}

	/**
	 * A parameter of the address that an answer redirects to.
	 */
	public static String parameter(Answer redirect, String name) {
		if (redirect.status() != 303) {
			throw new AssertionError("No redirect: " + redirect.status() + " " + redirect.body());
		}
		String value = UriComponentsBuilder.fromUri(URI.create(redirect.header("Location")))
			.build()
			.getQueryParams()
			.getFirst(name);
		return (value != null) ? URLDecoder.decode(value, StandardCharsets.UTF_8) : null;
	}

	private static String[] list(Map<String, String> parameters) {
		return parameters.entrySet()
			.stream()
			.flatMap((entry) -> List.of(entry.getKey(), entry.getValue()).stream())
			.toArray(String[]::new);
	}

	private static String challenge() {
		try {
			byte[] digest = MessageDigest.getInstance("SHA-256").digest(VERIFIER.getBytes(StandardCharsets.US_ASCII));
			return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

}
