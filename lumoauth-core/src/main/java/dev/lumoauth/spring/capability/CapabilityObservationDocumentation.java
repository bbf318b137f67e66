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

package dev.lumoauth.spring.capability;

import io.micrometer.common.docs.KeyName;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;
import io.micrometer.observation.docs.ObservationDocumentation;

/**
 * Observations of decisions about capabilities.
 *
 * @since 0.1.0
 */
public enum CapabilityObservationDocumentation implements ObservationDocumentation {

	/**
	 * A decision, from memory or from LumoAuth.
	 */
	CAPABILITY {

		@Override
		public Class<? extends ObservationConvention<? extends Observation.Context>> getDefaultConvention() {
			return DefaultCapabilityObservationConvention.class;
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
		 * The name of the capability; several that one piece of code needs are joined by
		 * commas. {@code several} if many were asked about at once, for the tools that a
		 * model may be offered; {@code other} for names beyond the first 100.
		 */
		CAPABILITY("capability"),

		/**
		 * {@code allow}, {@code stale} for an allow past its lifetime that is used while
		 * LumoAuth is unreachable, {@code deny} or {@code unavailable}. For several
		 * capabilities the least favourable outcome.
		 */
		OUTCOME("outcome"),

		/**
		 * {@code true} if the decision came from memory.
		 */
		CACHED("cached");

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
		 * The names of all capabilities asked about, joined by commas.
		 */
		CAPABILITIES("lumoauth.capabilities"),

		/**
		 * The names of the capabilities that the agent lacks, joined by commas;
		 * {@code none} if it lacks none.
		 */
		MISSING("lumoauth.missing"),

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
