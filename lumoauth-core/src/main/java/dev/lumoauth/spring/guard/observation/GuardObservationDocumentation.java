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

package dev.lumoauth.spring.guard.observation;

import io.micrometer.common.docs.KeyName;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;
import io.micrometer.observation.docs.ObservationDocumentation;

/**
 * Observations of guarded calls.
 *
 * @since 0.1.0
 */
public enum GuardObservationDocumentation implements ObservationDocumentation {

	/**
	 * The call of a guarded tool, from the decision whether it may run to its result.
	 */
	TOOL {

		@Override
		public Class<? extends ObservationConvention<? extends Observation.Context>> getDefaultConvention() {
			return DefaultToolObservationConvention.class;
		}

		@Override
		public KeyName[] getLowCardinalityKeyNames() {
			return new KeyName[] { LowCardinalityKeyNames.TOOL, LowCardinalityKeyNames.DECISION };
		}

		@Override
		public KeyName[] getHighCardinalityKeyNames() {
			return HighCardinalityKeyNames.values();
		}

	},

	/**
	 * The call of a guarded method, from the decision whether it may run to its result. A
	 * call that a guarded tool makes is part of the tool's call and is not observed here.
	 */
	METHOD {

		@Override
		public Class<? extends ObservationConvention<? extends Observation.Context>> getDefaultConvention() {
			return DefaultMethodObservationConvention.class;
		}

		@Override
		public KeyName[] getLowCardinalityKeyNames() {
			return new KeyName[] { LowCardinalityKeyNames.METHOD, LowCardinalityKeyNames.DECISION };
		}

		@Override
		public KeyName[] getHighCardinalityKeyNames() {
			return new KeyName[] { HighCardinalityKeyNames.CAPABILITIES, HighCardinalityKeyNames.AGENT_ID,
					HighCardinalityKeyNames.CONVERSATION_ID };
		}

	};

	/**
	 * Tags of metrics and spans.
	 */
	public enum LowCardinalityKeyNames implements KeyName {

		/**
		 * The name of the tool as the model sees it; {@code other} for tools beyond the
		 * first 100, and for a tool that does not exist.
		 */
		TOOL("tool"),

		/**
		 * The class and the name of the method, such as {@code Documents.search};
		 * {@code other} for methods beyond the first 100.
		 */
		METHOD("method"),

		/**
		 * The decision about the call: {@code allow}, {@code deny}, {@code unavailable},
		 * {@code no_user}, {@code approval_pending}, {@code not_approved},
		 * {@code not_permitted} or, for tools, {@code unknown_tool}.
		 */
		DECISION("decision");

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
		 * The names of the capabilities that the code needs, joined by commas;
		 * {@code none} if it needs none.
		 */
		CAPABILITIES("lumoauth.capabilities"),

		/**
		 * The name of the tool as the model sees it.
		 */
		TOOL_NAME("gen_ai.tool.name"),

		/**
		 * The client id of the agent. Left out if there is none.
		 */
		AGENT_ID("gen_ai.agent.id"),

		/**
		 * The conversation of the chat that makes the call. Left out if the chat has no
		 * memory, and outside of chats.
		 */
		CONVERSATION_ID("gen_ai.conversation.id");

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
