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

package dev.lumoauth.spring.token;

import java.time.Clock;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import dev.lumoauth.spring.token.credentials.AgentCredentials;

import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link LumoAuthTokensBuilder}.
 */
class LumoAuthTokensBuilderTests {

	@RegisterExtension
	static final WireMockExtension lumoAuth = WireMockExtension.newInstance().build();

	@Test
	void buildsWithNothingSetButWhoAsksAndWhom() {
		lumoAuth.stubFor(WireAgent.agentTokenRequest().willReturn(WireAgent.token("agent-1", 3600)));
		lumoAuth.stubFor(WireAgent.exchangeRequest().willReturn(WireAgent.exchanged("exchanged-1", 600)));
		LumoAuthTokens tokens = LumoAuthTokens.builder()
			.build(new WireAgent(lumoAuth).http(), AgentCredentials.clientSecretPost("agt_a", "s3cret"));
		assertThat(tokens.exchange("urn:a").getTokenValue()).isEqualTo("exchanged-1");
		assertThat(tokens.agentToken().getExpiresAt()).isAfter(Clock.systemUTC().instant());
	}

	@Test
	void buildsAgentsThatShareNoToken() {
		lumoAuth.stubFor(WireAgent.agentTokenRequest()
			.withFormParam("client_id", equalTo("agt_a"))
			.willReturn(WireAgent.token("of-a", 3600)));
		lumoAuth.stubFor(WireAgent.agentTokenRequest()
			.withFormParam("client_id", equalTo("agt_b"))
			.willReturn(WireAgent.token("of-b", 3600)));
		LumoAuthTokensBuilder builder = LumoAuthTokens.builder();
		WireAgent agent = new WireAgent(lumoAuth);
		LumoAuthTokens a = builder.build(agent.http(), AgentCredentials.none("agt_a"));
		LumoAuthTokens b = builder.build(agent.http(), AgentCredentials.none("agt_b"));
		assertThat(a.agentToken().getTokenValue()).isEqualTo("of-a");
		assertThat(b.agentToken().getTokenValue()).isEqualTo("of-b");
	}

}
