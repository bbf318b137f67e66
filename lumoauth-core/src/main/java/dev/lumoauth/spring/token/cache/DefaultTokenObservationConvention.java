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

import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import io.micrometer.observation.GlobalObservationConvention;
import io.micrometer.observation.Observation;
import org.jspecify.annotations.Nullable;

import dev.lumoauth.spring.token.cache.TokenObservationDocumentation.HighCardinalityKeyNames;
import dev.lumoauth.spring.token.cache.TokenObservationDocumentation.LowCardinalityKeyNames;

/**
 * Names and tags as documented in {@link TokenObservationDocumentation}. A bean of a
 * class that extends this one, or another {@link GlobalObservationConvention}, replaces
 * them.
 *
 * @since 0.1.0
 */
public class DefaultTokenObservationConvention implements GlobalObservationConvention<TokenObservationContext> {

	@Override
	public boolean supportsContext(Observation.Context context) {
		return context instanceof TokenObservationContext;
	}

	@Override
	public String getName() {
		return "lumoauth.token";
	}

	@Override
	public String getContextualName(TokenObservationContext context) {
		return "token " + TokenObservationContext.code(context.getGrant());
	}

	@Override
	public KeyValues getLowCardinalityKeyValues(TokenObservationContext context) {
		TokenObservationContext.Outcome outcome = context.getOutcome();
		return KeyValues.of(LowCardinalityKeyNames.AGENT.withValue(context.getAgent()),
				LowCardinalityKeyNames.GRANT.withValue(TokenObservationContext.code(context.getGrant())),
				LowCardinalityKeyNames.OUTCOME
					.withValue((outcome != null) ? TokenObservationContext.code(outcome) : KeyValue.NONE_VALUE),
				LowCardinalityKeyNames.RENEWAL.withValue(TokenObservationContext.code(context.getRenewal())));
	}

	@Override
	public KeyValues getHighCardinalityKeyValues(TokenObservationContext context) {
		@Nullable String target = context.getTarget();
		return KeyValues.of(HighCardinalityKeyNames.TARGET.withValue((target != null) ? target : KeyValue.NONE_VALUE),
				HighCardinalityKeyNames.AGENT_ID.withValue(context.getAgent()));
	}

}
