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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

import io.micrometer.core.instrument.LongTaskTimer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;
import io.micrometer.observation.ObservationFilter;
import io.micrometer.observation.ObservationHandler;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.util.ReflectionUtils;

/**
 * The meters that Micrometer's {@link DefaultMeterObservationHandler} makes of one kind
 * of observation: the same timers, with the same names and tags, without an observation
 * for each of them. They are kept for each key, and a key stands for the values that
 * determine the tags.
 *
 * @param <C> the context of these observations
 * @since 0.1.0
 */
public final class ObservationMeters<C extends Observation.Context> {

	/**
	 * The meters of a further key are looked up in the registry each time.
	 */
	static final int MAX_KEYS = 1000;

	private static final String HANDLER = "io.micrometer.core.instrument.observation.DefaultMeterObservationHandler";

	private static final Log logger = LogFactory.getLog(ObservationMeters.class);

	private final AtomicBoolean failed = new AtomicBoolean();

	private final MeterRegistry registry;

	private final boolean active;

	private final String name;

	private final ObservationConvention<C> convention;

	private final List<ObservationFilter> filters;

	private final Map<Object, LongTaskTimer> activeTimers = new ConcurrentHashMap<>();

	private final Map<Object, Timer> timers = new ConcurrentHashMap<>();

	private ObservationMeters(MeterRegistry registry, boolean active, String name, ObservationConvention<C> convention,
			List<ObservationFilter> filters) {
		this.registry = registry;
		this.active = active;
		this.name = name;
		this.convention = convention;
		this.filters = filters;
		registry.config().onMeterRemoved((meter) -> {
			this.activeTimers.clear();
			this.timers.clear();
		});
	}

	/**
	 * Return the meters that a handler makes.
	 * @return the meters, or {@code null} if the handler is another one, or has changed
	 */
	static <C extends Observation.Context> @Nullable ObservationMeters<C> of(ObservationHandler<?> handler, String name,
			ObservationConvention<C> convention, List<ObservationFilter> filters) {
		if (!handler.getClass().getName().equals(HANDLER)) {
			return null;
		}
		return (read("meterRegistry", handler) instanceof MeterRegistry registry
				&& read("shouldCreateLongTaskTimer", handler) instanceof Boolean active)
						? new ObservationMeters<>(registry, active, name, convention, filters) : null;
	}

	private static @Nullable Object read(String name, ObservationHandler<?> handler) {
		try {
			Field field = handler.getClass().getDeclaredField(name);
			field.setAccessible(true);
			return ReflectionUtils.getField(field, handler);
		}
		catch (NoSuchFieldException | RuntimeException ex) {
			return null;
		}
	}

	/**
	 * Return the time of the registry's clock.
	 * @return nanoseconds since some moment
	 */
	public long time() {
		return this.registry.config().clock().monotonicTime();
	}

	/**
	 * Return the timer for running operations.
	 * @param key the values that determine the tags at the beginning
	 * @param begun supplies the context at the beginning
	 * @return the timer, or {@code null} if the application has none of these
	 */
	public @Nullable LongTaskTimer active(Object key, Supplier<? extends C> begun) {
		if (!this.active) {
			return null;
		}
		LongTaskTimer known = this.activeTimers.get(key);
		if (known != null) {
			return known;
		}
		Observation.Context context = named(begun.get());
		return remember(this.activeTimers, key,
				this.registry.more().longTaskTimer(this.name + ".active", tags(context)));
	}

	/**
	 * Return the timer for completed operations.
	 * @param key the values that determine the tags at the end
	 * @param ended supplies the context at the end
	 * @return the timer
	 */
	public Timer timer(Object key, Supplier<? extends C> ended) {
		Timer known = this.timers.get(key);
		if (known != null) {
			return known;
		}
		Observation.Context context = named(ended.get());
		for (ObservationFilter filter : this.filters) {
			context = filter.map(context);
		}
		List<Tag> tags = tags(context);
		Throwable error = context.getError();
		tags.add(Tag.of("error", (error != null) ? error.getClass().getSimpleName() : "none"));
		return remember(this.timers, key,
				this.registry.timer(Objects.requireNonNullElse(context.getName(), this.name), tags));
	}

	/**
	 * Record an operation that has ended. If a meter, a convention or a filter of the
	 * application fails, that is logged once: the result of the operation counts.
	 * @param key the values that determine the tags at the end
	 * @param ended supplies the context at the end
	 * @param begun the {@link #time()} when the operation began
	 * @param active its sample of the timer for running operations, or {@code null}
	 */
	public void ended(Object key, Supplier<? extends C> ended, long begun, LongTaskTimer.@Nullable Sample active) {
		try {
			timer(key, ended).record(time() - begun, TimeUnit.NANOSECONDS);
		}
		catch (RuntimeException ex) {
			failed(ex);
		}
		try {
			if (active != null) {
				active.stop();
			}
		}
		catch (RuntimeException ex) {
			failed(ex);
		}
	}

	private void failed(RuntimeException failure) {
		if (this.failed.compareAndSet(false, true)) {
			logger.warn("The meters '" + this.name + "' could not be recorded. This is logged once.", failure);
		}
	}

	private Observation.Context named(C context) {
		context.setName(this.name);
		context.addLowCardinalityKeyValues(this.convention.getLowCardinalityKeyValues(context));
		return context;
	}

	private static List<Tag> tags(Observation.Context context) {
		List<Tag> tags = new ArrayList<>();
		context.getLowCardinalityKeyValues().forEach((each) -> tags.add(Tag.of(each.getKey(), each.getValue())));
		return tags;
	}

	private static <M> M remember(Map<Object, M> meters, Object key, M meter) {
		if (meters.size() < MAX_KEYS) {
			meters.put(key, meter);
		}
		return meter;
	}

}
