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
package dev.lumoauth.spring.autoconfigure;

import java.util.ArrayList;
import java.util.List;

import dev.lumoauth.spring.autoconfigure.LumoAuthProperties.ClientAuthentication;
import org.jspecify.annotations.Nullable;

/**
 * A further agent of the application, {@code lumoauth.agents.<name>}. Where LumoAuth is
 * and how to speak to it is the same for all.
 * <p>
 * For each there are a {@code LumoAuthAgent}, {@code LumoAuthTokens},
 * {@code CapabilityDecisions}, {@code BudgetMonitor} and, with Spring AI,
 * {@code ToolGuard}, injected by {@code @Qualifier("<name>")} and by nothing else. They
 * share nothing with those of another agent. What the starter guards by itself it guards
 * as the agent without a name: {@code @RequiresCapability} on beans and on their tools,
 * and the tools and the budget of the auto-configured {@code ChatClient.Builder}. A
 * {@code ToolGuard} of a named agent guards what it is given, in addition to that.
 *
 * @since 0.1.0
 */
public class LumoAuthAgentProperties {

	/**
	 * Client id of the agent.
	 */
	private @Nullable String clientId;

	/**
	 * Client secret of the agent.
	 */
	private @Nullable String clientSecret;

	/**
	 * Scopes to ask for. When empty, LumoAuth grants all that the agent has.
	 */
	private List<String> scopes = new ArrayList<>();

	/**
	 * How the agent authenticates at the token endpoint.
	 */
	private ClientAuthentication clientAuthenticationMethod = ClientAuthentication.CLIENT_SECRET_POST;

	public @Nullable String getClientId() {
		return this.clientId;
	}

	public void setClientId(@Nullable String clientId) {
		this.clientId = clientId;
	}

	public @Nullable String getClientSecret() {
		return this.clientSecret;
	}

	public void setClientSecret(@Nullable String clientSecret) {
		this.clientSecret = clientSecret;
	}

	public List<String> getScopes() {
		return this.scopes;
	}

	public void setScopes(List<String> scopes) {
		this.scopes = scopes;
	}

	public ClientAuthentication getClientAuthenticationMethod() {
		return this.clientAuthenticationMethod;
	}

	public void setClientAuthenticationMethod(ClientAuthentication clientAuthenticationMethod) {
		this.clientAuthenticationMethod = clientAuthenticationMethod;
	}

}
