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

package dev.lumoauth.spring.budget;

import java.util.function.Function;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.jspecify.annotations.Nullable;

import dev.lumoauth.spring.BudgetStatus.Limit;

/**
 * The gauges {@code lumoauth.budget.used} and {@code lumoauth.budget.limit}, each by
 * agent and limit, in the unit of the limit: tokens, calls or US dollars. The value is
 * not a number if nothing is known. Sends no request to LumoAuth.
 *
 * @since 0.1.0
 */
public final class BudgetMeters implements MeterBinder {

	private final String agent;

	private final BudgetMonitor monitor;

	/**
	 * Create the gauges.
	 * @param agent the client id of the agent
	 * @param monitor its budget
	 */
	public BudgetMeters(String agent, BudgetMonitor monitor) {
		this.agent = agent;
		this.monitor = monitor;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		for (BudgetLimit kind : BudgetLimit.ALL) {
			String limit = kind.field();
			bind(registry, "lumoauth.budget.used", "What is used of a limit of the budget", limit, Limit::used);
			bind(registry, "lumoauth.budget.limit", "A limit of the budget", limit, Limit::limit);
		}
	}

	private void bind(MeterRegistry registry, String name, String description, String limit,
			Function<Limit, @Nullable Number> figure) {
		Gauge.builder(name, this, (meters) -> meters.value(limit, figure))
			.description(description)
			.tag("agent", this.agent)
			.tag("limit", limit)
			.strongReference(true)
			.register(registry);
	}

	private double value(String name, Function<Limit, @Nullable Number> figure) {
		Limit limit = this.monitor.current().limit(name);
		Number value = (limit != null) ? figure.apply(limit) : null;
		return (value != null) ? value.doubleValue() : Double.NaN;
	}

}
