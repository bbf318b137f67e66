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

package dev.lumoauth.docs.answers;

import dev.lumoauth.spring.LumoAuthAgent;
import dev.lumoauth.spring.capability.RequiresCapability;
import dev.lumoauth.spring.user.OnBehalfOfUser;

import org.springframework.ai.tool.annotation.Tool;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.stereotype.Component;

/**
 * Tools with a token of their own for each server.
 */
@Component
@OnBehalfOfUser
class OrderTools {

	private final LumoAuthAgent agent;

	private final Shop shop;

	OrderTools(LumoAuthAgent agent, Shop shop) {
		this.agent = agent;
		this.shop = shop;
	}

	@Tool(description = "List the user's orders.")
	@RequiresCapability("orders:read")
	public String orders() {
		// aud: the orders, sub: the user, act: the agent
		OAuth2AccessToken token = this.agent.mcpToken("urn:orders");
		return this.shop.orders(token);
	}

	@Tool(description = "Pay one of the user's orders.")
	@RequiresCapability("payments:write")
	public String pay(String order) {
		OAuth2AccessToken token = this.agent.mcpToken("urn:payments");
		return this.shop.pay(order, token);
	}

	/**
	 * The servers that the tokens are for.
	 */
	interface Shop {

		String orders(OAuth2AccessToken token);

		String pay(String order, OAuth2AccessToken token);

	}

}
