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

import io.micrometer.common.docs.KeyName;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;
import io.micrometer.observation.docs.ObservationDocumentation;

/**
 * Observations of tokens.
 *
 * @since 0.1.0
 */
public enum TokenObservationDocumentation implements ObservationDocumentation {

	/**
	 * The fetching of a token that is not in memory or that expires soon, once for all
	 * threads that wait for it.
	 */
	TOKEN {

		@Override
		public Class<? extends ObservationConvention<? extends Observation.Context>> getDefaultConvention() {
			return DefaultTokenObservationConvention.class;
		}

		@Override
		public KeyName[] getLowCardinalityKeyNames() {
			return LowCardinalityKeyNames.values();
		}

		@Override
		public KeyName[] getHighCardinalityKeyNames() {
			return HighCardinalityKeyNames.values();
		}

	};

	/**
	 * Tags of metrics and spans.
	 */
	public enum LowCardinalityKeyNames implements KeyName {

		/**
		 * The client id of the agent.
		 */
		AGENT("agent"),

		/**
		 * {@code client_credentials} or {@code token_exchange}.
		 */
		GRANT("grant"),

		/**
		 * {@code issued}, {@code denied} or {@code unavailable}.
		 */
		OUTCOME("outcome"),

		/**
		 * {@code ahead} in the background while the old token is still valid,
		 * {@code blocking} if someone waits.
		 */
		RENEWAL("renewal");

		private final String key;

		LowCardinalityKeyNames(String key) {
			this.key = key;
		}

		@Override
		public String asString() {
			return this.key;
		}

	}

	/**
	 * Tags of spans only.
	 */
	public enum HighCardinalityKeyNames implements KeyName {

		/**
		 * The server that the token is for: its id or its address; {@code none} for the
		 * agent's own token.
		 */
		TARGET("lumoauth.target"),

		/**
		 * The client id of the agent.
		 */
		AGENT_ID("gen_ai.agent.id");

		private final String key;

		HighCardinalityKeyNames(String key) {
			this.key = key;
		}

		@Override
		public String asString() {
			return this.key;
		}

	}

}
