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

import java.lang.reflect.Method;
import java.util.Objects;

import dev.lumoauth.spring.capability.BoundedTagValues;
import dev.lumoauth.spring.guard.GuardDecision;
import dev.lumoauth.spring.guard.GuardedCallContext;
import dev.lumoauth.spring.guard.observation.GuardObservationDocumentation.HighCardinalityKeyNames;
import dev.lumoauth.spring.guard.observation.GuardObservationDocumentation.LowCardinalityKeyNames;
import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import io.micrometer.common.docs.KeyName;
import io.micrometer.observation.GlobalObservationConvention;
import io.micrometer.observation.Observation;

/**
 * Names and tags as documented in {@link GuardObservationDocumentation}, of tools or of
 * methods.
 */
abstract class GuardObservationConvention implements GlobalObservationConvention<GuardedCallContext> {

	private final String kind;

	private final KeyName tag;

	private final BoundedTagValues names = new BoundedTagValues();

	/**
	 * Create the names and tags.
	 * @param kind {@code tool} or {@code method}
	 * @param tag the tag that names the tool or the method
	 */
	GuardObservationConvention(String kind, KeyName tag) {
		this.kind = kind;
		this.tag = tag;
	}

	@Override
	public boolean supportsContext(Observation.Context context) {
		return context instanceof GuardedCallContext call
				&& (call.getTool() != null) == (this.tag == LowCardinalityKeyNames.TOOL);
	}

	@Override
	public String getName() {
		return "lumoauth." + this.kind;
	}

	@Override
	public String getContextualName(GuardedCallContext context) {
		return "guarded " + this.kind + " " + name(context);
	}

	@Override
	public KeyValues getLowCardinalityKeyValues(GuardedCallContext context) {
		GuardDecision decision = context.getDecision();
		return KeyValues.of(this.tag.withValue(name(context)),
				LowCardinalityKeyNames.DECISION.withValue((decision != null) ? decision.code() : KeyValue.NONE_VALUE));
	}

	@Override
	public KeyValues getHighCardinalityKeyValues(GuardedCallContext context) {
		String tool = isUnknown(context) ? name(context) : context.getTool();
		KeyValues known = context.getMadeBy(HighCardinalityKeyNames.AGENT_ID, HighCardinalityKeyNames.CONVERSATION_ID)
			.and(HighCardinalityKeyNames.CAPABILITIES.withValue(context.getCapabilities().isEmpty()
					? KeyValue.NONE_VALUE : String.join(",", context.getCapabilities())));
		return (tool != null) ? known.and(HighCardinalityKeyNames.TOOL_NAME.withValue(tool)) : known;
	}

	/**
	 * Names that a model made up don't count as one of the limited number of names.
	 */
	private String name(GuardedCallContext context) {
		return isUnknown(context) ? BoundedTagValues.OTHER
				: this.names.bound(Objects.requireNonNullElseGet(context.getTool(), () -> method(context)));
	}

	private static String method(GuardedCallContext context) {
		Method method = Objects.requireNonNull(context.getMethod());
		return method.getDeclaringClass().getSimpleName() + "." + method.getName();
	}

	private static boolean isUnknown(GuardedCallContext context) {
		return GuardDecision.UNKNOWN_TOOL.equals(context.getDecision());
	}

}
