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

package dev.lumoauth.docs.aauth;

import dev.lumoauth.spring.aauth.agent.AAuthClients;
import dev.lumoauth.spring.aauth.agent.AAuthUserTokens;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.client.RestClient;

/**
 * An agent that calls a service by signed requests, as docs/aauth.md has it.
 */
@Configuration(proxyBeanMethods = false)
class OrdersClients {

	@Bean
	RestClient orders(RestClient.Builder builder, AAuthClients clients) {
		return builder.baseUrl("https://orders.example.com").requestInterceptor(clients.interceptor("orders")).build();
	}

	@Bean
	RestClient ordersOfUsers(RestClient.Builder builder, AAuthUserTokens tokens) {
		return builder.baseUrl("https://orders.example.com").requestInterceptor(tokens.interceptor("orders")).build();
	}

}
