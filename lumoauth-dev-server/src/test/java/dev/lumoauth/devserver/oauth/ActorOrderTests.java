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

package dev.lumoauth.devserver.oauth;

import java.util.Map;

import org.junit.jupiter.api.Test;

import dev.lumoauth.devserver.Answer;
import dev.lumoauth.devserver.Client;
import dev.lumoauth.devserver.ServerTests;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for a tenant whose tokens name the first actor outermost, as LumoAuth's documents
 * show it. {@link DelegationTests} has the order of RFC 8693.
 */
class ActorOrderTests extends ServerTests {

	private static final String INITECH = "/t/initech/api/v1";

	@Test
	void appendsTheCurrentActorInside() {
		String one = exchange(milton(), "agt_one").accessToken();
		Answer two = exchange(one, "agt_two");
		assertThat(two.claims()).containsEntry("act", Map.of("sub", "agt_one", "act", Map.of("sub", "agt_two")));
		Answer three = exchange(two.accessToken(), "agt_three");
		Map<String, Object> act = Map.of("sub", "agt_one", "act",
				Map.of("sub", "agt_two", "act", Map.of("sub", "agt_three")));
		assertThat(three.claims()).containsEntry("act", act).containsEntry("client_id", "agt_three");
		assertThat(this.client
			.form(INITECH + "/oauth/introspect", "token", three.accessToken(), "client_id", "agt_one", "client_secret",
					"one")
			.get("act")).isEqualTo(act);
	}

	@Test
	void allowsThreeActorsAndNoMore() {
		String three = exchange(exchange(exchange(milton(), "agt_one").accessToken(), "agt_two").accessToken(),
				"agt_three")
			.accessToken();
		Answer four = exchange(three, "agt_one");
		assertThat(four.status()).isEqualTo(403);
		assertThat(four.json()).containsEntry("error", "delegation_depth_exceeded").containsEntry("max_depth", 3);
	}

	@Test
	void decidesByTheAgentThatActsNowInEitherOrder() {
		String one = exchange(milton(), "agt_one").accessToken();
		String two = exchange(one, "agt_two").accessToken();
		assertThat(check(two)).isEqualTo(true);
		this.client.send("DELETE", "/dev/tenants/initech/agents/agt_two/capabilities/read:documents", null);
		assertThat(check(two)).isEqualTo(false);
		assertThat(check(one)).isEqualTo(true);
		this.client.send("PUT", "/dev/tenants/initech/agents/agt_two/capabilities/read:documents", null);
	}

	private Object check(String token) {
		return this.client
			.json("POST", INITECH + "/authz/check", "{\"permission\":\"read:documents\"}", Client.bearer(token))
			.get("allowed");
	}

	private String milton() {
		return this.client.json("POST", "/dev/tenants/initech/users/milton/token", "{}").accessToken();
	}

	private Answer exchange(String subject, String agent) {
		String actor = this.client.token(INITECH, agent, agent.substring(4)).accessToken();
		return exchange(INITECH, subject, "actor_token", actor, "actor_token_type", Client.ACCESS_TOKEN);
	}

}
