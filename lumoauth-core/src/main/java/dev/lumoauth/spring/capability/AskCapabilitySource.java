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
import java.util.Map;
import java.util.function.BiConsumer;

import dev.lumoauth.spring.client.LumoAuthClient;

/**
 * Asks {@code agents/ask}, with the capability as the action: one request for each, since
 * LumoAuth accepts one action at a time. LumoAuth's audit log has an entry for each
 * request.
 */
final class AskCapabilitySource extends EachAnswerSource {

	private final LumoAuthClient client;

	AskCapabilitySource(LumoAuthClient client) {
		this.client = client;
	}

	@Override
	public void ask(Collection<String> capabilities, BiConsumer<String, Boolean> answers) {
		for (String capability : capabilities) {
			answers.accept(capability, this.client.ask(capability, Map.of()).allowed());
		}
	}

}
