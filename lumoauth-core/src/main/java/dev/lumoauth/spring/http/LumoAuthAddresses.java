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
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
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

	/**
	 * The placeholder for an id in an endpoint. Nothing else in an address contains a
	 * colon.
	 */
	private static final String ID = ":id";

	/** Lower-case words, at most one of which stands for an id. */
	private static final Pattern PATH = Pattern.compile("[a-z-]+(/[a-z-]+)*(/:id(/[a-z-]+)*|\\?[a-z_]+=:id)?");

	/**
	 * One segment of a path that is not {@code .} or {@code ..}: ids, codes and tokens.
	 */
	private static final Pattern PLAIN_ID = Pattern.compile("(?!\\.{1,2}$)[A-Za-z0-9._~:@=+-]{1,1024}");

	private final String api;

	private final String layoutProperty;

	private final List<AuthzEndpoints> authz;

	private final Origin origin;

	private final Set<URI> occasional = ConcurrentHashMap.newKeySet();

	private LumoAuthAddresses(URI baseUrl, PlainHttp plainHttp, String below, String layoutProperty,
			AuthzPath... authz) {
		this.origin = Origin.of(baseUrl, plainHttp);
		Assert.isTrue(
				baseUrl.getRawUserInfo() == null && baseUrl.getRawQuery() == null && baseUrl.getRawFragment() == null,
				"LumoAuth's address must have no user, query or fragment");
		String base = baseUrl.toString().replaceAll("/+$", "");
		this.api = base + below + "/api/v1";
		this.layoutProperty = layoutProperty;
		this.authz = Stream.of(authz)
			.map((path) -> AuthzEndpoints.below(path, (path == AuthzPath.ROOT) ? base + "/api/v1" : this.api))
			.toList();
	}

	/**
	 * Return the endpoints below {@code /t/{tenant}/api/v1}. The endpoints of
	 * {@code authz} are there too, as in LumoAuth's guide, or have no prefix, as in its
	 * reference.
	 * @param baseUrl LumoAuth's address: {@code https}, or {@code http} to a loopback
	 * host
	 * @param tenant the tenant's slug
	 * @return the endpoints
	 * @throws IllegalArgumentException if the address or the tenant is not valid
	 */
	public static LumoAuthAddresses forTenant(URI baseUrl, String tenant) {
		return forTenant(baseUrl, tenant, PlainHttp.LOOPBACK);
	}

	/**
	 * Return the same endpoints of a LumoAuth that may be reached over {@code http}.
	 * @param baseUrl LumoAuth's address: {@code https}, or {@code http} to a host that is
	 * allowed
	 * @param tenant the tenant's slug
	 * @param plainHttp to which hosts {@code http} is allowed
	 * @return the endpoints
	 * @throws IllegalArgumentException if the address or the tenant can't be used
	 */
	public static LumoAuthAddresses forTenant(URI baseUrl, String tenant, PlainHttp plainHttp) {
		return new LumoAuthAddresses(baseUrl, plainHttp, "/t/" + segment(tenant, "tenant"), "lumoauth.tenant",
				AuthzPath.PREFIXED, AuthzPath.ROOT);
	}

	/**
	 * Return the endpoints below {@code /orgs/{orgId}/api/v1}. The endpoints of
	 * {@code authz} have no prefix, since LumoAuth knows the organization from the token,
	 * or are there too.
	 * @param baseUrl LumoAuth's address: {@code https}, or {@code http} to a loopback
	 * host
	 * @param orgId the organization's slug
	 * @return the endpoints
	 * @throws IllegalArgumentException if the address or the organization is not valid
	 */
	public static LumoAuthAddresses forOrganization(URI baseUrl, String orgId) {
		return forOrganization(baseUrl, orgId, PlainHttp.LOOPBACK);
	}

	/**
	 * Return the same endpoints of a LumoAuth that may be reached over {@code http}.
	 * @param baseUrl LumoAuth's address: {@code https}, or {@code http} to a host that is
	 * allowed
	 * @param orgId the organization's slug
	 * @param plainHttp to which hosts {@code http} is allowed
	 * @return the endpoints
	 * @throws IllegalArgumentException if the address or the organization can't be used
	 */
	public static LumoAuthAddresses forOrganization(URI baseUrl, String orgId, PlainHttp plainHttp) {
		return new LumoAuthAddresses(baseUrl, plainHttp, "/orgs/" + segment(orgId, "organization"), "lumoauth.org-id",
				AuthzPath.ROOT, AuthzPath.PREFIXED);
	}

	/**
	 * Check an address that LumoAuth names, such as that of its keys.
	 * @param address an absolute address
	 * @throws IllegalArgumentException if it is neither {@code https} nor {@code http} to
	 * this machine or to where LumoAuth itself is
	 */
	public void check(URI address) {
		if (!isOwn(address)) {
			Origin.of(address);
		}
	}

	/**
	 * Return whether an address is at LumoAuth's own scheme, host and port.
	 * @param address an absolute address
	 * @return whether that is so
	 */
	public boolean isOwn(URI address) {
		try {
			return Origin.of(address, PlainHttp.DEVELOPMENT_NETWORK).equals(this.origin);
		}
		catch (IllegalArgumentException ex) {
			return false; // never an address of LumoAuth
		}
	}

	private static String segment(String value, String what) {
		Assert.hasText(value, () -> "The " + what + " must not be blank");
		Assert.isTrue(!value.equals(".") && !value.equals(".."), () -> "'" + value + "' is not a valid " + what);
		return encode(value);
	}

	/**
	 * Return a text as one segment of a path.
	 */
	static String encode(String value) {
		return UriUtils.encode(value, StandardCharsets.UTF_8);
	}

	/**
	 * Return the endpoint that issues and exchanges tokens ({@code POST}).
	 * @return the address
	 */
	public URI token() {
		return URI.create(this.api + "/oauth/token");
	}

	/**
	 * Return the addresses of LumoAuth's metadata ({@code GET}; RFC 8414, and OpenID
	 * Connect Discovery 1.0): below the issuer, as LumoAuth documents it.
	 * @return the addresses, in the order in which to ask them
	 */
	public List<URI> metadata() {
		return List.of(URI.create(this.api + "/.well-known/oauth-authorization-server"),
				URI.create(this.api + "/.well-known/openid-configuration"));
	}

	/**
	 * Return the address of other metadata ({@code GET}; RFC 8615).
	 * @param name the name below {@code .well-known}, such as {@code ssf-configuration}
	 * @return the address
	 */
	public URI metadata(String name) {
		Assert.isTrue(PATH.matcher(name).matches(), "That is not the name of metadata");
		return URI.create(this.api + "/.well-known/" + name);
	}

	/**
	 * Return LumoAuth's identifier in a token's {@code iss} and an assertion's
	 * {@code aud}.
	 * @return the address of the tenant or the organization, without a trailing slash
	 */
	public String issuer() {
		return this.api;
	}

	/**
	 * Return the endpoint of the agent's claims ({@code GET}).
	 * @return the address
	 */
	public URI userinfo() {
		return URI.create(this.api + "/oauth/userinfo");
	}

	/**
	 * Return the endpoint of the agent ({@code GET}).
	 * @return the address
	 */
	public URI agentsMe() {
		return URI.create(this.api + "/agents/me");
	}

	/**
	 * Return the endpoint that decides about an action ({@code POST}).
	 * @return the address
	 */
	public URI agentsAsk() {
		return URI.create(this.api + "/agents/ask");
	}

	/**
	 * Return the endpoint that decides whether a tool of an MCP server may be called
	 * ({@code POST}).
	 * @return the address
	 */
	public URI mcpAuthorize() {
		return endpoint("agents/me/mcp/authorize");
	}

	/**
	 * Return an endpoint that only some agents use. A 404 in LumoAuth's words is a
	 * refusal: LumoAuth doesn't know the id or the user that the request names.
	 * @param path what follows the version, such as {@code ssf/stream?stream_id=:id}:
	 * lower-case words, and at most one {@code :id}
	 * @return the endpoint; for {@link #withId}, if an id is in it
	 */
	public URI endpoint(String path) {
		Assert.isTrue(PATH.matcher(path).matches(), () -> "'" + path + "' is not a path of LumoAuth's API");
		URI endpoint = URI.create(this.api + "/" + path);
		this.occasional.add(endpoint);
		return endpoint;
	}

	/**
	 * Return whether a text can be an id in an address: every reader has to see it as one
	 * segment of the path.
	 * @param id the text
	 * @return whether the text can be an id
	 */
	public static boolean isPlainId(String id) {
		return PLAIN_ID.matcher(id).matches();
	}

	/**
	 * Return an address with an id in it.
	 * @param endpoint one of these endpoints
	 * @param id the id
	 * @return the address
	 * @throws IllegalArgumentException if the text can't be an id. The message doesn't
	 * contain the text, which may be a secret
	 */
	public URI withId(URI endpoint, String id) {
		String address = endpoint.toString();
		int start = address.indexOf(ID, this.api.length());
		Assert.isTrue(start > 0 && isPlainId(id), () -> "That is not an id of LumoAuth at " + endpoint);
		return URI.create(address.substring(0, start) + encode(id) + address.substring(start + ID.length()));
	}

	/**
	 * Return whether a request names a user, a task or a request that LumoAuth may not
	 * know, so that not every 404 is about the address.
	 */
	boolean isAboutSomebody(URI endpoint) {
		return this.occasional.contains(endpoint) && !endpoint.equals(mcpAuthorize());
	}

	/**
	 * Return the possible addresses of the checks.
	 * @return the addresses, in the order in which to ask them
	 */
	List<AuthzEndpoints> authz() {
		return this.authz;
	}

	/**
	 * Return whether an address belongs to the checks.
	 */
	boolean isAuthz(URI endpoint) {
		return this.authz.stream().anyMatch((authz) -> authz.contains(endpoint));
	}

	/**
	 * Return the addresses that every agent uses.
	 */
	List<URI> all() {
		return Stream
			.concat(Stream.of(token(), userinfo(), agentsMe(), agentsAsk()),
					this.authz.stream().flatMap((authz) -> Stream.of(authz.check(), authz.checkBulk())))
			.toList();
	}

	/**
	 * Return the name under which an address is shown: the part after the version, such
	 * as {@code authz/check} or {@code agents/:id/attest}.
	 * @param endpoint the address
	 * @return the name; {@code other} for an address that is not one of these
	 */
	public String nameOf(URI endpoint) {
		if (!all().contains(endpoint) && !this.occasional.contains(endpoint)) {
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
