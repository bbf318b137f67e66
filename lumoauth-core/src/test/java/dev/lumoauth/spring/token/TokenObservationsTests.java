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

import java.time.Duration;
import java.util.Set;
import java.util.ArrayDeque;
import java.util.Queue;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.security.oauth2.core.AuthorizationGrantType;

import dev.lumoauth.spring.LumoAuthDeniedException;
import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.RecordedObservations;
import dev.lumoauth.spring.token.cache.DefaultTokenObservationConvention;
import dev.lumoauth.spring.token.cache.TokenObservationContext;
import dev.lumoauth.spring.token.cache.TokenStatus;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.jsonResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What is observed and measured of tokens.
 */
class TokenObservationsTests {

	private static final String NAME = "lumoauth.token";

	@RegisterExtension
	static final WireMockExtension lumoAuth = WireMockExtension.newInstance().build();

	private final RecordedObservations recorded = new RecordedObservations();

	private final Queue<Runnable> background = new ArrayDeque<>();

	private final MeterRegistry meters = new SimpleMeterRegistry();

	private WireAgent agent;

	private LumoAuthTokens tokens;

	@BeforeEach
	void agent() {
		this.agent = new WireAgent(lumoAuth);
		this.agent.executor = this.background::add;
		this.agent.customizer = (tokens) -> tokens.observations(this.recorded::registry);
		this.tokens = this.agent.tokens();
		new TokenMeters(WireAgent.CLIENT_ID, this.tokens, this.agent.clock).bindTo(this.meters);
		lumoAuth.stubFor(post(WireAgent.TOKEN).willReturn(WireAgent.token("MARKER-agent", 3600)));
		lumoAuth.stubFor(post(WireAgent.TOKEN).withFormParam("grant_type", equalTo(WireAgent.EXCHANGE))
			.willReturn(WireAgent.exchanged("MARKER-exchanged", 600)));
	}

	@Test
	void anExchangeThatNeedsTheAgentsTokenFetchesItWithin() {
		this.tokens.exchange("urn:mcp:financial-data");
		this.tokens.exchange("urn:mcp:financial-data");
		assertThat(this.recorded.of(NAME)).containsExactly("agt_test client_credentials issued blocking",
				"agt_test token_exchange issued blocking");
		assertThat(RecordedObservations.parents(this.recorded.contexts(NAME).get(0))).containsExactly(NAME);
		assertThat(this.recorded.contexts(NAME)
			.stream()
			.map((context) -> context.getHighCardinalityKeyValues().stream().toList()))
			.allSatisfy((values) -> assertThat(values.toString()).doesNotContain("MARKER"))
			.last()
			.satisfies((values) -> assertThat(values).containsExactly(KeyValue.of("gen_ai.agent.id", "agt_test"),
					KeyValue.of("lumoauth.target", "urn:mcp:financial-data")));
	}

	@Test
	void aRenewalInTheBackgroundIsAhead() {
		this.tokens.agentToken();
		this.agent.clock.advance(Duration.ofMinutes(59).plusSeconds(1));
		this.tokens.agentToken();
		this.background.remove().run();
		assertThat(this.recorded.of(NAME)).containsExactly("agt_test client_credentials issued blocking",
				"agt_test client_credentials issued ahead");
	}

	@Test
	void aRefusalIsDeniedAlsoWhenItIsRemembered() {
		lumoAuth.stubFor(post(WireAgent.TOKEN).withFormParam("grant_type", equalTo(WireAgent.EXCHANGE))
			.willReturn(jsonResponse("{\"error\":\"invalid_target\"}", 400)));
		for (int i = 0; i < 2; i++) {
			assertThatExceptionOfType(LumoAuthDeniedException.class).isThrownBy(() -> this.tokens.exchange("urn:x"));
		}
		assertThat(this.recorded.of(NAME)).containsExactly("agt_test client_credentials issued blocking",
				"agt_test token_exchange denied blocking !LumoAuthDeniedException",
				"agt_test token_exchange denied blocking !LumoAuthDeniedException");
	}

	@Test
	void noAnswerIsUnavailable() {
		lumoAuth.stubFor(post(WireAgent.TOKEN).willReturn(aResponse().withStatus(503)));
		assertThatExceptionOfType(LumoAuthUnavailableException.class).isThrownBy(this.tokens::agentToken);
		assertThat(this.recorded.of(NAME)).singleElement()
			.asString()
			.startsWith("agt_test client_credentials unavailable blocking !");
	}

	@Test
	void namesAndTagsCanBeTheApplications() {
		this.recorded.registry().observationConfig().observationConvention(new DefaultTokenObservationConvention() {

			@Override
			public KeyValues getLowCardinalityKeyValues(TokenObservationContext context) {
				return KeyValues.of("mine", String.valueOf(context.getOutcome()));
			}

		});
		this.agent.tokens().agentToken();
		assertThat(this.recorded.of(NAME)).containsExactly("ISSUED");
	}

	@Test
	void gaugesTellWhenTheFirstTokenEnds() {
		assertThat(gauge("lumoauth.token.expiry", "client_credentials")).isNaN();
		assertThat(gauge("lumoauth.token.held", "client_credentials")).isZero();
		this.tokens.exchange("urn:a");
		this.agent.clock.advance(Duration.ofSeconds(100));
		this.tokens.exchange("urn:b");
		assertThat(gauge("lumoauth.token.expiry", "client_credentials")).isEqualTo(3500);
		assertThat(gauge("lumoauth.token.expiry", "token_exchange")).isEqualTo(500);
		assertThat(gauge("lumoauth.token.held", "client_credentials")).isOne();
		assertThat(gauge("lumoauth.token.held", "token_exchange")).isEqualTo(2);
		this.agent.clock.advance(Duration.ofSeconds(500));
		assertThat(gauge("lumoauth.token.expiry", "token_exchange")).isEqualTo(100);
		assertThat(gauge("lumoauth.token.held", "token_exchange")).isOne();
		lumoAuth.verify(3, postRequestedFor(anyUrl()));
	}

	@Test
	void statusesTellTheStateOfEachRenewalAndNoToken() {
		this.tokens.agentToken();
		assertThat(this.tokens.statuses())
			.containsExactly(new TokenStatus(AuthorizationGrantType.CLIENT_CREDENTIALS, null, false,
					Set.of("read:documents"), this.agent.clock.instant().plusSeconds(3600), TokenStatus.State.FRESH));
		this.agent.clock.advance(Duration.ofMinutes(59).plusSeconds(1));
		assertThat(this.tokens.statuses()).extracting(TokenStatus::state).containsExactly(TokenStatus.State.DUE);
		this.tokens.agentToken();
		assertThat(this.tokens.statuses()).extracting(TokenStatus::state).containsExactly(TokenStatus.State.RENEWING);
		lumoAuth.stubFor(post(WireAgent.TOKEN).willReturn(aResponse().withStatus(400)));
		this.background.remove().run();
		assertThat(this.tokens.statuses()).extracting(TokenStatus::state)
			.containsExactly(TokenStatus.State.RENEWAL_FAILED);
		assertThat(this.tokens.statuses().toString()).doesNotContain("MARKER");
	}

	private double gauge(String name, String grant) {
		return this.meters.get(name).tags("agent", WireAgent.CLIENT_ID, "grant", grant).gauge().value();
	}

}
