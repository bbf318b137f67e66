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

package dev.lumoauth.spring.http.client;

import java.net.URI;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;

import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.util.Assert;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.support.RestClientAdapter;
import org.springframework.web.service.invoker.HttpServiceProxyFactory;

import dev.lumoauth.spring.token.AuthorizationInterceptor;
import dev.lumoauth.spring.token.RefusedRequestHandler;
import dev.lumoauth.spring.token.LumoAuthTokens;
import dev.lumoauth.spring.user.UserScope;

/**
 * Adds exchanged tokens (RFC 8693) to the requests of your own HTTP clients. For a
 * {@code WebClient} see {@link LumoAuthExchangeFilterFunction}.
 *
 * <pre class="code">
 * RestClient reports = RestClient.builder()
 *     .baseUrl("https://reports.example.com")
 *     .requestInterceptor(clients.interceptor("https://reports.example.com"))
 *     .build();
 * </pre>
 *
 * @since 0.1.0
 */
public final class LumoAuthHttpClients {

	private final Supplier<LumoAuthTokens> tokens;

	private final AudienceOrigins origins;

	/**
	 * Create clients that send tokens only to audiences that are addresses, or whose
	 * address is given.
	 * @param tokens the agent's tokens
	 */
	public LumoAuthHttpClients(LumoAuthTokens tokens) {
		this(() -> tokens, Map.of());
	}

	/**
	 * Create clients.
	 * @param tokens gives the agent's tokens when a request needs one
	 * @param servers an absolute address of the server of each audience; only scheme,
	 * host and port are used. An audience that is itself an address needs no entry
	 * @throws IllegalArgumentException if an address is neither {@code https} nor on a
	 * loopback host
	 * @throws IllegalStateException if an audience is itself an address, of another
	 * server
	 */
	public LumoAuthHttpClients(Supplier<LumoAuthTokens> tokens, Map<String, URI> servers) {
		this(tokens, new AudienceOrigins(servers));
	}

	private LumoAuthHttpClients(Supplier<LumoAuthTokens> tokens, AudienceOrigins origins) {
		this.tokens = tokens;
		this.origins = origins;
	}

	/**
	 * Return clients of another agent that know the same servers.
	 * @param tokens the other agent's tokens
	 * @return the clients
	 */
	public LumoAuthHttpClients withTokens(LumoAuthTokens tokens) {
		return new LumoAuthHttpClients(() -> tokens, this.origins);
	}

	/**
	 * Check an address for an audience.
	 * @param audience the server's id or its address
	 * @param address an absolute address of its server
	 * @throws IllegalArgumentException if the address is neither {@code https} nor on a
	 * loopback host
	 * @throws IllegalStateException if the audience is itself an address, of another
	 * server
	 */
	public static void requireServer(String audience, URI address) {
		AudienceOrigins.check(audience, address);
	}

	LumoAuthTokens tokens() {
		return this.tokens.get();
	}

	AudienceOrigins origins() {
		return this.origins;
	}

	/**
	 * Return an interceptor for a {@code RestClient} that adds the token for an audience
	 * to each request. The interceptor
	 * <ul>
	 * <li>sends the token to one origin only: that of the audience if the audience is an
	 * absolute {@code http} or {@code https} address, or else the origin in
	 * {@code lumoauth.audiences}. A request to another origin is not sent, and throws an
	 * {@link IllegalStateException};</li>
	 * <li>replaces the token and sends the request again, once, if the answer is 401 and
	 * another token is available;</li>
	 * <li>offers a request that was answered with 403 to the feature that may have
	 * another token for it ({@link RefusedRequestHandler}), if there is one, and sends
	 * the request again, once, with that token. Without one, the 403 goes to the
	 * caller;</li>
	 * <li>acts for the user for whom the agent acts on the thread
	 * ({@link UserScope#current()});</li>
	 * <li>throws what {@link LumoAuthTokens#exchange(String)} throws instead of sending a
	 * request without a token;</li>
	 * <li>does not change an {@code Authorization} header that the caller has set on the
	 * request.</li>
	 * </ul>
	 * Use it with a request factory that does not follow redirects, as Boot's do with
	 * {@code spring.http.clients.redirects=dont-follow}: redirects are followed below the
	 * interceptors, so the token would be sent along.
	 * @param audience the server's id or its address
	 * @return the interceptor; use one for each server
	 * @throws IllegalArgumentException if the audience is an {@code http} address that is
	 * not on a loopback host
	 * @throws IllegalStateException if the server's address is not known: the audience is
	 * not an address, and {@code lumoauth.audiences} does not contain it
	 */
	public ClientHttpRequestInterceptor interceptor(String audience) {
		return new AuthorizationInterceptor(AudienceRequests.forAudience(this, audience, null));
	}

	/**
	 * Return an interceptor as {@link #interceptor(String)} does, for a known origin.
	 * @param audience the server's id or its address
	 * @param origin an absolute address of the server; only scheme, host and port are
	 * used
	 * @return the interceptor
	 * @throws IllegalArgumentException if the origin is neither {@code https} nor on a
	 * loopback host
	 * @throws IllegalStateException if the audience is an address of another server, or
	 * {@code lumoauth.audiences} has another address for it
	 */
	public ClientHttpRequestInterceptor interceptor(String audience, URI origin) {
		return new AuthorizationInterceptor(AudienceRequests.forAudience(this, audience, origin));
	}

	/**
	 * Return an interceptor as {@link #interceptor(String)} does, for the audience that
	 * each request names by {@link #audience(String)}. A request without an audience
	 * fails. So does a request whose audience is not an address and is not in
	 * {@code lumoauth.audiences}.
	 * @return the interceptor
	 */
	public ClientHttpRequestInterceptor interceptor() {
		return new AuthorizationInterceptor(AudienceRequests.forAttribute(this));
	}

	/**
	 * Name the audience of a request.
	 * @param audience the server's id or its address
	 * @return for {@code RestClient.RequestHeadersSpec.attributes}
	 */
	public static Consumer<Map<String, Object>> audience(String audience) {
		Assert.hasText(audience, "The audience must not be blank");
		return (attributes) -> attributes.put(AudienceRequests.AUDIENCE, audience);
	}

	/**
	 * Return a factory for HTTP interfaces whose methods have {@link LumoAuthAudience};
	 * requests of other methods are sent unchanged. For a {@code WebClient} see
	 * {@link LumoAuthExchangeFilterFunction#httpServices}.
	 * @param client the client that sends the requests. It must not follow redirects. The
	 * tokens are sent to the server of its base URL; without a base URL, each audience
	 * has to be an address or in {@code lumoauth.audiences}
	 * @return the builder of the factory, which creates a client only if the one server
	 * of each audience is known
	 */
	public HttpServiceProxyFactory.Builder httpServices(RestClient client) {
		HttpServiceOrigins origins = new HttpServiceOrigins(this, () -> BaseUrl.read(client.get()::uri),
				"the base URL of the RestClient");
		ClientHttpRequestInterceptor interceptor = new AuthorizationInterceptor(
				AudienceRequests.forHttpServices(this, origins));
		HttpServiceProxyFactory.Builder factory = HttpServiceProxyFactory
			.builderFor(RestClientAdapter.create(client.mutate().requestInterceptor(interceptor).build()));
		AudienceCalls.install(factory, AudienceCalls.NO_PLACEHOLDERS, origins);
		return factory;
	}

}
