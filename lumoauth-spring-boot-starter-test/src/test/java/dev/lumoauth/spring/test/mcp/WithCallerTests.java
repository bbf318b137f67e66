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

package dev.lumoauth.spring.test.mcp;

import java.util.Set;

import dev.lumoauth.spring.ActorOrder;
import dev.lumoauth.spring.autoconfigure.LumoAuthAutoConfiguration;
import dev.lumoauth.spring.mcp.server.LumoAuthCaller;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.capability.CapabilityRequirement;
import dev.lumoauth.spring.test.WithAgent;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Configuration;
import org.springframework.test.context.TestPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link WithCaller}.
 */
// Each test with Spring's TestContext sets and removes Spring Security's one hook of
// Reactor.
@Isolated
class WithCallerTests {

	/** There is none on the class path. */
	private static final String NO_SERVER = "spring.autoconfigure.exclude="
			+ "dev.lumoauth.spring.mcp.server.autoconfigure.LumoAuthMcpServerAutoConfiguration";

	@Nested
	@SpringBootTest(classes = Application.class, webEnvironment = SpringBootTest.WebEnvironment.NONE)
	@WithAgent("agent:capability")
	@WithCaller(subject = "alice", actors = { "agt_2", "agt_1" }, scopes = { "read", "write" })
	@TestPropertySource(
			properties = { NO_SERVER, "lumoauth.mcp.server.audience=mcp_1", "lumoauth.mcp.server.decide-by=scopes" })
	class OnTheClass {

		@Autowired
		private CapabilityDecisions decisions;

		@Test
		void saysWhoCalls() {
			LumoAuthCaller caller = LumoAuthCaller.require();
			assertThat(caller.subject()).isEqualTo("alice");
			assertThat(caller.clientId()).isEqualTo("agt_caller");
			assertThat(caller.actors().in(ActorOrder.RFC8693)).hasToString("alice <- agt_2 <- agt_1");
			assertThat(caller.scopes()).isEqualTo(Set.of("read", "write"));
			assertThat(LumoAuthCaller.reactive().block()).isEqualTo(caller);
		}

		@Test
		void decidesByTheScopes() {
			assertThat(this.decisions.decide(CapabilityRequirement.of("read")).isGranted()).isTrue();
			assertThat(this.decisions.decide(CapabilityRequirement.of("agent:capability")).isGranted()).isFalse();
		}

		@Test
		@WithCaller(subject = "bob")
		void onTheMethodItCountsInPlaceOfTheOneOnTheClass() {
			assertThat(LumoAuthCaller.require().subject()).isEqualTo("bob");
			assertThat(this.decisions.decide(CapabilityRequirement.of("read")).isGranted()).isFalse();
		}

	}

	@Nested
	@SpringBootTest(classes = Application.class, webEnvironment = SpringBootTest.WebEnvironment.NONE)
	@WithAgent("read")
	@TestPropertySource(properties = { NO_SERVER, "lumoauth.mcp.server.audience=mcp_1" })
	class AskingLumoAuth {

		@Autowired
		private CapabilityDecisions decisions;

		@Test
		@WithCaller
		void theAgentsAnswersAreAboutTheCaller() {
			assertThat(this.decisions.decide(CapabilityRequirement.of("read")).isGranted()).isTrue();
			assertThat(this.decisions.decide(CapabilityRequirement.of("write")).missing()).containsExactly("write");
		}

		@Test
		void withoutItThereIsNoCaller() {
			assertThat(LumoAuthCaller.current()).isNull();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(LumoAuthAutoConfiguration.class)
	static class Application {

	}

}
