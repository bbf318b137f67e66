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
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import dev.lumoauth.spring.tool.ChatMode;
import dev.lumoauth.spring.tool.ParallelManager;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.ai.mcp.SyncMcpToolCallbackProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A user's chat from the request to what the MCP server saw, in every way in which a
 * controller can wait for the answer and a user can have signed in.
 */
@ParameterizedClass
@EnumSource
class OnBehalfOfUserJourneyTests {

	private static final List<String> PATHS = List.of("ask/CALL", "ask/BLOCK", "ask/SUBSCRIBE", "ask/ADVISED_SUBSCRIBE",
			"stream");

	private static UserJourney journey;

	@Parameter
	private Setting setting;

	@BeforeParameterizedClassInvocation
	static void start(Setting setting) {
		journey = setting.start();
	}

	@AfterParameterizedClassInvocation
	static void stop() {
		journey.close();
	}

	@BeforeEach
	void reset() {
		journey.lumoAuth.reset();
		journey.server.reset();
		journey.model.willCall(UserJourney.TOOLS);
	}

	@Test
	void actsForWhoSentTheToken() {
		String alice = IssuingLumoAuth.userToken("alice");
		String bob = IssuingLumoAuth.userToken("bob");
		for (String area : List.of("/jwt/", "/opaque/")) {
			for (String path : PATHS) {
				assertThat(journey.bearer(area + path, alice)).as(area + path).isEqualTo(UserJourney.answer("alice"));
				assertThat(journey.bearer(area + path, bob)).as(area + path).isEqualTo(UserJourney.answer("bob"));
			}
		}
		journey.verify("alice", "bob");
	}

	@Test
	void actsForWhoLoggedIn() {
		for (String path : PATHS) {
			assertThat(journey.session("/session/" + path, "carol")).as(path).isEqualTo(UserJourney.answer("carol"));
			assertThat(journey.session("/session/" + path, "dave")).as(path).isEqualTo(UserJourney.answer("dave"));
		}
		journey.verify("carol", "dave");
	}

	@Test
	void actsForWhoIsNamedBeforeWhoIsSignedIn() {
		for (ChatMode mode : ChatMode.values()) {
			// Not a token: Spring logs addresses.
			String path = "ask/" + mode + "?user=erin";
			assertThat(journey.bearer("/jwt/" + path, IssuingLumoAuth.userToken("bob"))).as(mode.name())
				.isEqualTo(UserJourney.answer("erin"));
			assertThat(journey.session("/session/" + path, "carol")).as(mode.name())
				.isEqualTo(UserJourney.answer("erin"));
			assertThat(journey.anyone("/anyone/" + path)).as(mode.name()).isEqualTo(UserJourney.answer("erin"));
		}
		journey.verify("erin");
	}

	/**
	 * Whoever comes first brings the tools of the server along.
	 */
	@Test
	void findsTheToolsOfTheServerForTheFirstUser() {
		for (String path : PATHS) {
			journey.context.getBean(SyncMcpToolCallbackProvider.class).invalidateCache();
			assertThat(journey.bearer("/jwt/" + path, IssuingLumoAuth.userToken("frank"))).as(path)
				.isEqualTo(UserJourney.answer("frank"));
		}
		journey.verify("frank");
	}

	@Test
	void actsForTheUserInEachOfSeveralCallsOfOneAnswer() {
		List<String> twice = new ArrayList<>(UserJourney.TOOLS);
		twice.addAll(UserJourney.TOOLS);
		journey.model.willCall(twice);
		for (String path : PATHS) {
			for (String user : List.of("alice", "bob")) {
				assertThat(journey.bearer("/jwt/" + path, IssuingLumoAuth.userToken(user))).as(path)
					.isEqualTo(UserJourney.answer(user, 2));
			}
		}
		journey.verify("alice", "bob");
	}

	@Test
	void refusesWithoutAUser() throws Exception {
		journey.bearer("/jwt/ask/CALL", IssuingLumoAuth.userToken("alice"));
		reset();
		String refused = UserJourney.NOBODY + "," + UserJourney.NOBODY;
		ScheduledExecutorService schedule = Executors.newSingleThreadScheduledExecutor();
		for (String path : PATHS) {
			assertThat(journey.anyone("/anyone/" + path)).as(path).isEqualTo(refused);
		}
		for (ChatMode mode : ChatMode.values()) {
			assertThat(schedule.schedule(() -> mode.ask(journey.chats().request("go")), 0, TimeUnit.SECONDS)
				.get(1, TimeUnit.MINUTES)).as(mode.name()).isEqualTo(refused);
		}
		schedule.shutdownNow();
		assertThat(journey.server.seen).isEmpty();
		assertThat(journey.lumoAuth.exchanges).isEmpty();
		assertThat(journey.chats().leaks).isEmpty();
	}

	@Test
	void asksNothingForNobodyEvenIfTheToolsAreNotKnownYet() {
		journey.context.getBean(SyncMcpToolCallbackProvider.class).invalidateCache();
		for (String path : PATHS) {
			assertThat(journey.anyone("/anyone/" + path)).as(path).endsWith("," + UserJourney.NOBODY);
		}
		assertThat(journey.server.seen).isEmpty();
		assertThat(journey.lumoAuth.exchanges).isEmpty();
	}

	enum Setting {

		STREAMABLE {
			@Override
			UserJourney start() {
				return new UserJourney("STREAMABLE", Sequential.class);
			}
		},

		STATELESS_PARALLEL_PROPAGATING {
			@Override
			UserJourney start() {
				return new UserJourney("STATELESS", Parallel.class, "--spring.reactor.context-propagation=auto");
			}
		};

		abstract UserJourney start();

	}

	@Configuration(proxyBeanMethods = false)
	static class Sequential {

	}

	@Configuration(proxyBeanMethods = false)
	static class Parallel {

		@Bean
		ParallelManager parallelManager() {
			return new ParallelManager();
		}

	}

}
