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

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import dev.lumoauth.spring.LumoAuthAgent;
import dev.lumoauth.spring.LumoAuthException;
import dev.lumoauth.spring.SecretWatch;
import dev.lumoauth.spring.token.LumoAuthTokens;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * A whole journey at TRACE, for users and over MCP, when all goes well and when nothing
 * does: no secret is in a log, an exception, a text or what the actuator shows.
 */
class TracedJourneyTests {

	private static final String ALICE = IssuingLumoAuth.userToken("alice");

	private static UserJourney journey;

	private static Logger root;

	private static Level level;

	private static List<Appender<ILoggingEvent>> appenders;

	private final SecretWatch watch = new SecretWatch(TracedJourneyTests::isSecret);

	@BeforeAll
	static void start() {
		journey = new UserJourney("STREAMABLE", OnBehalfOfUserJourneyTests.Sequential.class,
				"--management.endpoints.web.base-path=/anyone/actuator",
				"--management.endpoints.web.exposure.include=*", "--management.endpoint.env.show-values=always",
				"--management.endpoint.configprops.show-values=always",
				"--management.endpoint.health.show-details=always");
		root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
		level = root.getLevel();
		appenders = new ArrayList<>();
		root.iteratorForAppenders().forEachRemaining(appenders::add);
	}

	@AfterAll
	static void stop() {
		root.setLevel(level);
		root.detachAndStopAllAppenders();
		appenders.forEach((appender) -> {
			appender.start();
			root.addAppender(appender);
		});
		journey.close();
	}

	/**
	 * Instead of whoever else listens: it is too much to print.
	 */
	private void listen() {
		appenders.forEach(root::detachAppender);
		this.watch.setContext(root.getLoggerContext());
		this.watch.start();
		root.addAppender(this.watch);
		root.setLevel(Level.TRACE);
	}

	private static boolean isSecret(String text) {
		return text.contains(UserJourney.SECRET) || text.contains(ALICE) || text.contains(IssuingLumoAuth.AGENT)
				|| journey.lumoAuth.issued().stream().anyMatch(text::contains);
	}

	@Test
	void keepsItsSecrets() {
		listen();
		for (String path : List.of("/jwt/ask/CALL", "/opaque/stream", "/jwt/ask/ADVISED_SUBSCRIBE")) {
			assertThat(journey.bearer(path, ALICE)).isEqualTo(UserJourney.answer("alice"));
		}
		journey.session("/session/ask/CALL", "carol");
		assertThat(journey.lumoAuth.issued()).isNotEmpty();
		journey.lumoAuth.revokeAll();
		assertKept(journey.bearer("/jwt/ask/CALL", ALICE));
		journey.server.rejectsEverything = true;
		assertKept(journey.bearer("/jwt/ask/CALL", ALICE));
		journey.lumoAuth.exchangeStatus = 500;
		assertKept(journey.bearer("/jwt/ask/CALL", ALICE));
		LumoAuthAgent agent = journey.context.getBean(LumoAuthAgent.class);
		Throwable failure = catchThrowable(() -> agent.mcpToken("urn:mcp:elsewhere"));
		assertThat(failure).isInstanceOf(LumoAuthException.class);
		assertKept(failure + " " + failure.getCause());
		assertKept(journey.context.getBean(LumoAuthTokens.class) + " " + agent + " " + agent.accessToken());
		for (String endpoint : List.of("env", "configprops", "health", "beans", "conditions")) {
			String shown = journey.anyone("/anyone/actuator/" + endpoint);
			assertThat(shown).startsWith("{");
			assertKept(shown);
		}
		assertThat(this.watch.seen()).isGreaterThan(1_000);
		assertThat(this.watch.leaks).isEmpty();
	}

	private static void assertKept(String text) {
		assertThat(text).doesNotMatch(TracedJourneyTests::isSecret);
	}

}
