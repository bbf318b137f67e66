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

import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Import;
import org.springframework.web.client.RestClient;

import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * That the agent of docs/aauth.md starts with the configuration there, and sends its
 * tokens nowhere else.
 */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.NONE,
		properties = { "lumoauth.url=https://app.lumoauth.dev", "lumoauth.org-id=acme-corp",
				"lumoauth.client-id=agt_research-analyst", "lumoauth.client-authentication-method=aauth",
				"lumoauth.aauth.agent=https://agent.example.com",
				"lumoauth.aauth.targets.orders.resource=https://orders.example.com",
				"lumoauth.aauth.targets.orders.url=https://orders.example.com",
				"lumoauth.aauth.targets.orders.scopes=orders.read",
				"lumoauth.aauth.targets.orders.redirect-uri=https://agent.example.com/consent",
				"spring.ai.mcp.client.enabled=false", "spring.config.location=optional:classpath:/none/" })
class OrdersClientsTests {

	@Test
	void sendNothingToOthers(@Autowired RestClient orders, @Autowired RestClient ordersOfUsers) {
		for (RestClient client : new RestClient[] { orders, ordersOfUsers }) {
			assertThatIllegalStateException()
				.isThrownBy(() -> client.get().uri("https://other.example.com/").retrieve().toBodilessEntity())
				.withMessageContaining("leads to another server");
		}
	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	@Import(OrdersClients.class)
	static class Agent {

	}

}
