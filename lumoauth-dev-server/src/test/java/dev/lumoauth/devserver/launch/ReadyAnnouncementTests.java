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
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

import dev.lumoauth.devserver.config.TenantProperties;
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

	private static String print(Map<String, String> agent) {
		Map<String, String> properties = new HashMap<>(Map.of("tenant.slug", "acme"));
		agent.forEach((name, value) -> properties.put("tenant.agents[0]." + name, value));
		TenantProperties tenant = new Binder(new MapConfigurationPropertySource(properties))
			.bind("tenant", TenantProperties.class)
			.get();
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		new ReadyAnnouncement(new Tenants(List.of(tenant), Clock.systemUTC()), () -> 0, "127.0.0.1").print(1234,
				new PrintStream(bytes));
		return bytes.toString().replace(System.lineSeparator(), "\n");
	}

	private static Map<String, String> agent(String id, String secret) {
		return (secret != null) ? Map.of("client-id", id, "client-secret", secret) : Map.of("client-id", id);
	}

}
