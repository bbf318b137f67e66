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

package dev.lumoauth.spring.tool.observation;

import dev.lumoauth.spring.capability.BoundedTagValues;
import dev.lumoauth.spring.guard.GuardDecision;
import dev.lumoauth.spring.tool.observation.ToolObservationDocumentation.HighCardinalityKeyNames;
import dev.lumoauth.spring.tool.observation.ToolObservationDocumentation.LowCardinalityKeyNames;
import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import io.micrometer.observation.GlobalObservationConvention;
import io.micrometer.observation.Observation;

/**
 * Names and tags as documented in {@link ToolObservationDocumentation}. A bean of a class
 * that extends this one, or another {@link GlobalObservationConvention}, replaces them.
 *
 * @since 0.1.0
 */
public class DefaultToolObservationConvention implements GlobalObservationConvention<ToolObservationContext> {

	private final BoundedTagValues tools = new BoundedTagValues();

	@Override
	public boolean supportsContext(Observation.Context context) {
		return context instanceof ToolObservationContext;
	}

	@Override
	public String getName() {
		return "lumoauth.tool";
	}

	@Override
	public String getContextualName(ToolObservationContext context) {
		return "guarded tool " + tool(context);
	}

	@Override
	public KeyValues getLowCardinalityKeyValues(ToolObservationContext context) {
		GuardDecision decision = context.getDecision();
		return KeyValues.of(LowCardinalityKeyNames.TOOL.withValue(tool(context)),
				LowCardinalityKeyNames.DECISION.withValue((decision != null) ? decision.code() : KeyValue.NONE_VALUE));
	}

	@Override
	public KeyValues getHighCardinalityKeyValues(ToolObservationContext context) {
		return KeyValues
			.of(HighCardinalityKeyNames.CAPABILITIES.withValue(context.getCapabilities().isEmpty() ? KeyValue.NONE_VALUE
					: String.join(",", context.getCapabilities())),
					HighCardinalityKeyNames.TOOL_NAME.withValue(isUnknown(context) ? tool(context) : context.getTool()))
			.and(context.getMadeBy(HighCardinalityKeyNames.AGENT_ID, HighCardinalityKeyNames.CONVERSATION_ID));
	}

	/**
	 * Names that a model made up don't count as one of the limited number of names.
	 */
	private String tool(ToolObservationContext context) {
		return isUnknown(context) ? BoundedTagValues.OTHER : this.tools.bound(context.getTool());
	}

	private static boolean isUnknown(ToolObservationContext context) {
		return GuardDecision.UNKNOWN_TOOL.equals(context.getDecision());
	}

}
