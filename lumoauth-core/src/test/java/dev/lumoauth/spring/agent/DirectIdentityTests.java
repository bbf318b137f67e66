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

package dev.lumoauth.spring.agent;

import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import dev.lumoauth.spring.LumoAuthAgent;
import dev.lumoauth.spring.capability.CapabilityDeniedException;
import dev.lumoauth.spring.capability.CapabilityRequirement;
import dev.lumoauth.spring.guard.Guard;
import dev.lumoauth.spring.guard.GuardListener;
import dev.lumoauth.spring.guard.GuardTerms;
import dev.lumoauth.spring.guard.GuardedCall;
import dev.lumoauth.spring.http.LumoAuthAddresses;
import dev.lumoauth.spring.token.TokensCustomizer;
import dev.lumoauth.spring.token.WireAgent;
import dev.lumoauth.spring.token.credentials.AgentCredentials;
import dev.lumoauth.spring.user.Caller;
import dev.lumoauth.spring.user.UserRequiredException;
import dev.lumoauth.spring.user.UserScope;
import dev.lumoauth.spring.user.UserToken;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static com.github.tomakehurst.wiremock.client.WireMock.containing;
import static com.github.tomakehurst.wiremock.client.WireMock.equalToJson;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * An agent without Spring Boot and without a container.
 */
class DirectIdentityTests {

	private static final String API = "/t/acme-corp/api/v1";

	@RegisterExtension
	static final WireMockExtension lumoAuth = WireMockExtension.newInstance().build();

	private final List<String> decided = new CopyOnWriteArrayList<>();

	private AgentRuntime agent;

	@BeforeEach
	void connect() {
		lumoAuth.stubFor(post(WireAgent.TOKEN).withRequestBody(containing("grant_type=client_credentials"))
			.willReturn(WireAgent.token("agent-1", 3600)));
		this.agent = AgentRuntime.connect(LumoAuthAddresses.forTenant(URI.create(lumoAuth.baseUrl()), "acme-corp"),
				AgentCredentials.clientSecretBasic("agt_1", "secret"), (builder) -> builder.add(GuardListener.class,
						(runtime) -> (outcome) -> this.decided.add(outcome.agent() + " " + outcome.decision().code())));
	}

	@AfterEach
	void close() {
		this.agent.close();
	}

	@Test
	void sendsNothingBeforeItIsAsked() {
		assertThat(this.agent.get(LumoAuthAgent.class)).isNotNull();
		assertThat(this.agent.get(Guard.class)).isNotNull();
		assertThat(lumoAuth.getAllServeEvents()).isEmpty();
	}

	@Test
	void asksAndRemembers() {
		answer("read:documents", true);
		LumoAuthAgent lumoAuthAgent = this.agent.get(LumoAuthAgent.class);
		assertThat(lumoAuthAgent.hasCapability("read:documents")).isTrue();
		assertThat(lumoAuthAgent.hasCapability("read:documents")).isTrue();
		lumoAuth.verify(1, postRequestedFor(urlEqualTo(API + "/authz/check")));
		lumoAuth.verify(1, postRequestedFor(urlEqualTo(WireAgent.TOKEN)));
	}

	@Test
	void guardsACall() {
		answer("read:documents", true);
		answer("trade:execute", false);
		Guard guard = this.agent.get(Guard.class);
		assertThat(guard.call(call("read:documents"), () -> "ran")).isEqualTo("ran");
		assertThatExceptionOfType(CapabilityDeniedException.class)
			.isThrownBy(() -> guard.call(call("trade:execute"), () -> "ran"));
		assertThat(this.decided).containsExactly("agt_1 deny");
	}

	@Test
	void actsForAUserWhoIsNamed() {
		Guard guard = this.agent.get(Guard.class);
		GuardedCall call = GuardedCall.ofTool("trade", new GuardTerms(null, true));
		assertThatExceptionOfType(UserRequiredException.class).isThrownBy(() -> guard.call(call, () -> "ran"));
		assertThat(
				Caller.of(UserToken.of("user-token")).call(() -> guard.call(call, () -> UserScope.current().value())))
			.isEqualTo("user-token");
	}

	@Test
	void refusesModelCallsOnceTheBudgetIsSpent() {
		lumoAuth.stubFor(get(API + "/oauth/userinfo").willReturn(okJson(
				"{\"sub\":\"agent_1\",\"budget_policy\":{\"max_tokens_per_day\":100,\"tokens_used_today\":100}}")));
		assertThat(this.agent.get(LumoAuthAgent.class).isBudgetExhausted()).isTrue();
	}

	@Test
	void takesWhatFeaturesAdd() {
		AgentRuntime customized = AgentRuntime.connect(
				LumoAuthAddresses.forTenant(URI.create(lumoAuth.baseUrl()), "acme-corp"),
				AgentCredentials.clientSecretBasic("agt_1", "secret"), (builder) -> builder.add(TokensCustomizer.class,
						(runtime) -> (tokens) -> tokens.authenticateExchange(false)));
		lumoAuth.stubFor(post(WireAgent.TOKEN).withRequestBody(containing("token-exchange"))
			.willReturn(WireAgent.exchanged("mcp-1", 300)));
		assertThat(customized.get(LumoAuthAgent.class).mcpToken("urn:mcp:x").getTokenValue()).isEqualTo("mcp-1");
		customized.close();
	}

	private static GuardedCall call(String capability) {
		return GuardedCall.ofTool("tool", new GuardTerms(CapabilityRequirement.of(capability), false));
	}

	private static void answer(String capability, boolean allowed) {
		lumoAuth
			.stubFor(post(API + "/authz/check").withRequestBody(equalToJson("{\"permission\":\"" + capability + "\"}"))
				.willReturn(okJson("{\"allowed\":" + allowed + ",\"permission\":\"" + capability + "\"}")));
	}

}
