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

package dev.lumoauth.devserver;

import dev.lumoauth.devserver.oauth.KnownTenantKeys;
import org.junit.jupiter.api.BeforeEach;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/**
 * Base of the tests that send requests to a running server.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT, properties = "dev.config=classpath:test-dev.yml")
@Import({ MovingClockConfiguration.class, KnownTenantKeys.class })
public abstract class ServerTests {

	protected static final String ACME = "/t/acme-corp/api/v1";

	protected static final String ACME_ORG = "/orgs/acme-corp/api/v1";

	protected static final String GLOBEX = "/t/globex/api/v1";

	protected Client client;

	@Autowired
	protected MovingClock clock;

	@LocalServerPort
	private int port;

	@DynamicPropertySource
	static void keys(DynamicPropertyRegistry registry) {
		registry.add("test.agents-jwks", TestKeys.AGENTS::jwks);
		registry.add("test.platforms-jwks", TestKeys.PLATFORMS::jwks);
		registry.add("test.jwks-uri", TestKeys::uri);
	}

	@BeforeEach
	void createClient() {
		this.client = new Client(this.port);
		this.clock.reset();
	}

	protected Answer analyst(String... scopes) {
		return this.client.token(ACME, "agt_analyst", "analyst-secret", scopes);
	}

	protected Answer changing() {
		return this.client.token(ACME, "agt_changing", "changing-secret");
	}

	protected Answer admin(String method, String path, String body) {
		return this.client.json(method, "/dev/tenants/acme-corp/agents/agt_changing" + path, body);
	}

	/**
	 * A user's token, as the admin API gives it out.
	 */
	protected Answer user(String name, String body) {
		return this.client.json("POST", "/dev/tenants/acme-corp/users/" + name + "/token", body);
	}

	protected String alice() {
		return user("alice", "{}").accessToken();
	}

	/**
	 * Exchanges a token with an agent's own as the actor's, without the agent's secret.
	 */
	protected Answer delegate(String subject, String actor, String... parameters) {
		String[] all = new String[parameters.length + 4];
		String[] first = { "actor_token", actor, "actor_token_type", Client.ACCESS_TOKEN };
		System.arraycopy(first, 0, all, 0, 4);
		System.arraycopy(parameters, 0, all, 4, parameters.length);
		return exchange(ACME, subject, all);
	}

	protected String orchestrator() {
		return this.client.token(ACME, "agt_orchestrator", "orchestrator-secret").accessToken();
	}

	protected String specialist() {
		return this.client.token(ACME, "agt_specialist", "specialist-secret").accessToken();
	}

	protected Answer exchange(String base, String token, String... parameters) {
		String[] all = new String[parameters.length + 6];
		String[] first = { "grant_type", Client.EXCHANGE, "subject_token", token, "subject_token_type",
				Client.ACCESS_TOKEN };
		System.arraycopy(first, 0, all, 0, 6);
		System.arraycopy(parameters, 0, all, 6, parameters.length);
		return this.client.form(base + "/oauth/token", all);
	}

}
