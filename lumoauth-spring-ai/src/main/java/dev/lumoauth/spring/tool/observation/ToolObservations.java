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

import java.util.Objects;
import java.util.function.Supplier;

import dev.lumoauth.spring.guard.CallObservations;
import dev.lumoauth.spring.guard.GuardedCall;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;

/**
 * Observes the calls of guarded tools as {@code lumoauth.tool}.
 *
 * @since 0.1.0
 */
public final class ToolObservations extends CallObservations<ToolObservationContext> {

	private final Supplier<ToolObservationConvention> convention;

	/**
	 * Create observations.
	 * @param registry supplies the registry; called for each call of a tool, so it should
	 * remember. It may be one that is created after the guard
	 * @param convention gives the names and tags
	 */
	public ToolObservations(Supplier<ObservationRegistry> registry, Supplier<ToolObservationConvention> convention) {
		super(registry);
		this.convention = convention;
	}

	@Override
	protected ToolObservationContext context(GuardedCall call) {
		return new ToolObservationContext(Objects.requireNonNull(call.tool()), call.capabilities());
	}

	@Override
	protected Observation observation(ToolObservationContext context, ObservationRegistry registry) {
		return ToolObservationDocumentation.TOOL.observation(null, this.convention.get(), () -> context, registry);
	}

}
