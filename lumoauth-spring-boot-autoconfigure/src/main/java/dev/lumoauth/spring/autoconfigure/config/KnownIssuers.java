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

package dev.lumoauth.spring.autoconfigure.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import dev.lumoauth.spring.http.LumoAuthAddresses;
import dev.lumoauth.spring.http.Origin;
import org.jspecify.annotations.Nullable;

import org.springframework.security.oauth2.client.registration.ClientRegistration;

/**
 * The issuers of users' tokens that may be sent to LumoAuth: the agent's tenant with each
 * of its addresses, and the listed issuers. LumoAuth's documents name three issuers:
 * LumoAuth's own address, the tenant's, and that of the tenant's API. All tenants share
 * the first one, so a token of that issuer has to name this tenant itself.
 */
public final class KnownIssuers {

	private static final String TOKEN = "/oauth/token";

	private static final String API = "/api/v1";

	private final Set<String> issuers = new HashSet<>();

	private final Set<String> tokenEndpoints = new HashSet<>();

	private @Nullable String lumoAuth;

	private @Nullable String tenant;

	/**
	 * Create the known issuers.
	 * @param connection the connection to LumoAuth, or {@code null} if none is configured
	 * @param listed the configured issuers
	 */
	public KnownIssuers(@Nullable LumoAuthConnection connection, List<String> listed) {
		listed.stream().map(KnownIssuers::canonical).forEach(this.issuers::add);
		if (connection != null) {
			this.lumoAuth = canonical(connection.url().toString());
			this.tenant = connection.slug();
			connection.layouts().forEach(this::add);
		}
	}

	/**
	 * The two layouts are addresses of the same tenant.
	 */
	private void add(LumoAuthAddresses endpoints) {
		String token = endpoints.token().toString();
		String api = token.substring(0, token.length() - TOKEN.length());
		this.tokenEndpoints.add(canonical(token));
		this.issuers.add(canonical(api));
		this.issuers.add(canonical(api.substring(0, api.length() - API.length())));
	}

	/**
	 * Return the names of these issuers, for a message.
	 */
	public Set<String> names() {
		return new TreeSet<>(this.issuers);
	}

	/**
	 * Return whether a token comes from one of these issuers.
	 * @param claims the token's claims
	 */
	public boolean haveIssued(Map<String, Object> claims) {
		Object issuer = claims.get("iss");
		if (issuer == null) {
			return false;
		}
		String address = canonical(issuer.toString());
		return this.issuers.contains(address)
				|| (this.tenant != null && address.equals(this.lumoAuth) && this.tenant.equals(claims.get("tenant")));
	}

	/**
	 * Return whether the tokens of a registration's logins come from one of these
	 * issuers.
	 * @param registration the registration
	 */
	public boolean issueFor(ClientRegistration registration) {
		ClientRegistration.ProviderDetails provider = registration.getProviderDetails();
		String issuer = provider.getIssuerUri();
		String token = provider.getTokenUri();
		return (issuer != null && this.issuers.contains(canonical(issuer)))
				|| (token != null && this.tokenEndpoints.contains(canonical(token)));
	}

	/**
	 * Normalizes an address: the host in lower case, no default port, no trailing slash.
	 * The path stays unchanged, because the meaning of dots and encoded slashes depends
	 * on the server.
	 */
	private static String canonical(String address) {
		try {
			URI uri = new URI(address);
			if (uri.getRawUserInfo() != null || uri.getRawQuery() != null || uri.getRawFragment() != null) {
				return address;
			}
			return Origin.of(uri) + uri.getRawPath().replaceFirst("/$", "");
		}
		catch (URISyntaxException | IllegalArgumentException ex) {
			return address; // not an address, compared unchanged
		}
	}

}
