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

package dev.lumoauth.demo.journey;

import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;

import com.nimbusds.jwt.JWTParser;
import dev.lumoauth.spring.AgentInfo;
import dev.lumoauth.spring.AskResult;
import dev.lumoauth.spring.BudgetStatus;
import dev.lumoauth.spring.LumoAuthAgent;
import dev.lumoauth.spring.LumoAuthException;
import org.jspecify.annotations.Nullable;

import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.security.oauth2.core.OAuth2Token;

/**
 * Records each exchange of the agent's token.
 */
class RecordingAgent implements LumoAuthAgent {

	private final LumoAuthAgent agent;

	private final JourneyRecorder recorder;

	RecordingAgent(LumoAuthAgent agent, JourneyRecorder recorder) {
		this.agent = agent;
		this.recorder = recorder;
	}

	@Override
	public OAuth2AccessToken mcpToken(String audience) {
		long start = System.nanoTime();
		try {
			OAuth2AccessToken token = this.agent.mcpToken(audience);
			this.recorder
				.add(new Step.Exchange(audience, subject(token), secondsLeft(token), millisSince(start), null));
			return token;
		}
		catch (LumoAuthException ex) {
			this.recorder.add(new Step.Exchange(audience, null, null, millisSince(start), ex.getMessage()));
			throw ex;
		}
	}

	static @Nullable Long secondsLeft(OAuth2AccessToken token) {
		Instant expiresAt = token.getExpiresAt();
		return (expiresAt != null) ? Duration.between(Instant.now(), expiresAt).toSeconds() : null;
	}

	private static long millisSince(long start) {
		return Duration.ofNanos(System.nanoTime() - start).toMillis();
	}

	/**
	 * Only to show it: whom the token speaks for is for the server to verify.
	 */
	private static @Nullable String subject(OAuth2AccessToken token) {
		try {
			return JWTParser.parse(token.getTokenValue()).getJWTClaimsSet().getSubject();
		}
		catch (ParseException ex) {
			return null;
		}
	}

	@Override
	public boolean hasCapability(String capability) {
		return this.agent.hasCapability(capability);
	}

	@Override
	public Map<String, Boolean> hasCapabilities(Collection<String> capabilities) {
		return this.agent.hasCapabilities(capabilities);
	}

	@Override
	public OAuth2AccessToken accessToken() {
		return this.agent.accessToken();
	}

	@Override
	public LumoAuthAgent onBehalfOf(OAuth2Token userToken) {
		return new RecordingAgent(this.agent.onBehalfOf(userToken), this.recorder);
	}

	@Override
	public LumoAuthAgent onBehalfOf(String userToken) {
		return new RecordingAgent(this.agent.onBehalfOf(userToken), this.recorder);
	}

	@Override
	public LumoAuthAgent delegateTo(LumoAuthAgent specialist) {
		LumoAuthAgent actor = (specialist instanceof RecordingAgent recording) ? recording.agent : specialist;
		return new RecordingAgent(this.agent.delegateTo(actor), this.recorder);
	}

	@Override
	public BudgetStatus budget() {
		return this.agent.budget();
	}

	@Override
	public boolean isBudgetExhausted() {
		return this.agent.isBudgetExhausted();
	}

	@Override
	public AgentInfo info() {
		return this.agent.info();
	}

	@Override
	public AskResult ask(String action, Map<String, ?> context) {
		return this.agent.ask(action, context);
	}

}
