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

import java.util.Objects;
import java.util.function.Supplier;

import dev.lumoauth.spring.guard.CallObservations;
import dev.lumoauth.spring.guard.GuardedCall;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;

/**
 * Observes the calls of guarded methods as {@code lumoauth.method}.
 */
final class MethodObservations extends CallObservations<MethodObservationContext> {

	private final Supplier<MethodObservationConvention> convention;

	/**
	 * Create observations.
	 * @param registry supplies the registry
	 * @param convention gives the names and tags
	 */
	MethodObservations(Supplier<ObservationRegistry> registry, Supplier<MethodObservationConvention> convention) {
		super(registry);
		this.convention = convention;
	}

	@Override
	protected MethodObservationContext context(GuardedCall call) {
		return new MethodObservationContext(Objects.requireNonNull(call.method()), call.capabilities());
	}

	@Override
	protected Observation observation(MethodObservationContext context, ObservationRegistry registry) {
		return MethodObservationDocumentation.METHOD.observation(null, this.convention.get(), () -> context, registry);
	}

}
