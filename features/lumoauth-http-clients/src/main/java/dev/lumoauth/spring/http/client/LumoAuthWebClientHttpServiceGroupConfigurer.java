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

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.context.EmbeddedValueResolverAware;
import org.springframework.util.StringValueResolver;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.client.support.WebClientHttpServiceGroupConfigurer;

/**
 * Applies {@link LumoAuthAudience} in HTTP service groups of the {@code WebClient}. A
 * group without the annotation is not changed. It runs last, so that the application's
 * own filters come before and don't see the token.
 */
final class LumoAuthWebClientHttpServiceGroupConfigurer
		implements WebClientHttpServiceGroupConfigurer, EmbeddedValueResolverAware {

	private final LumoAuthHttpClients clients;

	private StringValueResolver placeholders = AudienceCalls.NO_PLACEHOLDERS;

	private LumoAuthWebClientHttpServiceGroupConfigurer(LumoAuthHttpClients clients) {
		this.clients = clients;
	}

	/**
	 * Returns the interface: with the class itself as the type, loading the caller would
	 * need WebFlux.
	 */
	static WebClientHttpServiceGroupConfigurer of(LumoAuthHttpClients clients) {
		return new LumoAuthWebClientHttpServiceGroupConfigurer(clients);
	}

	@Override
	public void setEmbeddedValueResolver(StringValueResolver resolver) {
		this.placeholders = resolver;
	}

	@Override
	public void configureGroups(Groups<WebClient.Builder> groups) {
		groups.filter(LumoAuthAudiences::mentionedIn).forEachGroup((group, client, factory) -> {
			HttpServiceOrigins origins = new HttpServiceOrigins(this.clients, () -> baseUrl(client),
					HttpServiceOrigins.setting(group));
			client.apply(LumoAuthExchangeFilterFunction.forHttpServices(this.clients, origins).configuration());
			AudienceCalls.install(factory, this.placeholders, origins);
		});
	}

	/**
	 * Read the base URL after the group's client has been made, so that a base URL that
	 * another configurer sets later counts too. The client for this sends nothing.
	 */
	private static @Nullable URI baseUrl(WebClient.Builder group) {
		WebClient client = group.clone().exchangeFunction((request) -> Mono.never()).build();
		return BaseUrl.read(client.get()::uri);
	}

}
