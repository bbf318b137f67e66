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

	private final Grant grant;

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
	public TokenObservationContext(String agent, Grant grant, @Nullable String target, Renewal renewal) {
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
	public Grant getGrant() {
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

	public static String code(Enum<?> value) {
		return value.name().toLowerCase(Locale.ROOT);
	}

	/**
	 * How a token is requested.
	 */
	public enum Grant {

		/**
		 * The agent's own token (RFC 6749 section 4.4).
		 */
		CLIENT_CREDENTIALS(AuthorizationGrantType.CLIENT_CREDENTIALS),

		/**
		 * A token for another server (RFC 8693).
		 */
		TOKEN_EXCHANGE(AuthorizationGrantType.TOKEN_EXCHANGE),

		/**
		 * The agent's own token, in exchange for its platform's (LumoAuth's workload
		 * federation).
		 */
		WORKLOAD_IDENTITY(new AuthorizationGrantType("workload_identity")),

		/**
		 * The agent's own token, by an attestation of its platform (LumoAuth's
		 * {@code agents/{agentId}/attest}).
		 */
		ATTESTATION(new AuthorizationGrantType("attestation")),

		/**
		 * The agent's own token, or a token for another server, by requests that the
		 * agent signs (LumoAuth's AAuth).
		 */
		AAUTH(new AuthorizationGrantType("aauth"));

		private final String type;

		Grant(AuthorizationGrantType type) {
			this.type = type.getValue();
		}

		/**
		 * Return the grant of an agent's credentials.
		 * @param type what the credentials say
		 * @return the grant
		 * @throws IllegalArgumentException if there is no such grant
		 */
		public static Grant of(AuthorizationGrantType type) {
			for (Grant grant : values()) {
				if (grant.type.equals(type.getValue())) {
					return grant;
				}
			}
			throw new IllegalArgumentException("There is no grant '" + type.getValue() + "' for an agent's own token");
		}

		/**
		 * The name of the grant at a token endpoint, or else a name that distinguishes it
		 * from the others.
		 */
		String type() {
			return this.type;
		}

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
