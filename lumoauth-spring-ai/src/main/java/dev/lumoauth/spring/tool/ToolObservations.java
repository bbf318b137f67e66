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

package dev.lumoauth.spring.tool;

import java.util.List;
import java.util.function.Supplier;

import dev.lumoauth.spring.capability.CapabilityRequirement;
import dev.lumoauth.spring.capability.ObservationInterest;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

/**
 * Has the calls of guarded tools observed as {@code lumoauth.tool}. Where nobody
 * observes, it costs no more than the look that finds out.
 *
 * @since 0.1.0
 */
public final class ToolObservations {

	/**
	 * Observes nothing.
	 */
	public static final ToolObservations NONE = new ToolObservations(() -> ObservationRegistry.NOOP, () -> null);

	private final Supplier<ObservationRegistry> registry;

	private final Supplier<@Nullable ToolObservationConvention> convention;

	private final ObservationInterest interest;

	private final ToolObservationConvention defaultConvention = new DefaultToolObservationConvention();

	/**
	 * Create observations.
	 * @param registry gives the registry; called for each call of a tool, so it should
	 * remember. It may be one that is created after the guard
	 * @param convention gives the application's names and tags, or {@code null} for the
	 * default
	 */
	public ToolObservations(Supplier<ObservationRegistry> registry,
			Supplier<@Nullable ToolObservationConvention> convention) {
		this.registry = registry;
		this.convention = convention;
		this.interest = new ObservationInterest(registry, new ToolObservationContext("", List.of()));
	}

	boolean isNoop() {
		return !this.interest.exists();
	}

	/**
	 * Return the observation of a call.
	 * @param tool the name of the tool
	 * @param requirement what it needs
	 */
	ToolObservation of(String tool, @Nullable CapabilityRequirement requirement) {
		ToolObservationContext context = new ToolObservationContext(tool,
				(requirement != null) ? requirement.capabilities() : List.of());
		return new ToolObservation(ToolObservationDocumentation.TOOL.observation(this.convention.get(),
				this.defaultConvention, () -> context, this.registry.get()), context);
	}

	/**
	 * Observe the call of a tool that is not there.
	 */
	void unknown(String name) {
		if (!isNoop()) {
			of(name, null).unknown();
		}
	}

}
