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

package dev.lumoauth.spring.mcp.transport;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Two users at once, on the same few threads of a servlet container: what the MCP server
 * saw decides.
 */
class OnBehalfOfUserLoadTests {

	private static final List<String> PATHS = List.of("/jwt/ask/CALL", "/jwt/stream", "/opaque/ask/SUBSCRIBE",
			"/jwt/ask/BLOCK", "/opaque/stream", "/jwt/ask/ADVISED_SUBSCRIBE");

	private static final String[] USERS = { "alice", "bob" };

	private static final int THREADS = 16;

	private static final int ROUNDS = 60 * Integer.getInteger("tests.times", 1);

	private UserJourney journey;

	@AfterEach
	void stop() {
		this.journey.close();
	}

	private void start(String protocol, String propagation, String... properties) {
		List<String> all = new ArrayList<>(
				List.of("--server.tomcat.threads.max=6", "--spring.reactor.context-propagation=" + propagation));
		all.addAll(List.of(properties));
		this.journey = new UserJourney(protocol, Nothing.class, all.toArray(String[]::new));
	}

	@ParameterizedTest
	@Tag("nightly")
	@CsvSource({ "STREAMABLE, limited", "STATELESS, auto" })
	void neverUsesTheTokenOfOneUserForAnother(String protocol, String propagation) throws Exception {
		start(protocol, propagation);
		assertThat(answers(ROUNDS, (round) -> {
		})).containsExactlyInAnyOrderEntriesOf(expected(ROUNDS / 2));
		this.journey.verify(USERS);
		assertThat(this.journey.server.runs).hasValue(ROUNDS);
		// One token for each user and server, however many asked at once.
		assertThat(this.journey.lumoAuth.exchanges).hasSize(4);
	}

	@Test
	void neverMixesThemUpWhileTheirTokensAreReplaced() throws Exception {
		start("STREAMABLE", "limited");
		assertThat(answers(60, (round) -> {
			if (round == 30) {
				this.journey.lumoAuth.revokeAll();
			}
		})).containsExactlyInAnyOrderEntriesOf(expected(30));
		assertThat(this.journey.lumoAuth.exchanges).hasSizeGreaterThan(4)
			.allSatisfy((form) -> assertThat(form.get("actor_token")).startsWith("agent-"));
		assertThat(this.journey.chats().leaks).isEmpty();
	}

	@Test
	@EnabledForJreRange(min = JRE.JAVA_21)
	void neverMixesThemUpOnVirtualThreads() throws Exception {
		start("STREAMABLE", "limited", "--spring.threads.virtual.enabled=true");
		assertThat(answers(60, (round) -> {
		})).containsExactlyInAnyOrderEntriesOf(expected(30));
		this.journey.verify(USERS);
		assertThat(this.journey.anyone("/anyone/thread")).startsWith("VirtualThread");
	}

	private static Map<String, Integer> expected(int times) {
		Map<String, Integer> expected = new HashMap<>();
		for (String user : USERS) {
			expected.put(user + ": " + UserJourney.answer(user), times);
		}
		return expected;
	}

	private Map<String, Integer> answers(int rounds, IntConsumer beforeRound) throws Exception {
		String[] tokens = { IssuingLumoAuth.userToken(USERS[0]), IssuingLumoAuth.userToken(USERS[1]) };
		ExecutorService threads = Executors.newFixedThreadPool(THREADS);
		List<Future<String>> answers = new ArrayList<>();
		for (int i = 0; i < rounds; i++) {
			int round = i;
			answers.add(threads.submit(() -> {
				beforeRound.accept(round);
				return USERS[round % 2] + ": "
						+ this.journey.bearer(PATHS.get((round / 2) % PATHS.size()), tokens[round % 2]);
			}));
		}
		Map<String, Integer> counts = new HashMap<>();
		try {
			for (Future<String> answer : answers) {
				counts.merge(answer.get(2, TimeUnit.MINUTES), 1, Integer::sum);
			}
		}
		finally {
			threads.shutdownNow();
		}
		return counts;
	}

	@Configuration(proxyBeanMethods = false)
	static class Nothing {

	}

}
