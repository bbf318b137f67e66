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

import java.lang.reflect.Method;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.ObservationRegistry.ObservationConfig;
import org.jspecify.annotations.Nullable;

import org.springframework.util.ReflectionUtils;

/**
 * Whether anybody is interested in one kind of observation. With Spring AI a registry
 * always has handlers, those for model calls; an observation that none of them wants
 * costs as much as one that is made into a timer.
 * <p>
 * Looks again whenever a handler has been added.
 *
 * @since 0.1.0
 */
public final class ObservationInterest {

	/**
	 * Micrometer has no accessor for the handlers that others may use. Where this one is
	 * out of reach, everybody counts as interested.
	 */
	private static final @Nullable Method HANDLERS = handlers();

	private final Supplier<ObservationRegistry> registry;

	private final Observation.Context sample;

	private volatile @Nullable Found found;

	/**
	 * Create the question.
	 * @param registry gives the registry; called each time, so it should remember
	 * @param sample a context of the kind, for the handlers to look at
	 */
	public ObservationInterest(Supplier<ObservationRegistry> registry, Observation.Context sample) {
		this.registry = registry;
		this.sample = sample;
	}

	/**
	 * Return whether there is a handler for such observations. Takes no lock and makes no
	 * object once it was asked.
	 * @return {@code false} if an observation would be seen by nobody
	 */
	public boolean exists() {
		ObservationRegistry registry = this.registry.get();
		if (registry.isNoop()) {
			return false;
		}
		Found found = this.found;
		if (found == null || found.registry() != registry || found.handlers().size() != found.size()) {
			found = find(registry);
			this.found = found;
		}
		return found.interest();
	}

	private Found find(ObservationRegistry registry) {
		Object value = (HANDLERS != null) ? ReflectionUtils.invokeMethod(HANDLERS, registry.observationConfig()) : null;
		if (!(value instanceof Collection<?> handlers)) {
			return new Found(registry, List.of(), 0, true);
		}
		// Before looking at them: one that is added meanwhile then makes it look again.
		int size = handlers.size();
		boolean interest = handlers.stream()
			.anyMatch((handler) -> ((ObservationHandler<?>) handler).supportsContext(this.sample));
		return new Found(registry, handlers, size, interest);
	}

	private static @Nullable Method handlers() {
		try {
			Method method = ObservationConfig.class.getDeclaredMethod("getObservationHandlers");
			method.setAccessible(true);
			return method;
		}
		catch (NoSuchMethodException | RuntimeException ex) {
			return null;
		}
	}

	/**
	 * What was found.
	 *
	 * @param registry where
	 * @param handlers its handlers, as they are at any time
	 * @param size how many there were
	 * @param interest whether one is interested
	 */
	private record Found(ObservationRegistry registry, Collection<?> handlers, int size, boolean interest) {

	}

}
