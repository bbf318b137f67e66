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

package dev.lumoauth.spring;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.micrometer.common.KeyValue;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;

/**
 * A registry that keeps what was observed, in the order in which it ended.
 */
public final class RecordedObservations implements ObservationHandler<Observation.Context> {

	private final ObservationRegistry registry = ObservationRegistry.create();

	private final List<Observation.Context> stopped = new CopyOnWriteArrayList<>();

	public RecordedObservations() {
		this.registry.observationConfig().observationHandler(this);
	}

	public ObservationRegistry registry() {
		return this.registry;
	}

	@Override
	public boolean supportsContext(Observation.Context context) {
		return true;
	}

	@Override
	public void onStop(Observation.Context context) {
		this.stopped.add(context);
	}

	/**
	 * Return the observations of a name, each as the values of its tags, and the error if
	 * there is one, such as {@code "agt_1 read:documents true deny !Denied"}.
	 */
	public List<String> of(String name) {
		return contexts(name).stream().map(RecordedObservations::values).toList();
	}

	public List<Observation.Context> contexts(String name) {
		return this.stopped.stream().filter((context) -> name.equals(context.getName())).toList();
	}

	/**
	 * Return the names of the observations in which one ran, the closest first.
	 */
	public static List<String> parents(Observation.ContextView context) {
		return Stream
			.iterate(context.getParentObservation(), (parent) -> parent != null,
					(parent) -> parent.getContextView().getParentObservation())
			.map((parent) -> String.valueOf(parent.getContextView().getName()))
			.toList();
	}

	private static String values(Observation.Context context) {
		String values = context.getLowCardinalityKeyValues()
			.stream()
			.map(KeyValue::getValue)
			.collect(Collectors.joining(" "));
		return (context.getError() != null) ? values + " !" + context.getError().getClass().getSimpleName() : values;
	}

	public void clear() {
		this.stopped.clear();
	}

}
