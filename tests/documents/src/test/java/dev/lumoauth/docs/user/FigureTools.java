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

package dev.lumoauth.docs.user;

import java.util.concurrent.CompletableFuture;

import dev.lumoauth.spring.LumoAuthAgent;
import dev.lumoauth.spring.user.OnBehalfOfUser;
import dev.lumoauth.spring.user.UserScope;
import dev.lumoauth.spring.user.UserToken;

import org.springframework.ai.tool.annotation.Tool;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.stereotype.Component;

/**
 * Tools that act for the user.
 */
@Component
class FigureTools {

	private final LumoAuthAgent agent;

	private final Figures figures;

	FigureTools(LumoAuthAgent agent, Figures figures) {
		this.agent = agent;
		this.figures = figures;
	}

	@Tool(description = "Query the figures that the user may see.")
	@OnBehalfOfUser
	public String figures(String metric) {
		// sub: the user, act: the agent
		OAuth2AccessToken token = this.agent.mcpToken("urn:mcp:financial-data");
		return this.figures.query(metric, token);
	}

	@Tool(description = "Query the figures on a thread of their own.")
	@OnBehalfOfUser
	public String figuresLater(String metric) {
		UserToken user = UserScope.current(); // here, where it is known
		return CompletableFuture.supplyAsync(() -> UserScope.call(user, () -> figures(metric))).join();
	}

}
