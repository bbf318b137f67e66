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

package dev.lumoauth.spring.http;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

import org.springframework.util.Assert;
import org.springframework.web.util.UriUtils;

/**
 * The addresses of LumoAuth's API, in one of its two layouts.
 *
 * @since 0.1.0
 */
public final class LumoAuthAddresses {

	static final String OTHER = "other";

	private final String base;

	private final String api;

	private final String layoutProperty;

	private final List<AuthzEndpoints> authz;

	private LumoAuthAddresses(String base, String api, String layoutProperty, AuthzPath... authz) {
		this.base = base;
		this.api = api;
		this.layoutProperty = layoutProperty;
		this.authz = Stream.of(authz)
			.map((path) -> AuthzEndpoints.below(path, (path == AuthzPath.ROOT) ? base + "/api/v1" : api))
			.toList();
	}

	/**
	 * Return the endpoints below {@code /t/{tenant}/api/v1}. Those of {@code authz} are
	 * there too, as in LumoAuth's guide, or have no prefix, as in its reference.
	 * @param baseUrl LumoAuth's address: {@code https}, or {@code http} to a loopback
	 * host
	 * @param tenant the tenant's slug
	 * @return the endpoints
	 * @throws IllegalArgumentException if the address or the tenant can't be used
	 */
	public static LumoAuthAddresses forTenant(URI baseUrl, String tenant) {
		String base = base(baseUrl);
		String api = base + "/t/" + segment(tenant, "tenant") + "/api/v1";
		return new LumoAuthAddresses(base, api, "lumoauth.tenant", AuthzPath.PREFIXED, AuthzPath.ROOT);
	}

	/**
	 * Return the endpoints below {@code /orgs/{orgId}/api/v1}. Those of {@code authz}
	 * have no prefix: LumoAuth knows the organization by the token.
	 * @param baseUrl LumoAuth's address: {@code https}, or {@code http} to a loopback
	 * host
	 * @param orgId the organization's slug
	 * @return the endpoints
	 * @throws IllegalArgumentException if the address or the organization can't be used
	 */
	public static LumoAuthAddresses forOrganization(URI baseUrl, String orgId) {
		String base = base(baseUrl);
		String api = base + "/orgs/" + segment(orgId, "organization") + "/api/v1";
		return new LumoAuthAddresses(base, api, "lumoauth.org-id", AuthzPath.ROOT);
	}

	/**
	 * Return the same endpoints, with those of {@code authz} where somebody has said that
	 * they are.
	 * @param path where they are
	 * @return the endpoints
	 */
	public LumoAuthAddresses withAuthzPath(AuthzPath path) {
		return (path == AuthzPath.AUTO) ? this : new LumoAuthAddresses(this.base, this.api, this.layoutProperty, path);
	}

	private static String base(URI baseUrl) {
		Origin.of(baseUrl);
		Assert.isTrue(
				baseUrl.getRawUserInfo() == null && baseUrl.getRawQuery() == null && baseUrl.getRawFragment() == null,
				"LumoAuth's address must have no user, query or fragment");
		return baseUrl.toString().replaceAll("/+$", "");
	}

	private static String segment(String value, String what) {
		Assert.hasText(value, () -> "The " + what + " must not be blank");
		Assert.isTrue(!value.equals(".") && !value.equals(".."), () -> "'" + value + "' is no " + what);
		return UriUtils.encode(value, StandardCharsets.UTF_8);
	}

	/**
	 * Return where tokens are issued and exchanged ({@code POST}).
	 * @return the address
	 */
	public URI token() {
		return URI.create(this.api + "/oauth/token");
	}

	/**
	 * Return where the agent's claims are ({@code GET}).
	 * @return the address
	 */
	public URI userinfo() {
		return URI.create(this.api + "/oauth/userinfo");
	}

	/**
	 * Return where the agent is ({@code GET}).
	 * @return the address
	 */
	public URI agentsMe() {
		return URI.create(this.api + "/agents/me");
	}

	/**
	 * Return where to ask about an action ({@code POST}).
	 * @return the address
	 */
	public URI agentsAsk() {
		return URI.create(this.api + "/agents/ask");
	}

	/**
	 * Return where checks may be.
	 * @return the places, the one to ask first in front
	 */
	List<AuthzEndpoints> authz() {
		return this.authz;
	}

	/**
	 * Return whether an address is one of the checks'.
	 */
	boolean isAuthz(URI endpoint) {
		return this.authz.stream().anyMatch((authz) -> authz.contains(endpoint));
	}

	/**
	 * Return all of these addresses.
	 */
	List<URI> all() {
		return Stream
			.concat(Stream.of(token(), userinfo(), agentsMe(), agentsAsk()),
					this.authz.stream().flatMap((authz) -> Stream.of(authz.check(), authz.checkBulk())))
			.toList();
	}

	/**
	 * Return what an address is called where it is shown: what follows the version, such
	 * as {@code authz/check}.
	 * @param endpoint the address
	 * @return the name; {@code other} for an address that is not one of these
	 */
	public String nameOf(URI endpoint) {
		if (!all().contains(endpoint)) {
			return OTHER;
		}
		String address = endpoint.toString();
		return address.substring(address.lastIndexOf("/api/v1/") + "/api/v1/".length());
	}

	/**
	 * Return the property that chose the layout, for messages.
	 * @return {@code lumoauth.tenant} or {@code lumoauth.org-id}
	 */
	public String layoutProperty() {
		return this.layoutProperty;
	}

	@Override
	public String toString() {
		return this.api;
	}

}
