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

package dev.lumoauth.spring.autoconfigure.actuate;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.ManualClock;
import dev.lumoauth.spring.agent.AgentIdentity;
import dev.lumoauth.spring.agent.AgentRuntime;
import dev.lumoauth.spring.autoconfigure.LumoAuthAutoConfiguration;
import dev.lumoauth.spring.token.LumoAuthTokens;
import dev.lumoauth.spring.token.cache.TokenStatus;
import dev.lumoauth.spring.token.grant.AuthenticationStatus;
import dev.lumoauth.spring.token.grant.AuthenticationStatus.Outcome;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.security.oauth2.core.AuthorizationGrantType;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.then;
import static org.mockito.BDDMockito.willThrow;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;

/**
 * Tests for {@link IdentityHealthIndicator} and
 * {@link LumoAuthActuatorAutoConfiguration}.
 */
class IdentityHealthIndicatorTests {

	private final ManualClock clock = new ManualClock();

	private final List<AgentRuntime> agents = new ArrayList<>();

	private final List<Runnable> work = new ArrayList<>();

	private final IdentityHealthIndicator indicator = new IdentityHealthIndicator(() -> this.agents, this.work::add,
			this.clock);

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(
				AutoConfigurations.of(LumoAuthAutoConfiguration.class, LumoAuthActuatorAutoConfiguration.class))
		.withPropertyValues("lumoauth.tenant=acme", "lumoauth.client-id=agt_1", "lumoauth.client-secret=pa55word");

	@ParameterizedTest
	@CsvSource({ "ACCEPTED,true,UP", "ACCEPTED,false,UP", "REFUSED,true,DOWN", "REFUSED,false,DOWN",
			"UNAVAILABLE,true,UP", "UNAVAILABLE,false,UNKNOWN", "NONE,true,UP", "NONE,false,UNKNOWN" })
	void followsTheLastAttemptAndTheToken(Outcome outcome, boolean token, String status) {
		agent(null, outcome, token);
		assertThat(health().getStatus()).isEqualTo(new Status(status));
	}

	@Test
	void saysByWhichMethodWhatCameOfItAndWhenTheTokenEnds() {
		LumoAuthTokens tokens = agent(null, Outcome.REFUSED, true);
		Instant end = this.clock.instant().plusSeconds(60);
		assertThat(health().getDetails())
			.isEqualTo(Map.of("method", "private_key_jwt", "lastAttempt", "refused", "lastAttemptAt",
					this.clock.instant().toString(), "reason", "invalid_client", "tokenExpiresAt", end.toString()));
		String at = this.clock.instant().toString();
		this.clock.advance(Duration.ofSeconds(60));
		assertThat(health().getDetails()).doesNotContainKey("tokenExpiresAt").containsEntry("lastAttemptAt", at);
		then(tokens).should(never()).agentToken();
	}

	@Test
	void saysToWhichKeyTokensAreBound() {
		LumoAuthTokens tokens = agent(null, Outcome.ACCEPTED, true);
		given(tokens.keyThumbprint()).willReturn("jkt-1");
		assertThat(health().getDetails()).containsEntry("keyThumbprint", "jkt-1");
	}

	@Test
	void asksInTheBackgroundIfNobodyHasYet() {
		LumoAuthTokens tokens = agent(null, Outcome.NONE, false);
		willThrow(new LumoAuthUnavailableException("down", null)).given(tokens).agentToken();
		assertThat(health().getDetails()).isEqualTo(Map.of("method", "private_key_jwt", "lastAttempt", "none"));
		then(tokens).should(never()).agentToken();
		assertThat(this.work).hasSize(1);
		this.work.get(0).run();
		then(tokens).should().agentToken();
	}

	@Test
	void theWorstOfTheAgentsCounts() {
		agent(null, Outcome.ACCEPTED, true);
		agent("reader", Outcome.UNAVAILABLE, false);
		assertThat(health().getStatus()).isEqualTo(Status.UNKNOWN);
		agent("writer", Outcome.REFUSED, false);
		Health health = health();
		assertThat(health.getStatus()).isEqualTo(Status.DOWN);
		assertThat(health.getDetails()).containsEntry("lastAttempt", "accepted");
		assertThat(health.getDetails().get("agents")).asString()
			.contains("reader={", "writer={", "status=DOWN", "reason=invalid_client");
	}

	@Test
	void isThereUnlessItIsTurnedOff() {
		this.runner.run((context) -> assertThat(context).hasBean("lumoAuthHealthIndicator"));
		this.runner.withPropertyValues("management.health.lumoauth.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean("lumoAuthHealthIndicator"));
		this.runner.withPropertyValues("lumoauth.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean("lumoAuthHealthIndicator"));
	}

	private Health health() {
		return this.indicator.health();
	}

	private LumoAuthTokens agent(@Nullable String name, Outcome outcome, boolean token) {
		LumoAuthTokens tokens = mock(LumoAuthTokens.class);
		given(tokens.authentication()).willReturn(new AuthenticationStatus("private_key_jwt", outcome,
				(outcome != Outcome.NONE) ? this.clock.instant() : null,
				(outcome == Outcome.REFUSED) ? "invalid_client" : null));
		if (token) {
			TokenStatus status = new TokenStatus(AuthorizationGrantType.CLIENT_CREDENTIALS, null, false, Set.of(),
					this.clock.instant().plusSeconds(60), TokenStatus.State.FRESH);
			given(tokens.statuses()).willReturn(List.of(status));
		}
		this.agents.add(AgentRuntime.of(new AgentIdentity(name, "agt_" + name),
				(builder) -> builder.provide(LumoAuthTokens.class, (runtime) -> tokens)));
		return tokens;
	}

}
