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

package dev.lumoauth.demo.start;

import java.util.List;

import org.springframework.ai.tool.ToolCallbackProvider;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.core.Ordered;

/**
 * Revokes capabilities of the agent ({@code --demo.deny}) once the agent knows the tools
 * of the MCP server, which does not list them without the capability. This is the
 * realistic case: an agent runs, and somebody revokes a capability.
 */
class CapabilityWithdrawal implements ApplicationRunner, Ordered {

	private final List<String> capabilities;

	private final DevServerAdmin admin;

	private final DemoUser user;

	private final ApplicationContext context;

	CapabilityWithdrawal(List<String> capabilities, DevServerAdmin admin, DemoUser user, ApplicationContext context) {
		this.capabilities = capabilities;
		this.admin = admin;
		this.user = user;
		this.context = context;
	}

	@Override
	public void run(ApplicationArguments args) {
		this.context.getBeanProvider(ToolCallbackProvider.class)
			.forEach((provider) -> this.user.call(provider::getToolCallbacks));
		this.capabilities.forEach(this.admin::deny);
	}

	/**
	 * Runs before the question is asked.
	 */
	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE;
	}

}
