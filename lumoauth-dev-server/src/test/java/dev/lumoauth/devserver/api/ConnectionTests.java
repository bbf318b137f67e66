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

package dev.lumoauth.devserver.api;

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.lumoauth.devserver.Answer;
import dev.lumoauth.devserver.Client;
import dev.lumoauth.devserver.ServerTests;

import static org.assertj.core.api.Assertions.assertThat;

class ConnectionTests extends ServerTests {

	private static final String ALICE = "{\"user_id\":\"6f0d2f1e-alice\"}";

	@AfterEach
	void restore() {
		List.of("github", "calendar").forEach((id) -> setState(id, "{\"state\":\"active\"}"));
	}

	@ParameterizedTest
	@ValueSource(strings = { ACME, ACME_ORG })
	void givesAnAgentTheSameTokenUntilItEnds(String base) {
		Answer answer = token(base, "github", "{}", analyst().accessToken());
		assertThat(answer.status()).isEqualTo(200);
		assertThat(answer.json()).containsEntry("token_type", "Bearer").containsEntry("scopes", List.of("repo"));
		assertThat(answer.header("Cache-Control")).contains("no-store");
		Instant end = OffsetDateTime.parse(answer.get("expires_at").toString()).toInstant();
		assertThat(Duration.between(this.clock.instant(), end)).isBetween(Duration.ofMinutes(59), Duration.ofHours(1));
		assertThat(token(base, "github", "", analyst().accessToken()).accessToken()).isEqualTo(answer.accessToken());
		assertThat(token(base, "github", "{}", specialist()).accessToken()).isNotEqualTo(answer.accessToken());
		this.clock.advance(Duration.ofMinutes(61));
		assertThat(token(base, "github", "{}", analyst().accessToken()).accessToken())
			.isNotEqualTo(answer.accessToken());
		assertThat(this.client.get("/dev/state").body()).doesNotContain(answer.accessToken());
	}

	@Test
	void givesTheTokenOfAUserWhoHasGrantedAccess() {
		Answer named = token(ACME, "calendar", ALICE, specialist());
		assertThat(named.json()).containsEntry("expires_at", null);
		String delegated = delegate(alice(), specialist()).accessToken();
		assertThat(token(ACME, "calendar", "{}", delegated).accessToken()).isEqualTo(named.accessToken());
		assertThat(token(ACME, "calendar", "{\"user_id\":1}", specialist()).accessToken())
			.isEqualTo(named.accessToken());
		assertThat(token(ACME, "calendar", "{\"user_id\":\"usr_bob\"}", specialist()).status()).isEqualTo(404);
		assertThat(token(ACME, "calendar", "{\"user_id\":\"usr_bob\"}", delegated).get("error"))
			.isEqualTo("delegation_not_allowed");
		assertThat(token(ACME, "calendar", "{}", specialist()).status()).isEqualTo(404);
	}

	@Test
	void refusesWhoMayNotHaveIt() {
		assertThat(error(token(ACME, "github", "{}", alice()))).isEqualTo("403 agent_token_required");
		assertThat(error(token(ACME, "globex-only", "{}", specialist()))).isEqualTo("403 cross_tenant");
		assertThat(error(token(ACME, "github", "{}", orchestrator()))).isEqualTo("403 agent_not_allowed");
		assertThat(error(token(ACME, "calendar", ALICE, orchestrator()))).isEqualTo("403 delegation_not_permitted");
		assertThat(error(token(ACME, "private", ALICE, specialist()))).isEqualTo("403 delegation_not_allowed");
		assertThat(error(token(ACME, "nothing", "{}", specialist()))).isEqualTo("404 not_found");
	}

	@ParameterizedTest
	@CsvSource({ "disabled,403 connection_disabled,", "grant-revoked,409 grant_revoked,",
			"grant-expired,409 grant_expired,", "refresh-failed,409 refresh_failed,", "rate-limited,429 rate_limited,2",
			"refresh-in-progress,503 refresh_in_progress,2", "provider-unavailable,503 provider_unavailable," })
	void isSwitched(String state, String error, String retryAfter) {
		String agent = analyst().accessToken();
		String before = token(ACME, "github", "{}", agent).accessToken();
		assertThat(setState("github", "{\"state\":\"%s\",\"times\":2}".formatted(state)).get("state")).isEqualTo(state);
		for (int i = 0; i < 2; i++) {
			Answer refused = token(ACME, "github", "{}", agent);
			assertThat(error(refused)).isEqualTo(error);
			assertThat(refused.header("Retry-After")).isEqualTo(retryAfter);
		}
		assertThat(token(ACME, "github", "{}", agent).accessToken()).isNotEqualTo(before);
	}

	@Test
	void staysSwitched() {
		String agent = analyst().accessToken();
		setState("github", "{\"state\":\"disabled\"}");
		for (int i = 0; i < 3; i++) {
			assertThat(token(ACME, "github", "{}", agent).status()).isEqualTo(403);
		}
		assertThat(setState("github", "{\"state\":\"broken\"}").status()).isEqualTo(400);
		assertThat(setState("other", "{\"state\":\"active\"}").status()).isEqualTo(404);
	}

	@Test
	void listsWhatAnAgentMayHave() {
		setState("github", "{\"state\":\"disabled\"}");
		assertThat(list(analyst().accessToken())).containsEntry("count", 3)
			.extractingByKey("connections")
			.asString()
			.contains("{id=github, provider=github, status=disabled, scopes=[repo]}");
		assertThat(list(orchestrator())).containsEntry("count", 2);
	}

	private Map<String, Object> list(String token) {
		return this.client.get(ACME + "/agents/me/connections", Client.bearer(token)).json();
	}

	private Answer setState(String id, String body) {
		return this.client.json("PUT", "/dev/tenants/acme-corp/connections/%s/state".formatted(id), body);
	}

	private static String error(Answer answer) {
		return answer.status() + " " + answer.get("error");
	}

	private Answer token(String base, String id, String body, String token) {
		return this.client.json("POST", base + "/agents/me/connections/%s/token".formatted(id), body,
				Client.bearer(token));
	}

}
