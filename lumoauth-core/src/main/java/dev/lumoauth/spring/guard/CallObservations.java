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

package dev.lumoauth.spring.guard;

import java.util.function.Supplier;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

/**
 * Observes guarded calls of one kind. If nobody observes, the only cost is the check for
 * that.
 *
 * @param registry supplies the registry; called for each call, so it should cache its
 * result. The registry may be created after the guard
 * @param convention the names and tags, unless the registry has a global convention
 * @since 0.1.0
 */
public record CallObservations(Supplier<ObservationRegistry> registry,
		ObservationConvention<GuardedCallContext> convention) {

	boolean isNoop() {
		return this.registry.get().isNoop();
	}

	/**
	 * Observe a call.
	 * @param reports know the agent
	 * @param conversation the conversation that the call belongs to
	 */
	ObservedCall observed(GuardedCall call, GuardReports reports, @Nullable String conversation) {
		GuardedCallContext context = new GuardedCallContext(call);
		context.setMadeBy(reports.agent(), conversation);
		return new ObservedCall(Observation.createNotStarted(null, this.convention, () -> context, this.registry.get()),
				context);
	}

}
