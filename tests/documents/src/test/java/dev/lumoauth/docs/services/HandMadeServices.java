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

import dev.lumoauth.spring.http.client.LumoAuthExchangeFilterFunction;
import dev.lumoauth.spring.http.client.LumoAuthHttpClients;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;

/**
 * The same service, by clients made by hand.
 */
@Configuration(proxyBeanMethods = false)
class HandMadeServices {

	@Bean
	Reports reports(LumoAuthHttpClients clients, RestClient.Builder builder) {
		RestClient client = builder.baseUrl("https://reports.example.com").build();
		return clients.httpServices(client).build().createClient(Reports.class);
	}

	static RestClient restClient(LumoAuthHttpClients clients, RestClient.Builder builder) {

		RestClient client = builder.requestInterceptor(clients.interceptor("https://reports.example.com")).build();

		return client;
	}

	static WebClient webClient(LumoAuthHttpClients clients, WebClient.Builder builder) {

		WebClient client = builder
			.apply(new LumoAuthExchangeFilterFunction(clients, "https://reports.example.com").configuration())
			.build();

		return client;
	}

}
