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

import org.springframework.context.EmbeddedValueResolverAware;
import org.springframework.util.StringValueResolver;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.support.RestClientHttpServiceGroupConfigurer;

import dev.lumoauth.spring.token.AuthorizationInterceptor;

/**
 * Applies {@link LumoAuthAudience} in HTTP service groups of the {@code RestClient}. A
 * group without the annotation is not changed. It runs last, so that the application's
 * own interceptors come before and don't see the token.
 */
final class LumoAuthRestClientHttpServiceGroupConfigurer
		implements RestClientHttpServiceGroupConfigurer, EmbeddedValueResolverAware {

	private final LumoAuthHttpClients clients;

	private StringValueResolver placeholders = AudienceCalls.NO_PLACEHOLDERS;

	LumoAuthRestClientHttpServiceGroupConfigurer(LumoAuthHttpClients clients) {
		this.clients = clients;
	}

	@Override
	public void setEmbeddedValueResolver(StringValueResolver resolver) {
		this.placeholders = resolver;
	}

	@Override
	public void configureGroups(Groups<RestClient.Builder> groups) {
		groups.filter(LumoAuthAudiences::mentionedIn).forEachGroup((group, client, factory) -> {
			HttpServiceOrigins origins = new HttpServiceOrigins(this.clients, () -> baseUrl(client),
					HttpServiceOrigins.setting(group));
			client.requestInterceptor(
					new AuthorizationInterceptor(AudienceRequests.forHttpServices(this.clients, origins)));
			AudienceCalls.install(factory, this.placeholders, origins);
		});
	}

	/**
	 * Read the base URL after the group's client has been made, so that a base URL that
	 * another configurer sets later counts too. The client for this sends nothing.
	 */
	private static @Nullable URI baseUrl(RestClient.Builder group) {
		RestClient client = group.clone().requestFactory((uri, method) -> {
			throw new IllegalStateException("This client sends nothing");
		}).build();
		return BaseUrl.read(client.get()::uri);
	}

}
