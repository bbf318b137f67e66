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

package dev.lumoauth.spring.capability;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

import dev.lumoauth.spring.LumoAuthProtocolException;
import dev.lumoauth.spring.client.LumoAuthClient;

/**
 * Reads the agent's capabilities from {@code oauth/userinfo}: one request for any number
 * of them.
 */
final class UserinfoCapabilitySource implements CapabilitySource {

	private final LumoAuthClient client;

	UserinfoCapabilitySource(LumoAuthClient client) {
		this.client = client;
	}

	@Override
	public Map<String, Boolean> ask(Collection<String> capabilities) {
		Set<String> granted = this.client.capabilities();
		if (granted == null) {
			// A missing list is not an empty list: LumoAuth did not say that the agent
			// has no capabilities.
			throw new LumoAuthProtocolException("LumoAuth's userinfo has no list of capabilities: "
					+ "set lumoauth.capabilities.source to check or ask", null);
		}
		Map<String, Boolean> answers = new HashMap<>();
		capabilities.forEach((capability) -> answers.put(capability, granted.contains(capability)));
		return answers;
	}

}
