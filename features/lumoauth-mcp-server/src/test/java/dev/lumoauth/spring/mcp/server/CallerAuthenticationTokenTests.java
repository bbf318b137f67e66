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

package dev.lumoauth.spring.mcp.server;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.lumoauth.spring.user.Caller;
import org.junit.jupiter.api.Test;

import static dev.lumoauth.spring.mcp.server.Callers.caller;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link CallerAuthenticationToken}: who is one caller, and who is another.
 */
class CallerAuthenticationTokenTests {

	private static final Instant NOW = Instant.parse("2026-05-04T10:00:00Z");

	private static CallerAuthenticationToken of(Map<String, ?> claims) {
		return caller(claims, NOW, NOW.plusSeconds(60));
	}

	private static Map<String, Object> act(List<String> actors) {
		Map<String, Object> act = new LinkedHashMap<>();
		act.put("sub", actors.get(0));
		if (actors.size() > 1) {
			act.put("act", act(actors.subList(1, actors.size())));
		}
		return act;
	}

	@Test
	void staysOneCallerWhenTheTokenIsRenewed() {
		Map<String, ?> claims = Map.of("sub", "alice", "client_id", "agt_1", "act", act(List.of("agt_1")));
		CallerAuthenticationToken renewed = caller(claims, NOW.plusSeconds(50), NOW.plusSeconds(110));
		assertThat(renewed.identity()).isEqualTo(of(claims).identity());
		assertThat(Caller.of(renewed).name()).isEqualTo(renewed.identity()).contains("alice");
	}

	@Test
	void whoeverActsForASubjectOrByAnotherClientIsAnotherCaller() {
		List<Map<String, ?>> callers = new ArrayList<>();
		callers.add(Map.of("sub", "alice"));
		callers.add(Map.of("sub", "alice", "client_id", "a"));
		callers.add(Map.of("sub", "alice", "client_id", "null", "act", act(List.of("a"))));
		callers.add(Map.of("sub", "alice", "act", act(List.of("a"))));
		callers.add(Map.of("sub", "alice", "act", act(List.of("a", "b"))));
		callers.add(Map.of("sub", "alice", "act", act(List.of("b", "a"))));
		callers.add(Map.of("sub", "alice", "act", act(List.of("1:a 1:b"))));
		callers.add(Map.of("sub", "alice", "iss", "https://other.example"));
		callers.add(Map.of("sub", "bob"));
		assertThat(callers.stream().map((claims) -> of(claims).identity()).toList()).doesNotHaveDuplicates();
	}

	@Test
	void longChainsAreTakenForOneOnlyWhereTheTokenIsTheSame() {
		List<String> some = new ArrayList<>(List.of("x"));
		for (int i = 0; i < 20; i++) {
			some.add("a" + i);
		}
		List<String> others = new ArrayList<>(some);
		others.set(20, "another");
		assertThat(of(Map.of("sub", "alice", "act", act(some))).identity())
			.isNotEqualTo(of(Map.of("sub", "alice", "act", act(others))).identity());
		assertThat(of(Map.of("sub", "alice", "act", act(others))).names()).contains("another", "a18", "alice");
	}

	@Test
	void namesAreAllTextsOfTheClaims() {
		assertThat(of(Map.of("sub", "agent_agt_1", "aud", List.of("mcp_1"), "email", "a@example.com")).names())
			.isEqualTo(new HashSet<>(List.of("agent_agt_1", "agt_1", "mcp_1", "a@example.com", Callers.ISSUER)));
	}

	@Test
	void knowsForWhichUserIsCalled() {
		assertThat(of(Map.of("sub", "u-1", "act", act(List.of("agt_1")))).user()).isEqualTo("u-1");
		assertThat(of(Map.of("sub", "u-1", "email", "alice@example.com", "client_id", "agt_1")).user())
			.isEqualTo("alice@example.com");
		assertThat(of(Map.of("sub", "svc", "client_id", "svc", "email", "svc@example.com")).user()).isNull();
		assertThat(of(Map.of("sub", "agent_agt_1", "client_id", "agt_1")).user()).isNull();
		assertThat(of(Map.of("sub", "u-1", "identity_type", "agent")).user()).isNull();
		assertThat(of(Map.of("sub", "agent:research-bot")).user()).isNull();
		assertThat(of(Map.of("sub", "client_app_1")).user()).isNull();
	}

	@Test
	void isNamedByTheIdInEachOfItsNames() {
		assertThat(of(Map.of("sub", "client_app_1", "act", Map.of("sub", "agent:agt_1"))).names())
			.contains("client_app_1", "app_1", "agent:agt_1", "agt_1");
	}

	@Test
	void showsNoToken() {
		CallerAuthenticationToken alice = of(Map.of("sub", "alice"));
		assertThat(alice.toString() + alice.getCaller() + alice.identity())
			.doesNotContain(alice.getToken().getTokenValue());
	}

}
