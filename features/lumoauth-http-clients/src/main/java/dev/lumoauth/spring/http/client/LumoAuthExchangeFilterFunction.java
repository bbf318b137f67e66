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
import java.util.function.Consumer;

import reactor.core.publisher.Mono;

import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.ExchangeFilterFunction;
import org.springframework.web.reactive.function.client.ExchangeFunction;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.client.support.WebClientAdapter;
import org.springframework.web.service.invoker.HttpServiceProxyFactory;

import dev.lumoauth.spring.token.AuthorizationFilterFunction;
import dev.lumoauth.spring.user.UserScope;

/**
 * Adds the token for an audience to the requests of a {@code WebClient}, by the rules of
 * {@link LumoAuthHttpClients#interceptor(String)} and those of
 * {@link AuthorizationFilterFunction}.
 *
 * <pre class="code">
 * WebClient client = WebClient.builder()
 *     .apply(new LumoAuthExchangeFilterFunction(clients, "https://reports.example.com").configuration())
 *     .build();
 * </pre>
 *
 * @since 0.1.0
 */
public final class LumoAuthExchangeFilterFunction implements ExchangeFilterFunction {

	private final AuthorizationFilterFunction filter;

	/**
	 * Create a filter for the audience that each request names by
	 * {@link LumoAuthHttpClients#audience(String)}. A request without an audience fails.
	 * So does a request whose audience is not an address and is not in
	 * {@code lumoauth.audiences}.
	 * @param clients whose tokens are sent
	 */
	public LumoAuthExchangeFilterFunction(LumoAuthHttpClients clients) {
		this(AudienceRequests.forAttribute(clients));
	}

	/**
	 * Create a filter for one audience; use one for each server.
	 * @param clients whose tokens are sent
	 * @param audience the server's id or its address
	 * @throws IllegalArgumentException if the audience is an {@code http} address that is
	 * not on a loopback host
	 * @throws IllegalStateException if the server's address is not known: the audience is
	 * not an address, and {@code lumoauth.audiences} does not contain it
	 */
	public LumoAuthExchangeFilterFunction(LumoAuthHttpClients clients, String audience) {
		this(AudienceRequests.forAudience(clients, audience, null));
	}

	/**
	 * Create a filter for one audience at a known origin.
	 * @param clients whose tokens are sent
	 * @param audience the server's id or its address
	 * @param origin an absolute address of the server; only scheme, host and port are
	 * used
	 * @throws IllegalArgumentException if the origin is neither {@code https} nor on a
	 * loopback host
	 * @throws IllegalStateException if the audience is an address of another server, or
	 * {@code lumoauth.audiences} has another address for it
	 */
	public LumoAuthExchangeFilterFunction(LumoAuthHttpClients clients, String audience, URI origin) {
		this(AudienceRequests.forAudience(clients, audience, origin));
	}

	private LumoAuthExchangeFilterFunction(AudienceRequests requests) {
		this.filter = new AuthorizationFilterFunction(requests);
	}

	/**
	 * Return a factory for HTTP interfaces whose methods have {@link LumoAuthAudience};
	 * requests of other methods are sent unchanged.
	 * @param clients whose tokens are sent
	 * @param client the client that sends the requests. The tokens are sent to the server
	 * of its base URL; without a base URL, each audience has to be an address or in
	 * {@code lumoauth.audiences}
	 * @return the builder of the factory, which creates a client only if the one server
	 * of each audience is known
	 */
	public static HttpServiceProxyFactory.Builder httpServices(LumoAuthHttpClients clients, WebClient client) {
		HttpServiceOrigins origins = new HttpServiceOrigins(clients, () -> BaseUrl.read(client.get()::uri),
				"the base URL of the WebClient");
		WebClient authorized = client.mutate().apply(forHttpServices(clients, origins).configuration()).build();
		HttpServiceProxyFactory.Builder factory = HttpServiceProxyFactory
			.builderFor(WebClientAdapter.create(authorized));
		AudienceCalls.install(factory, AudienceCalls.NO_PLACEHOLDERS, origins);
		return factory;
	}

	static LumoAuthExchangeFilterFunction forHttpServices(LumoAuthHttpClients clients, HttpServiceOrigins origins) {
		return new LumoAuthExchangeFilterFunction(AudienceRequests.forHttpServices(clients, origins));
	}

	/**
	 * Return a customizer that adds this filter to a client, and records the user for
	 * whom the agent acts ({@link UserScope#current()}) when a request is built.
	 * @return for {@code WebClient.Builder.apply}
	 */
	public Consumer<WebClient.Builder> configuration() {
		return this.filter.configuration();
	}

	@Override
	public Mono<ClientResponse> filter(ClientRequest request, ExchangeFunction next) {
		return this.filter.filter(request, next);
	}

}
