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
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.MeterBinder;

import org.springframework.security.oauth2.core.AuthorizationGrantType;

import dev.lumoauth.spring.token.cache.TokenObservationContext;
import dev.lumoauth.spring.token.cache.TokenStatus;

/**
 * The gauges {@code lumoauth.token.expiry} (time until the first token of a kind expires;
 * not a number if there is none) and {@code lumoauth.token.held} (how many are in
 * memory), each by agent and grant. Sends no request to LumoAuth.
 *
 * @since 0.1.0
 */
public final class TokenMeters implements MeterBinder {

	private final String agent;

	private final LumoAuthTokens tokens;

	private final Clock clock;

	/**
	 * Create the gauges.
	 * @param agent the client id of the agent
	 * @param tokens its tokens
	 * @param clock the time
	 */
	public TokenMeters(String agent, LumoAuthTokens tokens, Clock clock) {
		this.agent = agent;
		this.tokens = tokens;
		this.clock = clock;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		for (AuthorizationGrantType grant : this.tokens.grants()) {
			String code = TokenObservationContext.code(grant);
			TimeGauge
				.builder("lumoauth.token.expiry", this, TimeUnit.MILLISECONDS, (meters) -> meters.untilFirstEnd(grant))
				.description("Time until the first token in memory ends")
				.tag("agent", this.agent)
				.tag("grant", code)
				.strongReference(true)
				.register(registry);
			Gauge.builder("lumoauth.token.held", this, (meters) -> meters.held(grant).size())
				.description("Tokens in memory")
				.baseUnit("tokens")
				.tag("agent", this.agent)
				.tag("grant", code)
				.strongReference(true)
				.register(registry);
		}
	}

	private List<TokenStatus> held(AuthorizationGrantType grant) {
		return this.tokens.statuses().stream().filter((token) -> token.grant().equals(grant)).toList();
	}

	private double untilFirstEnd(AuthorizationGrantType grant) {
		Instant now = this.clock.instant();
		return held(grant).stream()
			.map(TokenStatus::expiresAt)
			.min(Comparator.naturalOrder())
			.map((end) -> (double) Duration.between(now, end).toMillis())
			.orElse(Double.NaN);
	}

}
