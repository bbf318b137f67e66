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

package dev.lumoauth.spring.mcp.server.autoconfigure;

import java.time.Instant;
import java.util.List;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import dev.lumoauth.spring.autoconfigure.LumoAuthAutoConfiguration;
import dev.lumoauth.spring.mcp.server.CallerDecisions;
import dev.lumoauth.spring.capability.CapabilityDecision;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.capability.CapabilityRequirement;
import dev.lumoauth.spring.mcp.server.CallerAuthenticationToken;
import dev.lumoauth.spring.revocation.RevocationListener;
import dev.lumoauth.spring.user.Caller;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.security.oauth2.jwt.Jwt;

import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that callers of the application's MCP server are decided for as
 * {@code lumoauth.mcp.server} says.
 */
class CallerDecisionsConfigurationTests {

	@RegisterExtension
	static final WireMockExtension lumoAuth = WireMockExtension.newInstance().build();

	private static final String CHECK = "/t/acme-corp/api/v1/authz/check";

	private static final CapabilityRequirement READ = CapabilityRequirement.of("read");

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(
				AutoConfigurations.of(LumoAuthAutoConfiguration.class, LumoAuthCallersAutoConfiguration.class))
		.withPropertyValues("lumoauth.url=" + lumoAuth.baseUrl(), "lumoauth.tenant=acme-corp",
				"lumoauth.client-id=agt_server", "lumoauth.client-secret=secret");

	@BeforeEach
	void answers() {
		lumoAuth.stubFor(post("/t/acme-corp/api/v1/oauth/token")
			.willReturn(okJson("{\"access_token\":\"agent\",\"token_type\":\"Bearer\",\"expires_in\":3600}")));
		check("agent", true);
		check("alice", false);
		check("bob", true);
	}

	private static void check(String token, boolean allowed) {
		lumoAuth.stubFor(post(CHECK).withHeader("Authorization", equalTo("Bearer " + token))
			.willReturn(okJson("{\"allowed\":" + allowed + "}")));
	}

	private static CapabilityDecision decide(CapabilityDecisions decisions, String caller, String... scopes) {
		Jwt token = Jwt.withTokenValue(caller)
			.header("alg", "none")
			.issuer("https://lumoauth.example")
			.subject(caller)
			.claim("scope", String.join(" ", scopes))
			.issuedAt(Instant.now())
			.expiresAt(Instant.now().plusSeconds(60))
			.build();
		return Caller.of(new CallerAuthenticationToken(token, List.of())).call(() -> decisions.decide(READ));
	}

	@Test
	void asksWithTheTokenOfWhoCallsAndForTheAgentElsewhere() {
		this.runner.withPropertyValues("lumoauth.mcp.server.audience=mcp_1").run((context) -> {
			CapabilityDecisions decisions = context.getBean(CapabilityDecisions.class);
			assertThat(decide(decisions, "alice").isGranted()).isFalse();
			assertThat(decide(decisions, "bob").isGranted()).isTrue();
			assertThat(decisions.decide(READ).isGranted()).isTrue();
			lumoAuth.verify(3, postRequestedFor(urlEqualTo(CHECK)));
			assertThat(context.getBeansOfType(RevocationListener.class).values())
				.contains(context.getBean(CallerDecisions.class));
		});
	}

	@Test
	void theScopesOfTheTokenDecideAndNobodyIsAsked() {
		this.runner.withPropertyValues("lumoauth.mcp.server.audience=mcp_1", "lumoauth.mcp.server.decide-by=scopes")
			.run((context) -> {
				CapabilityDecisions decisions = context.getBean(CapabilityDecisions.class);
				assertThat(decide(decisions, "alice", "read", "write").isGranted()).isTrue();
				assertThat(decide(decisions, "bob", "write").missing()).containsExactly("read");
				lumoAuth.verify(0, postRequestedFor(urlEqualTo(CHECK)));
			});
	}

	@Test
	void withSelfTheAgentIsDecidedForWhoeverCalls() {
		this.runner.withPropertyValues("lumoauth.mcp.server.audience=mcp_1", "lumoauth.mcp.server.decide-for=self")
			.run((context) -> {
				assertThat(context).doesNotHaveBean(CallerDecisions.class);
				assertThat(decide(context.getBean(CapabilityDecisions.class), "alice").isGranted()).isTrue();
			});
	}

	@Test
	void withoutAServerNobodyIsACaller() {
		this.runner.run((context) -> assertThat(context).doesNotHaveBean(CallerDecisions.class));
	}

	@Test
	void callersAreDecidedForWhereThereIsNoAgentWithoutAName() {
		new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(LumoAuthAutoConfiguration.class, LumoAuthCallersAutoConfiguration.class))
			.withPropertyValues("lumoauth.url=" + lumoAuth.baseUrl(), "lumoauth.tenant=acme-corp",
					"lumoauth.agents.other.client-id=agt_2", "lumoauth.agents.other.client-secret=secret",
					"lumoauth.mcp.server.audience=mcp_1")
			.run((context) -> {
				CapabilityDecisions decisions = context.getBean(CapabilityDecisions.class);
				assertThat(decide(decisions, "bob").isGranted()).isTrue();
				assertThat(decide(decisions, "alice").missing()).containsExactly("read");
				assertThat(decisions.decide(READ).outcome()).isEqualTo(CapabilityDecision.Outcome.UNAVAILABLE);
			});
	}

	@Test
	void callersAreDecidedForWithoutCredentials() {
		for (String by : List.of("check", "scopes")) {
			new ApplicationContextRunner()
				.withConfiguration(
						AutoConfigurations.of(LumoAuthAutoConfiguration.class, LumoAuthCallersAutoConfiguration.class))
				.withPropertyValues("lumoauth.url=" + lumoAuth.baseUrl(), "lumoauth.tenant=acme-corp",
						"lumoauth.mcp.server.audience=mcp_1", "lumoauth.mcp.server.decide-by=" + by)
				.run((context) -> {
					CapabilityDecisions decisions = context.getBean(CapabilityDecisions.class);
					assertThat(decide(decisions, "bob", "read").isGranted()).isTrue();
					assertThat(decide(decisions, "alice", "write").missing()).containsExactly("read");
					assertThat(decisions.decide(READ).outcome()).isEqualTo(CapabilityDecision.Outcome.UNAVAILABLE);
				});
		}
	}

}
