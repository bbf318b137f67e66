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

package dev.lumoauth.spring.aauth.agent;

import java.net.URI;
import java.util.function.Consumer;

import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.util.Assert;
import org.springframework.web.reactive.function.client.WebClient;

import dev.lumoauth.spring.http.Origin;
import dev.lumoauth.spring.token.AuthorizationFilterFunction;
import dev.lumoauth.spring.token.AuthorizationInterceptor;
import dev.lumoauth.spring.token.LumoAuthTokens;
import dev.lumoauth.spring.token.RequestAuthorizer;
import dev.lumoauth.spring.token.RequestSigner;
import dev.lumoauth.spring.token.SigningExchangeFilterFunction;
import dev.lumoauth.spring.token.SigningInterceptor;

/**
 * Prepares clients to call the resources of {@code lumoauth.aauth.targets}: each request
 * carries a token for the resource and is signed, and the signature covers the token.
 *
 * <pre class="code">
 * RestClient documents = RestClient.builder()
 *     .baseUrl("https://documents.example.com")
 *     .requestInterceptor(clients.interceptor("documents"))
 *     .build();
 * </pre>
 *
 * @since 0.1.0
 */
public final class AAuthClients {

	private final LumoAuthTokens tokens;

	private final RequestSigner signer;

	private final AAuthTargets targets;

	/**
	 * Create the clients.
	 * @param tokens the agent's tokens, which get the tokens for resources from the
	 * targets
	 * @param targets the resources
	 */
	public AAuthClients(LumoAuthTokens tokens, AAuthTargets targets) {
		this.tokens = tokens;
		this.signer = targets.agent().signer();
		this.targets = targets;
	}

	/**
	 * Return an interceptor for a {@code RestClient}. The interceptor has to be the
	 * client's last one: a change after it would not be covered by the signature. It
	 * attaches tokens by the rules of {@link AuthorizationInterceptor}; each attempt is
	 * signed again.
	 * @param name the resource's name below {@code lumoauth.aauth.targets}
	 * @return the interceptor; use one for each resource
	 * @throws IllegalArgumentException if there is no such resource
	 * @throws IllegalStateException if its identifier is an address at another origin
	 * than its {@code url}
	 */
	public ClientHttpRequestInterceptor interceptor(String name) {
		AAuthTarget target = this.targets.named(name);
		return new AuthorizationInterceptor(authorizer(this.tokens, target))
			.andThen(new SigningInterceptor(this.signer));
	}

	/**
	 * Return a customizer that prepares a {@code WebClient}, by the rules of
	 * {@link AuthorizationFilterFunction}. It has to be applied after all other filters
	 * were added.
	 * @param name as in {@link #interceptor}
	 * @return for {@code WebClient.Builder.apply}
	 * @throws IllegalArgumentException as {@link #interceptor} does
	 * @throws IllegalStateException as {@link #interceptor} does
	 */
	public Consumer<WebClient.Builder> configuration(String name) {
		return Reactive.configuration(this.tokens, this.targets.named(name), this.signer);
	}

	private static RequestAuthorizer authorizer(LumoAuthTokens tokens, AAuthTarget target) {
		Origin origin = Origin.of(target.url());
		Assert.state(!target.resource().matches("(?is)https?://.*") || origin.isOf(URI.create(target.resource())),
				"The address given with the audience is not at the server of the audience, which is itself an address");
		return RequestAuthorizer.exchanging(tokens, target.resource(), origin);
	}

	/**
	 * Loaded only if there is a {@code WebClient}.
	 */
	private static final class Reactive {

		private static Consumer<WebClient.Builder> configuration(LumoAuthTokens tokens, AAuthTarget target,
				RequestSigner signer) {
			return new AuthorizationFilterFunction(authorizer(tokens, target)).configuration()
				.andThen((builder) -> builder.filter(new SigningExchangeFilterFunction(signer)));
		}

	}

}
