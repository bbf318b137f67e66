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

package dev.lumoauth.devserver.launch;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.Test;

import dev.lumoauth.devserver.config.ActorOrder;
import dev.lumoauth.devserver.config.AgentProperties;
import dev.lumoauth.devserver.config.JitProperties;
import dev.lumoauth.devserver.config.TenantProperties;
import dev.lumoauth.devserver.config.TenantProperties.Requirement;
import dev.lumoauth.devserver.state.Tenants;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ReadyAnnouncement}.
 */
class ReadyAnnouncementTests {

	@Test
	void printsTheVariablesInOneLine() {
		assertThat(print(agent("agt_a", "secret-1"))).contains("for development only")
			.endsWith("export LUMOAUTH_URL=http://127.0.0.1:1234 LUMOAUTH_TENANT=acme AGENT_CLIENT_ID=agt_a"
					+ " AGENT_CLIENT_SECRET=secret-1\n");
	}

	@Test
	void quotesForTheShell() {
		assertThat(print(agent("agt_a", "it's; rm $HOME"))).endsWith(" AGENT_CLIENT_SECRET='it'\\''s; rm $HOME'\n");
	}

	@Test
	void leavesOutTheSecretOfAPublicAgent() {
		assertThat(print(agent("agt_a", null))).endsWith("AGENT_CLIENT_ID=agt_a\n");
	}

	private static String print(AgentProperties agent) {
		TenantProperties tenant = new TenantProperties("acme", false, Requirement.OPTIONAL, ActorOrder.RFC8693,
				new JitProperties(Duration.ofHours(1), Duration.ofMinutes(5), 3, false, List.of()), List.of(agent),
				List.of(), List.of(), List.of());
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		new ReadyAnnouncement(new Tenants(List.of(tenant), Clock.systemUTC())).print(1234, new PrintStream(bytes));
		return bytes.toString().replace(System.lineSeparator(), "\n");
	}

	private static AgentProperties agent(String id, String secret) {
		return new AgentProperties(id, secret, null, Set.of(), Set.of(), Set.of(), Set.of(), List.of(),
				Duration.ofHours(1), null);
	}

}
