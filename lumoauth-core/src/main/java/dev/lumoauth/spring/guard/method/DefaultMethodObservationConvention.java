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

package dev.lumoauth.spring.guard.method;

import dev.lumoauth.spring.capability.BoundedTagValues;
import dev.lumoauth.spring.guard.GuardDecision;
import dev.lumoauth.spring.guard.method.MethodObservationDocumentation.HighCardinalityKeyNames;
import dev.lumoauth.spring.guard.method.MethodObservationDocumentation.LowCardinalityKeyNames;
import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import io.micrometer.observation.GlobalObservationConvention;
import io.micrometer.observation.Observation;

/**
 * Names and tags as documented in {@link MethodObservationDocumentation}. A bean of a
 * class that extends this one, or another {@link GlobalObservationConvention}, replaces
 * them.
 *
 * @since 0.1.0
 */
public class DefaultMethodObservationConvention implements GlobalObservationConvention<MethodObservationContext> {

	private final BoundedTagValues methods = new BoundedTagValues();

	@Override
	public boolean supportsContext(Observation.Context context) {
		return context instanceof MethodObservationContext;
	}

	@Override
	public String getName() {
		return "lumoauth.method";
	}

	@Override
	public String getContextualName(MethodObservationContext context) {
		return "guarded method " + method(context);
	}

	@Override
	public KeyValues getLowCardinalityKeyValues(MethodObservationContext context) {
		GuardDecision decision = context.getDecision();
		return KeyValues.of(LowCardinalityKeyNames.METHOD.withValue(method(context)),
				LowCardinalityKeyNames.DECISION.withValue((decision != null) ? decision.code() : KeyValue.NONE_VALUE));
	}

	@Override
	public KeyValues getHighCardinalityKeyValues(MethodObservationContext context) {
		return KeyValues
			.of(HighCardinalityKeyNames.CAPABILITIES.withValue(context.getCapabilities().isEmpty() ? KeyValue.NONE_VALUE
					: String.join(",", context.getCapabilities())))
			.and(context.getMadeBy(HighCardinalityKeyNames.AGENT_ID, HighCardinalityKeyNames.CONVERSATION_ID));
	}

	private String method(MethodObservationContext context) {
		return this.methods
			.bound(context.getMethod().getDeclaringClass().getSimpleName() + "." + context.getMethod().getName());
	}

}
