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

import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;
import io.micrometer.observation.ObservationFilter;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationHandler.FirstMatchingCompositeObservationHandler;
import io.micrometer.observation.ObservationPredicate;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.ObservationRegistry.ObservationConfig;
import org.jspecify.annotations.Nullable;

import org.springframework.util.ReflectionUtils;

/**
 * Finds out whether a handler is interested in one kind of observation. With Spring AI, a
 * registry always has handlers: those for model calls. An observation that no handler
 * wants costs as much as one that becomes a timer.
 * <p>
 * Often the only interested handler is the one that creates meters. {@link #meters()}
 * then returns these meters, and no observation is needed.
 * <p>
 * The registry is searched again whenever something was added to it.
 *
 * @param <C> the context of these observations
 * @since 0.1.0
 */
public final class ObservationInterest<C extends Observation.Context> {

	private static final String BOOT = "org.springframework.boot.";

	/**
	 * Micrometer has no public accessors for these. If one can't be read, everybody
	 * counts as interested.
	 */
	private static final @Nullable Method HANDLERS = method("getObservationHandlers");

	private static final @Nullable Method FILTERS = method("getObservationFilters");

	private static final @Nullable Method CONVENTIONS = method("getObservationConventions");

	private static final @Nullable Field PREDICATES = predicates();

	private final Supplier<ObservationRegistry> registry;

	private final C sample;

	private final Class<?> defaultConvention;

	private final Supplier<? extends ObservationConvention<C>> convention;

	private volatile @Nullable Found<C> found;

	/**
	 * Create the question.
	 * @param registry supplies the registry; called each time, so it should cache its
	 * result
	 * @param sample a context of this kind, by which handlers say whether they are
	 * interested
	 * @param defaultConvention the convention whose names and tags are known to depend
	 * only on the keys that {@link ObservationMeters} gets
	 * @param convention supplies the convention
	 */
	public ObservationInterest(Supplier<ObservationRegistry> registry, C sample, Class<?> defaultConvention,
			Supplier<? extends ObservationConvention<C>> convention) {
		this.registry = registry;
		this.sample = sample;
		this.defaultConvention = defaultConvention;
		this.convention = convention;
	}

	/**
	 * Return whether there is a handler for such observations. After the first call, this
	 * takes no lock and creates no object.
	 * @return {@code false} if no handler would use an observation
	 */
	public boolean exists() {
		Found<C> found = found();
		return found != null && found.interest();
	}

	/**
	 * Return the meters that are made of such observations, if the observations have no
	 * other use.
	 * @return the meters, or {@code null} if observations have to be made: for traces,
	 * for other handlers, or because the application changes names, tags or the choice of
	 * observations
	 */
	public @Nullable ObservationMeters<C> meters() {
		Found<C> found = found();
		return (found != null) ? found.meters() : null;
	}

	private @Nullable Found<C> found() {
		ObservationRegistry registry = this.registry.get();
		if (registry.isNoop()) {
			return null;
		}
		Found<C> found = this.found;
		if (found == null || found.registry() != registry || found.parts().size() != found.size()) {
			found = find(registry);
			this.found = found;
		}
		return found;
	}

	private Found<C> find(ObservationRegistry registry) {
		ObservationConfig config = registry.observationConfig();
		Collection<?> handlers = invoke(HANDLERS, config);
		if (handlers == null) {
			return new Found<>(registry, Parts.NONE, 0, true, null);
		}
		Parts parts = new Parts(handlers, Objects.requireNonNullElse(invoke(FILTERS, config), List.of(this)),
				Objects.requireNonNullElse(invoke(CONVENTIONS, config), List.of(this)),
				Objects.requireNonNullElse(value(config), List.of(this)));
		// Counted before they are read: a handler that is added meanwhile causes another
		// search.
		int size = parts.size();
		List<ObservationHandler<?>> interested = handlers.stream()
			.<ObservationHandler<?>>map((handler) -> (ObservationHandler<?>) handler)
			.filter((handler) -> handler.supportsContext(this.sample))
			.toList();
		return new Found<>(registry, parts, size, !interested.isEmpty(),
				(interested.size() == 1) ? meters(interested.get(0), parts) : null);
	}

	/**
	 * The parts that Spring Boot adds depend on properties only. Other parts may depend
	 * on anything, and then the meters of one call say nothing about the next call.
	 */
	private @Nullable ObservationMeters<C> meters(ObservationHandler<?> handler, Parts parts) {
		ObservationConvention<C> convention = this.convention.get();
		if (convention.getClass() != this.defaultConvention || !parts.conventions().isEmpty()
				|| !parts.areOfBoot(parts.filters()) || !parts.areOfBoot(parts.predicates())) {
			return null;
		}
		String name = Objects.requireNonNullElse(convention.getName(), "");
		List<ObservationFilter> filters = parts.filters().stream().map(ObservationFilter.class::cast).toList();
		boolean enabled = parts.predicates()
			.stream()
			.map(ObservationPredicate.class::cast)
			.allMatch((predicate) -> predicate.test(name, this.sample));
		return enabled ? ObservationMeters.of(first(handler), name, convention, filters) : null;
	}

	private ObservationHandler<?> first(ObservationHandler<?> handler) {
		ObservationHandler<?> first = handler;
		while (first.getClass() == FirstMatchingCompositeObservationHandler.class) {
			first = ((FirstMatchingCompositeObservationHandler) first).getHandlers()
				.stream()
				.filter((each) -> each.supportsContext(this.sample))
				.findFirst()
				.orElseThrow();
		}
		return first;
	}

	private static @Nullable Collection<?> invoke(@Nullable Method method, ObservationConfig config) {
		return (method != null && ReflectionUtils.invokeMethod(method, config) instanceof Collection<?> found) ? found
				: null;
	}

	private static @Nullable Collection<?> value(ObservationConfig config) {
		return (PREDICATES != null && ReflectionUtils.getField(PREDICATES, config) instanceof Collection<?> found)
				? found : null;
	}

	private static @Nullable Method method(String name) {
		try {
			Method method = ObservationConfig.class.getDeclaredMethod(name);
			method.setAccessible(true);
			return method;
		}
		catch (NoSuchMethodException | RuntimeException ex) {
			return null;
		}
	}

	private static @Nullable Field predicates() {
		try {
			Field field = ObservationConfig.class.getDeclaredField("observationPredicates");
			field.setAccessible(true);
			return field;
		}
		catch (NoSuchFieldException | RuntimeException ex) {
			return null;
		}
	}

	/**
	 * The current configuration of a registry.
	 *
	 * @param handlers the handlers of observations
	 * @param filters change observations before handlers read them
	 * @param conventions names and tags for all observations of a kind
	 * @param predicates decide what is observed at all
	 */
	private record Parts(Collection<?> handlers, Collection<?> filters, Collection<?> conventions,
			Collection<?> predicates) {

		private static final Parts NONE = new Parts(List.of(), List.of(), List.of(), List.of());

		private int size() {
			return this.handlers.size() + this.filters.size() + this.conventions.size() + this.predicates.size();
		}

		private boolean areOfBoot(Collection<?> parts) {
			return parts.stream().allMatch((part) -> part.getClass().getName().startsWith(BOOT));
		}

	}

	/**
	 * The result of a search.
	 *
	 * @param registry where
	 * @param parts its configuration
	 * @param size how much there was of it
	 * @param interest whether a handler is interested
	 * @param meters the meters, if nothing else is made of observations
	 */
	private record Found<C extends Observation.Context>(ObservationRegistry registry, Parts parts, int size,
			boolean interest, @Nullable ObservationMeters<C> meters) {

	}

}
