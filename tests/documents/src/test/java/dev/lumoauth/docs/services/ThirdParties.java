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

package dev.lumoauth.docs.services;

import dev.lumoauth.spring.vault.LumoAuthConnections;

import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;

/**
 * Tokens of third parties, as the page has them.
 */
final class ThirdParties {

	private ThirdParties() {
	}

	static String token(LumoAuthConnections connections) {

		OAuth2AccessToken token = connections.token("github");

		return token.getTokenValue();
	}

	static RestClient restClient(LumoAuthConnections connections, RestClient.Builder builder) {

		RestClient client = builder.requestInterceptor(connections.interceptor("github")).build();

		return client;
	}

	static WebClient webClient(LumoAuthConnections connections, WebClient.Builder builder) {

		WebClient client = builder.apply(connections.filter("github")).build();

		return client;
	}

}
