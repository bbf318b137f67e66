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

package dev.lumoauth.spring.autoconfigure;

import java.util.List;
import java.util.function.Supplier;

import dev.lumoauth.spring.budget.BudgetListener;
import dev.lumoauth.spring.concurrent.RememberedBean;
import dev.lumoauth.spring.token.LumoAuthTokensBuilder;
import io.micrometer.observation.ObservationRegistry;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ObjectProvider;

/**
 * The registry for observing agents. It is looked up once, with the first observation,
 * because it is created with handlers that need the observed objects.
 */
final class AgentObservations {

	private final Supplier<ObservationRegistry> registry;

	private final Supplier<List<BudgetListener>> budgetListeners;

	AgentObservations(BeanFactory beanFactory) {
		ObjectProvider<BudgetListener> listeners = beanFactory.getBeanProvider(BudgetListener.class);
		this.budgetListeners = () -> listeners.orderedStream().toList();
		this.registry = RememberedBean.unique(beanFactory.getBeanProvider(ObservationRegistry.class),
				() -> ObservationRegistry.NOOP);
	}

	ObservationRegistry registry() {
		return this.registry.get();
	}

	List<BudgetListener> budgetListeners() {
		return this.budgetListeners.get();
	}

	void addTo(LumoAuthTokensBuilder tokens) {
		tokens.observations(this.registry);
	}

}
