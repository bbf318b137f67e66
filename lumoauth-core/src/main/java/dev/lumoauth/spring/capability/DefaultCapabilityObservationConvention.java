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

import java.util.List;
import java.util.Locale;

import dev.lumoauth.spring.capability.CapabilityObservationDocumentation.HighCardinalityKeyNames;
import dev.lumoauth.spring.capability.CapabilityObservationDocumentation.LowCardinalityKeyNames;
import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import io.micrometer.observation.GlobalObservationConvention;
import io.micrometer.observation.Observation;

/**
 * Names and tags as documented in {@link CapabilityObservationDocumentation}. A bean of a
 * class that extends this one, or another {@link GlobalObservationConvention}, replaces
 * them.
 *
 * @since 0.1.0
 */
public class DefaultCapabilityObservationConvention
		implements GlobalObservationConvention<CapabilityObservationContext> {

	private static final String SEVERAL = "several";

	/** The limit for the names in a span: nobody reads hundreds of names. */
	private static final int MAX_LENGTH = 1024;

	private final BoundedTagValues capabilities = new BoundedTagValues();

	@Override
	public boolean supportsContext(Observation.Context context) {
		return context instanceof CapabilityObservationContext;
	}

	@Override
	public String getName() {
		return "lumoauth.capability";
	}

	@Override
	public String getContextualName(CapabilityObservationContext context) {
		return "capability " + capability(context);
	}

	@Override
	public KeyValues getLowCardinalityKeyValues(CapabilityObservationContext context) {
		return KeyValues.of(LowCardinalityKeyNames.AGENT.withValue(context.getAgent()),
				LowCardinalityKeyNames.CAPABILITY.withValue(capability(context)),
				LowCardinalityKeyNames.OUTCOME.withValue(outcome(context)),
				LowCardinalityKeyNames.CACHED.withValue(String.valueOf(context.isCached())));
	}

	@Override
	public KeyValues getHighCardinalityKeyValues(CapabilityObservationContext context) {
		List<String> missing = context.getMissing();
		return KeyValues.of(HighCardinalityKeyNames.CAPABILITIES.withValue(joined(context.getCapabilities())),
				HighCardinalityKeyNames.MISSING.withValue(missing.isEmpty() ? KeyValue.NONE_VALUE : joined(missing)),
				HighCardinalityKeyNames.AGENT_ID.withValue(context.getAgent()));
	}

	private String capability(CapabilityObservationContext context) {
		List<String> names = context.getCapabilities();
		if (names.size() == 1) {
			return this.capabilities.bound(names.get(0));
		}
		return context.isBulk() ? SEVERAL : this.capabilities.bound(String.join(",", names));
	}

	private static String outcome(CapabilityObservationContext context) {
		if (context.isStale()) {
			return "stale";
		}
		CapabilityDecision.Outcome outcome = context.getOutcome();
		return (outcome != null) ? outcome.name().toLowerCase(Locale.ROOT) : KeyValue.NONE_VALUE;
	}

	private static String joined(List<String> names) {
		String joined = String.join(",", names);
		return (joined.length() > MAX_LENGTH) ? joined.substring(0, MAX_LENGTH) + "…" : joined;
	}

}
