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

package dev.lumoauth.spring.vault.autoconfigure;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

import dev.lumoauth.spring.agent.AgentBuilder;
import dev.lumoauth.spring.agent.AgentFeature;
import dev.lumoauth.spring.agent.AgentRuntime;
import dev.lumoauth.spring.agent.Forgetting;
import dev.lumoauth.spring.http.LumoAuthHttp;
import dev.lumoauth.spring.revocation.Revocation;
import dev.lumoauth.spring.token.LumoAuthTokens;
import dev.lumoauth.spring.user.CurrentUser;
import dev.lumoauth.spring.vault.ConnectionStatus;
import dev.lumoauth.spring.vault.LumoAuthConnections;
import dev.lumoauth.spring.vault.ThirdParty;

import org.springframework.beans.factory.ObjectProvider;

/**
 * The tokens of third parties of each agent.
 */
record ConnectionsFeature(List<ThirdParty> parties, Duration maxWait,
		ObjectProvider<CurrentUser> user) implements AgentFeature {

	@Override
	public void addTo(AgentBuilder agent) {
		if (agent.identity() == null) {
			return;
		}
		agent.provide(LumoAuthConnections.class, this::connections);
		agent.forgets((runtime) -> new Memory(() -> runtime.get(LumoAuthConnections.class)));
		agent.describes("connections", (runtime) -> describe(runtime.get(LumoAuthConnections.class).statuses()));
	}

	private LumoAuthConnections connections(AgentRuntime agent) {
		return LumoAuthConnections.of(this.parties, agent.get(LumoAuthHttp.class), agent.get(LumoAuthTokens.class),
				this.user::getObject, Clock.systemUTC(), this.maxWait);
	}

	/**
	 * One entry for each user would be a list of users.
	 */
	private static List<Map<String, Object>> describe(List<ConnectionStatus> statuses) {
		Map<String, List<ConnectionStatus>> byName = new TreeMap<>();
		statuses
			.forEach((status) -> byName.computeIfAbsent(status.connection(), (name) -> new ArrayList<>()).add(status));
		return byName.entrySet().stream().map((entry) -> {
			Map<String, Object> described = new LinkedHashMap<>();
			described.put("connection", entry.getKey());
			described.put("onBehalf", entry.getValue().get(0).forUser());
			described.put("held", entry.getValue().size());
			described.put("expiresAt",
					entry.getValue()
						.stream()
						.map(ConnectionStatus::expiresAt)
						.min(Comparator.naturalOrder())
						.orElseThrow());
			return described;
		}).toList();
	}

	private record Memory(Supplier<LumoAuthConnections> connections) implements Forgetting {

		@Override
		public void forget() {
			this.connections.get().forget();
		}

		@Override
		public void forget(Revocation revocation) {
			if (revocation.effect() != Revocation.Effect.DECISIONS) {
				this.connections.get().forget(revocation::concerns);
			}
		}

	}

}
