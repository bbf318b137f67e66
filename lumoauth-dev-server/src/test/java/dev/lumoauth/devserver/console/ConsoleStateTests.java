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

package dev.lumoauth.devserver.console;

import java.util.List;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.beans.factory.annotation.Autowired;

import dev.lumoauth.devserver.Client;
import dev.lumoauth.devserver.ServerTests;
import dev.lumoauth.devserver.oauth.TokenStore;
import dev.lumoauth.devserver.state.Tenants;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ConsoleState}.
 */
class ConsoleStateTests extends ServerTests {

	@Autowired
	private Tenants tenants;

	@Autowired
	private TokenStore store;

	@ParameterizedTest
	@CsvSource({ "acme-corp,alice,agt_specialist,specialist-secret,agt_deputy,deputy-secret",
			"initech,milton,agt_one,one,agt_two,two" })
	void showsTheCurrentActorFirstInWhateverOrderTheTokenNamesThem(String tenant, String user, String first,
			String firstSecret, String second, String secondSecret) {
		String base = "/t/" + tenant + "/api/v1";
		String subject = this.client.json("POST", "/dev/tenants/%s/users/%s/token".formatted(tenant, user), "{}")
			.accessToken();
		String delegated = exchange(base, subject, "actor_token",
				this.client.token(base, first, firstSecret).accessToken(), "actor_token_type", Client.ACCESS_TOKEN)
			.accessToken();
		String last = exchange(base, delegated, "actor_token",
				this.client.token(base, second, secondSecret).accessToken(), "actor_token_type", Client.ACCESS_TOKEN)
			.claims()
			.get("jti")
			.toString();
		assertThat(ConsoleState.of(null, this.tenants.all(), this.store.list()).tokens())
			.filteredOn((token) -> token.id().equals(last))
			.singleElement()
			.extracting(ConsoleState.TokenState::actors)
			.isEqualTo(List.of(second, first));
	}

}
