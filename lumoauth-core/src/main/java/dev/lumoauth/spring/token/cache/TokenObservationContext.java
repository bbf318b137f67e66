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

package dev.lumoauth.spring.token.cache;

import java.util.Locale;

import io.micrometer.observation.Observation;
import org.jspecify.annotations.Nullable;

import org.springframework.security.oauth2.core.AuthorizationGrantType;

/**
 * Context of the observation of fetching a token. It never contains the token.
 *
 * @since 0.1.0
 */
public final class TokenObservationContext extends Observation.Context {

	private final String agent;

	private final AuthorizationGrantType grant;

	private final @Nullable String target;

	private final Renewal renewal;

	private @Nullable Outcome outcome;

	/**
	 * Create the context.
	 * @param agent the client id of the agent
	 * @param grant how the token is requested
	 * @param target the server: its id or its address; {@code null} = none
	 * @param renewal whether anyone waits for the token
	 */
	public TokenObservationContext(String agent, AuthorizationGrantType grant, @Nullable String target,
			Renewal renewal) {
		this.agent = agent;
		this.grant = grant;
		this.target = target;
		this.renewal = renewal;
	}

	/**
	 * Return the agent whose token is fetched.
	 * @return the client id of the agent
	 */
	public String getAgent() {
		return this.agent;
	}

	/**
	 * Return how the token is requested.
	 * @return the grant
	 */
	public AuthorizationGrantType getGrant() {
		return this.grant;
	}

	/**
	 * Return the server that the token is for.
	 * @return its id or its address; {@code null} if the token is the agent's own
	 */
	public @Nullable String getTarget() {
		return this.target;
	}

	/**
	 * Return whether anyone waits for the token.
	 * @return the renewal
	 */
	public Renewal getRenewal() {
		return this.renewal;
	}

	/**
	 * Return the outcome.
	 * @return the outcome, or {@code null} if there is none yet
	 */
	public @Nullable Outcome getOutcome() {
		return this.outcome;
	}

	void setOutcome(Outcome outcome) {
		this.outcome = outcome;
	}

	/**
	 * Return the name of a grant in metrics.
	 * @param grant the grant
	 * @return its name, without the prefix of a URN, such as {@code token_exchange}
	 */
	public static String code(AuthorizationGrantType grant) {
		String value = grant.getValue();
		return value.substring(value.lastIndexOf(':') + 1).replace('-', '_');
	}

	static String code(Enum<?> value) {
		return value.name().toLowerCase(Locale.ROOT);
	}

	/**
	 * Whether anyone waits for the token.
	 */
	public enum Renewal {

		/**
		 * In the background, while the old token is still valid.
		 */
		AHEAD,

		/**
		 * There is no token, and the code that needs one waits.
		 */
		BLOCKING

	}

	/**
	 * The outcomes.
	 */
	public enum Outcome {

		/**
		 * A token.
		 */
		ISSUED,

		/**
		 * LumoAuth refused the token, just now or a few seconds ago.
		 */
		DENIED,

		/**
		 * LumoAuth gave no answer, or rejected the agent's credentials.
		 */
		UNAVAILABLE

	}

}
